// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// State is where an account stands. One that is invited has no row yet.
type State string

// The states of an account.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Left      State = "left"
)

// Officership says whether a member is an officer of the Directorate.
type Officership string

// The officerships. A pending officer has no right by it.
const (
	NoOfficer        Officership = ""
	PendingOfficer   Officership = "pending"
	ConfirmedOfficer Officership = "confirmed"
)

// Member is a person of one organisation.
type Member struct {
	ID          access.MemberID
	Org         Organisation
	Handle      string
	Name        string
	Post        string
	Email       string
	State       State
	Officer     Officership
	VettedUntil time.Time
	EndsAt      time.Time // of the account; zero where no end is set
	Settings    Settings
	CreatedAt   time.Time
}

// InForce reports whether nothing keeps m out at that time: neither their own
// state, nor their organisation's or country's.
func (m Member) InForce(now time.Time) bool {
	return m.State == Active && !m.Org.Suspended && !m.Org.CountrySuspended && (m.EndsAt.IsZero() || m.EndsAt.After(now))
}

// Vetted reports whether m is vetted for Operations at that time.
func (m Member) Vetted(now time.Time) bool { return m.VettedUntil.After(now) }

// Sessions is what becomes of the sign-ins of a member who is cut off.
type Sessions interface {
	// EndAll ends each session of the member, at once.
	EndAll(ctx context.Context, member access.MemberID) error
}

// People finds members, suspends and restores them, puts their details right, and
// keeps how each reads.
type People struct {
	store    Store
	sessions Sessions
	now      func() time.Time
	newID    func() string
}

// NewPeople returns People kept in store, whose sign-ins are sessions.
func NewPeople(store Store, sessions Sessions, now func() time.Time, newID func() string) *People {
	return &People{store, sessions, now, newID}
}

// Roll is a page of the list of members.
type Roll struct {
	Members   []Member
	Filter    MemberFilter
	Next      page.Cursor    // of those that follow, empty where there are none
	Orgs      []Organisation // whose people the list can be asked for
	MayDirect bool           // the reader is an officer of the Directorate
}

// Find lists the members that the actor may know of and that f asks for.
func (p *People) Find(ctx context.Context, actor access.Actor, f MemberFilter, after page.Cursor) (r Roll, err error) {
	q := MemberQuery{MemberFilter: f.clean(), At: p.now(), Limit: pageSize + 1}
	if q.Behind, err = behind(after); err != nil {
		return r, err
	}
	err = p.store.View(ctx, admits(actor), func(tx Reader) error {
		if err := r.read(ctx, tx, q); err != nil {
			return err
		}
		r.MayDirect = tx.Grant().Officer()
		r.Orgs, err = tx.Organisations(ctx, OrganisationQuery{At: q.At, Limit: mostChoices})
		return err
	})
	return r, err
}

func (r *Roll) read(ctx context.Context, tx Reader, q MemberQuery) (err error) {
	r.Filter = q.MemberFilter
	r.Members, err = tx.Members(ctx, q)
	if len(r.Members) > pageSize {
		r.Members = r.Members[:pageSize]
		last := r.Members[pageSize-1]
		r.Next = Behind{Name: last.Handle, End: last.VettedUntil}.cursor()
	}
	return err
}

// File is what those who answer for a member see of them.
type File struct {
	Member
	Case          Case // the newest, if HasCase
	HasCase       bool
	Confirmations []Vote // of a pending officer
	Names         Names
	May           Rights
}

// Names gives the names of the people that a page mentions, by id.
type Names map[access.MemberID]access.Card

// Rights is what the reader of a File may do to its member.
type Rights struct {
	Suspend, Restore, Leave      bool
	Endorse, Approve, EndVetting bool
	ConfirmOfficer               bool
	Correct                      bool
}

// One returns a member's file. It fails with access.ErrHidden where the actor
// may not know of them.
func (p *People) One(ctx context.Context, actor access.Actor, id access.MemberID) (f File, err error) {
	now := p.now()
	err = p.store.View(ctx, admits(actor), func(tx Reader) error {
		if f, err = file(ctx, tx, id); err != nil {
			return err
		}
		f.May = rights(tx.Grant(), f, now)
		f.Names, err = tx.Names(ctx, f.mentions())
		return err
	})
	return f, err
}

func file(ctx context.Context, tx Reader, id access.MemberID) (f File, err error) {
	if f.Member, err = tx.Member(ctx, id); err != nil {
		return f, err
	}
	if f.Case, f.HasCase, err = newest(ctx, tx, id); err != nil {
		return f, err
	}
	f.Confirmations, err = tx.Confirmations(ctx, id)
	return f, err
}

func (f File) mentions() []access.MemberID {
	ids := f.Case.mentions()
	for _, vote := range f.Confirmations {
		ids = append(ids, vote.Officer)
	}
	return ids
}

// rights asks each rule what the holder of g may do.
func rights(g access.Grant, f File, now time.Time) Rights {
	return Rights{
		Suspend:        maySuspend(g, f.Member) == nil && f.State == Active,
		Restore:        maySuspend(g, f.Member) == nil && f.State == Suspended,
		Leave:          maySuspend(g, f.Member) == nil && f.State != Left,
		Endorse:        !f.Open() && f.State == Active && mayEndorse(g, f.Member, now) == nil,
		Approve:        f.HasCase && mayApproveNow(g, f.Case, f.Member, now) == nil,
		EndVetting:     (f.Open() || f.Vetted(now)) && mayEndVetting(g, f.Member) == nil,
		ConfirmOfficer: mayConfirmNow(g, f.Member, f.Confirmations) == nil,
		Correct:        f.State != Left && mayCorrect(g, f.Member) == nil,
	}
}

// Open reports whether a case of the member waits for approval.
func (f File) Open() bool { return f.HasCase && f.Case.State == Open }

// Suspend cuts a member off at once, wherever they are.
func (p *People) Suspend(ctx context.Context, actor access.Actor, id access.MemberID) error {
	if err := p.setState(ctx, actor, id, Suspended, audit.MemberSuspended); err != nil {
		return err
	}
	return p.sessions.EndAll(ctx, id)
}

// MayVouch fails unless the actor may say that a passkey is that member's own.
func (p *People) MayVouch(ctx context.Context, actor access.Actor, id access.MemberID) error {
	return p.store.View(ctx, admits(actor), func(tx Reader) error {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return err
		}
		return mayVouch(tx.Grant(), m)
	})
}

// Vouchable returns those of the members for whom the actor may do so and should:
// they are vetted for operations, or hold an office.
func (p *People) Vouchable(ctx context.Context, actor access.Actor, ids []access.MemberID) (list []Member, err error) {
	now := p.now()
	err = p.store.View(ctx, admits(actor), func(tx Reader) error {
		list = nil
		for _, id := range ids {
			m, err := tx.Member(ctx, id)
			switch {
			case fault.KindOf(err) == fault.NotFound:
			case err != nil:
				return err
			case mayVouch(tx.Grant(), m) == nil && m.State == Active && (m.Vetted(now) || m.Officer != NoOfficer || m.Org.Kind == NCB):
				list = append(list, m)
			}
		}
		return nil
	})
	return list, err
}

// Restore undoes Suspend.
func (p *People) Restore(ctx context.Context, actor access.Actor, id access.MemberID) error {
	return p.setState(ctx, actor, id, Active, audit.MemberRestored)
}

// Release ends the account of a member who left, for good. What they said of
// themselves is forgotten.
func (p *People) Release(ctx context.Context, actor access.Actor, id access.MemberID) error {
	if err := p.setState(ctx, actor, id, Left, audit.MemberLeft); err != nil {
		return err
	}
	return p.sessions.EndAll(ctx, id)
}

func (p *People) setState(ctx context.Context, actor access.Actor, id access.MemberID, to State, verb audit.Verb) error {
	entry := audit.Entry{ID: p.newID(), At: p.now(), Verb: verb, Object: string(id), Concerns: id}
	return p.store.Update(ctx, admits(actor), func(tx Tx) error {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return err
		}
		if err := maySuspend(tx.Grant(), m); err != nil {
			return err
		}
		switch {
		case m.State == to:
			return nil
		case m.State == Left:
			return fault.New(fault.Conflict, "member.left")
		}
		if err := tx.SetState(ctx, id, to); err != nil {
			return err
		}
		if to == Left {
			if err := tx.DropProfile(ctx, id); err != nil {
				return err
			}
		}
		return tx.Record(ctx, entry)
	})
}

// Me returns the actor's own account, and their newest vetting case if any.
func (p *People) Me(ctx context.Context, actor access.Actor) (f File, err error) {
	err = p.store.View(ctx, owns(actor), func(tx Reader) error {
		if f.Member, err = tx.Self(ctx); err != nil {
			return err
		}
		f.Case, f.HasCase, err = newest(ctx, tx, f.ID)
		return err
	})
	return f, err
}

// ChangeSettings keeps how the actor reads.
func (p *People) ChangeSettings(ctx context.Context, actor access.Actor, s Settings) error {
	if err := s.Validate(); err != nil {
		return err
	}
	return p.store.Update(ctx, owns(actor), func(tx Tx) error { return tx.SetSettings(ctx, s) })
}

// Accounts is what package signin must know of members, to find out who comes.
// It answers nobody's questions but those of the sign-in itself.
type Accounts struct{ store Store }

// NewAccounts returns the accounts kept in store.
func NewAccounts(store Store) *Accounts { return &Accounts{store} }

// ByName returns the member of that handle or e-mail address; it fails with
// fault.NotFound, after the same query, where there is none.
func (a *Accounts) ByName(ctx context.Context, name string) (m Member, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	err = a.store.View(ctx, unsigned(), func(tx Reader) error {
		m, err = tx.Account(ctx, "", name)
		return err
	})
	return m, err
}

// ByID returns the member of that id; it fails with fault.NotFound where there
// is none.
func (a *Accounts) ByID(ctx context.Context, id access.MemberID) (m Member, err error) {
	err = a.store.View(ctx, unsigned(), func(tx Reader) error {
		m, err = tx.Account(ctx, id, "")
		return err
	})
	return m, err
}
