// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"time"

	"entente.example/internal/access"
)

// Queue is what waits for the Directorate, or for an NCB: what the reader may
// decide themselves, by the very rules that the decision asks, and what waits
// for somebody else.
type Queue struct {
	Yours, Others Waiting
	Members       map[access.MemberID]Member // of the cases
	Names         Names
	Officer       bool // the reader is an officer of the Directorate
	Now           time.Time
}

// Waiting is part of a Queue.
type Waiting struct {
	Invitations []Invitation   // awaiting an NCB
	Cases       []Case         // open
	Officers    []Member       // pending
	Ending      []Organisation // whose agreement or authorisation ends soon: renewed by the reader
}

// Len counts all that waits.
func (w Waiting) Len() int {
	return len(w.Invitations) + len(w.Cases) + len(w.Officers) + len(w.Ending)
}

// Waiting returns what waits, for those the actor may know of.
func (o *Officers) Waiting(ctx context.Context, actor access.Actor) (q Queue, err error) {
	err = o.store.View(ctx, admits(actor), func(tx Reader) error {
		q = Queue{Members: map[access.MemberID]Member{}, Officer: tx.Grant().Officer(), Now: o.now()}
		for _, read := range []func(context.Context, Reader) error{q.readInvitations, q.readCases, q.readOfficers, q.readEnding} {
			if err := read(ctx, tx); err != nil {
				return err
			}
		}
		q.Names, err = tx.Names(ctx, q.mentions())
		return err
	})
	return q, err
}

// side is where something belongs whose decision answers err to the reader.
func (q *Queue) side(err error) *Waiting {
	if err == nil {
		return &q.Yours
	}
	return &q.Others
}

func (q *Queue) readInvitations(ctx context.Context, tx Reader) error {
	list, err := tx.Invitations(ctx, InvitationQuery{InvitationFilter: InvitationFilter{State: Awaiting}, At: q.Now, Limit: pageSize})
	for _, i := range list {
		side := q.side(mayConfirmInvitation(tx.Grant(), i))
		side.Invitations = append(side.Invitations, i)
	}
	return err
}

func (q *Queue) readCases(ctx context.Context, tx Reader) error {
	cases, err := tx.OpenCases(ctx, pageSize)
	if err != nil {
		return err
	}
	for _, c := range cases {
		m, err := tx.Member(ctx, c.Member)
		if err != nil {
			return err
		}
		q.Members[c.Member] = m
		side := q.side(mayApproveNow(tx.Grant(), c, m, q.Now))
		side.Cases = append(side.Cases, c)
	}
	return nil
}

// readOfficers is for officers alone: an NCB knows of no pending ones.
func (q *Queue) readOfficers(ctx context.Context, tx Reader) error {
	if !q.Officer {
		return nil
	}
	pending, err := tx.PendingOfficers(ctx, pageSize)
	if err != nil {
		return err
	}
	for _, m := range pending {
		votes, err := tx.Confirmations(ctx, m.ID)
		if err != nil {
			return err
		}
		side := q.side(mayConfirmNow(tx.Grant(), m, votes))
		side.Officers = append(side.Officers, m)
	}
	return nil
}

// readEnding is of those alone whom the reader renews: nobody else has to know that
// they end.
func (q *Queue) readEnding(ctx context.Context, tx Reader) error {
	ending := OrganisationFilter{Ending: true, ByEnd: true}
	list, err := tx.Organisations(ctx, OrganisationQuery{OrganisationFilter: ending, At: q.Now, Limit: pageSize})
	for _, o := range list {
		if mayRecord(tx.Grant(), o) == nil {
			q.Yours.Ending = append(q.Yours.Ending, o)
		}
	}
	return err
}

func (q *Queue) mentions() (ids []access.MemberID) {
	for _, side := range []Waiting{q.Yours, q.Others} {
		ids = append(ids, inviters(side.Invitations)...)
		for _, c := range side.Cases {
			ids = append(ids, c.mentions()...)
		}
	}
	return ids
}

// Newest is what came last of what waits for a reader.
type Newest struct {
	ID   string // of the invitation, the case or the member
	Kind WaitingKind
	Name string // of the person, or organisation, that it is about
	// Member is that person, where they have an account; Org the organisation, where
	// it is about one.
	Member access.MemberID
	Org    access.OrgID
	At     time.Time
}

// WaitingKind says what is to be decided of somebody.
type WaitingKind string

// The kinds.
const (
	OfInvitation WaitingKind = "invitation"
	OfVetting    WaitingKind = "vetting"
	OfOfficer    WaitingKind = "officer"
	OfAgreement  WaitingKind = "agreement"
)

// Newest returns what of the reader's came last, or the zero Newest.
func (q Queue) Newest() (newest Newest) {
	newer := func(n Newest) {
		if n.At.After(newest.At) {
			newest = n
		}
	}
	for _, i := range q.Yours.Invitations {
		newer(Newest{ID: i.ID, Kind: OfInvitation, Name: i.Name, At: i.InvitedAt})
	}
	for _, c := range q.Yours.Cases {
		newer(Newest{ID: c.ID, Kind: OfVetting, Name: q.Members[c.Member].Name, Member: c.Member, At: c.EndorsedAt})
	}
	for _, m := range q.Yours.Officers {
		newer(Newest{ID: string(m.ID), Kind: OfOfficer, Name: m.Name, Member: m.ID, At: m.CreatedAt})
	}
	for _, o := range q.Yours.Ending {
		end, _ := o.EndingSoon(q.Now)
		newer(Newest{ID: string(o.ID), Kind: OfAgreement, Name: o.Name, Org: o.ID, At: end.Add(-Soon)})
	}
	return newest
}
