// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// showLink shows what an invitation offers and changes nothing: the rules first
// and, once they were accepted, the form of the details. A link that made a
// member leads on to their first means of signing in.
func (p *Pages) showLink(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	token := r.PathValue("token")
	offer, err := p.Invitations.Look(r.Context(), token)
	if err != nil {
		if _, joined := p.Invitations.Enrolled(r.Context(), token); joined == nil {
			return web.SeeOther(w, r, meansPath(token))
		}
		return err
	}
	if r.FormValue("rules") != member.RulesVersion {
		return p.mux.Render(w, r, actor, outside(r.Context(), "member.join.title"), rulesPage(token, offer))
	}
	typed := member.Acceptance{Name: offer.Name, Settings: member.Settings{TimeZone: "UTC"}}
	return p.mux.Render(w, r, actor, outside(r.Context(), "member.join.details"), detailsPage(details{token: token, offer: offer, typed: typed, now: p.Now()}))
}

// meansPath is where package signinweb takes over.
func meansPath(token string) string { return member.LinkPath(token) + "/passkey" }

func outside(ctx context.Context, titleKey string) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Outside}
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	token := r.PathValue("token")
	a := member.Acceptance{
		Handle: r.PostFormValue("handle"), Name: r.PostFormValue("name"), Post: r.PostFormValue("post"),
		Email: r.PostFormValue("email"), Rules: r.PostFormValue("rules"),
		Settings: member.Settings{Language: words.Lang(r.Context()), TimeZone: r.PostFormValue("time_zone")},
	}
	_, err := p.Invitations.Accept(r.Context(), token, a)
	if err == nil {
		return web.SeeOther(w, r, meansPath(token))
	}
	if !mendable(err) {
		return err
	}
	offer, shown := p.Invitations.Look(r.Context(), token)
	if shown != nil {
		return shown
	}
	if fault.Of(err).Field == "rules" {
		return p.mux.RenderInvalid(w, r, actor, outside(r.Context(), "member.join.title"), rulesPage(token, offer))
	}
	v := details{token: token, offer: offer, typed: a, now: p.Now(), said: said{err}}
	return p.mux.RenderInvalid(w, r, actor, outside(r.Context(), "member.join.details"), detailsPage(v))
}
