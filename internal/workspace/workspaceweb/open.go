// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"context"
	"net/http"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// profileView is the form of an operation's profile.
type profileView struct {
	Action, Cancel, Submit              string
	Name, Purpose, LegalBasis, Contact  ui.Field
	Ceiling, Match, Review, Declaration ui.Field
	Declares                            bool // it opens an operation: the declaration is asked for
	Problems                            []ui.FieldError
	States                              []stateChoice
	StateAction                         string
}

// stateChoice is a state into which a manager may bring an operation.
type stateChoice struct {
	Value, Label, Text string
	Final              bool
}

func (p *Pages) newOperation(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx := r.Context()
	if err := p.mayOpen(ctx, actor); err != nil {
		return err
	}
	usual := workspace.Profile{Ceiling: access.AmberStrict, Match: workspace.Contact, ReviewAt: p.now().AddDate(0, 6, 0)}
	page, view := openForm(ctx, workspace.Opening{Profile: usual}, nil)
	return p.mux.Render(w, r, actor, page, openPage(view))
}

func (p *Pages) open(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx := r.Context()
	if err := p.mayOpen(ctx, actor); err != nil {
		return err
	}
	o := workspace.Opening{Profile: profileOf(r), Declared: r.PostFormValue("declared") == "yes"}
	id, err := p.workspaces.Open(ctx, actor, o)
	if mendable(err) {
		page, view := openForm(ctx, o, err)
		view.Review.Value = r.PostFormValue("review") // as it was typed, though it be no day
		return p.mux.RenderInvalid(w, r, actor, page, openPage(view))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path(id))
}

// mayOpen hides the form from who may not open operations.
func (p *Pages) mayOpen(ctx context.Context, actor access.Actor) error {
	may, err := p.workspaces.MayOpen(ctx, actor)
	if err == nil && !may {
		return access.ErrHidden
	}
	return err
}

func openForm(ctx context.Context, o workspace.Opening, err error) (ui.Page, profileView) {
	view := profileForm(ctx, o.Profile, err)
	view.Action, view.Cancel, view.Submit, view.Declares = "/operations", "/operations", words.Say(ctx, "workspace.open"), true
	view.Declaration = ui.Field{
		Name: "declared", Label: words.Say(ctx, "workspace.declaration"), Hint: words.Say(ctx, "workspace.hint.declaration"),
		Required: true, Checked: o.Declared, Error: web.FieldError(ctx, err, "declared"),
	}
	return ui.Page{
		Title: words.Say(ctx, "workspace.open"), Place: ui.Operation, Section: "operations",
		Crumbs: []ui.Link{{Label: words.Say(ctx, "workspace.operations"), Href: "/operations"}},
	}, view
}

// profileOf reads the form of a profile. What cannot be read becomes what is never
// allowed: so all that is wrong is said by one, in one go.
func profileOf(r *http.Request) workspace.Profile {
	profile := workspace.Profile{
		Name: r.PostFormValue("name"), Purpose: r.PostFormValue("purpose"), LegalBasis: r.PostFormValue("legal_basis"),
		Contact: r.PostFormValue("contact"), Ceiling: access.Red + 1, Match: workspace.Named + 1,
	}
	if review, err := endOf(r.Context(), r.PostFormValue("review"), "review"); err == nil {
		profile.ReviewAt = review
	}
	if ceiling, ok := access.ParseTLP(r.PostFormValue("ceiling")); ok {
		profile.Ceiling = ceiling
	}
	if match, err := strconv.ParseUint(r.PostFormValue("match"), 10, 8); err == nil {
		profile.Match = workspace.MatchPolicy(match)
	}
	return profile
}

func profileForm(ctx context.Context, p workspace.Profile, err error) profileView {
	say := func(key string) string { return words.Say(ctx, key) }
	field := func(name, label, value string) ui.Field {
		return ui.Field{
			Name: name, Label: say(label), Hint: say("workspace.hint." + name), Value: value, Required: true,
			Error: web.FieldError(ctx, err, name),
		}
	}
	v := profileView{
		Problems: web.Problems(ctx, err),
		Name:     field("name", "workspace.name", p.Name), Purpose: field("purpose", "workspace.purpose", p.Purpose),
		LegalBasis: field("legal_basis", "workspace.legal_basis", p.LegalBasis),
		Contact:    field("contact", "workspace.contact", p.Contact),
		Ceiling:    field("ceiling", "workspace.ceiling", p.Ceiling.String()),
		Match:      field("match", "workspace.match", strconv.Itoa(int(p.Match))),
		Review:     field("review", "workspace.review", dayOf(ctx, p.ReviewAt)),
	}
	v.Name.Max, v.Contact.Required, v.Review.Type = 40, false, "date"
	for t := access.Clear; t <= access.Red; t++ {
		v.Ceiling.Options = append(v.Ceiling.Options, ui.Option{Value: t.String(), Label: "TLP:" + t.String()})
	}
	for m := workspace.Silent; m <= workspace.Named; m++ {
		value := strconv.Itoa(int(m))
		v.Match.Options = append(v.Match.Options, ui.Option{Value: value, Label: matchName(ctx, m), Hint: say("workspace.told." + value)})
	}
	return v
}

func (p *Pages) settings(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	read, role, err := p.workspaces.Read(ctx, actor, id)
	if err != nil {
		return err
	}
	if role < access.Manager {
		return errNotManager
	}
	page, view := settingsForm(ctx, id, read.Profile, read.State, nil)
	return p.mux.Render(w, r, actor, page, settingsPage(view))
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	profile := profileOf(r)
	err := p.workspaces.Change(ctx, actor, id, profile)
	if err == nil {
		return web.SeeOtherSaying(w, r, path(id), "workspace.said.saved")
	}
	if !mendable(err) {
		return err
	}
	read, role, wrong := p.workspaces.Read(ctx, actor, id)
	if wrong != nil {
		return wrong
	}
	if role < access.Manager {
		return errNotManager // whatever they typed
	}
	page, view := settingsForm(ctx, id, profile, read.State, err)
	view.Review.Value = r.PostFormValue("review")
	return p.mux.RenderInvalid(w, r, actor, page, settingsPage(view))
}

func settingsForm(ctx context.Context, id access.WorkspaceID, profile workspace.Profile, state access.WorkspaceState, err error) (ui.Page, profileView) {
	view := profileForm(ctx, profile, err)
	view.Action, view.Cancel, view.Submit = path(id)+"/settings", path(id), words.Say(ctx, "workspace.save")
	view.StateAction = path(id) + "/state"
	for _, next := range workspace.Next(state) {
		view.States = append(view.States, stateChoice{
			Value: string(next), Label: words.Say(ctx, "workspace.move."+string(next)),
			Text: words.Say(ctx, "workspace.moved."+string(next)), Final: next == access.Archived,
		})
	}
	return ui.Page{Title: words.Say(ctx, "workspace.settings"), Place: ui.Operation, Section: "overview", Crumbs: []ui.Link{{Label: words.Say(ctx, "workspace.overview"), Href: path(id)}}}, view
}

func (p *Pages) move(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := web.Workspace(r)
	if err := p.workspaces.Move(r.Context(), actor, id, access.WorkspaceState(r.PostFormValue("state"))); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, path(id), "workspace.said.moved")
}

// matchName returns what a policy of matching is called.
func matchName(ctx context.Context, m workspace.MatchPolicy) string {
	return words.Say(ctx, "workspace.match."+strconv.Itoa(int(m)))
}
