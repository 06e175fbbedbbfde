// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"context"
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// setUp is what the page of a new password shows.
type setUp struct {
	signin.SetUp
	action string // where its form goes
	away   string // where one gives up to
	said   said
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	begun, err := p.Passwords.Prepare(r.Context(), actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, passwordRoom(r.Context()), setUpPage(ownSetUp(begun)))
}

func passwordRoom(ctx context.Context) ui.Page {
	return mine(ctx, "signin.setup.title", ui.Link{Label: words.Say(ctx, "signin.security.title"), Href: atSecurity})
}

func ownSetUp(begun signin.SetUp) setUp {
	return setUp{SetUp: begun, action: atPassword, away: atSecurity}
}

func (p *Pages) setPassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	typed := newPassword(r)
	err := p.Passwords.Set(r.Context(), actor, typed)
	if err == nil {
		return web.SeeOtherSaying(w, r, atSecurity, "signin.said.password_set")
	}
	if !again(err) {
		return err
	}
	begun, shown := p.Passwords.Again(r.Context(), actor.Member, typed.SetUp)
	if over(shown) {
		begun, shown = p.Passwords.Prepare(r.Context(), actor)
	}
	if shown != nil {
		return shown
	}
	v := ownSetUp(begun)
	v.said = said{err}
	return p.mux.RenderInvalid(w, r, actor, passwordRoom(r.Context()), setUpPage(v))
}

func newPassword(r *http.Request) signin.NewPassword {
	return signin.NewPassword{SetUp: r.PostFormValue("setup"), Password: r.PostFormValue("password"), Code: r.PostFormValue("code")}
}

// again reports whether the form of a set-up is to be shown again for err.
func again(err error) bool { return mendable(err) || over(err) }

// over reports whether a set-up waited too long: another begins.
func over(err error) bool {
	return err != nil && fault.Of(err).Key == "signin.setup.over"
}
