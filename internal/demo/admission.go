// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/member"
)

// opened is how many days ago the platform began.
const opened = 75

// admission brings in everybody.
func (m *maker) admission() {
	m.officers()
	m.organisations()
	m.colleagues()
	m.profiles()
	m.vet()
}

// join makes a member of who holds the link.
func (m *maker) join(token string, c role) error {
	made, err := m.Invitations.Accept(m.ctx, token, member.Acceptance{
		Handle: c.handle, Name: c.name, Post: c.post, Email: c.handle + "@entente.example", Rules: member.RulesVersion,
		Settings: member.Settings{Language: c.language, TimeZone: c.zone},
	})
	m.people[c.handle] = made.ID
	return err
}

// officers brings in the first two officers of the Directorate, a third whom they
// confirm, and a fourth whom one of them has confirmed.
func (m *maker) officers() {
	people := cast()
	console := access.Actor{Kind: access.Console}
	first := m.morning(days(opened))
	first("first start", func() error {
		tokens, err := m.Invitations.FirstStart(m.ctx, console, member.NewOrganisation{Name: "Cybercrime Directorate", Country: ""})
		if err != nil {
			return err
		}
		if len(tokens) != 2 {
			return fmt.Errorf("%d links; want 2", len(tokens))
		}
		return errors.Join(m.join(tokens[0], people[0]), m.join(tokens[1], people[1]))
	})
	propose := func(then func(string, func() error), c role, confirming ...string) {
		then("propose "+c.handle, func() error {
			token, err := m.Invitations.ProposeOfficer(m.ctx, console, c.handle+"@entente.example", c.name)
			if err != nil {
				return err
			}
			return m.join(token, c)
		})
		for _, officer := range confirming {
			then(officer+" confirms "+c.handle, func() error { return m.Officers.Confirm(m.ctx, m.actor(officer), m.people[c.handle]) })
		}
	}
	propose(first, people[2], "linnea", "kofi")
	propose(m.morning(days(people[3].joined)), people[3], "kofi")
	first("load warning lists", func() error {
		_, err := m.Lists.Load(m.ctx, console, func(yield func(deconflict.File, error) bool) {
			yield(deconflict.File{Name: "demo", Raw: []byte(warningList)}, nil)
		})
		return err
	})
}

// warningList holds invented public services, on addresses for documentation.
const warningList = `{
 "name": "Public resolvers and update servers (invented)", "version": 1, "type": "string",
 "description": "Shared by many, evidence of nothing.",
 "list": ["192.0.2.53", "192.0.2.54", "updates.common-os.example"],
 "matching_attributes": ["ip-dst", "ip-src", "domain", "hostname"]
}`

func (m *maker) organisations() {
	then := m.morning(days(opened - 1))
	for _, o := range bodies() {
		then("add "+o.name, func() error {
			made, err := m.Organisations.Add(m.ctx, m.actor("linnea"), member.NewOrganisation{Name: o.name, Kind: o.kind, Country: o.country})
			m.orgs[o.key] = made.ID
			return err
		})
		if o.kind != member.NCB && !o.kind.Police() {
			m.agree(then, "linnea", o.key)
		}
	}
}

// agree records what an organisation takes part by. A police body's
// authorisation is its NCB's to give.
func (m *maker) agree(then func(string, func() error), by, org string) {
	first := m.end.Add(-days(opened - 1)).Truncate(days(1))
	last := first.AddDate(1, 0, 0)
	if org == "halden" {
		last = m.end.Add(days(41)).Truncate(days(1))
	}
	then("agreement of "+org, func() error {
		return m.Organisations.RecordAgreement(m.ctx, m.actor(by), member.Agreement{
			Org: m.orgs[org], Reference: "DEMO/" + org, Scope: member.BothScope, FirstDay: first, LastDay: last,
		})
	})
}

// authorises says which NCB's officer lets a national body take part.
func authorises() map[string]string {
	return map[string]string{"pj-fr": "claire", "parquet-fr": "claire", "uit-es": "ines"}
}

// colleagues brings in everyone else, each invited by whom the rules say.
func (m *maker) colleagues() {
	bureaux := m.morning(days(opened - 2))
	bodies := m.morning(days(opened - 3))
	for _, org := range []string{"pj-fr", "parquet-fr", "uit-es"} {
		m.agree(bodies, authorises()[org], org)
	}
	for _, c := range cast()[4:] {
		then := bodies
		switch {
		case c.joined > 0:
			then = m.morning(days(c.joined))
		case len(c.org) > 4 && c.org[:4] == "ncb-":
			then = bureaux
		}
		then("invite "+c.handle, func() error {
			token, err := m.invite(c)
			if err != nil {
				return err
			}
			return m.join(token, c)
		})
	}
}

// invite makes the link of somebody, confirmed where that is asked for.
func (m *maker) invite(c role) (string, error) {
	i, token, err := m.Invitations.Invite(m.ctx, m.actor(c.by), member.Draft{Org: m.orgs[c.org], Email: c.handle + "@" + c.org + ".example", Name: c.name})
	if err == nil && i.State == member.Awaiting && c.ncb != "" {
		err = m.Invitations.Confirm(m.ctx, m.actor(c.ncb), i.ID)
	}
	return token, err
}

func (m *maker) vet() {
	early, late := m.morning(days(opened-4)), m.morning(days(2))
	for _, c := range cast() {
		if c.endorsed == "" {
			continue
		}
		then := early
		if c.approvals < 2 {
			then = late
		}
		m.vetOne(then, c)
	}
}

func (m *maker) vetOne(then func(string, func() error), c role) {
	last := m.end.Add(days(cmp.Or(c.vetted, 180))).Truncate(days(1))
	then("endorse "+c.handle, func() error {
		return m.Vettings.Endorse(m.ctx, m.actor(c.endorsed), m.people[c.handle], member.Endorsement{
			Statement: "Identity seen in person; post and clearance confirmed; no conflict of interest known.", LastDay: last,
		})
	})
	for _, officer := range []string{"kofi", "amelie", "linnea"} {
		if officer != c.endorsed && c.approvals > 0 {
			c.approvals--
			then(officer+" approves "+c.handle, func() error { return m.Vettings.Approve(m.ctx, m.actor(officer), m.people[c.handle]) })
		}
	}
}

// queue leaves something for the Directorate and the bureaux to decide.
func (m *maker) queue() {
	invited := []struct {
		before time.Duration
		c      role
	}{
		{days(2), role{handle: "p.aranda", name: "Paloma Aranda", org: "solmar", by: "linnea"}},
		{30 * time.Hour, role{handle: "j.ribas", name: "Jordi Ribas", org: "solmar", by: "kofi"}},
		{days(4), role{handle: "a.diop", name: "Aminata Diop", org: "ncb-sn", by: "moctar"}},
		{days(12), role{handle: "k.ota", name: "Kenji Ota", org: "ncb-jp", by: "haruto"}},
		{26 * time.Hour, role{handle: "s.vidal", name: "Solène Vidal", org: "pj-fr", by: "claire"}},
		{20 * time.Hour, role{handle: "r.fischer", name: "Rafael Fischer", org: "halden", by: "linnea"}},
	}
	for _, i := range invited {
		m.ago(i.before, "invite "+i.c.handle, func() error { _, err := m.invite(i.c); return err })
	}
}
