// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"context"
	"encoding/json"
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func (p *Pages) showSecurity(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	means, err := p.Sessions.Means(r.Context(), actor)
	if err != nil {
		return err
	}
	page := mine(r.Context(), "signin.security.title")
	page.Wide = true
	return p.mux.Render(w, r, actor, page, securityPage(means))
}

// named is the form of a new passkey.
type named struct {
	Name string `json:"name"`
}

// nameOf reads what a new passkey is to be called.
func nameOf(w http.ResponseWriter, r *http.Request) (string, error) {
	text, err := answer(w, r)
	if err != nil {
		return "", err
	}
	var form named
	if err := json.Unmarshal(text, &form); err != nil {
		return "", fault.Wrap(fault.Invalid, "signin.passkey.name", err).On("name")
	}
	return form.Name, nil
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	name, err := nameOf(w, r)
	if err != nil {
		return err
	}
	options, err := p.Passkeys.BeginAdd(r.Context(), actor, name)
	if err != nil {
		return err
	}
	return web.JSON(w, options)
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	said, err := answer(w, r)
	if err != nil {
		return err
	}
	if err := p.Passkeys.FinishAdd(r.Context(), actor, said); err != nil {
		return err
	}
	web.SayNext(w, r, "signin.said.passkey_added")
	return goOn(w, atSecurity)
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return back(w, r, p.Passkeys.Remove(r.Context(), actor, r.PostFormValue("passkey")), "signin.said.passkey_removed")
}

func (p *Pages) removePassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return back(w, r, p.Passwords.Remove(r.Context(), actor), "signin.said.password_removed")
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return back(w, r, p.Sessions.End(r.Context(), actor, r.PathValue("session")), "signin.said.session_ended")
}

func (p *Pages) endOtherSessions(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return back(w, r, p.Sessions.EndOthers(r.Context(), actor), "signin.said.sessions_ended")
}

// back leads to the page of security again, saying what is done, unless err says
// otherwise.
func back(w http.ResponseWriter, r *http.Request, err error, saying string) error {
	if err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, atSecurity, saying)
}

// others reports whether there is a session besides the one that asks.
func others(m signin.Means) bool { return len(m.Sessions) > 1 }

// proof is how a session was begun, in the reader's words.
func proof(ctx context.Context, s access.Strength) string {
	if s == access.Passkey {
		return words.Say(ctx, "signin.by.passkey")
	}
	return words.Say(ctx, "signin.by.password")
}

func proofKind(s access.Strength) ui.Kind {
	if s == access.Passkey {
		return ui.Good
	}
	return ui.Plain
}

func browserOf(ctx context.Context, s signin.Session) string {
	if s.Agent == "" {
		return words.Say(ctx, "signin.session.unknown")
	}
	return s.Agent
}
