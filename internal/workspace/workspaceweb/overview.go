// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"net/http"
	"net/url"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/workspace"
)

// overviewView is an operation at a glance.
type overviewView struct {
	Purpose, LegalBasis, State, Match, Contact string
	TLP                                        access.TLP
	Settings                                   string // empty for who may not change them
	Members                                    string // where the members are listed
	Review                                     time.Time
	ReviewDue                                  bool
	Archived, Closing                          bool
	Countries                                  []countryView
	People, CountryCount, Closed               int
	RunBy                                      []access.Card
	Panels                                     []Panel
	Purge                                      purgeView
	Figures                                    []ui.Figure
}

// countryView is who of one country is in an operation.
type countryView struct {
	Country access.Country
	Orgs    []orgView
}

// orgView is an organisation in an operation.
type orgView struct {
	Name         string
	People       int
	StartsClosed bool
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	read, role, err := p.workspaces.Read(ctx, actor, id)
	if err != nil {
		return err
	}
	members, err := p.memberships.In(ctx, actor, id)
	if err != nil {
		return err
	}
	profile := read.Profile
	view := overviewView{
		Purpose: profile.Purpose, LegalBasis: profile.LegalBasis, State: stateName(ctx, read.State), TLP: profile.Ceiling,
		Match:   matchName(ctx, profile.Match),
		Contact: profile.Contact, Members: path(id) + "/members", Review: profile.ReviewAt, Archived: read.State == access.Archived,
		Closing: read.State == access.Closing, ReviewDue: profile.ReviewDue(p.now()),
	}
	if role == access.Manager && !view.Archived {
		view.Settings = path(id) + "/settings"
	}
	view.gather(members)
	if role == access.Manager && view.Archived {
		if view.Purge, err = p.purge(ctx, actor, id, members); err != nil {
			return err
		}
	}
	if p.around.Latest != nil {
		if view.Panels, err = p.around.Latest(ctx, actor, id); err != nil {
			return err
		}
	}
	if p.around.Figures != nil {
		if view.Figures, err = p.around.Figures(ctx, actor, id); err != nil {
			return err
		}
	}
	page := ui.Page{Title: profile.Name, Place: ui.Operation, Section: "overview", Follow: "w=" + url.QueryEscape(string(id))}
	return p.mux.Render(w, r, actor, page, overviewPage(view))
}

// gather counts the members by country and organisation, in which order they
// come.
func (v *overviewView) gather(members []workspace.Membership) {
	for _, m := range members {
		if m.State != workspace.Accepted {
			continue
		}
		v.People++
		if m.Terms.Role == access.Manager {
			v.RunBy = append(v.RunBy, m.Card)
		}
		if startsClosed(m.Card.OrgKind) {
			v.Closed++
		}
		if n := len(v.Countries); n == 0 || v.Countries[n-1].Country != m.Card.Country {
			v.Countries = append(v.Countries, countryView{Country: m.Card.Country})
		}
		v.Countries[len(v.Countries)-1].add(m.Card)
	}
	for _, c := range v.Countries {
		if c.Country != "" {
			v.CountryCount++
		}
	}
}

func (c *countryView) add(card access.Card) {
	if n := len(c.Orgs); n == 0 || c.Orgs[n-1].Name != card.OrgName {
		c.Orgs = append(c.Orgs, orgView{Name: card.OrgName, StartsClosed: startsClosed(card.OrgKind)})
	}
	c.Orgs[len(c.Orgs)-1].People++
}

// startsClosed reports whether members of an organisation of that kind see, in
// an operation, only what was opened to them (access.Grant.StartsClosed decides;
// this tells the others).
func startsClosed(kind string) bool { return kind == "private" || kind == "cert" || kind == "academia" }
