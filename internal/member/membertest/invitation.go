// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/member"
)

const linkEnded = "member.link.ended"

// Invitations checks the way from a link to a member.
func Invitations(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	invite := func(t *testing.T, who, org, email string) (member.Invitation, string) {
		t.Helper()
		i, token, err := s.invitations.Invite(ctx, as(who), member.Draft{Org: access.OrgID(org), Email: email, Name: "Nour Newcomer"})
		succeeds(t, err)
		return i, token
	}
	opens := func(t *testing.T, token string) {
		t.Helper()
		_, err := s.invitations.Look(ctx, token)
		succeeds(t, err)
	}
	isEnded := func(t *testing.T, token string) {
		t.Helper()
		_, look := s.invitations.Look(ctx, token)
		wants(t, look, fault.NotFound, linkEnded)
		_, accept := s.invitations.Accept(ctx, token, acceptance("late"))
		wants(t, accept, fault.NotFound, linkEnded)
	}

	t.Run("a bureau's link makes a member of its country's police", func(t *testing.T) {
		_, token := invite(t, "max", "pol-fr", " Nour@Pol-FR.example ")
		opens(t, token)
		opens(t, token) // a mail scanner before, and a person after
		offer, err := s.invitations.Look(ctx, token)
		if err != nil || offer.Email != "nour@pol-fr.example" || offer.Inviter.Handle != "max" || offer.Org.ID != "pol-fr" {
			t.Fatalf("Look = %+v, %v", offer, err)
		}
		m, err := s.invitations.Accept(ctx, token, acceptance("nour"))
		succeeds(t, err)
		entry := s.recorded(t, audit.MemberInvited, audit.InvitationAccepted)[1]
		if entry.Concerns != m.ID || entry.Object != offer.ID || entry.Actor != "nobody" {
			t.Errorf("entry = %+v", entry)
		}
		got, err := s.accounts.ByName(ctx, "NOUR@pol-fr.example")
		if err != nil || got != m || got.State != member.Active || got.Org.ID != "pol-fr" || got.Settings.TimeZone != "Europe/Paris" {
			t.Errorf("ByName = %+v, %v; want %+v", got, err, m)
		}
		isEnded(t, token)
	})
	t.Run("a used link leads to its member for its seven days, and then no more", func(t *testing.T) {
		_, token := invite(t, "max", "pol-fr", "paul@pol-fr.example")
		_, err := s.invitations.Enrolled(ctx, token)
		wants(t, err, fault.NotFound, linkEnded)
		m, err := s.invitations.Accept(ctx, token, acceptance("paul"))
		succeeds(t, err)
		if got, err := s.invitations.Enrolled(ctx, token); err != nil || got.ID != m.ID {
			t.Errorf("Enrolled = %+v, %v", got, err)
		}
		s.Advance(7 * 24 * time.Hour)
		_, err = s.invitations.Enrolled(ctx, token)
		wants(t, err, fault.NotFound, linkEnded)
	})
	t.Run("links that are unknown, withdrawn or over are answered alike", func(t *testing.T) {
		withdrawn, first := invite(t, "max", "pol-fr", "a@pol-fr.example")
		succeeds(t, s.invitations.Withdraw(ctx, as("max"), withdrawn.ID))
		succeeds(t, s.invitations.Withdraw(ctx, as("max"), withdrawn.ID))
		_, second := invite(t, "max", "pol-fr", "b@pol-fr.example")
		s.Advance(7*24*time.Hour - time.Second)
		opens(t, second)
		s.Advance(time.Second)
		isEnded(t, "nobody-made-this")
		isEnded(t, first)
		isEnded(t, second)
	})
	t.Run("an invitation that was accepted is not withdrawn", func(t *testing.T) {
		i, token := invite(t, "max", "pol-fr", "rose@pol-fr.example")
		_, err := s.invitations.Accept(ctx, token, acceptance("rose"))
		succeeds(t, err)
		wants(t, s.invitations.Withdraw(ctx, as("max"), i.ID), fault.Conflict, "member.invitation.moved_on")
	})
	t.Run("the Directorate's invitation of a company waits for the bureau of its country", func(t *testing.T) {
		org, err := s.organisations.Add(ctx, as("off"), member.NewOrganisation{Name: "Bleu SA", Kind: member.Private, Country: "FR"})
		succeeds(t, err)
		i, token := invite(t, "off", string(org.ID), "bea@bleu.example")
		if i.State != member.Awaiting {
			t.Fatalf("state %q; want awaiting", i.State)
		}
		isEnded(t, token)
		wants(t, s.invitations.Confirm(ctx, as("off"), i.ID), fault.Forbidden, "member.invite.ncb_confirms")
		s.Advance(8 * 24 * time.Hour)
		succeeds(t, s.invitations.Confirm(ctx, as("max"), i.ID))
		s.recorded(t, audit.InvitationConfirmed)
		opens(t, token)
		wants(t, s.invitations.Confirm(ctx, as("max"), i.ID), fault.Conflict, "member.invitation.moved_on")
	})
	t.Run("where a country's bureau has nobody, there is nobody to wait for", func(t *testing.T) {
		i, token := invite(t, "off", "acme", "carl@acme.example")
		if i.State != member.Valid {
			t.Fatalf("state %q; want valid", i.State)
		}
		opens(t, token)
	})
	t.Run("a bureau knows nothing of another country's invitations", func(t *testing.T) {
		i, _ := invite(t, "off", "ncb-es", "es@ncb.example")
		absent := s.invitations.Withdraw(ctx, as("max"), "nowhere")
		hidden := s.invitations.Withdraw(ctx, as("max"), i.ID)
		wants(t, hidden, fault.NotFound, "error.not_found")
		if absent.Error() != hidden.Error() {
			t.Errorf("absent %v, hidden %v", absent, hidden)
		}
		list, err := s.invitations.List(ctx, as("max"), member.InvitationFilter{}, "")
		succeeds(t, err)
		for _, i := range list.Invitations {
			if i.Org.Country != "FR" {
				t.Errorf("max sees the invitation of %s", i.Org.ID)
			}
		}
		_, _, err = s.invitations.Invite(ctx, as("max"), member.Draft{Org: "pol-es", Email: "x@pol-es.example", Name: "X"})
		wants(t, err, fault.NotFound, "error.not_found")
	})
	t.Run("others invite nobody", func(t *testing.T) {
		_, _, err := s.invitations.Invite(ctx, as("ann"), member.Draft{Org: "pol-fr", Email: "x@pol-fr.example", Name: "X"})
		wants(t, err, fault.NotFound, "error.not_found")
	})
	t.Run("a handle or an address that is taken is said to the holder of the link", func(t *testing.T) {
		_, token := invite(t, "max", "pol-fr", "ann@pol-fr.example")
		_, err := s.invitations.Accept(ctx, token, acceptance("max"))
		wants(t, err, fault.Conflict, "member.handle.taken")
		_, err = s.invitations.Accept(ctx, token, acceptance("ann-2"))
		wants(t, err, fault.Conflict, "member.email.taken")
		opens(t, token)
	})
	t.Run("a link to an organisation that is suspended opens nothing", func(t *testing.T) {
		_, token := invite(t, "off", "acme", "dora@acme.example")
		succeeds(t, s.organisations.Suspend(ctx, as("off"), "acme"))
		isEnded(t, token)
		succeeds(t, s.organisations.Restore(ctx, as("off"), "acme"))
		opens(t, token)
	})
}

// FirstStart checks how a platform with nobody in it gets its first officers. It
// wants a store without anybody.
func FirstStart(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	_, err := s.invitations.FirstStart(ctx, as("off"), member.NewOrganisation{Name: "General Secretariat", Country: "FR"})
	wants(t, err, fault.Unauthenticated, "access.sign_in")
	_, err = s.invitations.ProposeOfficer(ctx, console(), "oda@sec.example", "Oda")
	wants(t, err, fault.NotFound, "error.not_found")

	tokens, err := s.invitations.FirstStart(ctx, console(), member.NewOrganisation{Name: "General Secretariat", Country: "FR"})
	if err != nil || len(tokens) != 2 {
		t.Fatalf("FirstStart = %v, %v; want two links", tokens, err)
	}
	s.recorded(t, audit.PlatformStarted, audit.OrganisationAdded, audit.OfficerProposed, audit.OfficerProposed)
	again, err := s.invitations.FirstStart(ctx, console(), member.NewOrganisation{Name: "Another", Country: "FR"})
	if err != nil || again != nil {
		t.Fatalf("FirstStart again = %v, %v; want nothing", again, err)
	}

	var first []access.Actor
	for i, name := range []string{"olga", "omar"} {
		a := acceptance(name)
		_, err := s.invitations.Accept(ctx, tokens[i], a)
		wants(t, err, fault.Invalid, "member.email.malformed")
		a.Email = name + "@sec.example"
		m, err := s.invitations.Accept(ctx, tokens[i], a)
		succeeds(t, err)
		if m.Officer != member.ConfirmedOfficer || m.Org.Kind != member.Secretariat {
			t.Fatalf("the first officer is %+v", m)
		}
		first = append(first, as(string(m.ID)))
	}
	officer(t, s, first)
}

// officer checks how two confirmed officers make a third.
func officer(t *testing.T, s *script, confirmed []access.Actor) {
	ctx := t.Context()
	token, err := s.invitations.ProposeOfficer(ctx, console(), "otto@sec.example", "Otto")
	succeeds(t, err)
	m, err := s.invitations.Accept(ctx, token, acceptance("otto"))
	succeeds(t, err)
	_, err = s.officers.Waiting(ctx, as(string(m.ID)))
	wants(t, err, fault.NotFound, "error.not_found") // a pending officer has no right by it
	q, err := s.officers.Waiting(ctx, confirmed[0])
	if err != nil || q.Yours.Len() != 1 || q.Yours.Officers[0].ID != m.ID {
		t.Fatalf("Waiting = %+v, %v", q, err)
	}
	succeeds(t, s.officers.Confirm(ctx, confirmed[0], m.ID))
	if q, err := s.officers.Waiting(ctx, confirmed[0]); err != nil || q.Yours.Len() != 0 || q.Others.Len() != 1 {
		t.Errorf("to who has confirmed, Waiting = %+v, %v", q, err)
	}
	if q, err := s.officers.Waiting(ctx, confirmed[1]); err != nil || q.Yours.Len() != 1 || q.Newest().Member != m.ID || q.Newest().Kind != member.OfOfficer {
		t.Errorf("to the other officer, Waiting = %+v, %v", q, err)
	}
	wants(t, s.officers.Confirm(ctx, confirmed[0], m.ID), fault.Forbidden, "member.officer.confirmed_once")
	wants(t, s.officers.Confirm(ctx, as(string(m.ID)), m.ID), fault.NotFound, "error.not_found")
	succeeds(t, s.officers.Confirm(ctx, confirmed[1], m.ID))
	if f, err := s.people.One(ctx, as(string(m.ID)), m.ID); err != nil || f.Officer != member.ConfirmedOfficer || len(f.Confirmations) != 2 {
		t.Fatalf("the third officer is %+v, %v", f, err)
	}
	wants(t, s.officers.Confirm(ctx, confirmed[1], m.ID), fault.Conflict, "member.officer.moved_on")
}
