// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/web"
)

// entry is what the page of signing in shows.
type entry struct {
	next string
	name string // as it was typed
	left bool   // they have just signed out
	said said
}

func (p *Pages) showSignIn(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind == access.Person {
		return web.SeeOther(w, r, next(r))
	}
	v := entry{next: next(r), left: r.FormValue("left") != ""}
	return p.mux.Render(w, r, actor, outside(r.Context(), "signin.title"), signInPage(v))
}

func (p *Pages) signInByPassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	a := signin.Attempt{
		Name: r.PostFormValue("name"), Password: r.PostFormValue("password"), Code: r.PostFormValue("code"),
		Client: client(r), Agent: agent(r),
	}
	started, err := p.Passwords.SignIn(r.Context(), a)
	switch {
	case err == nil:
		let(w, started.Token)
		return web.SeeOther(w, r, next(r))
	case !mendable(err):
		return err
	}
	v := entry{next: next(r), name: a.Name, said: said{err}}
	return p.mux.RenderInvalid(w, r, actor, outside(r.Context(), "signin.title"), signInPage(v))
}

func (p *Pages) beginSignIn(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	if err := p.Limits.Ask(client(r)); err != nil {
		return err
	}
	options, err := p.Passkeys.BeginSignIn(r.Context())
	if err != nil {
		return err
	}
	return web.JSON(w, options)
}

func (p *Pages) finishSignIn(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	path := web.OwnPath(r.URL.Query().Get("next"), atHome) // the body is the answer
	said, err := answer(w, r)
	if err != nil {
		return err
	}
	started, err := p.Passkeys.FinishSignIn(r.Context(), said, agent(r))
	if err != nil {
		return err
	}
	let(w, started.Token)
	return goOn(w, path)
}

// signOut ends the session and forgets its cookie, whether or not it still held.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind == access.Person {
		err := p.Sessions.End(r.Context(), actor, actor.Session)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	http.SetCookie(w, sessionCookie("", -1))
	return web.SeeOther(w, r, atSignIn+"?left=yes")
}
