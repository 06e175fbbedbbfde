// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// organisations is what their list shows.
type organisations struct {
	member.Register
	now     time.Time
	next    ui.Link
	said    said
	country string // what was typed
}

func (p *Pages) listOrganisations(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	v, err := p.organisations(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, room(r.Context(), "member.organisations.title", "organisations"), organisationsPage(v))
}

func (p *Pages) organisations(r *http.Request, actor access.Actor) (v organisations, err error) {
	v.now = p.Now()
	v.Register, err = p.Organisations.List(r.Context(), actor, organisationFilter(r), after(r))
	v.next = following(atOrganisations, v.Next, organisationQuery(v.Filter))
	return v, err
}

func (p *Pages) newOrganisation(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.Organisations.MayAdd(r.Context(), actor); err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, organisationForm(r.Context()), newOrganisationPage(member.NewOrganisation{}, said{}))
}

func organisationForm(ctx context.Context) ui.Page {
	page := room(ctx, "member.organisation.add", "organisations", crumb(ctx, "member.organisations.title", atOrganisations))
	page.Wide = false
	return page
}

func (p *Pages) addOrganisation(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.Organisations.MayAdd(r.Context(), actor); err != nil {
		return err // before a word of what was typed: the form itself is hidden
	}
	n := member.NewOrganisation{
		Name: r.PostFormValue("name"), Kind: member.Kind(r.PostFormValue("kind")), Country: access.Country(r.PostFormValue("country")),
	}
	org, err := p.Organisations.Add(r.Context(), actor, n)
	switch {
	case mendable(err) && err != nil:
		return p.mux.RenderInvalid(w, r, actor, organisationForm(r.Context()), newOrganisationPage(n, said{err}))
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, orgPath(org.ID))
}

// dossier is what the page of an organisation shows.
type dossier struct {
	member.Dossier
	now   time.Time
	said  said
	typed member.Agreement
}

func (p *Pages) showOrganisation(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	d, err := p.dossier(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, dossierRoom(r.Context(), d), organisationPage(d))
}

func (p *Pages) dossier(r *http.Request, actor access.Actor) (d dossier, err error) {
	d.now = p.Now()
	d.Dossier, err = p.Organisations.One(r.Context(), actor, access.OrgID(r.PathValue("org")))
	return d, err
}

func dossierRoom(ctx context.Context, d dossier) ui.Page {
	page := room(ctx, "member.organisations.title", "organisations", crumb(ctx, "member.organisations.title", atOrganisations))
	page.Title = d.Name
	return page
}

func (p *Pages) recordAgreement(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	a := member.Agreement{
		Org: access.OrgID(r.PathValue("org")), Reference: r.PostFormValue("reference"), Scope: member.Scope(r.PostFormValue("scope")),
		FirstDay: dayOf(r, "first_day"), LastDay: dayOf(r, "last_day"),
	}
	err := p.Organisations.RecordAgreement(r.Context(), actor, a)
	if err == nil {
		return web.SeeOtherSaying(w, r, orgPath(a.Org), "member.said.agreement")
	}
	if !mendable(err) {
		return err
	}
	d, shown := p.dossier(r, actor)
	if shown != nil {
		return shown
	}
	d.said, d.typed = said{err}, a
	return p.mux.RenderInvalid(w, r, actor, dossierRoom(r.Context(), d), organisationPage(d))
}

func (p *Pages) endAgreement(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	org := access.OrgID(r.PathValue("org"))
	if err := p.Organisations.EndAgreement(r.Context(), actor, org, r.PathValue("agreement")); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, orgPath(org), "member.said.agreement_ended")
}

// onOrganisation does act to the organisation of the path, and shows it again,
// saying so.
func (p *Pages) onOrganisation(act func(context.Context, access.Actor, access.OrgID) error, saying string) web.Page {
	return func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		org := access.OrgID(r.PathValue("org"))
		if err := act(r.Context(), actor, org); err != nil {
			return err
		}
		return web.SeeOtherSaying(w, r, orgPath(org), saying)
	}
}

// onCountry does act to the country that was chosen, and shows the list again,
// saying so.
func (p *Pages) onCountry(act func(context.Context, access.Actor, access.Country) error, saying string) web.Page {
	return func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		if err := act(r.Context(), actor, access.Country(r.PostFormValue("country"))); err != nil {
			return p.countryAgain(w, r, actor, err)
		}
		return web.SeeOtherSaying(w, r, atOrganisations, saying)
	}
}

// confirmCountry says whom the suspension of a country cuts off, before it is done.
func (p *Pages) confirmCountry(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	country := access.Country(r.FormValue("country"))
	reach, err := p.Organisations.CountryReach(r.Context(), actor, country)
	if err != nil {
		return p.countryAgain(w, r, actor, err)
	}
	page := room(r.Context(), "member.countries.suspend", "organisations", crumb(r.Context(), "member.organisations.title", atOrganisations))
	page.Title, page.Wide = words.Say(r.Context(), "member.countries.suspend.title", "country", words.Country(r.Context(), string(country))), false
	return p.mux.Render(w, r, actor, page, countryPage(country, reach))
}

// countryAgain shows the list with the choice of a country and why it was refused.
func (p *Pages) countryAgain(w http.ResponseWriter, r *http.Request, actor access.Actor, err error) error {
	if !mendable(err) {
		return err
	}
	v, shown := p.organisations(r, actor)
	if shown != nil {
		return shown
	}
	v.said, v.country = said{err}, r.FormValue("country")
	return p.mux.RenderInvalid(w, r, actor, room(r.Context(), "member.organisations.title", "organisations"), organisationsPage(v))
}

// countryOptions are the countries, by name in the reader's language.
func countryOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, c := range member.Countries() {
		options = append(options, ui.Option{Value: string(c), Label: words.Country(ctx, string(c))})
	}
	order := collate.New(language.Make(words.Lang(ctx)))
	slices.SortFunc(options, func(a, b ui.Option) int { return order.CompareString(a.Label, b.Label) })
	return options
}

func kindOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: words.Say(ctx, "member.choose")}}
	for _, k := range member.Kinds() {
		options = append(options, ui.Option{Value: string(k), Label: kindName(ctx, k)})
	}
	return options
}

func scopeOptions(ctx context.Context) (options []ui.Option) {
	for _, s := range member.Scopes() {
		options = append(options, ui.Option{Value: string(s), Label: words.Say(ctx, "member.scope."+string(s))})
	}
	return options
}

func kindName(ctx context.Context, k member.Kind) string {
	return words.Say(ctx, "member.kind."+string(k))
}

// typedDay is a day as a date field takes it.
func typedDay(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// endless reports whether a participation has no end to speak of.
func endless(end time.Time) bool { return end.Year() >= 9999 }

// recordTitle names what lets organisations of that kind in.
func recordTitle(ctx context.Context, k member.Kind) string {
	if k.Police() {
		return words.Say(ctx, "member.authorisation.record")
	}
	return words.Say(ctx, "member.agreement.record")
}
