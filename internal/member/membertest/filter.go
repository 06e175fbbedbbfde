// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/page"
)

// Filters checks what lists can be asked for, that their pages follow each other
// without a gap, and that nobody is told by them of whom they may not know.
func Filters(t *testing.T, w World) {
	s := w.script()
	succeeds(t, s.Store.Update(t.Context(), access.Ask{Actor: as("off"), Place: access.Platform(), Action: access.Direct}, func(tx member.Tx) error {
		if err := tx.SetVetted(t.Context(), "bob", s.Now().Add(member.Soon)); err != nil {
			return err
		}
		return tx.SetVetted(t.Context(), "gus", s.Now().Add(member.Soon-time.Microsecond))
	}))
	memberFilters(t, s)
	organisationFilters(t, s)
	invitationFilters(t, s)
	peopleOfOrganisations(t, s)
	endings(t, s)
}

// endings checks that who renews what an organisation takes part by is told before
// it ends, and nobody else.
func endings(t *testing.T, s *script) {
	ctx := t.Context()
	succeeds(t, s.organisations.RecordAgreement(ctx, as("max"), member.Agreement{
		Org: "pol-fr", Reference: "Auth 4", Scope: member.OperationsScope, FirstDay: s.day(0), LastDay: s.day(20),
	}))
	for who, want := range map[string][]string{"off": {"Verde SL"}, "max": {"Organisation pol-fr"}} {
		q, err := s.officers.Waiting(ctx, as(who))
		succeeds(t, err)
		var got []string
		for _, o := range q.Yours.Ending {
			got = append(got, o.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is told of %v; want %v", who, got, want)
		}
	}
	me, err := s.people.Me(ctx, as("ann"))
	succeeds(t, err)
	if end, soon := me.Org.EndingSoon(s.Now()); !soon || !end.Equal(s.day(21)) {
		t.Errorf("ann's organisation ends %v, soon: %v", end, soon)
	}
	s.Advance(21 * 24 * time.Hour)
	if end, soon := me.Org.EndingSoon(s.Now()); soon {
		t.Errorf("what ended is said to end at %v", end)
	}
}

func memberFilters(t *testing.T, s *script) {
	ctx := t.Context()
	for _, c := range []struct {
		name, who string
		f         member.MemberFilter
		want      []string
	}{
		{"of an organisation", "off", member.MemberFilter{Org: "pol-es"}, []string{"bob", "eve", "gus"}},
		{"of another country's, to a bureau", "max", member.MemberFilter{Org: "pol-es"}, nil},
		{"of none that there is", "max", member.MemberFilter{Org: "nowhere"}, nil},
		{"of a country", "off", member.MemberFilter{Country: "DE"}, []string{"acm"}},
		{"of another country, to a bureau", "max", member.MemberFilter{Country: "ES"}, nil},
		{"of its own, to a bureau", "max", member.MemberFilter{Country: "FR"}, []string{"ann", "exp", "max", "sus"}},
		{"suspended", "off", member.MemberFilter{State: member.Suspended}, []string{"sus"}},
		{"active ones of an organisation", "off", member.MemberFilter{State: member.Active, Org: "pol-fr"}, []string{"ann", "exp"}},
		{"whose vetting is in force", "max", member.MemberFilter{Vetting: member.InForce}, []string{"ann", "max", "sus"}},
		{"whose vetting ends soon: within sixty days, not on the sixtieth", "off", member.MemberFilter{Vetting: member.EndsSoon}, []string{"gus"}},
		{"who are not vetted, or no longer", "off", member.MemberFilter{Vetting: member.NotInForce}, []string{"exp", "olga", "omar", "otto"}},
		{"by name and all of it", "off", member.MemberFilter{Text: "member", Country: "ES", Vetting: member.EndsSoon}, []string{"gus"}},
		{"by what ends first", "max", member.MemberFilter{ByVetting: true}, []string{"exp", "ann", "max", "sus"}},
		{"by what is on no list: all", "max", member.MemberFilter{State: "odd", Vetting: "odd", Country: "odd"}, []string{"ann", "exp", "max", "sus"}},
	} {
		t.Run("members "+c.name, func(t *testing.T) {
			roll, err := s.people.Find(ctx, as(c.who), c.f, "")
			succeeds(t, err)
			if got := handles(roll.Members); !slices.Equal(got, c.want) {
				t.Errorf("got %v; want %v", got, c.want)
			}
		})
	}
	t.Run("the people of a suspended organisation are asked for as suspended", func(t *testing.T) {
		succeeds(t, s.organisations.Suspend(ctx, as("off"), "acme"))
		roll, err := s.people.Find(ctx, as("off"), member.MemberFilter{State: member.Suspended}, "")
		succeeds(t, err)
		if got := handles(roll.Members); !slices.Equal(got, []string{"acm", "sus"}) {
			t.Errorf("got %v", got)
		}
		succeeds(t, s.organisations.Restore(ctx, as("off"), "acme"))
	})
	t.Run("pages follow each other, in either order", func(t *testing.T) {
		for i := range 120 {
			crowd(t, s, fmt.Sprintf("crowd-%03d", i))
		}
		for _, byVetting := range []bool{false, true} {
			var all []string
			for after := page.Cursor(""); ; {
				roll, err := s.people.Find(ctx, as("off"), member.MemberFilter{Text: "crowd", ByVetting: byVetting}, after)
				succeeds(t, err)
				all = append(all, handles(roll.Members)...)
				if after = roll.Next; after == "" {
					break
				}
			}
			if slices.Sort(all); len(all) != 120 || len(slices.Compact(all)) != 120 {
				t.Errorf("%d members on all pages; want 120", len(all))
			}
		}
	})
}

// crowd adds a member of acme, vetted until a day that many share.
func crowd(t *testing.T, s *script, handle string) {
	t.Helper()
	ask := access.Ask{Actor: as("off"), Place: access.Platform(), Action: access.Direct}
	succeeds(t, s.Store.Update(t.Context(), ask, func(tx member.Tx) error {
		org, err := tx.Organisation(t.Context(), "acme")
		if err != nil {
			return err
		}
		m := member.Member{
			ID: access.MemberID(handle), Org: org, Handle: handle, Name: "One of many", Post: "Clerk", Email: handle + "@acme.example",
			State: member.Active, Settings: member.Settings{TimeZone: "UTC"}, CreatedAt: s.Now(),
		}
		m.VettedUntil = s.day(int(handle[len(handle)-1]-'0') % 3)
		return tx.InsertMember(t.Context(), m, member.RulesVersion)
	}))
}

func organisationFilters(t *testing.T, s *script) {
	ctx := t.Context()
	org, err := s.organisations.Add(ctx, as("off"), member.NewOrganisation{Name: "Verde SL", Kind: member.Private, Country: "ES"})
	succeeds(t, err)
	succeeds(t, s.organisations.RecordAgreement(ctx, as("off"), member.Agreement{
		Org: org.ID, Reference: "CA/2026/9", Scope: member.BothScope, FirstDay: s.day(0), LastDay: s.day(30),
	}))
	succeeds(t, s.organisations.SuspendCountry(ctx, as("off"), "DE"))
	for _, c := range []struct {
		name, who string
		f         member.OrganisationFilter
		want      []string
	}{
		{"of a kind", "off", member.OrganisationFilter{Kind: member.NCB}, []string{"Organisation ncb-es", "Organisation ncb-fr"}},
		{"of a kind, to a bureau: its own", "max", member.OrganisationFilter{Kind: member.NCB}, []string{"Organisation ncb-fr"}},
		{"of a country", "off", member.OrganisationFilter{Country: "DE"}, []string{"Organisation acme"}},
		{"of another country, to a bureau", "max", member.OrganisationFilter{Country: "ES"}, nil},
		{"whose country is suspended", "off", member.OrganisationFilter{State: member.Suspended}, []string{"Organisation acme"}},
		{"that are not suspended, of a kind", "off", member.OrganisationFilter{State: member.Active, Kind: member.Private}, []string{"Verde SL"}},
		{"whose agreement ends soon", "off", member.OrganisationFilter{Ending: true}, []string{"Verde SL"}},
		{"of those that end soon, to a bureau: none of its own", "max", member.OrganisationFilter{Ending: true}, nil},
		{"of a country by what ends first", "off", member.OrganisationFilter{Country: "ES", ByEnd: true}, []string{"Verde SL", "Organisation ncb-es", "Organisation pol-es"}},
	} {
		t.Run("organisations "+c.name, func(t *testing.T) {
			register, err := s.organisations.List(ctx, as(c.who), c.f, "")
			succeeds(t, err)
			var got []string
			for _, o := range register.Organisations {
				got = append(got, o.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v; want %v", got, c.want)
			}
		})
	}
	succeeds(t, s.organisations.RestoreCountry(ctx, as("off"), "DE"))
}

func invitationFilters(t *testing.T, s *script) {
	ctx := t.Context()
	invite := func(who, org, email string) member.Invitation {
		i, _, err := s.invitations.Invite(ctx, as(who), member.Draft{Org: access.OrgID(org), Email: email, Name: email})
		succeeds(t, err)
		return i
	}
	invite("max", "pol-fr", "old@pol-fr.example")
	s.Advance(8 * 24 * time.Hour)
	gone := invite("max", "pol-fr", "gone@pol-fr.example")
	succeeds(t, s.invitations.Withdraw(ctx, as("max"), gone.ID))
	invite("max", "ncb-fr", "new@ncb-fr.example")
	invite("off", "ncb-es", "new@ncb-es.example")
	for _, c := range []struct {
		name, who string
		f         member.InvitationFilter
		want      []string
	}{
		{"that are open", "off", member.InvitationFilter{State: member.Valid}, []string{"new@ncb-es.example", "new@ncb-fr.example"}},
		{"that are open, to a bureau", "max", member.InvitationFilter{State: member.Valid}, []string{"new@ncb-fr.example"}},
		{"that are over", "max", member.InvitationFilter{State: member.Expired}, []string{"old@pol-fr.example"}},
		{"that were withdrawn", "max", member.InvitationFilter{State: member.Withdrawn}, []string{"gone@pol-fr.example"}},
		{"of an organisation", "off", member.InvitationFilter{Org: "pol-fr"}, []string{"gone@pol-fr.example", "old@pol-fr.example"}},
		{"of another country's organisation, to a bureau", "max", member.InvitationFilter{Org: "ncb-es"}, nil},
	} {
		t.Run("invitations "+c.name, func(t *testing.T) {
			list, err := s.invitations.List(ctx, as(c.who), c.f, "")
			succeeds(t, err)
			var got []string
			for _, i := range list.Invitations {
				got = append(got, i.Email)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v; want %v", got, c.want)
			}
		})
	}
}

// peopleOfOrganisations checks that an organisation's page lists its people and
// who was invited, to those who may know of it.
func peopleOfOrganisations(t *testing.T, s *script) {
	ctx := t.Context()
	t.Run("a bureau reads who is of its country's bodies, and who was invited", func(t *testing.T) {
		d, err := s.organisations.One(ctx, as("max"), "pol-fr")
		succeeds(t, err)
		if got := handles(d.Roll.Members); !slices.Equal(got, []string{"ann", "exp", "sus"}) || len(d.Invited.Invitations) != 2 || d.Invited.Names["max"].Handle != "max" {
			t.Errorf("people %v, invitations %+v", got, d.Invited)
		}
	})
	t.Run("a page holds fifty, and leads on", func(t *testing.T) {
		d, err := s.organisations.One(ctx, as("off"), "acme")
		succeeds(t, err)
		roll, err := s.people.Find(ctx, as("off"), member.MemberFilter{Org: "acme"}, d.Roll.Next)
		succeeds(t, err)
		if len(d.Roll.Members) != 50 || d.Roll.Next == "" || len(roll.Members) != 50 || roll.Members[0].Handle <= d.Roll.Members[49].Handle {
			t.Errorf("%d, then %d members", len(d.Roll.Members), len(roll.Members))
		}
	})
}

func handles(list []member.Member) (handles []string) {
	for _, m := range list {
		handles = append(handles, m.Handle)
	}
	return handles
}
