// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// handlingView is the form that changes how objects are handled.
type handlingView struct {
	intel.HandlingForm
	At, Action, Back string
	Picked           []intel.ObjectID // where they were picked out of a list
	Weighed          bool             // Readers are those of the choice that is shown
	Error            error
}

func (p *Pages) handling(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	v := handlingOf(r)
	var err error
	if v.HandlingForm, err = p.handled.Form(r.Context(), actor, web.Workspace(r), only(r)); err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, v.frame(r.Context()), handlingPage(v))
}

// only is the object that the address names.
func only(r *http.Request) []intel.ObjectID {
	return []intel.ObjectID{intel.ObjectID(r.PathValue("object"))}
}

func handlingOf(r *http.Request) handlingView {
	at := web.WorkspacePath(web.Workspace(r))
	back := at + "/objects/" + r.PathValue("object")
	return handlingView{At: at, Back: back, Action: back + "/handling"}
}

func (p *Pages) rehandle(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	return p.choose(w, r, actor, handlingOf(r), only(r))
}

// rehandlePicked is the same for what was picked out of a list.
func (p *Pages) rehandlePicked(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, ws, at := r.Context(), web.Workspace(r), web.WorkspacePath(web.Workspace(r))
	ids, _ := chosen(r)
	slices.Sort(ids)
	v := handlingView{At: at, Back: at + "/intel", Action: at + "/intel/handling", Picked: slices.Compact(ids)}
	if len(v.Picked) == 0 {
		if _, err := p.saved.List(ctx, actor, ws); err != nil { // who may not be here learns no more
			return err
		}
		return p.noneChosen(w, r)
	}
	if r.PostFormValue("audience") != "" {
		return p.choose(w, r, actor, v, v.Picked)
	}
	var err error
	if v.HandlingForm, err = p.handled.Form(ctx, actor, ws, v.Picked); err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, v.frame(ctx), handlingPage(v))
}

// choose shows who will read the objects by what the form chooses, and changes them
// once its sender has seen just that.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request, actor access.Actor, v handlingView, ids []intel.ObjectID) error {
	ctx, ws := r.Context(), web.Workspace(r)
	choice, err := choiceIn(r)
	if err == nil {
		v.HandlingForm, err = p.handled.Weigh(ctx, actor, ws, ids, choice)
	}
	if err == nil && r.PostFormValue("weigh") == "" && r.PostFormValue("weighed") == v.stamp() {
		if _, err = p.handled.Change(ctx, actor, ws, ids, choice); err == nil {
			return web.SeeOtherSaying(w, r, v.Back, "intelweb.said.handled")
		}
	}
	if err == nil {
		v.Weighed = true
		return p.mux.Render(w, r, actor, v.frame(ctx), handlingPage(v))
	}
	form, refused := p.handled.Form(ctx, actor, ws, ids)
	if refused != nil {
		return refused
	}
	if !mendable(err) {
		return err
	}
	v.HandlingForm, v.Error = form, err
	if choice.Reach <= intel.ToNobody {
		v.Choice = choice
	}
	return p.mux.RenderInvalid(w, r, actor, v.frame(ctx), handlingPage(v))
}

// mendable reports whether the form can be sent again, put right.
func mendable(err error) bool {
	return slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Forbidden}, fault.KindOf(err))
}

// The choices of who reads it, as the form sends them.
var reaches = []string{intel.ToAll: "all", intel.ToChosen: "chosen", intel.ToNobody: "own"}

// choiceIn reads the form.
func choiceIn(r *http.Request) (c intel.Choice, err error) {
	d, err := decision(r)
	c = intel.Choice{TLP: d.TLP, PAP: d.PAP, Court: d.Court, DoNotDisrupt: d.DoNotDisrupt, Named: strings.FieldsFunc(r.PostFormValue("named"), apart)}
	for _, org := range r.PostForm["org"] {
		c.Orgs = append(c.Orgs, access.OrgID(org))
	}
	reach := slices.Index(reaches, r.PostFormValue("audience"))
	if err == nil && reach < 0 {
		err = fault.New(fault.Invalid, "intelweb.handling.audience.missing").On("audience")
	}
	c.Reach = intel.Reach(reach) //nolint:gosec // -1 is none of the reaches
	return c, err
}

// apart reports what stands between the handles of persons.
func apart(r rune) bool {
	return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\r' || r == '\t'
}

// stamp tells choices and what comes of them apart: who sends it has seen them.
func (v handlingView) stamp() string {
	sum := sha256.Sum256(fmt.Append(nil, v.Choice, v.Readers, len(v.Objects), v.Others))
	return hex.EncodeToString(sum[:8])
}

// weighing is how much the button stands out that shows who will read: less, once
// they are shown.
func (v handlingView) weighing() ui.Look {
	if v.Weighed {
		return ui.Normal
	}
	return ui.Primary
}

func (v handlingView) frame(ctx context.Context) ui.Page {
	head := ui.Page{
		Title: words.Say(ctx, "intelweb.handling.several", "count", len(v.Objects)), Place: ui.Operation, Section: "intel", Wide: true,
		Crumbs: []ui.Link{{Label: words.Say(ctx, "intelweb.list.title"), Href: v.At + "/intel"}},
	}
	if len(v.Picked) == 0 {
		name := rowName(ctx, v.Objects[0])
		head.Title = words.Say(ctx, "intelweb.handling.title", "name", name)
		head.Crumbs = append(head.Crumbs, ui.Link{Label: name, Href: v.Back})
	}
	return head
}

// problems is what is wrong, above the form.
func (v handlingView) problems(ctx context.Context) []ui.FieldError {
	if v.Error == nil {
		return nil
	}
	return []ui.FieldError{{Field: fault.Of(v.Error).Field, Text: words.Fault(ctx, v.Error)}}
}

func (v handlingView) tlp(ctx context.Context) ui.Field {
	f := ui.Field{Name: "tlp", Required: true, Label: words.Say(ctx, "intelweb.decision.tlp.label"), Value: v.Choice.TLP.String(), Error: web.FieldError(ctx, v.Error, "tlp")}
	for _, t := range v.TLPs {
		f.Options = append(f.Options, ui.Option{Value: t.String(), Label: "TLP:" + t.String()})
	}
	return f
}

func (v handlingView) pap(ctx context.Context) ui.Field {
	f := ui.Field{Name: "pap", Required: true, Label: words.Say(ctx, "intelweb.decision.pap.label"), Value: strconv.Itoa(int(v.Choice.PAP)), Error: web.FieldError(ctx, v.Error, "pap")}
	for _, p := range v.PAPs {
		f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(int(p)), Label: "PAP:" + p.String()})
	}
	return f
}

func (v handlingView) court(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "court", Required: true, Label: words.Say(ctx, "intelweb.decision.court.label"), Value: strconv.Itoa(int(v.Choice.Court)),
		Options: courtOptions(), Error: web.FieldError(ctx, v.Error, "court"),
	}
}

func (v handlingView) audience(ctx context.Context) ui.Field {
	say := func(key string) string { return words.Say(ctx, "intelweb.handling.audience."+key) }
	return ui.Field{
		Name: "audience", Required: true, Label: words.Say(ctx, "intelweb.handling.audience"), Value: reaches[v.Choice.Reach], Error: web.FieldError(ctx, v.Error, "audience"),
		Options: []ui.Option{
			{Value: "all", Label: say("all"), Hint: say("all.hint")},
			{Value: "chosen", Label: say("chosen"), Hint: say("chosen.hint")},
			{Value: "own", Label: say("own"), Hint: say("own.hint")},
		},
	}
}

// mayBeRed says that TLP:RED can be chosen, which is for named persons.
func (v handlingView) mayBeRed() bool { return slices.Contains(v.TLPs, access.Red) }

func (v handlingView) named(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "named", Filter: true, Label: words.Say(ctx, "intelweb.handling.named"), Hint: words.Say(ctx, "intelweb.handling.named.hint"),
		Value: strings.Join(v.Choice.Named, " "), Dir: "ltr", Error: web.FieldError(ctx, v.Error, "named"),
	}
}

func (v handlingView) orgs() (choices []ui.OrgChoice) {
	for _, o := range v.Orgs {
		choices = append(choices, ui.OrgChoice{
			ID: string(o.Org), Name: o.OrgName, Country: string(o.Country), StartsClosed: o.StartsClosed, On: slices.Contains(v.Choice.Orgs, o.Org),
		})
	}
	return choices
}

// readership says how many they are: people, of how many countries, of how many
// companies.
func readership(ctx context.Context, n access.Readers) string {
	text := words.Say(ctx, "intelweb.readers.people", "count", n.People)
	if n.Countries > 0 {
		text = words.Say(ctx, "intelweb.readers.and", "these", text, "those", words.Say(ctx, "intelweb.readers.countries", "count", n.Countries))
	}
	if n.Companies > 0 {
		text = words.Say(ctx, "intelweb.readers.and", "these", text, "those", words.Say(ctx, "intelweb.readers.companies", "count", n.Companies))
	}
	return text
}

// whoSees says in one sentence who may see an object; the names that belong to it
// come behind.
func whoSees(ctx context.Context, e intel.Entity) string {
	switch {
	case e.Handling.TLP == access.Red:
		return words.Say(ctx, "intelweb.sees.named")
	case e.Handling.Restricted && len(e.OpenedTo) == 0:
		return words.Say(ctx, "intelweb.sees.own", "name", e.Originator.OrgName)
	case e.Handling.Restricted:
		return words.Say(ctx, "intelweb.sees.chosen", "name", e.Originator.OrgName)
	case len(e.OpenedTo) > 0:
		return words.Say(ctx, "intelweb.sees.opened")
	}
	return words.Say(ctx, "intelweb.sees.all")
}
