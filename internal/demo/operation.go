// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/workspace"
)

// operation is one of the demonstration: who runs it, who is in it, and how far
// it has come. Its code name is invented.
type operation struct {
	key, name, manager string
	match              workspace.MatchPolicy
	purpose, basis     string
	opened             int // days ago
	moves              []move
	members            []seat
}

type move struct {
	daysAgo int
	to      access.WorkspaceState
}

type seat struct {
	handle string
	role   access.Role
	offer  bool // it waits for an answer
}

func operations() []operation {
	return []operation{
		{
			key: "kestrel", name: "KESTREL", manager: "ines", match: workspace.Contact, opened: 31,
			purpose: "Dismantle the group behind the Kestrel ransomware: its panel, its hosting and its cash-out.",
			basis:   "Joint investigation under national warrants; cooperation agreed between the NCBs of the countries that take part.",
			moves:   []move{{29, access.Active}},
			members: []seat{
				{"camille", access.Analyst, false}, {"youssef", access.Analyst, false}, {"friederike", access.Analyst, false}, {"oksana", access.Analyst, false},
				{"mateo", access.Analyst, false}, {"helene", access.Analyst, false}, {"sabine", access.Reader, false}, {"greta", access.Analyst, false}, {"claire", access.Reader, true},
			},
		},
		{
			key: "lantern", name: "LANTERN", manager: "beatriz", match: workspace.Named, opened: 27,
			purpose: "Find and close the mule network that launders the proceeds of business e-mail compromise.",
			basis:   "Parallel investigations; exchange of police information between NCBs.",
			moves:   []move{{25, access.Active}},
			members: []seat{
				{"haruto", access.Analyst, false}, {"aoi", access.Analyst, false}, {"thiago", access.Analyst, false},
				{"weiling", access.Analyst, false}, {"duarte", access.Analyst, false}, {"wanjiru", access.Analyst, true},
			},
		},
		{
			key: "tidegate", name: "TIDEGATE", manager: "jonas", match: workspace.Named, opened: 58,
			purpose: "Take the machines of a bulletproof hosting reseller out of service and charge those who run it.",
			basis:   "Joint investigation team agreement of five countries.",
			moves:   []move{{56, access.Active}, {6, access.Closing}},
			members: []seat{
				{"friederike", access.Manager, false}, {"oksana", access.Analyst, false}, {"youssef", access.Analyst, false},
				{"camille", access.Analyst, false}, {"claire", access.Analyst, false},
			},
		},
		{
			key: "papercrane", name: "PAPER CRANE", manager: "haruto", match: workspace.Silent, opened: 5,
			purpose: "Map the sellers of forged identity documents used to open mule accounts and to swap SIM cards.", basis: "Preliminary inquiry.",
			members: []seat{{"aoi", access.Analyst, false}, {"weiling", access.Analyst, false}, {"jonas", access.Reader, true}},
		},
		{
			key: "copperfern", name: "COPPER FERN", manager: "claire", match: workspace.Contact, opened: 66,
			purpose: "Identify the author and the customers of a phishing kit that imitates parcel services.",
			basis:   "Judicial investigation; European investigation orders between the countries concerned.",
			moves:   []move{{64, access.Active}, {20, access.Closing}, {12, access.Archived}},
			members: []seat{{"camille", access.Analyst, false}, {"mateo", access.Analyst, false}, {"ines", access.Analyst, false}},
		},
	}
}

func (m *maker) operations() {
	for _, o := range operations() {
		m.places[o.key] = ""
		then := m.morning(days(o.opened))
		m.begin(then, o)
		for _, s := range o.members {
			seated := then
			if s.offer {
				seated = m.morning(28 * time.Hour)
			}
			m.seat(seated, o, s)
		}
		for _, to := range o.moves {
			m.ago(days(to.daysAgo), "move "+o.name, func() error { return m.Workspaces.Move(m.ctx, m.actor(o.manager), m.places[o.key], to.to) })
		}
	}
}

func (m *maker) begin(then func(string, func() error), o operation) {
	m.inside[o.manager] = append(m.inside[o.manager], o.key)
	then("open "+o.name, func() (err error) {
		m.places[o.key], err = m.Workspaces.Open(m.ctx, m.actor(o.manager), workspace.Opening{Declared: true, Profile: workspace.Profile{
			Name: o.name, Purpose: o.purpose, LegalBasis: o.basis, Ceiling: access.AmberStrict, Match: o.match,
			Contact: "Duty officer of the opening NCB, through the desk", ReviewAt: m.end.AddDate(0, 0, 6+o.opened),
		}})
		return err
	})
}

func (m *maker) seat(then func(string, func() error), o operation, s seat) {
	then("invite "+s.handle+" into "+o.name, func() error {
		return m.Memberships.Invite(m.ctx, m.actor(o.manager), m.places[o.key], workspace.Invitation{Who: s.handle, Terms: workspace.Terms{Role: s.role}})
	})
	if s.offer {
		return
	}
	m.inside[s.handle] = append(m.inside[s.handle], o.key)
	then(s.handle+" enters "+o.name, func() error { return m.Memberships.Accept(m.ctx, m.actor(s.handle), m.places[o.key]) })
}
