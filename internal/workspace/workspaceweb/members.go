// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// membersView is the members of an operation, with what a manager does.
type membersView struct {
	Rows     []memberRow
	Invited  []memberRow
	Closed   int // members that start closed
	Manages  bool
	Archived bool
	Invite   termsView
	Who      ui.Field
	Leave    string
	Problems []ui.FieldError
}

// memberRow is a member in the list.
type memberRow struct {
	Card         access.Card
	Page         string // of who has come in
	Role         string
	Until        time.Time
	Exports      bool
	StartsClosed bool
	Since        time.Time
	Self         bool
	Terms        termsView
	End          string
}

// termsView is the form of a membership's terms.
type termsView struct {
	Action                string
	Role, Until, ExportTo ui.Field
	Problems              []ui.FieldError // where it is shown again
}

func (p *Pages) members(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	view, page, err := p.membersView(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, page, membersPage(view))
}

func (p *Pages) membersView(r *http.Request, actor access.Actor) (membersView, ui.Page, error) {
	ctx, id := r.Context(), web.Workspace(r)
	head, err := p.workspaces.Head(ctx, actor, id)
	if err != nil {
		return membersView{}, ui.Page{}, err
	}
	list, err := p.memberships.In(ctx, actor, id)
	if err != nil {
		return membersView{}, ui.Page{}, err
	}
	archived := head.State == access.Archived
	view := membersView{Archived: archived, Manages: head.Role == access.Manager && !archived, Leave: path(id) + "/leave"}
	view.Who, view.Invite = whoField(ctx, "", nil), p.terms(ctx, workspace.Terms{Role: access.Analyst}, "", nil)
	view.Invite.Action = path(id) + "/members"
	for _, m := range list {
		row := p.row(ctx, actor, id, m)
		if m.State == workspace.Offered {
			view.Invited = append(view.Invited, row)
			continue
		}
		view.Rows = append(view.Rows, row)
		if row.StartsClosed {
			view.Closed++
		}
	}
	page := ui.Page{Title: words.Say(ctx, "workspace.members"), Place: ui.Operation, Section: "members", Wide: true, Follow: "w=" + url.QueryEscape(string(id))}
	return view, page, nil
}

func (p *Pages) row(ctx context.Context, actor access.Actor, id access.WorkspaceID, m workspace.Membership) memberRow {
	at := path(id) + "/members/" + url.PathEscape(string(m.Member))
	row := memberRow{
		Card: m.Card, Role: roleName(ctx, m.Terms.Role), Until: m.Terms.Until, Exports: m.Terms.ExportUntil.After(p.now()),
		StartsClosed: startsClosed(m.Card.OrgKind), Since: m.AcceptedAt, Self: m.Member == actor.Member, End: at + "/end",
		Terms: p.terms(ctx, m.Terms, prefixOf(m.Card), nil),
	}
	row.Terms.Action = at
	if m.State == workspace.Offered {
		row.Since = m.InvitedAt
	} else {
		row.Page = web.PersonPath(id, m.Card.Handle)
	}
	return row
}

// prefixOf is what the names of the fields of a member's terms begin with.
func prefixOf(card access.Card) string { return "terms-" + card.Handle + "-" }

// terms makes the fields of a form; prefix keeps their ids apart where a page
// has several such forms.
func (p *Pages) terms(ctx context.Context, t workspace.Terms, prefix string, err error) termsView {
	say := func(key string) string { return words.Say(ctx, key) }
	v := termsView{
		Role:     ui.Field{Name: prefix + "role", Label: say("workspace.role"), Value: strconv.Itoa(int(t.Role)), Required: true, Error: web.FieldError(ctx, err, "role")},
		Until:    ui.Field{Name: prefix + "until", Label: say("workspace.until"), Hint: say("workspace.until.hint"), Type: "date", Value: dayOf(ctx, t.Until), Error: web.FieldError(ctx, err, "until")},
		ExportTo: ui.Field{Name: prefix + "export", Label: say("workspace.export"), Hint: say("workspace.export.hint"), Type: "date", Error: web.FieldError(ctx, err, "export")},
	}
	if t.ExportUntil.After(p.now()) || err != nil {
		v.ExportTo.Value = dayOf(ctx, t.ExportUntil)
	}
	for _, role := range []access.Role{access.Reader, access.Analyst, access.Manager} {
		v.Role.Options = append(v.Role.Options, ui.Option{Value: strconv.Itoa(int(role)), Label: roleName(ctx, role)})
	}
	return v
}

// again is the form as it was typed, with what is wrong with it.
func (p *Pages) again(r *http.Request, t workspace.Terms, prefix string, err error) termsView {
	v := p.terms(r.Context(), t, prefix, err)
	v.Until.Value, v.ExportTo.Value = r.PostFormValue(prefix+"until"), r.PostFormValue(prefix+"export")
	for _, problem := range web.Problems(r.Context(), err) {
		if problem.Field != "" {
			problem.Field = prefix + problem.Field
		}
		v.Problems = append(v.Problems, problem)
	}
	return v
}

// termsOf reads the form that terms made with that prefix. What is no role becomes
// one that nobody has.
func termsOf(r *http.Request, prefix string) (t workspace.Terms, err error) {
	if role, err := strconv.ParseUint(r.PostFormValue(prefix+"role"), 10, 8); err == nil {
		t.Role = access.Role(role)
	}
	until, wrong := endOf(r.Context(), r.PostFormValue(prefix+"until"), "until")
	t.Until = until
	t.ExportUntil, err = endOf(r.Context(), r.PostFormValue(prefix+"export"), "export")
	return t, fault.All(wrong, err)
}

func whoField(ctx context.Context, who string, err error) ui.Field {
	return ui.Field{
		Name: "who", Label: words.Say(ctx, "workspace.invite.who"), Hint: words.Say(ctx, "workspace.invite.who.hint"),
		Value: who, Dir: "ltr", Required: true, Error: web.FieldError(ctx, err, "who"),
	}
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	terms, err := termsOf(r, "")
	i := workspace.Invitation{Who: r.PostFormValue("who"), Terms: terms}
	if err == nil {
		err = p.memberships.Invite(ctx, actor, id, i)
	} else {
		err = fault.All(i.Validate(p.now()), err)
	}
	if !mendable(err) {
		return p.backToMembers(w, r, err, "workspace.said.invited")
	}
	view, page, wrong := p.membersView(r, actor)
	if wrong != nil {
		return wrong
	}
	if !view.Manages {
		return errNotManager // whatever they typed
	}
	view.Who, view.Invite = whoField(ctx, i.Who, err), p.again(r, terms, "", err)
	view.Invite.Action, view.Problems = path(id)+"/members", view.Invite.Problems
	return p.mux.RenderInvalid(w, r, actor, page, membersPage(view))
}

// changeTerms gives a member other terms; where it cannot, the dialog opens again
// as it was filled in.
func (p *Pages) changeTerms(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	terms, err := termsOf(r, r.PostFormValue("prefix"))
	if err == nil {
		err = p.memberships.Change(r.Context(), actor, web.Workspace(r), memberOf(r), terms)
	} else {
		err = fault.All(terms.Validate(p.now()), err)
	}
	if !mendable(err) {
		return p.backToMembers(w, r, err, "workspace.said.terms")
	}
	view, page, wrong := p.membersView(r, actor)
	if wrong != nil {
		return wrong
	}
	row := view.row(memberOf(r))
	switch {
	case !view.Manages:
		return errNotManager // whatever they typed
	case row == nil:
		return access.ErrHidden
	}
	action := row.Terms.Action
	row.Terms = p.again(r, terms, prefixOf(row.Card), err)
	row.Terms.Action = action
	return p.mux.RenderInvalid(w, r, actor, page, membersPage(view))
}

// row returns the row of a member, nil where they are not in the list.
func (v membersView) row(member access.MemberID) *memberRow {
	for _, rows := range [][]memberRow{v.Rows, v.Invited} {
		for i := range rows {
			if rows[i].Card.Member == member {
				return &rows[i]
			}
		}
	}
	return nil
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return p.membersAgain(w, r, actor, p.memberships.End(r.Context(), actor, web.Workspace(r), memberOf(r)))
}

func (p *Pages) leave(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	err := p.memberships.Leave(r.Context(), actor, web.Workspace(r))
	if err == nil {
		return web.SeeOtherSaying(w, r, "/operations", "workspace.said.left")
	}
	return p.membersAgain(w, r, actor, err)
}

// membersAgain shows the members after an act on one, or why it was not done.
func (p *Pages) membersAgain(w http.ResponseWriter, r *http.Request, actor access.Actor, err error) error {
	if !mendable(err) {
		return p.backToMembers(w, r, err, "workspace.said.ended")
	}
	view, page, wrong := p.membersView(r, actor)
	if wrong != nil {
		return wrong
	}
	view.Problems = web.Problems(r.Context(), err)
	return p.mux.RenderInvalid(w, r, actor, page, membersPage(view))
}

// backToMembers shows the members after an act, of which key says that it is done.
func (p *Pages) backToMembers(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, path(web.Workspace(r))+"/members", key)
}
