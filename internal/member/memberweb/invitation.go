// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func (p *Pages) listInvitations(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	list, err := p.Invitations.List(r.Context(), actor, invitationFilter(r), after(r))
	if err != nil {
		return err
	}
	next := following(atInvitations, list.Next, invitationQuery(list.Filter))
	return p.mux.Render(w, r, actor, room(r.Context(), "member.invitations.title", "invitations"), invitationsPage(list, next))
}

// invitationForm is a form to invite somebody, with what was typed.
type invitationForm struct {
	orgs  []member.Organisation
	typed member.Draft
	said  said
}

func (p *Pages) newInvitation(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	orgs, err := p.Organisations.Invitable(r.Context(), actor)
	if err != nil {
		return err
	}
	typed := member.Draft{Org: access.OrgID(r.FormValue("org"))}
	return p.mux.Render(w, r, actor, invitationRoom(r.Context()), newInvitationPage(invitationForm{orgs: orgs, typed: typed}))
}

func invitationRoom(ctx context.Context) ui.Page {
	page := room(ctx, "member.invitation.new", "invitations", crumb(ctx, "member.invitations.title", atInvitations))
	page.Wide = false
	return page
}

// invite shows the link in the answer itself, this once: it is kept nowhere.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	typed := member.Draft{Org: access.OrgID(r.PostFormValue("org")), Email: r.PostFormValue("email"), Name: r.PostFormValue("name")}
	i, token, err := p.Invitations.Invite(r.Context(), actor, typed)
	if err == nil {
		return p.mux.Render(w, r, actor, invitationRoom(r.Context()), invitedPage(i, p.Origin+member.LinkPath(token)))
	}
	if !mendable(err) {
		return err
	}
	orgs, shown := p.Organisations.Invitable(r.Context(), actor)
	if shown != nil {
		return shown
	}
	return p.mux.RenderInvalid(w, r, actor, invitationRoom(r.Context()), newInvitationPage(invitationForm{orgs, typed, said{err}}))
}

// onInvitation does act to the invitation of the path, and leads back to where
// it was done, saying so.
func (p *Pages) onInvitation(act func(context.Context, access.Actor, string) error, saying string) web.Page {
	return func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		if err := act(r.Context(), actor, r.PathValue("invitation")); err != nil {
			return err
		}
		return web.SeeOtherSaying(w, r, web.OwnPath(r.PostFormValue("next"), atInvitations), saying)
	}
}

// outcome says where an invitation stands.
func outcome(ctx context.Context, i member.Invitation, now time.Time) (ui.Kind, string) {
	key, kind := "member.invitation."+string(i.State), ui.Plain
	switch {
	case i.State == member.Accepted:
		kind = ui.Good
	case i.State == member.Awaiting:
		kind = ui.Warn
	case i.State == member.Valid && i.Over(now):
		key = "member.invitation.over"
	case i.State == member.Valid:
		kind = ui.Info
	}
	return kind, words.Say(ctx, key)
}

// pending reports whether an invitation can still be withdrawn.
func pending(i member.Invitation, now time.Time) bool {
	return i.State == member.Awaiting || i.State == member.Valid && !i.Over(now)
}

func orgOptions(ctx context.Context, orgs []member.Organisation) []ui.Option {
	options := []ui.Option{{Label: words.Say(ctx, "member.choose")}}
	for _, o := range orgs {
		label := o.Name + " · " + kindName(ctx, o.Kind)
		if o.Country != "" {
			label += " · " + words.Country(ctx, string(o.Country))
		}
		options = append(options, ui.Option{Value: string(o.ID), Label: label})
	}
	return options
}
