// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/workspace"
)

// Clock is set back while the world is made, act by act.
type Clock struct{ at atomic.Int64 }

// Now returns the time that was set.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.at.Load()).UTC() }

// Set moves the clock.
func (c *Clock) Set(t time.Time) { c.at.Store(t.UnixMicro()) }

func (c *Clock) advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// House is the services through which the world is made.
type House struct {
	Organisations *member.Organisations
	Invitations   *member.Invitations
	Officers      *member.Officers
	Vettings      *member.Vettings
	Accounts      *member.Accounts
	Workspaces    *workspace.Workspaces
	Memberships   *workspace.Memberships
	Topics        *discussion.Topics
	Posts         *discussion.Posts
	Batches       *intel.Batches

	// Settle waits until no work waits in the background.
	Settle func(ctx context.Context) error
}

// Person is one of those whom the sign-in page lists.
type Person struct {
	Member  access.MemberID
	Name    string
	Org     string
	Country access.Country
	Role    string
}

// maker makes the world; the first error ends it.
type maker struct {
	House
	ctx    context.Context //nolint:containedctx // one build, from begin to end
	clock  *Clock
	end    time.Time // the real now
	orgs   map[string]access.OrgID
	people map[string]access.MemberID
	err    error
}

// Build makes the world. The clock must show the real time, and shows it again
// at the end.
func Build(ctx context.Context, h House, clock *Clock) ([]Person, error) {
	m := &maker{House: h, ctx: ctx, clock: clock, end: clock.Now(), orgs: map[string]access.OrgID{}, people: map[string]access.MemberID{}}
	clock.Set(m.end.AddDate(0, 0, -40))
	m.officers()
	m.organisations()
	m.colleagues()
	m.vet()
	m.talk()
	m.operations()
	clock.Set(m.end)
	if m.err != nil {
		return nil, m.err
	}
	return Persons(ctx, h)
}

// Persons finds the people whom the sign-in page lists.
func Persons(ctx context.Context, h House) ([]Person, error) {
	var list []Person
	for _, c := range cast() {
		if c.role == "" {
			continue
		}
		found, err := h.Accounts.ByName(ctx, c.handle)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", c.handle, err)
		}
		list = append(list, Person{found.ID, found.Name, found.Org.Name, found.Org.Country, c.role})
	}
	return list, nil
}

func (m *maker) actor(handle string) access.Actor {
	id, ok := m.people[handle]
	if !ok && m.err == nil {
		m.err = fmt.Errorf("nobody is called %s", handle)
	}
	return access.Actor{Kind: access.Person, Member: id, Session: "demonstration", Strength: access.Passkey}
}

// do runs one step, unless an earlier one failed, and lets some time pass.
func (m *maker) do(what string, step func() error) {
	if m.err != nil {
		return
	}
	if err := step(); err != nil {
		m.err = fmt.Errorf("%s: %w", what, err)
	}
	m.clock.advance(7 * time.Minute)
}

func (m *maker) accept(token string, c role) {
	m.do(c.handle+" accepts", func() error {
		made, err := m.Invitations.Accept(m.ctx, token, member.Acceptance{
			Handle: c.handle, Name: c.name, Post: c.post, Email: c.handle + "@entente.example", Rules: member.RulesVersion,
			Settings: member.Settings{Language: c.language, TimeZone: c.zone},
		})
		m.people[c.handle] = made.ID
		return err
	})
}

// officers brings in the first two officers of the Directorate.
func (m *maker) officers() {
	m.do("first start", func() error {
		console := access.Actor{Kind: access.Console}
		tokens, err := m.Invitations.FirstStart(m.ctx, console, member.NewOrganisation{Name: "Cybercrime Directorate", Country: ""})
		if err == nil && len(tokens) != 2 {
			err = fmt.Errorf("%d links; want 2", len(tokens))
		}
		if err != nil {
			return err
		}
		first := cast()[:2]
		m.accept(tokens[0], first[0])
		m.accept(tokens[1], first[1])
		return m.err
	})
	third := cast()[2]
	var token string
	m.do("propose a third officer", func() (err error) {
		token, err = m.Invitations.ProposeOfficer(m.ctx, access.Actor{Kind: access.Console}, third.handle+"@entente.example", third.name)
		return err
	})
	m.accept(token, third)
	for _, officer := range []string{"linnea", "kofi"} {
		m.do(officer+" confirms", func() error { return m.Officers.Confirm(m.ctx, m.actor(officer), m.people[third.handle]) })
	}
}

func (m *maker) organisations() {
	officer := m.actor("linnea")
	for _, o := range bodies() {
		m.do("add "+o.name, func() error {
			made, err := m.Organisations.Add(m.ctx, officer, member.NewOrganisation{Name: o.name, Kind: o.kind, Country: o.country})
			m.orgs[o.key] = made.ID
			return err
		})
		if o.kind != member.NCB && !o.kind.Police() {
			m.agree(officer, o.key)
		}
	}
}

// agree records what an organisation takes part by. A police body's
// authorisation is its NCB's to give.
func (m *maker) agree(by access.Actor, org string) {
	today := m.clock.Now().Truncate(24 * time.Hour)
	m.do("agreement of "+org, func() error {
		return m.Organisations.RecordAgreement(m.ctx, by, member.Agreement{
			Org: m.orgs[org], Reference: "DEMO/" + org, Scope: member.BothScope, FirstDay: today, LastDay: today.AddDate(1, 0, 0),
		})
	})
}

// colleagues brings in everyone else, each invited by whom the rules say.
func (m *maker) colleagues() {
	for _, c := range cast()[3:] {
		if c.org == "pj-fr" || c.org == "uit-es" {
			m.agree(m.actor(c.by), c.org)
		}
		var token string
		m.do("invite "+c.handle, func() (err error) {
			var i member.Invitation
			draft := member.Draft{Org: m.orgs[c.org], Email: c.handle + "@" + c.org + ".example", Name: c.name}
			if i, token, err = m.Invitations.Invite(m.ctx, m.actor(c.by), draft); err == nil && i.State == member.Awaiting {
				err = m.Invitations.Confirm(m.ctx, m.actor(c.ncb), i.ID)
			}
			return err
		})
		m.accept(token, c)
	}
}

func (m *maker) vet() {
	last := m.clock.Now().Truncate(24*time.Hour).AddDate(1, 0, 0)
	for _, c := range cast() {
		if c.endorsed == "" {
			continue
		}
		m.do("endorse "+c.handle, func() error {
			return m.Vettings.Endorse(m.ctx, m.actor(c.endorsed), m.people[c.handle], member.Endorsement{
				Statement: "Identity seen in person; post and clearance confirmed; no conflict of interest known.", LastDay: last,
			})
		})
		for _, officer := range []string{"linnea", "kofi", "amelie"} {
			if officer != c.endorsed && officer != c.handle && c.approvals > 0 {
				c.approvals--
				m.do("approve "+c.handle, func() error { return m.Vettings.Approve(m.ctx, m.actor(officer), m.people[c.handle]) })
			}
		}
	}
}
