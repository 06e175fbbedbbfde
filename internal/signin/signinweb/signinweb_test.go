// SPDX-License-Identifier: Apache-2.0

package signinweb_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/live"
	"entente.example/internal/signin"
	"entente.example/internal/signin/passkey"
	"entente.example/internal/signin/passkey/passkeytest"
	"entente.example/internal/signin/password"
	"entente.example/internal/signin/signinsql"
	"entente.example/internal/signin/signinweb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

const origin = "https://entente.example"

// site is the pages over the world of gatetest, with the real cryptography.
type site struct {
	*web.Mux
	world *gatetest.World
}

// people plays the directory, and the links: "link-ann" is ann's.
type people struct{}

func (people) ByName(ctx context.Context, name string) (signin.Account, error) {
	return people{}.ByID(ctx, access.MemberID(name))
}

func (people) ByID(_ context.Context, id access.MemberID) (signin.Account, error) {
	switch id {
	case "ann", "bob":
		name := string(id)
		return signin.Account{Member: id, Handle: name, Name: "Name of " + name, Email: name + "@org.example", InForce: true}, nil
	}
	return signin.Account{}, access.ErrHidden
}

func (people) Newcomer(_ context.Context, token string) (access.MemberID, error) {
	if member, ok := strings.CutPrefix(token, "link-"); ok {
		return access.MemberID(member), nil
	}
	return "", access.ErrHidden
}

func newSite(t *testing.T, mount func(*signinweb.Pages, *web.Mux)) *site {
	t.Helper()
	w := gatetest.New(t, sqldbtest.Open(t))
	sessions := signin.NewSessions(signin.Ports{
		Store: signinsql.New(w.Gate), Accounts: people{}, Now: w.Now, NewID: w.NewID, NewToken: rand.Text,
	})
	keys, err := passkey.New("entente.example", origin, "Entente")
	if err != nil {
		t.Fatal(err)
	}
	limits := signin.NewLimits(w.Now)
	pages := &signinweb.Pages{
		Sessions: sessions, Passkeys: signin.NewPasskeys(sessions, keys), Limits: limits, Newcomers: people{},
		Passwords: signin.NewPasswords(sessions, limits, password.NewHasher(rand.Reader, 1, password.Here), password.NewCodes(rand.Reader, "Entente")),
	}
	mux := web.New(web.Options{
		Resume: func(ctx context.Context, token string) (web.Signed, error) {
			signed, err := sessions.Resume(ctx, token)
			return web.Signed{Actor: signed.Actor}, err
		},
		Navigate: func(_ context.Context, actor access.Actor, _ access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: string(actor.Member)}}, nil
		},
		Hub: &live.Hub{}, Log: slog.New(slog.DiscardHandler), NewID: w.NewID, Now: w.Now, After: time.After,
	})
	mount(pages, mux)
	return &site{mux, w}
}

func ordinary(p *signinweb.Pages, mux *web.Mux) { p.Mount(mux) }

// browser is somebody's, with the one cookie that matters.
type browser struct {
	t      *testing.T
	site   *site
	lang   string
	cookie *http.Cookie
}

func (s *site) browser(t *testing.T) *browser { return &browser{t: t, site: s, lang: "en"} }

func (b *browser) send(method, path, kind, body string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if kind == "application/json" {
		r.Header.Set("Accept", kind)
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name != web.SessionCookie {
			continue
		}
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return w
}

func (b *browser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send(http.MethodGet, path, "", "")
}

func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

func (b *browser) json(path, body string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send(http.MethodPost, path, "application/json", body)
}

// makes registers a passkey at those addresses and returns where the page goes.
func (b *browser) makes(d *passkeytest.Device, at string) string {
	b.t.Helper()
	options := b.json(at+"/begin", `{"name":"Office computer"}`)
	b.wants(options, http.StatusOK)
	return b.nextOf(b.json(at+"/finish", string(d.Create(b.t, options.Body.Bytes()))))
}

// signsIn uses a passkey and returns the answer.
func (b *browser) signsIn(d *passkeytest.Device, next string) *httptest.ResponseRecorder {
	b.t.Helper()
	options := b.json("/signin/passkey/begin", "{}")
	b.wants(options, http.StatusOK)
	return b.json("/signin/passkey/finish?next="+url.QueryEscape(next), string(d.Get(b.t, options.Body.Bytes())))
}

func (b *browser) nextOf(w *httptest.ResponseRecorder) string {
	b.t.Helper()
	b.wants(w, http.StatusOK)
	var done struct{ Next string }
	if err := json.Unmarshal(w.Body.Bytes(), &done); err != nil {
		b.t.Fatal(err)
	}
	return done.Next
}

func (b *browser) wants(w *httptest.ResponseRecorder, status int) {
	b.t.Helper()
	if w.Code != status {
		b.t.Fatalf("status %d; want %d: %s", w.Code, status, w.Body)
	}
}

func (b *browser) goesTo(w *httptest.ResponseRecorder, path string) {
	b.t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != path {
		b.t.Fatalf("%d to %q; want 303 to %q", w.Code, w.Header().Get("Location"), path)
	}
}

// field returns what a form of the page gives the input of that name.
func field(t *testing.T, page *httptest.ResponseRecorder, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page.Body.String())
	if m == nil {
		t.Fatalf("no field %q on the page", name)
	}
	return m[1]
}

func TestANewcomerMakesAPasskeyAndComesBackWithIt(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	b, d := s.browser(t), passkeytest.New(t, origin)
	b.wants(b.get("/invitation/link-ann/passkey"), http.StatusOK)
	if next := b.makes(d, "/invitation/link-ann/passkey"); next != "/invitation/done" {
		t.Errorf("on to %q", next)
	}
	if c := b.cookie; c == nil || c.Name != web.SessionCookie || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Fatalf("cookie = %v", c)
	}
	b.wants(b.get("/invitation/done"), http.StatusOK)
	b.goesTo(b.get("/signin?next=/exchange"), "/exchange")
	b.goesTo(b.post("/signout"), "/signin?left=yes")
	if b.cookie != nil {
		t.Error("the cookie outlived the session")
	}
	b.goesTo(b.get("/me/security"), "/signin?next=%2Fme%2Fsecurity")

	for asked, want := range map[string]string{"/exchange": "/exchange", "": "/home", "//evil.example": "/home", "https://evil.example": "/home", `/\evil.example`: "/home"} {
		other := s.browser(t)
		if next := other.nextOf(other.signsIn(d, asked)); next != want {
			t.Errorf("next %q leads to %q; want %q", asked, next, want)
		}
		other.wants(other.get("/me/security"), http.StatusOK)
	}
}

func TestAPasskeyOfNobodyIsRefusedInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := newSite(t, ordinary).browser(t)
	b.lang = "fr"
	w := b.signsIn(passkeytest.New(t, origin), "/home")
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "n’a pas été acceptée") || b.cookie != nil {
		t.Errorf("%d %s, cookie %v", w.Code, w.Body, b.cookie)
	}
}

func TestLinksThatDoNotOpenAnswerAlike(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	b := s.browser(t)
	b.makes(passkeytest.New(t, origin), "/invitation/link-ann/passkey")
	b.cookie = nil
	for _, path := range []string{"/passkey", "/password"} {
		used, unknown := b.get("/invitation/link-ann"+path), b.get("/invitation/unknown!"+path)
		b.wants(used, http.StatusNotFound)
		b.wants(unknown, http.StatusNotFound)
		if strings.ReplaceAll(used.Body.String(), "link-ann", "unknown!") != unknown.Body.String() {
			t.Errorf("a used and an unknown link can be told apart at %s", path)
		}
	}
	for _, token := range []string{"link-ann", "unknown!"} {
		b.wants(b.json("/invitation/"+token+"/passkey/begin", `{"name":"x"}`), http.StatusNotFound)
		b.wants(b.json("/invitation/"+token+"/passkey/finish", `{}`), http.StatusNotFound)
		b.wants(b.post("/invitation/"+token+"/password", "setup", "x"), http.StatusNotFound)
	}
}

// hasPassword is a member who came by their link and chose a password, and the
// secret of their codes.
func (b *browser) hasPassword(member, word string) (secret string) {
	b.t.Helper()
	at := "/invitation/link-" + member + "/password"
	page := b.get(at)
	b.wants(page, http.StatusOK)
	m := regexp.MustCompile(`data-copy="([A-Z2-7]{32})"`).FindStringSubmatch(page.Body.String())
	if m == nil {
		b.t.Fatal("no secret on the page")
	}
	setup := field(b.t, page, "setup")
	short := b.post(at, "setup", setup, "password", "short", "code", b.code(m[1]))
	b.wants(short, http.StatusUnprocessableEntity)
	if again := field(b.t, short, "setup"); again != setup || strings.Contains(short.Body.String(), `value="short"`) {
		b.t.Errorf("set-up %q became %q, or the page repeats the password", setup, again)
	}
	b.goesTo(b.post(at, "setup", setup, "password", word, "code", b.code(m[1])), "/invitation/done")
	return m[1]
}

// code is the one-time code of this moment.
func (b *browser) code(secret string) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.site.world.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}
