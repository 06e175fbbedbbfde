// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// CaseState is where the vetting of a person stands.
type CaseState string

// The states of a case.
const (
	Open    CaseState = "open" // endorsed, not yet approved by two
	Granted CaseState = "granted"
	Ended   CaseState = "ended"
)

// maxVetting is how long a vetting may last, in months.
const maxVetting = 24

// Case is one vetting of a person.
type Case struct {
	ID         string
	Member     access.MemberID
	State      CaseState
	Statement  string // what was endorsed: identity seen in person, post, clearance, conflicts of interest
	EndorsedBy access.MemberID
	EndorsedAt time.Time
	Until      time.Time // until when it is to hold
	Approvals  []Vote
	EndedBy    access.MemberID
	EndedAt    time.Time
}

func (c Case) mentions() []access.MemberID {
	ids := []access.MemberID{c.EndorsedBy, c.EndedBy}
	for _, vote := range c.Approvals {
		ids = append(ids, vote.Officer)
	}
	return ids
}

// Endorsement is the word of one who answers for a person.
type Endorsement struct {
	Statement string
	LastDay   time.Time // midnight UTC; the vetting holds to the end of this day
}

func (e Endorsement) end() time.Time { return e.LastDay.AddDate(0, 0, 1) }

func (e Endorsement) clean(now time.Time) (Endorsement, error) {
	const most = 4000
	e.Statement = strings.TrimSpace(e.Statement)
	return e, fault.All(
		fault.If(e.Statement == "", invalid("statement", "member.vetting.statement")),
		fault.If(len(e.Statement) > most, invalid("statement", "member.vetting.statement_long")),
		fault.If(e.LastDay.IsZero(), invalid("last_day", "member.day.unknown")),
		fault.If(!e.end().After(now) || e.LastDay.After(now.AddDate(0, maxVetting, 0)), invalid("last_day", "member.vetting.last_day").With("months", maxVetting)),
	)
}

// Vettings endorses people for Operations and approves them.
type Vettings struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewVettings returns Vettings kept in store.
func NewVettings(store Store, now func() time.Time, newID func() string) *Vettings {
	return &Vettings{store, now, newID}
}

// Endorse opens a case for a member. It fails with fault.Conflict where one is
// open.
func (v *Vettings) Endorse(ctx context.Context, actor access.Actor, id access.MemberID, e Endorsement) error {
	now := v.now()
	e, err := e.clean(now)
	if err != nil {
		return err
	}
	c := Case{ID: v.newID(), Member: id, State: Open, Statement: e.Statement, EndorsedBy: actor.Member, EndorsedAt: now, Until: e.end()}
	entry := audit.Entry{ID: v.newID(), At: now, Verb: audit.VettingProposed, Object: c.ID, Concerns: id}
	return v.store.Update(ctx, admits(actor), func(tx Tx) error {
		m, err := tx.LockMember(ctx, id)
		if err != nil {
			return err
		}
		if err := mayEndorse(tx.Grant(), m, now); err != nil {
			return err
		}
		last, exists, err := newest(ctx, tx, id)
		if err != nil {
			return err
		}
		if exists && last.State == Open || m.State != Active {
			return fault.New(fault.Conflict, "member.vetting.moved_on")
		}
		if err := tx.InsertCase(ctx, c); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Approve adds the actor's approval to a member's open case; the second of two
// different officers makes the member vetted.
func (v *Vettings) Approve(ctx context.Context, actor access.Actor, id access.MemberID) error {
	now := v.now()
	approved := audit.Entry{ID: v.newID(), At: now, Verb: audit.VettingApproved, Concerns: id}
	granted := audit.Entry{ID: v.newID(), At: now, Verb: audit.VettingGranted, Concerns: id}
	return v.store.Update(ctx, directs(actor), func(tx Tx) error {
		m, c, err := openCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := mayApproveNow(tx.Grant(), c, m, now); err != nil {
			return err
		}
		if err := tx.InsertApproval(ctx, c.ID, Vote{actor.Member, now}); err != nil {
			return err
		}
		approved.Object, granted.Object = c.ID, c.ID
		if approved.Count = int64(len(c.Approvals) + 1); approved.Count < enough {
			return tx.Record(ctx, approved)
		}
		c.State = Granted
		return conclude(ctx, tx, c, c.Until, approved, granted)
	})
}

// openCase returns the open case of a member, whose row it locks: two approvals
// at once are then one after the other.
func openCase(ctx context.Context, tx Tx, id access.MemberID) (Member, Case, error) {
	m, err := tx.LockMember(ctx, id)
	if err != nil {
		return m, Case{}, err
	}
	c, exists, err := newest(ctx, tx, id)
	if err == nil && (!exists || c.State != Open) {
		err = fault.New(fault.Conflict, "member.vetting.moved_on")
	}
	return m, c, err
}

// conclude changes the state of a case, and with it until when its member is
// vetted.
func conclude(ctx context.Context, tx Tx, c Case, until time.Time, entries ...audit.Entry) error {
	if err := tx.MoveCase(ctx, c); err != nil {
		return err
	}
	if err := tx.SetVetted(ctx, c.Member, until); err != nil {
		return err
	}
	for _, e := range entries {
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// End ends a member's vetting now, or refuses the case that is open.
func (v *Vettings) End(ctx context.Context, actor access.Actor, id access.MemberID) error {
	now := v.now()
	entry := audit.Entry{ID: v.newID(), At: now, Verb: audit.VettingEnded, Concerns: id}
	return v.store.Update(ctx, admits(actor), func(tx Tx) error {
		m, err := tx.LockMember(ctx, id)
		if err != nil {
			return err
		}
		if err := mayEndVetting(tx.Grant(), m); err != nil {
			return err
		}
		c, exists, err := newest(ctx, tx, id)
		if err != nil {
			return err
		}
		if !exists || c.State == Ended {
			return fault.New(fault.Conflict, "member.vetting.moved_on")
		}
		until := time.Time{}
		if c.State == Open && m.Vetted(now) {
			until = m.VettedUntil // the one before it stays in force: a renewal was refused
		}
		c.State, c.EndedBy, c.EndedAt, entry.Object = Ended, actor.Member, now, c.ID
		return conclude(ctx, tx, c, until, entry)
	})
}

// newest returns the newest case of a member, if there is one.
func newest(ctx context.Context, tx Reader, id access.MemberID) (Case, bool, error) {
	c, err := tx.NewestCase(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return Case{}, false, nil
	}
	return c, err == nil, err
}
