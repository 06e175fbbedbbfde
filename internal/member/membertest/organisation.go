// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/member"
)

// Organisations checks who adds and suspends organisations, and what agreements
// do to them.
func Organisations(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	add := func(who, name string, kind member.Kind, country access.Country) (member.Organisation, error) {
		return s.organisations.Add(ctx, as(who), member.NewOrganisation{Name: name, Kind: kind, Country: country})
	}
	t.Run("the Directorate adds, a bureau does not", func(t *testing.T) {
		org, err := add("off", " Police  of Malta ", member.LawEnforcement, "mt")
		succeeds(t, err)
		s.recorded(t, audit.OrganisationAdded)
		got, err := s.organisations.One(ctx, as("off"), org.ID)
		if err != nil || got.Organisation != org || got.Name != "Police of Malta" || got.Country != "MT" || !got.Operations.IsZero() {
			t.Errorf("One = %+v, %v", got, err)
		}
		_, err = add("max", "X", member.Private, "FR")
		wants(t, err, fault.NotFound, "error.not_found")
	})
	t.Run("a country has one bureau, the platform one secretariat", func(t *testing.T) {
		_, err := add("off", "Another NCB", member.NCB, "FR")
		wants(t, err, fault.Conflict, "member.kind.taken")
		_, err = add("off", "Another seat", member.Secretariat, "SG")
		wants(t, err, fault.Conflict, "member.kind.taken")
		_, err = add("off", "NCB Lisbon", member.NCB, "PT")
		succeeds(t, err)
	})
	t.Run("a bureau knows of its country alone, and not of the secretariat", func(t *testing.T) {
		register, err := s.organisations.List(ctx, as("max"), member.OrganisationFilter{}, "")
		succeeds(t, err)
		if register.MayDirect || s.organisations.MayAdd(ctx, as("max")) == nil {
			t.Error("max may add organisations")
		}
		var ids []access.OrgID
		for _, o := range register.Organisations {
			ids = append(ids, o.ID)
		}
		slices.Sort(ids)
		if !slices.Equal(ids, []access.OrgID{"ncb-fr", "pol-fr"}) {
			t.Errorf("max sees %v", ids)
		}
		_, hidden := s.organisations.One(ctx, as("max"), "pol-es")
		_, absent := s.organisations.One(ctx, as("max"), "nowhere")
		wants(t, hidden, fault.NotFound, "error.not_found")
		if hidden.Error() != absent.Error() {
			t.Errorf("hidden %v, absent %v", hidden, absent)
		}
	})
	t.Run("a suspended organisation's people are nobody until it is restored", func(t *testing.T) {
		succeeds(t, s.organisations.Suspend(ctx, as("off"), "ncb-fr"))
		s.recorded(t, audit.OrganisationSuspended)
		_, err := s.people.Me(ctx, as("max"))
		wants(t, err, fault.Unauthenticated, "access.sign_in")
		succeeds(t, s.organisations.Restore(ctx, as("off"), "ncb-fr"))
		s.recorded(t, audit.OrganisationRestored)
		_, err = s.people.Me(ctx, as("max"))
		succeeds(t, err)
	})
	t.Run("a suspended country's people are nobody until it is restored", func(t *testing.T) {
		succeeds(t, s.organisations.SuspendCountry(ctx, as("off"), "ES"))
		succeeds(t, s.organisations.SuspendCountry(ctx, as("off"), "ES"))
		s.recorded(t, audit.CountrySuspended)
		register, err := s.organisations.List(ctx, as("off"), member.OrganisationFilter{}, "")
		if err != nil || !slices.Equal(register.Suspended, []access.Country{"ES"}) {
			t.Errorf("List = %+v, %v", register, err)
		}
		_, err = s.people.Me(ctx, as("gus"))
		wants(t, err, fault.Unauthenticated, "access.sign_in")
		succeeds(t, s.organisations.RestoreCountry(ctx, as("off"), "ES"))
		_, err = s.people.Me(ctx, as("gus"))
		succeeds(t, err)
	})
	t.Run("whom a suspension cuts off is told to who may suspend, and to nobody else", func(t *testing.T) {
		spain, err := s.organisations.CountryReach(ctx, as("off"), "ES")
		if err != nil || spain.People < 2 || spain.Organisations < 1 || spain.Organisations > spain.People {
			t.Errorf("CountryReach = %+v, %v", spain, err)
		}
		d, err := s.organisations.One(ctx, as("off"), "pol-es")
		if err != nil || d.Reach.Organisations != 1 || d.Reach.People < 1 || d.Reach.People > spain.People {
			t.Errorf("One = %+v, %v", d.Reach, err)
		}
		d, err = s.organisations.One(ctx, as("max"), "pol-fr")
		if err != nil || d.Reach != (member.Reach{}) {
			t.Errorf("an NCB, who may not suspend, is told of %+v, %v", d.Reach, err)
		}
		_, err = s.organisations.CountryReach(ctx, as("off"), "ZZ")
		wants(t, err, fault.Invalid, "member.country.unknown")
		_, err = s.organisations.CountryReach(ctx, as("off"), "FR")
		wants(t, err, fault.Forbidden, "member.suspend.seat")
		for _, country := range []access.Country{"ES", "ZZ"} {
			_, err = s.organisations.CountryReach(ctx, as("max"), country)
			wants(t, err, fault.NotFound, "error.not_found")
		}
	})
	t.Run("the Directorate does not cut itself off", func(t *testing.T) {
		wants(t, s.organisations.Suspend(ctx, as("off"), "sec"), fault.Forbidden, "member.suspend.own")
		wants(t, s.organisations.SuspendCountry(ctx, as("off"), "FR"), fault.Forbidden, "member.suspend.seat")
	})
	agreements(t, s)
}

func agreements(t *testing.T, s *script) {
	ctx := t.Context()
	agreement := func(org string, scope member.Scope, first, last int) member.Agreement {
		return member.Agreement{Org: access.OrgID(org), Reference: "CA/2026/7", Scope: scope, FirstDay: s.day(first), LastDay: s.day(last)}
	}
	record := func(who string, a member.Agreement) error { return s.organisations.RecordAgreement(ctx, as(who), a) }
	t.Run("an agreement lets a company in, to the end of its last day", func(t *testing.T) {
		org, err := s.organisations.Add(ctx, as("off"), member.NewOrganisation{Name: "Verde SL", Kind: member.Private, Country: "ES"})
		succeeds(t, err)
		succeeds(t, record("off", agreement(string(org.ID), member.BothScope, -1, 30)))
		s.recorded(t, audit.AgreementRecorded)
		d, err := s.organisations.One(ctx, as("off"), org.ID)
		if err != nil || len(d.Agreements) != 1 || !d.Knowledge.Equal(s.day(31)) || !d.Operations.Equal(s.day(31)) {
			t.Fatalf("One = %+v, %v", d, err)
		}
		s.Advance(time.Hour)
		succeeds(t, s.organisations.EndAgreement(ctx, as("off"), org.ID, d.Agreements[0].ID))
		s.recorded(t, audit.AgreementEnded)
		if d, err = s.organisations.One(ctx, as("off"), org.ID); err != nil || d.Operations.After(s.Now()) {
			t.Errorf("One after the end = %+v, %v", d, err)
		}
	})
	t.Run("police enter Operations by the word of their bureau alone", func(t *testing.T) {
		wants(t, record("off", agreement("pol-fr", member.BothScope, 0, 30)), fault.Forbidden, "member.agreement.ncb_alone")
		succeeds(t, record("max", agreement("pol-fr", member.BothScope, 0, 30)))
		d, err := s.organisations.One(ctx, as("max"), "pol-fr")
		if err != nil || d.Agreements[0].Scope != member.OperationsScope || !d.MayRecord {
			t.Errorf("One = %+v, %v", d, err)
		}
		wants(t, record("max", agreement("pol-es", member.OperationsScope, 0, 30)), fault.NotFound, "error.not_found")
	})
}

// People checks who finds, suspends and restores whom, and settings.
func People(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	find := func(t *testing.T, who, text string) (handles []string) {
		t.Helper()
		roll, err := s.people.Find(ctx, as(who), member.MemberFilter{Text: text}, "")
		succeeds(t, err)
		for _, m := range roll.Members {
			handles = append(handles, m.Handle)
		}
		return handles
	}
	t.Run("one finds by part of a name, whatever its case, among those one may know of", func(t *testing.T) {
		if got := find(t, "off", "MEMBER A"); !slices.Equal(got, []string{"acm", "ann"}) {
			t.Errorf("off finds %v", got)
		}
		if got := find(t, "max", "member a"); !slices.Equal(got, []string{"ann"}) {
			t.Errorf("max finds %v", got)
		}
		if got := find(t, "off", "%"); got != nil {
			t.Errorf("%% finds %v", got)
		}
	})
	t.Run("a suspended member is nobody at once, and their sessions are ended", func(t *testing.T) {
		succeeds(t, s.people.Suspend(ctx, as("max"), "ann"))
		if e := s.recorded(t, audit.MemberSuspended)[0]; e.Concerns != "ann" || e.Actor != "max" {
			t.Errorf("entry = %+v", e)
		}
		_, err := s.people.Me(ctx, as("ann"))
		wants(t, err, fault.Unauthenticated, "access.sign_in")
		if !slices.Equal(s.ended.members, []access.MemberID{"ann"}) {
			t.Errorf("ended the sessions of %v", s.ended.members)
		}
		f, err := s.people.One(ctx, as("max"), "ann")
		if err != nil || !f.May.Restore || f.May.Suspend {
			t.Errorf("One = %+v, %v", f, err)
		}
		succeeds(t, s.people.Restore(ctx, as("off"), "ann"))
		_, err = s.people.Me(ctx, as("ann"))
		succeeds(t, err)
	})
	t.Run("a bureau suspends nobody of another country, and nobody themselves", func(t *testing.T) {
		wants(t, s.people.Suspend(ctx, as("max"), "bob"), fault.NotFound, "error.not_found")
		wants(t, s.people.Suspend(ctx, as("max"), "off"), fault.NotFound, "error.not_found")
		wants(t, s.people.Suspend(ctx, as("max"), "max"), fault.Forbidden, "member.suspend.self")
		wants(t, s.people.Suspend(ctx, as("ann"), "sus"), fault.NotFound, "error.not_found")
	})
	corrections(t, s)
	t.Run("who left does not come back", func(t *testing.T) {
		succeeds(t, s.people.Release(ctx, as("off"), "gus"))
		s.recorded(t, audit.MemberLeft)
		wants(t, s.people.Restore(ctx, as("off"), "gus"), fault.Conflict, "member.left")
	})
	t.Run("a member keeps how they read", func(t *testing.T) {
		want := member.Settings{Language: "ar", TimeZone: "Africa/Cairo", Theme: "dark", KeysOff: true}
		succeeds(t, s.people.ChangeSettings(ctx, as("ann"), want))
		if me, err := s.people.Me(ctx, as("ann")); err != nil || me.Settings != want {
			t.Errorf("Me = %+v, %v", me, err)
		}
	})
	t.Run("an unknown account costs the same answer by any name", func(t *testing.T) {
		for _, name := range []string{"", "nobody", "nobody@nowhere.example"} {
			_, err := s.accounts.ByName(ctx, name)
			wants(t, err, fault.NotFound, "error.not_found")
		}
	})
}

// corrections checks who puts whose details right.
func corrections(t *testing.T, s *script) {
	ctx := t.Context()
	right := member.Details{Name: " Anne  Martin ", Post: "Head of unit"}
	correct := func(who, whom string) error { return s.people.Correct(ctx, as(who), access.MemberID(whom), right) }
	t.Run("a bureau corrects its country's people, and everybody reads it at once", func(t *testing.T) {
		before := len(s.Journal(t))
		succeeds(t, correct("max", "ann"))
		succeeds(t, correct("max", "ann"))
		if e := s.recorded(t, audit.MemberChanged)[0]; e.Concerns != "ann" || e.Object != "ann" || e.Actor != "max" {
			t.Errorf("entry = %+v", e)
		}
		if got := len(s.Journal(t)); got != before+1 {
			t.Errorf("%d entries for one change", got-before)
		}
		me, err := s.people.Me(ctx, as("ann"))
		if err != nil || me.Name != "Anne Martin" || me.Post != "Head of unit" || me.Handle != "ann" {
			t.Errorf("Me = %+v, %v", me, err)
		}
		f, err := s.people.One(ctx, as("max"), "ann")
		if err != nil || !f.May.Correct {
			t.Errorf("One = %+v, %v", f, err)
		}
	})
	t.Run("the Directorate corrects others, and tells a bureau's police to ask the bureau", func(t *testing.T) {
		succeeds(t, correct("off", "acm"))
		s.recorded(t, audit.MemberChanged)
		wants(t, correct("off", "ann"), fault.Forbidden, "member.correct.ncb_alone")
	})
	t.Run("nobody corrects themselves, or whom they do not answer for", func(t *testing.T) {
		before := len(s.Journal(t))
		wants(t, correct("max", "max"), fault.Forbidden, "member.correct.self")
		wants(t, correct("max", "bob"), fault.NotFound, "error.not_found")
		wants(t, correct("max", "nobody"), fault.NotFound, "error.not_found")
		wants(t, correct("ann", "bob"), fault.NotFound, "error.not_found")
		if got := len(s.Journal(t)); got != before {
			t.Errorf("%d entries of what was refused", got-before)
		}
	})
	t.Run("what is wrong with the text is said to those alone who may correct", func(t *testing.T) {
		for _, c := range []struct {
			d   member.Details
			key string
		}{
			{member.Details{Post: "Unit"}, "member.name.empty"},
			{member.Details{Name: "Ann"}, "member.post.empty"},
			{member.Details{Name: strings.Repeat("n", 201), Post: "Unit"}, "member.name.long"},
		} {
			wants(t, s.people.Correct(ctx, as("max"), "ann", c.d), fault.Invalid, c.key)
			wants(t, s.people.Correct(ctx, as("max"), "bob", c.d), fault.NotFound, "error.not_found")
		}
	})
}

// Vetting checks the way to being vetted, and out.
func Vetting(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	endorse := func(who, whom string) error {
		return s.vettings.Endorse(ctx, as(who), access.MemberID(whom),
			member.Endorsement{Statement: "Seen in person, national clearance, no conflict.", LastDay: s.day(300)})
	}
	t.Run("two officers approve whom the bureau endorsed", func(t *testing.T) {
		wants(t, endorse("off", "exp"), fault.Forbidden, "member.vetting.ncb_endorses")
		succeeds(t, endorse("max", "exp"))
		wants(t, endorse("max", "exp"), fault.Conflict, "member.vetting.moved_on")
		q, err := s.officers.Waiting(ctx, as("olga"))
		if err != nil || len(q.Yours.Cases) != 1 || q.Members["exp"].ID != "exp" || q.Names["max"].Handle != "max" {
			t.Fatalf("Waiting = %+v, %v", q, err)
		}
		wants(t, s.vettings.Approve(ctx, as("max"), "exp"), fault.NotFound, "error.not_found")
		succeeds(t, s.vettings.Approve(ctx, as("olga"), "exp"))
		s.recorded(t, audit.VettingApproved)
		wants(t, s.vettings.Approve(ctx, as("olga"), "exp"), fault.Forbidden, "member.vetting.approved_once")
		if me, err := s.people.Me(ctx, as("exp")); err != nil || me.Vetted(s.Now()) || !me.HasCase || len(me.Case.Approvals) != 1 {
			t.Fatalf("Me after one approval = %+v, %v", me, err)
		}
		succeeds(t, s.vettings.Approve(ctx, as("omar"), "exp"))
		if e := s.recorded(t, audit.VettingApproved, audit.VettingGranted)[1]; e.Concerns != "exp" {
			t.Errorf("entry = %+v", e)
		}
		if me, err := s.people.Me(ctx, as("exp")); err != nil || !me.VettedUntil.Equal(s.day(301)) {
			t.Errorf("Me = %+v, %v", me, err)
		}
	})
	t.Run("a vetting ends early, and at its end", func(t *testing.T) {
		wants(t, s.vettings.End(ctx, as("ann"), "exp"), fault.NotFound, "error.not_found")
		succeeds(t, s.vettings.End(ctx, as("max"), "exp"))
		s.recorded(t, audit.VettingEnded)
		if me, err := s.people.Me(ctx, as("exp")); err != nil || me.Vetted(s.Now()) {
			t.Errorf("Me = %+v, %v", me, err)
		}
		wants(t, s.vettings.End(ctx, as("max"), "exp"), fault.Conflict, "member.vetting.moved_on")
	})
	t.Run("who endorsed does not approve, nor does the person", func(t *testing.T) {
		succeeds(t, endorse("olga", "acm"))
		wants(t, s.vettings.Approve(ctx, as("olga"), "acm"), fault.Forbidden, "member.vetting.endorsed")
		succeeds(t, endorse("olga", "omar"))
		wants(t, s.vettings.Approve(ctx, as("omar"), "omar"), fault.Forbidden, "member.vetting.self")
	})
	t.Run("a renewal that is refused leaves the vetting in force", func(t *testing.T) {
		before, err := s.people.Me(ctx, as("acm"))
		succeeds(t, err)
		succeeds(t, s.vettings.End(ctx, as("otto"), "acm"))
		if me, err := s.people.Me(ctx, as("acm")); err != nil || !me.VettedUntil.Equal(before.VettedUntil) || me.Case.State != member.Ended {
			t.Errorf("Me = %+v, %v", me, err)
		}
	})
	t.Run("a case of another country is not the bureau's to see", func(t *testing.T) {
		q, err := s.officers.Waiting(ctx, as("max"))
		if err != nil || q.Yours.Len() != 0 || q.Others.Len() != 0 {
			t.Errorf("Waiting = %+v, %v", q, err)
		}
	})
}
