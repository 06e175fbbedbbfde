// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
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
		votes, err := tx.Confirmations(ctx, id)
		if err != nil {
			return err
		}
		if err := mayConfirmNow(tx.Grant(), m, votes); err != nil {
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
