// SPDX-License-Identifier: Apache-2.0

package member

import (
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// granted is what the gate gives a person of that standing who asks for action.
func granted(t *testing.T, id access.MemberID, kind Kind, country access.Country, officer bool) access.Grant {
	t.Helper()
	actor := access.Actor{Kind: access.Person, Member: id, Strength: access.Passkey}
	g, err := access.Decide(admits(actor), access.Standing{
		Now: now, Active: true, Officer: officer, Org: "o-" + access.OrgID(id), OrgKind: string(kind), Country: country,
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func org(kind Kind, country access.Country) Organisation {
	return Organisation{ID: "org", Kind: kind, Country: country, Operations: now.AddDate(1, 0, 0)}
}

const allowed = ""

// says fails the test unless err has that key, or is nil for allowed.
func says(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil && key == allowed {
		return
	}
	if err == nil || fault.Of(err).Key != key {
		t.Errorf("err = %v; want %q", err, key)
	}
}

func TestWhoInvitesWhom(t *testing.T) {
	t.Parallel()
	officer := granted(t, "off", Secretariat, "FR", true)
	ncb := granted(t, "max", NCB, "FR", false)
	const hidden, ncbAlone = "error.not_found", "member.invite.ncb_alone"
	for _, c := range []struct {
		name  string
		g     access.Grant
		org   Organisation
		key   string
		waits bool
	}{
		{"a bureau, for itself", ncb, org(NCB, "FR"), allowed, false},
		{"a bureau, for its police", ncb, org(LawEnforcement, "FR"), allowed, false},
		{"a bureau, for its judges", ncb, org(Judicial, "FR"), allowed, false},
		{"a bureau, for a ministry of its country", ncb, org(Government, "FR"), allowed, false},
		{"a bureau, for a company of its country", ncb, org(Private, "FR"), allowed, false},
		{"a bureau, for another country's police", ncb, org(LawEnforcement, "ES"), hidden, true},
		{"a bureau, for the secretariat that sits in its country", ncb, org(Secretariat, "FR"), hidden, false},
		{"a bureau, for an international body", ncb, org(International, ""), hidden, false},
		{"the Directorate, for itself", officer, org(Secretariat, "FR"), allowed, false},
		{"the Directorate, for a bureau", officer, org(NCB, "ES"), allowed, false},
		{"the Directorate, for an international body", officer, org(International, ""), allowed, false},
		{"the Directorate, for police", officer, org(LawEnforcement, "FR"), ncbAlone, true},
		{"the Directorate, for judges", officer, org(Judicial, "ES"), ncbAlone, true},
		{"the Directorate, for a company", officer, org(Private, "ES"), allowed, true},
		{"the Directorate, for a university", officer, org(Academia, "ES"), allowed, true},
		{"the Directorate, for a CERT", officer, org(CERT, "FR"), allowed, true},
		{"the Directorate, for a ministry", officer, org(Government, "FR"), allowed, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says(t, mayInvite(c.g, c.org), c.key)
			if got := needsNCB(c.g, c.org); got != c.waits {
				t.Errorf("needsNCB = %v; want %v", got, c.waits)
			}
		})
	}
}

func TestWhoConfirmsAnInvitation(t *testing.T) {
	t.Parallel()
	i := Invitation{Org: org(Private, "FR")}
	says(t, mayConfirmInvitation(granted(t, "max", NCB, "FR", false), i), allowed)
	says(t, mayConfirmInvitation(granted(t, "eva", NCB, "ES", false), i), "member.invite.ncb_confirms")
	says(t, mayConfirmInvitation(granted(t, "off", Secretariat, "FR", true), i), "member.invite.ncb_confirms")
}

func TestWhoSuspendsWhom(t *testing.T) {
	t.Parallel()
	officer, ncb := granted(t, "off", Secretariat, "FR", true), granted(t, "max", NCB, "FR", false)
	for _, c := range []struct {
		name string
		g    access.Grant
		m    Member
		key  string
	}{
		{"the Directorate suspends anybody", officer, Member{ID: "bob", Org: org(LawEnforcement, "ES")}, allowed},
		{"but not oneself", officer, Member{ID: "off", Org: org(Secretariat, "FR")}, "member.suspend.self"},
		{"a bureau suspends its country's people", ncb, Member{ID: "ann", Org: org(Private, "FR")}, allowed},
		{"and a colleague", ncb, Member{ID: "mia", Org: org(NCB, "FR")}, allowed},
		{"but not another country's", ncb, Member{ID: "bob", Org: org(NCB, "ES")}, "error.not_found"},
		{"nor the secretariat's", ncb, Member{ID: "off", Org: org(Secretariat, "FR")}, "error.not_found"},
		{"nor an international body's", ncb, Member{ID: "int", Org: org(International, "")}, "error.not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says(t, maySuspend(c.g, c.m), c.key)
		})
	}
}

func TestWhoCorrectsWhom(t *testing.T) {
	t.Parallel()
	officer, ncb := granted(t, "off", Secretariat, "FR", true), granted(t, "max", NCB, "FR", false)
	for _, c := range []struct {
		name string
		g    access.Grant
		m    Member
		key  string
	}{
		{"a bureau corrects its country's police", ncb, Member{ID: "ann", Org: org(LawEnforcement, "FR")}, allowed},
		{"and the people of its country's companies", ncb, Member{ID: "bea", Org: org(Private, "FR")}, allowed},
		{"and a colleague", ncb, Member{ID: "mia", Org: org(NCB, "FR")}, allowed},
		{"but not oneself", ncb, Member{ID: "max", Org: org(NCB, "FR")}, "member.correct.self"},
		{"nor another country's", ncb, Member{ID: "bob", Org: org(LawEnforcement, "ES")}, "error.not_found"},
		{"nor the secretariat's", ncb, Member{ID: "off", Org: org(Secretariat, "FR")}, "error.not_found"},
		{"nor an international body's", ncb, Member{ID: "int", Org: org(International, "")}, "error.not_found"},
		{"the Directorate corrects a bureau's people", officer, Member{ID: "max", Org: org(NCB, "FR")}, allowed},
		{"and a company's", officer, Member{ID: "acm", Org: org(Private, "DE")}, allowed},
		{"and an international body's", officer, Member{ID: "int", Org: org(International, "")}, allowed},
		{"and a colleague", officer, Member{ID: "olga", Org: org(Secretariat, "FR")}, allowed},
		{"but not oneself", officer, Member{ID: "off", Org: org(Secretariat, "FR")}, "member.correct.self"},
		{"nor national police", officer, Member{ID: "bob", Org: org(LawEnforcement, "ES")}, "member.correct.ncb_alone"},
		{"nor national justice", officer, Member{ID: "jud", Org: org(Judicial, "FR")}, "member.correct.ncb_alone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says(t, mayCorrect(c.g, c.m), c.key)
		})
	}
}

func TestWhoEndorsesWhom(t *testing.T) {
	t.Parallel()
	officer, ncb := granted(t, "off", Secretariat, "FR", true), granted(t, "max", NCB, "FR", false)
	lapsed := org(Private, "DE")
	lapsed.Operations = now
	for _, c := range []struct {
		name string
		g    access.Grant
		m    Member
		key  string
	}{
		{"a bureau endorses its police", ncb, Member{ID: "ann", Org: org(LawEnforcement, "FR")}, allowed},
		{"and a colleague", ncb, Member{ID: "mia", Org: org(NCB, "FR")}, allowed},
		{"but not themselves", ncb, Member{ID: "max", Org: org(NCB, "FR")}, "member.vetting.self"},
		{"nor a company: that takes an agreement", ncb, Member{ID: "bea", Org: org(Private, "FR")}, "member.vetting.directorate_endorses"},
		{"the Directorate endorses a company with an agreement", officer, Member{ID: "bea", Org: org(Private, "FR")}, allowed},
		{"but not one whose agreement is over", officer, Member{ID: "acm", Org: lapsed}, "member.vetting.no_agreement"},
		{"nor police: that is their bureau's", officer, Member{ID: "ann", Org: org(LawEnforcement, "FR")}, "member.vetting.ncb_endorses"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says(t, mayEndorse(c.g, c.m, now), c.key)
		})
	}
}

func TestWhoApprovesAVetting(t *testing.T) {
	t.Parallel()
	m := Member{ID: "ann", Org: org(LawEnforcement, "FR")}
	c := Case{Member: "ann", EndorsedBy: "max", Approvals: []Vote{{"oda", now}}}
	for _, who := range []struct {
		name string
		g    access.Grant
		key  string
	}{
		{"an officer who has nothing to do with them", granted(t, "off", Secretariat, "SG", true), allowed},
		{"an officer where the secretariat has its seat", granted(t, "off", Secretariat, "FR", true), allowed},
		{"an officer seconded from their country", granted(t, "sec", Government, "FR", true), "member.vetting.same_country"},
		{"an officer seconded from another country", granted(t, "sec", Government, "ES", true), allowed},
		{"no officer", granted(t, "mia", NCB, "FR", false), "member.vetting.officers_approve"},
		{"who endorsed them", granted(t, "max", Secretariat, "SG", true), "member.vetting.endorsed"},
		{"who approved before", granted(t, "oda", Secretariat, "SG", true), "member.vetting.approved_once"},
		{"they themselves", granted(t, "ann", Secretariat, "SG", true), "member.vetting.self"},
	} {
		t.Run(who.name, func(t *testing.T) {
			t.Parallel()
			says(t, mayApprove(who.g, c, m), who.key)
		})
	}
}

func TestWhoConfirmsAnOfficer(t *testing.T) {
	t.Parallel()
	m := Member{ID: "otto", Org: org(Secretariat, "FR")}
	votes := []Vote{{"oda", now}}
	says(t, mayConfirm(granted(t, "off", Secretariat, "FR", true), m, votes), allowed)
	says(t, mayConfirm(granted(t, "oda", Secretariat, "FR", true), m, votes), "member.officer.confirmed_once")
	says(t, mayConfirm(granted(t, "otto", Secretariat, "FR", true), m, votes), "member.officer.others_confirm")
	says(t, mayConfirm(granted(t, "max", NCB, "FR", false), m, votes), "member.officer.others_confirm")
}

func TestUntilWhenAnOrganisationTakesPart(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return now.Truncate(24*time.Hour).AddDate(0, 0, n) }
	never := time.Time{}
	both := Agreement{Scope: BothScope, FirstDay: day(-9), LastDay: day(9)}
	for _, c := range []struct {
		name                  string
		kind                  Kind
		agreements            []Agreement
		knowledge, operations time.Time
	}{
		{"the secretariat always", Secretariat, nil, forever, forever},
		{"a bureau always", NCB, nil, forever, forever},
		{"police in the Knowledge Exchange alone", LawEnforcement, nil, forever, never},
		{"police in Operations by authorisation", Judicial, []Agreement{{Scope: OperationsScope, FirstDay: day(0), LastDay: day(5)}}, forever, day(6)},
		{"a company in nothing", Private, nil, never, never},
		{"a company by an agreement, to the end of its last day", Private, []Agreement{both}, day(10), day(10)},
		{"the longest of several counts", Private, []Agreement{both, {Scope: KnowledgeScope, FirstDay: day(-1), LastDay: day(20)}}, day(21), day(10)},
		{"one that was ended counts to then", CERT, []Agreement{{Scope: BothScope, FirstDay: day(-9), LastDay: day(9), EndedAt: day(1)}}, day(1), day(1)},
		{"one that has not begun does not count", Academia, []Agreement{{Scope: BothScope, FirstDay: day(1), LastDay: day(9)}}, never, never},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			knowledge, operations := project(c.kind, c.agreements, now)
			if !knowledge.Equal(c.knowledge) || !operations.Equal(c.operations) {
				t.Errorf("project = %v, %v; want %v, %v", knowledge, operations, c.knowledge, c.operations)
			}
		})
	}
}

func TestWhatFormsRefuse(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return now.Truncate(24*time.Hour).AddDate(0, 0, n) }
	good := Acceptance{Handle: " @Ann.Lee ", Name: "Ann  Lee", Post: "Unit", Rules: RulesVersion, Settings: Settings{TimeZone: "UTC"}}
	accept := func(change func(*Acceptance)) error {
		a := good
		change(&a)
		_, err := a.clean()
		return err
	}
	agree := func(a Agreement) error { _, err := a.clean(now); return err }
	endorse := func(e Endorsement) error { _, err := e.clean(now); return err }
	add := func(n NewOrganisation) error { _, err := n.clean(); return err }
	mail := func(s string) error { _, err := cleanEmail(s); return err }
	for _, c := range []struct {
		name, key, field string
		err              error
	}{
		{"nothing of a good acceptance", allowed, "", accept(func(*Acceptance) {})},
		{"rules of another version", "member.rules.not_accepted", "rules", accept(func(a *Acceptance) { a.Rules = "2025-1" })},
		{"a handle of one letter", "member.handle.malformed", "handle", accept(func(a *Acceptance) { a.Handle = "a" })},
		{"a handle that begins with a dot", "member.handle.malformed", "handle", accept(func(a *Acceptance) { a.Handle = ".ann" })},
		{"a handle with a space", "member.handle.malformed", "handle", accept(func(a *Acceptance) { a.Handle = "ann lee" })},
		{"a handle in another script", "member.handle.malformed", "handle", accept(func(a *Acceptance) { a.Handle = "аnn" })},
		{"no name", "member.name.empty", "name", accept(func(a *Acceptance) { a.Name = " " })},
		{"no post", "member.post.empty", "post", accept(func(a *Acceptance) { a.Post = "" })},
		{"a zone of nowhere", "member.zone.unknown", "time_zone", accept(func(a *Acceptance) { a.Settings.TimeZone = "Mars/Olympus" })},
		{"the server's own zone", "member.zone.unknown", "time_zone", accept(func(a *Acceptance) { a.Settings.TimeZone = "Local" })},
		{"a language that is not spoken here", "member.language.unknown", "language", accept(func(a *Acceptance) { a.Settings.Language = "xx" })},
		{"a theme that is none", "member.theme.unknown", "theme", accept(func(a *Acceptance) { a.Settings.Theme = "pink" })},
		{"nothing of an address", allowed, "", mail(" Ann.Lee@Police.example ")},
		{"nothing of an international address", allowed, "", mail("ann@polícia.example")},
		{"an address without a domain", "member.email.malformed", "email", mail("ann@localhost")},
		{"an address with a line break", "member.email.malformed", "email", mail("ann@x.example\nBcc: y@x.example")},
		{"two addresses", "member.email.malformed", "email", mail("a@x.example,b@x.example")},
		{"an agreement without a reference", "member.agreement.reference", "reference", agree(Agreement{Scope: BothScope, FirstDay: day(0), LastDay: day(1)})},
		{"an agreement of no scope", "member.agreement.scope", "scope", agree(Agreement{Reference: "R", FirstDay: day(0), LastDay: day(1)})},
		{"an agreement that begins tomorrow", "member.agreement.not_begun", "first_day", agree(Agreement{Reference: "R", Scope: BothScope, FirstDay: day(1), LastDay: day(2)})},
		{"an agreement that ended yesterday", "member.agreement.over", "last_day", agree(Agreement{Reference: "R", Scope: BothScope, FirstDay: day(-9), LastDay: day(-1)})},
		{"nothing of one that ends today", allowed, "", agree(Agreement{Reference: "R", Scope: BothScope, FirstDay: day(-9), LastDay: day(0)})},
		{"an agreement for life", "member.agreement.too_long", "last_day", agree(Agreement{Reference: "R", Scope: BothScope, FirstDay: day(0), LastDay: day(4000)})},
		{"a vetting without a word", "member.vetting.statement", "statement", endorse(Endorsement{LastDay: day(9)})},
		{"a vetting of more than 24 months", "member.vetting.last_day", "last_day", endorse(Endorsement{Statement: "S", LastDay: now.AddDate(0, 24, 1)})},
		{"nothing of one of 24 months", allowed, "", endorse(Endorsement{Statement: "S", LastDay: day(0).AddDate(0, 24, 0)})},
		{"a country that is none", "member.country.unknown", "country", add(NewOrganisation{Name: "N", Kind: NCB, Country: "ZZ"})},
		{"a company of no country", "member.country.unknown", "country", add(NewOrganisation{Name: "N", Kind: Private})},
		{"nothing of an international body without a country", allowed, "", add(NewOrganisation{Name: "N", Kind: International})},
		{"nothing of a secretariat whose seat is not said", allowed, "", add(NewOrganisation{Name: "N", Kind: Secretariat})},
		{"a region for a country", "member.country.unknown", "country", add(NewOrganisation{Name: "N", Kind: NCB, Country: "150"})},
		{"an international body with a country", "member.country.international", "country", add(NewOrganisation{Name: "N", Kind: International, Country: "FR"})},
		{"a kind that is none", "member.kind.unknown", "kind", add(NewOrganisation{Name: "N", Kind: "club", Country: "FR"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			says(t, c.err, c.key)
			if c.err != nil && fault.Of(c.err).Field != c.field {
				t.Errorf("said of %q; want %q", fault.Of(c.err).Field, c.field)
			}
		})
	}
}

func TestCountriesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	all := Countries()
	if len(all) != 249 || !slices.IsSorted(all) || len(slices.Compact(all)) != 249 {
		t.Errorf("%d countries; want the 249 of ISO 3166-1, sorted", len(all))
	}
}
