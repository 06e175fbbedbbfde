// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

var (
	now    = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	future = now.Add(time.Hour)
	past   = now.Add(-time.Hour)
)

// analyst is a vetted police officer with a place in the operation.
func analyst(change ...func(*access.Standing)) access.Standing {
	s := access.Standing{
		Now: now, Active: true, VettedUntil: future, Org: "pol-fr", OrgKind: "law_enforcement", Country: "FR",
		Knowledge: future, Operations: future, Known: true, State: access.Active, Ceiling: access.Amber,
		Accepted: true, Role: access.Analyst,
	}
	for _, fn := range change {
		fn(&s)
	}
	return s
}

const granted = fault.Kind(255)

func answer(ask access.Ask, s access.Standing) fault.Kind {
	if _, err := access.Decide(ask, s); err != nil {
		return fault.KindOf(err)
	}
	return granted
}

func TestOperations(t *testing.T) {
	officer := access.Actor{Kind: access.Person, Member: "ann", Strength: access.Passkey}
	byCode := officer
	byCode.Strength = access.TwoFactor
	type change = func(*access.Standing)
	for _, test := range []struct {
		name   string
		actor  access.Actor
		action access.Action
		change change
		want   fault.Kind
	}{
		{"an analyst reads", officer, access.Read, nil, granted},
		{"an analyst writes", officer, access.Write, nil, granted},
		{"an analyst does not manage", officer, access.Manage, nil, fault.Forbidden},
		{"an analyst does not export unless given the right", officer, access.Export, nil, fault.Forbidden},
		{"the right to export is honoured", officer, access.Export, func(s *access.Standing) { s.ExportUntil = future }, granted},
		{"and ends", officer, access.Export, func(s *access.Standing) { s.ExportUntil = past }, fault.Forbidden},
		{"a reader does not write", officer, access.Write, func(s *access.Standing) { s.Role = access.Reader }, fault.Forbidden},
		{"a manager manages", officer, access.Manage, func(s *access.Standing) { s.Role = access.Manager }, granted},
		{"who is no member learns nothing", officer, access.Read, func(s *access.Standing) { s.Accepted, s.Role = false, 0 }, fault.NotFound},
		{"nor who has not accepted", officer, access.Read, func(s *access.Standing) { s.Accepted = false }, fault.NotFound},
		{"nor an officer of the Directorate", officer, access.Read, func(s *access.Standing) { s.Officer, s.Accepted = true, false }, fault.NotFound},
		{"nor one whose vetting has ended", officer, access.Read, func(s *access.Standing) { s.VettedUntil = past }, fault.NotFound},
		{"nor one never vetted", officer, access.Read, func(s *access.Standing) { s.VettedUntil = time.Time{} }, fault.NotFound},
		{"nor one whose organisation's agreement has ended", officer, access.Read, func(s *access.Standing) { s.Operations = past }, fault.NotFound},
		{"nor one signed in without a passkey", byCode, access.Read, nil, fault.NotFound},
		{"nor one whose role has ended", officer, access.Read, func(s *access.Standing) { s.RoleUntil = past }, fault.NotFound},
		{"who is suspended is nobody", officer, access.Read, func(s *access.Standing) { s.Active = false }, fault.Unauthenticated},
		{"and so is who has left", officer, access.Read, func(s *access.Standing) { s.MemberUntil = past }, fault.Unauthenticated},
		{"nobody is asked to sign in", access.Actor{}, access.Read, nil, fault.Unauthenticated},
		{"an absent workspace is like a hidden one", officer, access.Read, func(s *access.Standing) { s.Known = false }, fault.NotFound},
		{"an archive is read", officer, access.Read, func(s *access.Standing) { s.State = access.Archived }, granted},
		{"an archive is not written", officer, access.Write, func(s *access.Standing) { s.State = access.Archived }, fault.Forbidden},
		{"what is purged is gone", officer, access.Read, func(s *access.Standing) { s.State = access.Purged }, fault.NotFound},
		{"a follower reads", access.Actor{Kind: access.Follower, Name: "search"}, access.Read, nil, granted},
		{"a follower does not write", access.Actor{Kind: access.Follower, Name: "search"}, access.Write, nil, fault.Forbidden},
		{"the console does not read", access.Actor{Kind: access.Console}, access.Read, nil, fault.NotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := analyst()
			if test.change != nil {
				test.change(&s)
			}
			if got := answer(access.Ask{Actor: test.actor, Place: access.In("w"), Action: test.action}, s); got != test.want {
				t.Errorf("Decide answers kind %d; want %d", got, test.want)
			}
		})
	}
}

func TestPlatform(t *testing.T) {
	person := access.Actor{Kind: access.Person, Member: "ann", Strength: access.Passkey}
	byCode := access.Actor{Kind: access.Person, Member: "ann", Strength: access.TwoFactor}
	officer := func(s *access.Standing) { s.Officer, s.OrgKind = true, "secretariat" }
	ncb := func(s *access.Standing) { s.OrgKind = "ncb" }
	for _, test := range []struct {
		name   string
		actor  access.Actor
		place  access.Place
		action access.Action
		change func(*access.Standing)
		want   fault.Kind
	}{
		{"anybody may sign in", access.Actor{}, access.Platform(), access.SignIn, nil, granted},
		{"a member has what is their own", byCode, access.Self(), access.Own, nil, granted},
		{"nobody has nothing of their own", access.Actor{}, access.Self(), access.Own, nil, fault.Unauthenticated},
		{"the Directorate directs", person, access.Platform(), access.Direct, officer, granted},
		{"but not without a passkey", byCode, access.Platform(), access.Direct, officer, fault.NotFound},
		{"others do not know of it", person, access.Platform(), access.Direct, nil, fault.NotFound},
		{"a National Central Bureau admits", person, access.Platform(), access.Admit, ncb, granted},
		{"a police officer does not", person, access.Platform(), access.Admit, nil, fault.NotFound},
		{"the desk is the Directorate's", person, access.Platform(), access.Desk, ncb, fault.NotFound},
		{"the unvetted open no operation", person, access.Platform(), access.Open, func(s *access.Standing) { ncb(s); s.VettedUntil = past }, fault.NotFound},
		{"the console administers", access.Actor{Kind: access.Console}, access.Platform(), access.Administer, nil, granted},
		{"a member does not", person, access.Platform(), access.Administer, officer, fault.NotFound},
		{"the Knowledge Exchange is for members", byCode, access.In(access.Exchange), access.Write, nil, granted},
		{"whose organisation takes part", person, access.In(access.Exchange), access.Read, func(s *access.Standing) { s.Knowledge = past }, fault.NotFound},
		{"the Directorate moderates it", person, access.In(access.Exchange), access.Manage, officer, granted},
		{"members do not", person, access.In(access.Exchange), access.Manage, nil, fault.Forbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := analyst()
			if test.change != nil {
				test.change(&s)
			}
			if got := answer(access.Ask{Actor: test.actor, Place: test.place, Action: test.action}, s); got != test.want {
				t.Errorf("Decide answers kind %d; want %d", got, test.want)
			}
		})
	}
}

func TestAGrantEndsWithTheFirstThingItRestsOn(t *testing.T) {
	soon := now.Add(time.Minute)
	for _, test := range []struct {
		name   string
		change func(*access.Standing)
	}{
		{"vetting", func(s *access.Standing) { s.VettedUntil = soon }},
		{"agreement", func(s *access.Standing) { s.Operations = soon }},
		{"role", func(s *access.Standing) { s.RoleUntil = soon }},
		{"account", func(s *access.Standing) { s.MemberUntil = soon }},
	} {
		t.Run(test.name, func(t *testing.T) {
			ask := access.Ask{Actor: access.Actor{Kind: access.Person, Strength: access.Passkey}, Place: access.In("w"), Action: access.Read}
			g, err := access.Decide(ask, analyst(test.change))
			if err != nil || !g.Until().Equal(soon) {
				t.Errorf("Until = %v, %v; want %v", g.Until(), err, soon)
			}
		})
	}
}

func TestMayRead(t *testing.T) {
	police := analyst()
	company := analyst(func(s *access.Standing) { s.Org, s.OrgKind, s.Country = "acme", "private", "DE" })
	base := access.Handling{TLP: access.Amber, Originator: "ncb-es"}
	with := func(change func(*access.Handling)) access.Handling {
		h := base
		change(&h)
		return h
	}
	for _, test := range []struct {
		name     string
		handling access.Handling
		police   bool
		company  bool
	}{
		{"what is open is open to the police", base, true, false},
		{"one's own is one's own", with(func(h *access.Handling) { h.Originator, h.Restricted = "acme", true }), false, true},
		{"what is opened to an organisation", with(func(h *access.Handling) { h.Restricted, h.Orgs = true, []access.OrgID{"pol-fr", "acme"} }), true, true},
		{"what is opened to a country is not opened to its companies", with(func(h *access.Handling) { h.Restricted, h.Countries = true, []access.Country{"FR", "DE"} }), true, false},
		{"what is closed to a country", with(func(h *access.Handling) {
			h.ClosedTo, h.Orgs = []access.Country{"FR", "DE"}, []access.OrgID{"pol-fr", "acme"}
		}), false, false},
		{"TLP:RED is for those it names", with(func(h *access.Handling) { h.TLP, h.Named = access.Red, []access.MemberID{"ann"} }), true, false},
		{"TLP:RED that names others", with(func(h *access.Handling) { h.TLP, h.Named = access.Red, []access.MemberID{"bob"} }), false, false},
		{"victim data is not opened to companies", with(func(h *access.Handling) { h.VictimData, h.Orgs = true, []access.OrgID{"acme"} }), true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ask := access.Ask{Actor: access.Actor{Kind: access.Person, Member: "ann", Strength: access.Passkey}, Place: access.In("w"), Action: access.Read}
			if got := grant(t, ask, police).MayRead(test.handling); got != test.police {
				t.Errorf("police: MayRead = %v; want %v", got, test.police)
			}
			if got := grant(t, ask, company).MayRead(test.handling); got != test.company {
				t.Errorf("company: MayRead = %v; want %v", got, test.company)
			}
		})
	}
}

func grant(t *testing.T, ask access.Ask, s access.Standing) access.Grant {
	t.Helper()
	g, err := access.Decide(ask, s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAccepts(t *testing.T) {
	ask := access.Ask{Actor: access.Actor{Kind: access.Person, Member: "ann", Strength: access.Passkey}, Place: access.In("w"), Action: access.Write}
	g := grant(t, ask, analyst())
	if err := g.Accepts(access.Handling{TLP: access.Amber}); err != nil {
		t.Errorf("at the ceiling: %v", err)
	}
	if err := g.Accepts(access.Handling{TLP: access.AmberStrict}); fault.Of(err).Field != "tlp" {
		t.Errorf("above the ceiling: %v; want an error on tlp", err)
	}
}

func BenchmarkDecide(b *testing.B) {
	ask := access.Ask{Actor: access.Actor{Kind: access.Person, Member: "ann", Strength: access.Passkey}, Place: access.In("w"), Action: access.Read}
	s := analyst()
	for b.Loop() {
		if _, err := access.Decide(ask, s); err != nil {
			b.Fatal(err)
		}
	}
}
