// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Vote is the word of one officer.
type Vote struct {
	Officer access.MemberID
	At      time.Time
}

// enough is how many officers a vetting, or a new officer, needs.
const enough = 2

// FirstStart makes the secretariat and the invitations of its first two
// officers, and returns the tokens of their links. Where there is a member or an
// invitation already it does nothing, and returns none.
func (s *Invitations) FirstStart(ctx context.Context, console access.Actor, secretariat NewOrganisation) (tokens []string, err error) {
	secretariat.Kind = Secretariat
	if secretariat, err = secretariat.clean(); err != nil {
		return nil, err
	}
	now := s.now()
	org := found(access.OrgID(s.newID()), secretariat, now)
	entries := []audit.Entry{
		{ID: s.newID(), At: now, Verb: audit.PlatformStarted, Object: string(org.ID)},
		{ID: s.newID(), At: now, Verb: audit.OrganisationAdded, Object: string(org.ID)},
	}
	var invitations []Invitation
	for range 2 {
		token := s.newToken()
		i := s.officerInvitation(org, token, ConfirmedOfficer)
		tokens, invitations = append(tokens, token), append(invitations, i)
		entries = append(entries, audit.Entry{ID: s.newID(), At: now, Verb: audit.OfficerProposed, Object: i.ID, About: string(org.ID)})
	}
	started := false
	err = s.store.Update(ctx, administers(console), func(tx Tx) error {
		peopled, err := tx.Peopled(ctx)
		if started = !peopled; err != nil || peopled {
			return err
		}
		return begin(ctx, tx, org, invitations, entries)
	})
	if err != nil || !started {
		return nil, err
	}
	return tokens, nil
}

func begin(ctx context.Context, tx Tx, org Organisation, invitations []Invitation, entries []audit.Entry) error {
	if err := tx.InsertOrganisation(ctx, org); err != nil {
		return err
	}
	for _, i := range invitations {
		if err := tx.InsertInvitation(ctx, i); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Invitations) officerInvitation(org Organisation, token string, officer Officership) Invitation {
	now := s.now()
	return Invitation{
		ID: s.newID(), TokenHash: hashOf(token), Org: org, Officer: officer, State: Valid,
		InvitedAt: now, EndsAt: now.Add(linkLife),
	}
}

// ProposeOfficer invites a person of the secretariat who becomes a pending
// officer by accepting, and returns the token of their link.
func (s *Invitations) ProposeOfficer(ctx context.Context, console access.Actor, email, name string) (token string, err error) {
	d, err := Draft{Org: "-", Email: email, Name: name}.clean()
	if err != nil {
		return "", err
	}
	token = s.newToken()
	i := s.officerInvitation(Organisation{}, token, PendingOfficer)
	i.Email, i.Name = d.Email, d.Name
	entry := audit.Entry{ID: s.newID(), At: i.InvitedAt, Verb: audit.OfficerProposed, Object: i.ID}
	err = s.store.Update(ctx, administers(console), func(tx Tx) error {
		if i.Org, err = tx.Secretariat(ctx); err != nil {
			return err
		}
		if err := tx.InsertInvitation(ctx, i); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Officers confirms pending officers.
type Officers struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewOfficers returns Officers kept in store.
func NewOfficers(store Store, now func() time.Time, newID func() string) *Officers {
	return &Officers{store, now, newID}
}

// Confirm adds the actor's word that the member is to be an officer; the second
// of two different officers makes them one.
func (o *Officers) Confirm(ctx context.Context, actor access.Actor, id access.MemberID) error {
	now := o.now()
	entry := audit.Entry{ID: o.newID(), At: now, Verb: audit.OfficerConfirmed, Object: string(id), Concerns: id}
	return o.store.Update(ctx, directs(actor), func(tx Tx) error {
		m, err := tx.LockMember(ctx, id)
		if err != nil {
			return err
		}
		if m.Officer != PendingOfficer || m.State != Active {
			return fault.New(fault.Conflict, "member.officer.moved_on")
		}
		votes, err := tx.Confirmations(ctx, id)
		if err != nil {
			return err
		}
		if err := mayConfirm(tx.Grant(), m, votes); err != nil {
			return err
		}
		if err := tx.InsertConfirmation(ctx, id, Vote{actor.Member, now}); err != nil {
			return err
		}
		if entry.Count = int64(len(votes) + 1); entry.Count == enough {
			if err := tx.SetOfficer(ctx, id, ConfirmedOfficer); err != nil {
				return err
			}
		}
		return tx.Record(ctx, entry)
	})
}

// Queue is what waits for the Directorate, or for an NCB.
type Queue struct {
	Invitations []Invitation   // awaiting an NCB
	Cases       []Case         // open
	Officers    []Member       // pending
	Ending      []Organisation // whose agreement or authorisation the reader renews, and that ends soon
	Members     map[access.MemberID]Member
	Names       Names
	Officer     bool // the reader is an officer of the Directorate
	Now         time.Time
}

// Waiting returns what waits, for those the actor may know of.
func (o *Officers) Waiting(ctx context.Context, actor access.Actor) (q Queue, err error) {
	q.Now = o.now()
	q.Members = map[access.MemberID]Member{}
	err = o.store.View(ctx, admits(actor), func(tx Reader) error {
		if err := q.read(ctx, tx); err != nil {
			return err
		}
		ids := inviters(q.Invitations)
		for _, c := range q.Cases {
			if q.Members[c.Member], err = tx.Member(ctx, c.Member); err != nil {
				return err
			}
			ids = append(ids, c.mentions()...)
		}
		q.Names, err = tx.Names(ctx, ids)
		return err
	})
	return q, err
}

func (q *Queue) read(ctx context.Context, tx Reader) (err error) {
	q.Officer = tx.Grant().Officer()
	if q.Invitations, err = tx.Invitations(ctx, InvitationQuery{InvitationFilter: InvitationFilter{State: Awaiting}, At: q.Now, Limit: pageSize}); err != nil {
		return err
	}
	if q.Cases, err = tx.OpenCases(ctx, pageSize); err != nil {
		return err
	}
	if q.Officer {
		if q.Officers, err = tx.PendingOfficers(ctx, pageSize); err != nil {
			return err
		}
	}
	ending := OrganisationFilter{Ending: true, ByEnd: true}
	q.Ending, err = tx.Organisations(ctx, OrganisationQuery{OrganisationFilter: ending, At: q.Now, Limit: pageSize})
	q.Ending = slices.DeleteFunc(q.Ending, func(o Organisation) bool { return mayRecord(tx.Grant(), o) != nil })
	return err
}

// Waits is how many things wait.
func (q Queue) Waits() int {
	return len(q.Invitations) + len(q.Cases) + len(q.Officers) + len(q.Ending)
}

// Newest returns when the newest of what waits came, and names it.
func (q Queue) Newest() (at time.Time, id string) {
	newer := func(came time.Time, name string) {
		if came.After(at) {
			at, id = came, name
		}
	}
	for _, i := range q.Invitations {
		newer(i.InvitedAt, i.ID)
	}
	for _, c := range q.Cases {
		newer(c.EndorsedAt, c.ID)
	}
	for _, m := range q.Officers {
		newer(m.CreatedAt, string(m.ID))
	}
	for _, o := range q.Ending {
		end, _ := o.EndingSoon(q.Now)
		newer(end.Add(-Soon), string(o.ID))
	}
	return at, id
}
