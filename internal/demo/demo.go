// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
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

// House is the services through which the world is made.
type House struct {
	Organisations *member.Organisations
	People        *member.People
	Invitations   *member.Invitations
	Officers      *member.Officers
	Vettings      *member.Vettings
	Accounts      *member.Accounts
	Workspaces    *workspace.Workspaces
	Memberships   *workspace.Memberships
	Topics        *discussion.Topics
	Posts         *discussion.Posts
	Batches       *intel.Batches
	Lists         *deconflict.Lists

	// Settle waits until no work waits in the background.
	Settle func(ctx context.Context) error
}

// Person is one of those whom the sign-in page lists.
type Person struct {
	Member  access.MemberID
	Name    string
	Org     string
	Country access.Country
	Look    string // key of the line that says what they can show
}

// act is one thing that somebody did, and when.
type act struct {
	at   time.Time
	what string
	do   func() error
}

// maker makes the world: it writes down who did what and when, then lets it
// happen in that order.
type maker struct {
	House
	ctx    context.Context //nolint:containedctx // one build, from begin to end
	end    time.Time       // the real now
	acts   []act
	orgs   map[string]access.OrgID
	people map[string]access.MemberID
	places map[string]access.WorkspaceID
	inside map[string][]string // the operations that somebody is in
}

// Build makes the world. The clock must show the real time, and shows it again
// at the end. The same time makes the same world but for its ids.
func Build(ctx context.Context, h House, clock *Clock) ([]Person, error) {
	m := &maker{
		House: h, ctx: ctx, end: clock.Now(), orgs: map[string]access.OrgID{}, people: map[string]access.MemberID{},
		places: map[string]access.WorkspaceID{"exchange": access.Exchange}, inside: map[string][]string{},
	}
	defer func() { clock.Set(m.end) }()
	m.admission()
	m.operations()
	m.findings()
	if err := m.talk(); err != nil {
		return nil, err
	}
	m.visits()
	m.queue()
	if err := m.play(clock); err != nil {
		return nil, err
	}
	return Persons(ctx, h)
}

// play lets everything happen, the earliest first.
func (m *maker) play(clock *Clock) error {
	slices.SortStableFunc(m.acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range m.acts {
		clock.Set(a.at)
		if err := a.do(); err != nil {
			return fmt.Errorf("%s: %w", a.what, err)
		}
	}
	return nil
}

// days is a number of days.
func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// ago writes down an act of so long ago.
func (m *maker) ago(before time.Duration, what string, do func() error) {
	m.acts = append(m.acts, act{m.end.Add(-before), what, do})
}

// morning writes down acts that follow each other within minutes.
func (m *maker) morning(before time.Duration) func(what string, do func() error) {
	n := 0
	return func(what string, do func() error) {
		m.ago(before-time.Duration(n)*97*time.Second, what, do)
		n++
	}
}

// Persons finds the people whom the sign-in page lists.
func Persons(ctx context.Context, h House) ([]Person, error) {
	var list []Person
	for _, p := range personas() {
		found, err := h.Accounts.ByName(ctx, p.handle)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", p.handle, err)
		}
		list = append(list, Person{found.ID, found.Name, found.Org.Name, found.Org.Country, p.look})
	}
	return list, nil
}

func (m *maker) actor(handle string) access.Actor {
	return access.Actor{Kind: access.Person, Member: m.people[handle], Session: "demonstration", Strength: access.Passkey}
}

// visits lets people read what was there when they last came by.
func (m *maker) visits() {
	for i, c := range cast() {
		if c.away < 0 {
			continue
		}
		away := time.Duration(cmp.Or(c.away, 6+i*17%70)) * time.Hour
		m.ago(away, c.handle+" reads", func() error {
			for _, name := range append([]string{"exchange"}, m.inside[c.handle]...) {
				if err := m.Topics.MarkAllRead(m.ctx, m.actor(c.handle), m.places[name], ""); err != nil {
					return fmt.Errorf("in %s: %w", name, err)
				}
			}
			return nil
		})
	}
}
