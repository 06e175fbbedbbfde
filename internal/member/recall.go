// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Recalls does again what was taken from members and organisations, on a database
// that came back from a back-up and has forgotten it. It decides nothing: that
// was done, and is in the journal that was lost.
type Recalls struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewRecalls returns Recalls kept in store.
func NewRecalls(store Store, now func() time.Time, newID func() string) *Recalls {
	return &Recalls{store, now, newID}
}

// Again does act again, in the name of actor, which is the console. Where the
// member or organisation is not there, or all is as the act left it, it says that
// there was nothing to do.
func (r *Recalls) Again(ctx context.Context, actor access.Actor, act audit.Record) (done bool, err error) {
	entry := act.Entry
	entry.ID, entry.At = r.newID(), r.now()
	err = r.store.Update(ctx, administers(actor), func(tx Tx) error {
		if done, err = again(ctx, tx, act, entry.At); err != nil || !done {
			return err
		}
		return tx.Record(ctx, entry)
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return done && err == nil, err
}

func again(ctx context.Context, tx Tx, act audit.Record, now time.Time) (done bool, err error) {
	switch act.Verb {
	case audit.MemberSuspended:
		return becomes(ctx, tx, act.Concerns, Suspended)
	case audit.MemberRestored:
		return becomes(ctx, tx, act.Concerns, Active)
	case audit.MemberLeft:
		return becomes(ctx, tx, act.Concerns, Left)
	case audit.OrganisationSuspended, audit.OrganisationRestored:
		suspended := act.Verb == audit.OrganisationSuspended
		org, err := tx.Organisation(ctx, access.OrgID(act.Object))
		if err != nil || org.Suspended == suspended {
			return false, err
		}
		return true, tx.SetOrganisationSuspended(ctx, org.ID, suspended)
	case audit.CountrySuspended, audit.CountryRestored:
		return tx.SetCountrySuspended(ctx, access.Country(act.Object), act.Verb == audit.CountrySuspended)
	case audit.AgreementEnded:
		return endsAgain(ctx, tx, access.OrgID(act.About), act.Object, now)
	case audit.VettingEnded:
		return unvetted(ctx, tx, act.Concerns, now)
	default:
		return false, nil
	}
}

// becomes gives a member that state; who has left comes back by no act.
func becomes(ctx context.Context, tx Tx, id access.MemberID, state State) (bool, error) {
	m, err := tx.LockMember(ctx, id)
	if err != nil || m.State == state || m.State == Left {
		return false, err
	}
	return true, tx.SetState(ctx, id, state)
}

func endsAgain(ctx context.Context, tx Tx, id access.OrgID, agreement string, now time.Time) (bool, error) {
	org, err := tx.Organisation(ctx, id)
	if err != nil {
		return false, err
	}
	ended, err := tx.EndAgreement(ctx, id, agreement, now)
	if err != nil || !ended {
		return false, err
	}
	agreements, err := tx.Agreements(ctx, id)
	if err != nil {
		return false, err
	}
	knowledge, operations := project(org.Kind, agreements, now)
	return true, tx.SetParticipation(ctx, id, knowledge, operations)
}

// unvetted ends the vetting and the case that is open. Of a case that was opened
// and refused after the back-up nothing is known: the vetting before it ends, too,
// and can be granted anew.
func unvetted(ctx context.Context, tx Tx, id access.MemberID, now time.Time) (bool, error) {
	m, err := tx.LockMember(ctx, id)
	if err != nil {
		return false, err
	}
	c, exists, err := newest(ctx, tx, id)
	if err != nil || !m.Vetted(now) && !(exists && c.State == Open) {
		return false, err
	}
	if exists && c.State != Ended {
		c.State, c.EndedAt = Ended, now
		if err := tx.MoveCase(ctx, c); err != nil {
			return false, err
		}
	}
	return true, tx.SetVetted(ctx, id, time.Time{})
}

// EndInvitations ends each invitation that is open, and each that was accepted and
// whose link still leads to a first means of signing in: it may have been used,
// withdrawn or lost since the back-up was taken. It returns how many there were.
func (r *Recalls) EndInvitations(ctx context.Context, actor access.Actor) (n int, err error) {
	const atOnce = 100
	for _, state := range []InvitationState{Awaiting, Valid} {
		for {
			ended, _, err := r.endInvitations(ctx, actor, state, "", atOnce)
			n += ended
			if err != nil {
				return n, err
			}
			if ended == 0 {
				break
			}
		}
	}
	for before, more := "", true; more; {
		ended, last, err := r.endInvitations(ctx, actor, Accepted, before, atOnce)
		n += ended
		if err != nil {
			return n, err
		}
		before, more = last, last != ""
	}
	return n, nil
}

// endInvitations ends those of a state that are not over, of at most limit before
// that one, and returns how many there were and the last that it looked at.
func (r *Recalls) endInvitations(ctx context.Context, actor access.Actor, state InvitationState, before string, limit int) (n int, last string, err error) {
	ids := make([]string, limit)
	for i := range ids {
		ids[i] = r.newID()
	}
	now := r.now()
	err = r.store.Update(ctx, administers(actor), func(tx Tx) error {
		n, last = 0, ""
		open, err := tx.Invitations(ctx, InvitationQuery{InvitationFilter: InvitationFilter{State: state}, Before: before, Limit: limit})
		if err != nil {
			return err
		}
		for _, i := range open {
			if last = i.ID; state == Accepted && i.Over(now) {
				continue
			}
			i.State = Withdrawn
			if err := tx.MoveInvitation(ctx, i, state); err != nil {
				return err
			}
			if err := tx.Record(ctx, audit.Entry{ID: ids[n], At: now, Verb: audit.InvitationEnded, Object: i.ID}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, last, err
}
