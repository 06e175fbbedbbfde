// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Newcomers tells who came by the link of an invitation.
type Newcomers interface {
	// Newcomer returns the member that the link of that token made, within its
	// time. It fails with fault.NotFound for any other link.
	Newcomer(ctx context.Context, token string) (access.MemberID, error)
}

// Pages serves the pages of signing in.
type Pages struct {
	Sessions  *signin.Sessions
	Passkeys  *signin.Passkeys
	Passwords *signin.Passwords
	Limits    *signin.Limits
	Newcomers Newcomers

	mux *web.Mux
}

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	mux.Handle("GET /signin", p.showSignIn)
	p.mount(mux)
}

// mount adds all pages but the first.
func (p *Pages) mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("POST /signin/password", p.signInByPassword)
	mux.Handle("POST /signin/passkey/begin", p.beginSignIn)
	mux.Handle("POST /signin/passkey/finish", p.finishSignIn)
	mux.Handle("POST /signout", p.signOut)

	mux.Handle("GET /invitation/{token}/passkey", p.showFirstPasskey)
	mux.Handle("POST /invitation/{token}/passkey/begin", p.beginFirstPasskey)
	mux.Handle("POST /invitation/{token}/passkey/finish", p.finishFirstPasskey)
	mux.Handle("GET /invitation/{token}/password", p.showFirstPassword)
	mux.Handle("POST /invitation/{token}/password", p.setFirstPassword)
	mux.Handle("GET /invitation/done", p.showDone)

	mux.Handle("GET /me/security", p.showSecurity)
	mux.Handle("POST /me/passkeys/begin", p.beginPasskey)
	mux.Handle("POST /me/passkeys/finish", p.finishPasskey)
	mux.Handle("POST /me/passkeys/remove", p.removePasskey)
	mux.Handle("GET /me/password", p.showPassword)
	mux.Handle("POST /me/password", p.setPassword)
	mux.Handle("POST /me/password/remove", p.removePassword)
	mux.Handle("POST /me/sessions/end", p.endOtherSessions)
	mux.Handle("POST /me/sessions/{session}/end", p.endSession)
}

// The paths that pages lead to.
const (
	atSignIn   = "/signin"
	atHome     = "/home"
	atSecurity = "/me/security"
	atPassword = "/me/password" //nolint:gosec // a path
	atDone     = "/invitation/done"
)

// let has the browser hold a session that has begun.
func let(w http.ResponseWriter, token string) { http.SetCookie(w, sessionCookie(token, 0)) }

// sessionCookie goes with the browser's own session; the server ends ours sooner.
func sessionCookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: web.SessionCookie, Value: token, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// next returns where the request wants to go on to.
func next(r *http.Request) string { return web.OwnPath(r.FormValue("next"), atHome) }

// goOn is the answer to a ceremony that ended well.
func goOn(w http.ResponseWriter, path string) error {
	return web.JSON(w, map[string]string{"next": path})
}

// answer reads what an authenticator says.
func answer(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	const most = 64 << 10
	return io.ReadAll(http.MaxBytesReader(w, r.Body, most))
}

// client names the address that r comes from.
func client(r *http.Request) string {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := from.Addr().Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	const network = 64 // bits: what one household or office is given
	prefix, err := address.Prefix(network)
	if err != nil {
		return address.String()
	}
	return prefix.String()
}

// agent names the browser and system that r comes from, as their owner may
// recognise them; empty where they are strange to us.
func agent(r *http.Request) string {
	said := r.UserAgent()
	browser := first(said, [][2]string{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	})
	system := first(said, [][2]string{
		{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS X", "macOS"}, {"Linux", "Linux"},
	})
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}

// first returns the name that stands beside the first sign found in text.
func first(text string, signs [][2]string) string {
	for _, s := range signs {
		if strings.Contains(text, s[0]) {
			return s[1]
		}
	}
	return ""
}

// mendable reports whether err can be mended by typing something else.
func mendable(err error) bool { return fault.KindOf(err) == fault.Invalid }

// said is err on the fields of a form, and above it.
type said struct{ err error }

// on gives f what err says of it.
func (s said) on(ctx context.Context, f ui.Field) ui.Field {
	f.Error = web.FieldError(ctx, s.err, f.Name)
	return f
}

// summary is what stands above the form.
func (s said) summary(ctx context.Context) []ui.FieldError { return web.Problems(ctx, s.err) }

// outside is a page for nobody signed in.
func outside(ctx context.Context, titleKey string) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Outside}
}

// mine is a page of the member's own.
func mine(ctx context.Context, titleKey string, trail ...ui.Link) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Mine, Section: "security", Crumbs: trail}
}
