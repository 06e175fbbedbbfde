// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"context"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// MembershipState is where a membership stands.
type MembershipState string

// The states of a membership.
const (
	Offered  MembershipState = "offered" // the member has not answered yet
	Accepted MembershipState = "accepted"
	Declined MembershipState = "declined"
	Ended    MembershipState = "ended"
)

// Membership is a member in an operation, or invited into it.
type Membership struct {
	Workspace  access.WorkspaceID
	Member     access.MemberID
	State      MembershipState
	Terms      Terms
	InvitedBy  access.MemberID
	InvitedAt  time.Time
	AcceptedAt time.Time

	Card access.Card // who they are, when read
}

// Terms are what a membership allows, and until when.
type Terms struct {
	Role        access.Role
	Until       time.Time // zero: no end is set
	ExportUntil time.Time // zero: no right to export
}

// Invitation is what a manager asks: a member by exact handle or e-mail address.
type Invitation struct {
	Who   string
	Terms Terms
}

// who is the handle or address that was meant.
func (i Invitation) who() string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(i.Who), "@"))
}

// Offer is an invitation as the invited member sees it.
type Offer struct {
	Workspace Workspace
	Terms     Terms
	By        access.Card
	At        time.Time
}

// Memberships lets members into operations, and out of them.
type Memberships struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewMemberships returns Memberships that reads the time from now and names
// things by newID.
func NewMemberships(store Store, now func() time.Time, newID func() string) *Memberships {
	return &Memberships{store, exact(now), newID}
}

// In lists the members of an operation, and to a manager those invited.
func (m *Memberships) In(ctx context.Context, actor access.Actor, id access.WorkspaceID) (list []Membership, err error) {
	err = m.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		states := []MembershipState{Accepted}
		if tx.Grant().Role() == access.Manager {
			states = append(states, Offered)
		}
		list, err = tx.Memberships(ctx, states...)
		return err
	})
	return list, err
}

// Invite offers a vetted member a place in an operation. Whoever cannot be
// invited now is answered by one and the same fault.
func (m *Memberships) Invite(ctx context.Context, actor access.Actor, id access.WorkspaceID, i Invitation) error {
	at, who := m.now(), i.who()
	if err := i.Validate(at); err != nil {
		return err
	}
	entry := audit.Entry{ID: m.newID(), At: at, Verb: audit.MembershipOffered, Object: string(id)}
	return m.store.Update(ctx, in(actor, id, access.Invite), func(tx Tx) error {
		card, err := tx.Invitable(ctx, who)
		if fault.KindOf(err) == fault.NotFound {
			return errNobody
		}
		if err != nil {
			return err
		}
		offer := Membership{Workspace: id, Member: card.Member, State: Offered, Terms: i.Terms, InvitedBy: actor.Member, InvitedAt: at}
		if err := m.mayOffer(ctx, tx, card.Member); err != nil {
			return err
		}
		entry := entry
		entry.Concerns = card.Member
		if err := tx.SaveMembership(ctx, offer); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// mayOffer says to a manager, who sees the list of members anyway, that somebody
// is in it already.
func (m *Memberships) mayOffer(ctx context.Context, tx Tx, member access.MemberID) error {
	old, err := tx.Membership(ctx, member)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	case old.State == Accepted || old.State == Offered:
		return fault.New(fault.Conflict, "workspace.invite.there_already").On("who")
	}
	return nil
}

// Offers lists the invitations that wait for the actor's answer.
func (m *Memberships) Offers(ctx context.Context, actor access.Actor) (offers []Offer, err error) {
	err = m.store.View(ctx, entering(actor), func(tx Reader) error {
		offers, err = tx.Offers(ctx)
		return err
	})
	return offers, err
}

// Accept takes up the invitation into an operation.
func (m *Memberships) Accept(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	return m.answer(ctx, actor, id, audit.MembershipAccepted, Accepted)
}

// Decline turns the invitation down.
func (m *Memberships) Decline(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	return m.answer(ctx, actor, id, audit.MembershipEnded, Declined)
}

func (m *Memberships) answer(ctx context.Context, actor access.Actor, id access.WorkspaceID, verb audit.Verb, state MembershipState) error {
	at := m.now()
	entry := audit.Entry{ID: m.newID(), At: at, Verb: verb, Object: string(id), Concerns: actor.Member}
	return m.store.Update(ctx, entering(actor), func(tx Tx) error {
		answered, err := tx.Offered(ctx, id)
		if err != nil {
			return err
		}
		answered.State = state
		if state == Accepted {
			answered.AcceptedAt = at
		}
		if err := tx.SaveMembership(ctx, answered); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Change gives a member of an operation other terms.
func (m *Memberships) Change(ctx context.Context, actor access.Actor, id access.WorkspaceID, member access.MemberID, t Terms) error {
	if err := t.Validate(m.now()); err != nil {
		return err
	}
	return m.manage(ctx, in(actor, id, access.Manage), member, audit.MembershipChanged, func(old *Membership) error {
		if member == actor.Member {
			return fault.New(fault.Forbidden, "workspace.terms.own")
		}
		old.Terms = t
		return nil
	})
}

// End puts a member out of an operation, or withdraws an offer.
func (m *Memberships) End(ctx context.Context, actor access.Actor, id access.WorkspaceID, member access.MemberID) error {
	return m.manage(ctx, in(actor, id, access.Manage), member, audit.MembershipEnded, end)
}

// Leave takes the actor out of an operation.
func (m *Memberships) Leave(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	return m.manage(ctx, in(actor, id, access.Read), actor.Member, audit.MembershipEnded, end)
}

func end(old *Membership) error {
	old.State = Ended
	return nil
}

// manage changes one membership, with the workspace locked: the rule of the last
// manager is about several rows.
func (m *Memberships) manage(ctx context.Context, ask access.Ask, member access.MemberID, verb audit.Verb, edit func(*Membership) error) error {
	at := m.now()
	entry := audit.Entry{ID: m.newID(), At: at, Verb: verb, Object: string(ask.Place.Workspace()), Concerns: member}
	return m.store.Update(ctx, ask, func(tx Tx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		changed, err := tx.Membership(ctx, member)
		if err != nil {
			return err
		}
		if changed.State != Accepted && changed.State != Offered {
			return access.ErrHidden
		}
		if err := edit(&changed); err != nil {
			return err
		}
		if err := m.mayLose(ctx, tx, changed, at); err != nil {
			return err
		}
		if err := tx.SaveMembership(ctx, changed); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// mayLose holds that an operation keeps a manager after one changes.
func (m *Memberships) mayLose(ctx context.Context, tx Tx, changed Membership, at time.Time) error {
	list, err := tx.Memberships(ctx, Accepted)
	if err != nil {
		return err
	}
	return keepsManager(list, changed, at)
}

func entering(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}
}
