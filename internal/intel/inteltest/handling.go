// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"bytes"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

// choice is that of an import's decision, for whoever is to see it.
func choice(reach intel.Reach, orgs ...access.OrgID) intel.Choice {
	return intel.Choice{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2, Reach: reach, Orgs: orgs}
}

// changes has a member change how an object is handled.
func (a actors) changes(member string, id intel.ObjectID, c intel.Choice) {
	a.Helper()
	n, err := a.handlings.Change(a.Context(), As(member), tyche, []intel.ObjectID{id}, c)
	a.must(err)
	if n != 1 {
		a.Errorf("%d objects were changed; want one", n)
	}
}

// refuses checks that a member is refused, at the form and at the change alike.
func (a actors) refuses(member string, id intel.ObjectID, kind fault.Kind, key string) {
	a.Helper()
	_, err := a.handlings.Form(a.Context(), As(member), tyche, []intel.ObjectID{id})
	a.fails(err, kind, key)
	_, err = a.handlings.Change(a.Context(), As(member), tyche, []intel.ObjectID{id}, choice(intel.ToAll))
	a.fails(err, kind, key)
}

// reaches checks that a member sees an object of that id wherever objects are seen,
// or nowhere.
func (a actors) reaches(member string, id intel.ObjectID, want bool) {
	a.Helper()
	q := intel.Question{Filter: intel.Filter{Only: []intel.ObjectID{id}}}
	if list := a.lists(member, q); (len(list.Objects) == 1) != want || (list.Facets.Total > 0) != want {
		a.Errorf("%s: the list has %d, of %d", member, len(list.Objects), list.Facets.Total)
	}
	_, err := a.objects.Entity(a.Context(), As(member), tyche, id)
	if got := err == nil; got != want || !got && fault.KindOf(err) != fault.NotFound {
		a.Errorf("%s: the entity is %v", member, err)
	}
	err = a.objects.Watch(a.Context(), As(member), tyche, id)
	if got := err == nil; got != want {
		a.Errorf("%s: an open page is told %v", member, err)
	}
	if _, err := a.objects.Around(a.Context(), As(member), tyche, id, 1); (err == nil) != want {
		a.Errorf("%s: the graph is %v", member, err)
	}
	picture, err := a.objects.Picture(a.Context(), As(member), tyche)
	a.must(err)
	if got := picture.Facets.Total > 0; got != want {
		a.Errorf("%s: the picture counts %d", member, picture.Facets.Total)
	}
	if member != "bob" {
		if out := a.exports(member, q); (len(out) > 0) != want {
			a.Errorf("%s: the export has %d", member, len(out))
		}
	}
}

func opening(a actors) {
	batch := a.stages("ann", "a.json", Bundle(Tool(1, "ours", early, "")))
	a.accepts("ann", batch, intel.Decision{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2, Restricted: true})
	id := a.object("ann", "ours").ID
	before := a.entity("ann", "ours").Raw
	a.reaches("acm", id, false)
	a.reaches("max", id, false)

	a.changes("ann", id, choice(intel.ToChosen, "acme"))
	a.reaches("acm", id, true)
	a.reaches("max", id, false)
	a.changes("ann", id, choice(intel.ToAll, "acme", "pol-es"))
	a.reaches("acm", id, true)
	a.reaches("max", id, true)
	if e := a.entity("acm", "ours"); len(e.OpenedTo) != 1 || e.OpenedTo[0].Org != "acme" || e.Handling.Sensitive() {
		a.Errorf("who may see it: %+v, handled %+v", e.OpenedTo, e.Handling)
	}
	a.changes("ann", id, choice(intel.ToNobody, "acme"))
	a.reaches("acm", id, false)
	a.reaches("max", id, false)
	a.reaches("ann", id, true)
	if got := a.entity("ann", "ours").Raw; !bytes.Equal(got, before) {
		a.Error("the bytes were altered")
	}
	changed := slices.DeleteFunc(a.Journal(), func(v audit.Verb) bool { return v != audit.HandlingChanged })
	if len(changed) != 3 {
		a.Errorf("%d changes in the journal; want 3", len(changed))
	}
	if n, err := a.handlings.Change(a.Context(), As("ann"), tyche, []intel.ObjectID{id}, choice(intel.ToNobody)); n != 0 || err != nil {
		a.Errorf("the same again changes %d, %v", n, err)
	}
}

func deciders(a actors) {
	a.Vet("exp")
	a.imports("ann", "a.json", Bundle(Tool(1, "of ann", early, "")))
	a.imports("acm", "b.json", Bundle(Tool(2, "of the company", early, "")))
	of, company := a.object("ann", "of ann").ID, a.object("ann", "of the company").ID
	a.refuses("ann", company, fault.Forbidden, "intel.handling.others")
	a.refuses("max", company, fault.Forbidden, "intel.handling.others")
	a.refuses("acm", of, fault.NotFound, "error.not_found")
	a.refuses("acm", "nothing", fault.NotFound, "error.not_found")
	a.refuses("bob", of, fault.Forbidden, "access.role")
	a.refuses("bob", "nothing", fault.NotFound, "error.not_found")
	a.refuses("eve", of, fault.NotFound, "error.not_found")
	a.changes("exp", of, choice(intel.ToAll)) // a colleague
	a.changes("acm", company, choice(intel.ToNobody))
	a.refuses("ann", company, fault.NotFound, "error.not_found")
	for member, want := range map[string]bool{"ann": true, "exp": true, "max": true, "acm": false, "bob": false} {
		o := a.object("ann", "of ann")
		if may, err := a.handlings.May(a.Context(), As(member), tyche, o); may != want || err != nil {
			a.Errorf("%s decides: %t, %v", member, may, err)
		}
	}
}

// bureau has the NCB of the originator's country narrow, and try to widen.
func bureau(a actors) {
	batch := a.stages("ann", "a.json", Bundle(Tool(1, "ours", early, "")))
	a.accepts("ann", batch, intel.Decision{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2})
	id := a.object("max", "ours").ID
	form, err := a.handlings.Form(a.Context(), As("max"), tyche, []intel.ObjectID{id})
	if a.must(err); !form.NarrowOnly || slices.Contains(form.TLPs, access.Green) || slices.Contains(form.TLPs, access.Red) {
		a.Errorf("the bureau is offered %+v", form)
	}
	wider := choice(intel.ToAll, "acme")
	lower, freer, court, named := choice(intel.ToAll), choice(intel.ToAll), choice(intel.ToAll), choice(intel.ToAll)
	lower.TLP, freer.PAP, court.Court, named.TLP = access.Green, access.PAPGreen, access.H0, access.Red
	for _, c := range []intel.Choice{wider, lower, freer, court, named} {
		_, err := a.handlings.Change(a.Context(), As("max"), tyche, []intel.ObjectID{id}, c)
		a.fails(err, fault.Forbidden, "intel.handling.narrow")
	}
	a.changes("max", id, choice(intel.ToNobody))
	a.reaches("ann", id, true)
	a.reaches("max", id, true) // who narrows sees what comes of it
	a.reaches("bob", id, false)
	_, err = a.handlings.Change(a.Context(), As("max"), tyche, []intel.ObjectID{id}, choice(intel.ToAll))
	a.fails(err, fault.Forbidden, "intel.handling.narrow")
	red := choice(intel.ToNobody, "max")
	red.TLP, red.Orgs, red.Named = access.Red, nil, []string{"max"}
	a.changes("ann", id, choice(intel.ToAll))
	a.reaches("bob", id, true)
	a.changes("ann", id, red)
	red.Named = nil
	_, err = a.handlings.Change(a.Context(), As("max"), tyche, []intel.ObjectID{id}, red)
	a.fails(err, fault.Forbidden, "intel.handling.narrow") // it would be taken from its originator
	a.reaches("ann", id, true)
}

// floors holds what comes in marked to at least that, whoever decides.
func floors(a actors) {
	marked := func(ref string) string { return `,"object_marking_refs":["` + ref + `"]` }
	const own = "marking-definition--00000000-0000-4000-8000-00000000aaaa"
	definition := `{"type":"marking-definition","spec_version":"2.1","id":"` + own + `","created":"2020-01-01T00:00:00.000Z","name":"PAP:RED","definition_type":"statement","definition":{"statement":"PAP:RED"}}`
	batch := a.stages("ann", "a.json", Bundle(
		Tool(1, "amber by itself", early, marked(string(stix.TLPMarking(access.Amber)))), Tool(2, "green in use", early, marked("marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9")),
		definition, Tool(3, "red in use", early, marked(own)), Tool(4, "labelled", early, `,"labels":["PAP:AMBER"]`), Tool(5, "free", early, ""),
	))
	a.accepts("ann", batch, intel.Decision{TLP: access.Green})
	for name, least := range map[string]intel.Choice{
		"amber by itself": {TLP: access.Amber}, "green in use": {PAP: access.PAPGreen}, "red in use": {PAP: access.PAPRed}, "labelled": {PAP: access.PAPAmber}, "free": {},
	} {
		id := a.object("ann", name).ID
		form, err := a.handlings.Form(a.Context(), As("ann"), tyche, []intel.ObjectID{id})
		if a.must(err); form.TLPs[0] != least.TLP || form.PAPs[0] != least.PAP {
			a.Errorf("%s: from %v and %v on; want %v, %v", name, form.TLPs[0], form.PAPs[0], least.TLP, least.PAP)
		}
		for _, c := range []intel.Choice{{TLP: least.TLP - 1, PAP: access.PAPRed}, {TLP: access.AmberStrict, PAP: least.PAP - 1}} {
			if c.TLP <= access.Red && c.PAP <= access.PAPRed {
				_, err = a.handlings.Change(a.Context(), As("ann"), tyche, []intel.ObjectID{id}, c)
				a.fails(err, fault.Invalid, "intel.handling.lowered")
			}
		}
		a.changes("ann", id, intel.Choice{TLP: least.TLP, PAP: least.PAP, Court: access.H3, DoNotDisrupt: true})
		if h := a.object("ann", name).Handling; h.TLP != least.TLP || h.PAP != least.PAP || h.Court != access.H3 || !h.DoNotDisrupt {
			a.Errorf("%s: handled %+v", name, h)
		}
	}
	a.Ceiling("tyche", access.Amber)
	_, err := a.handlings.Change(a.Context(), As("ann"), tyche, []intel.ObjectID{a.object("ann", "free").ID}, intel.Choice{TLP: access.AmberStrict})
	a.fails(err, fault.Invalid, "access.above_ceiling")
}

// weighed counts who will read, among those whom the list of members shows.
func weighed(a actors) {
	a.imports("ann", "a.json", Bundle(Tool(1, "ours", early, "")))
	id := []intel.ObjectID{a.object("ann", "ours").ID}
	red := choice(intel.ToAll)
	red.TLP, red.Named = access.Red, []string{"@Bob"}
	for _, test := range []struct {
		name string
		c    intel.Choice
		want access.Readers
	}{
		{"all but the company", choice(intel.ToAll), access.Readers{People: 5, Countries: 2}},
		{"all", choice(intel.ToAll, "acme"), access.Readers{People: 6, Countries: 3, Companies: 1}},
		{"the company", choice(intel.ToChosen, "acme"), access.Readers{People: 4, Countries: 2, Companies: 1}},
		{"nobody else", choice(intel.ToNobody, "acme"), access.Readers{People: 3, Countries: 1}},
		{"two persons", red, access.Readers{People: 2, Countries: 2}},
	} {
		if f, err := a.handlings.Weigh(a.Context(), As("ann"), tyche, id, test.c); err != nil || f.Readers != test.want {
			a.Errorf("%s: %+v, %v; want %+v", test.name, f.Readers, err, test.want)
		}
	}
	if n, err := a.handlings.Expected(a.Context(), As("acm"), tyche, intel.Decision{}); err != nil || n != (access.Readers{People: 6, Countries: 3, Companies: 1}) {
		a.Errorf("what the company brings is read by %+v, %v", n, err)
	}
	red.Named = []string{"eve"}
	_, err := a.handlings.Weigh(a.Context(), As("ann"), tyche, id, red)
	a.fails(err, fault.Invalid, "intel.handling.nobody")
	_, err = a.handlings.Weigh(a.Context(), As("ann"), tyche, id, choice(intel.ToChosen, "sec"))
	a.fails(err, fault.Invalid, "intel.handling.unknown")
	if a.reaches("bob", id[0], true); slices.Contains(a.Journal(), audit.HandlingChanged) {
		a.Error("who weighs changes")
	}
}

// named makes an object one for two persons.
func named(a actors) {
	a.Vet("exp")
	batch := a.stages("ann", "a.json", Bundle(Tool(1, "ours", early, ""), Tool(2, "other", "bad", "")))
	a.accepts("ann", batch, intel.Decision{TLP: access.Amber})
	id := a.object("ann", "ours").ID
	c := choice(intel.ToAll)
	c.TLP, c.Named = access.Red, []string{"acm"}
	a.changes("ann", id, c)
	a.reaches("ann", id, true)
	a.reaches("acm", id, true)
	a.reaches("exp", id, false)
	a.reaches("bob", id, false)
	if e := a.entity("ann", "ours"); len(e.Named) != 2 || e.Named[0].Name == "" {
		a.Errorf("named: %+v", e.Named)
	}
	found, err := a.batches.Findings(a.Context(), As("exp"), at(batch), intel.Verdicts(), 0, 10)
	if a.must(err); len(found) != 1 || found[0].Verdict != intel.Malformed {
		a.Errorf("the import tells a colleague %+v", found)
	}
	if b := a.batch("exp", batch); b.Counts.Importable() != 0 {
		a.Errorf("the import counts %v for a colleague", b.Counts)
	}
	a.changes("ann", id, choice(intel.ToAll))
	if b := a.batch("exp", batch); b.Counts.Importable() != 1 {
		a.Errorf("then it counts %v", b.Counts)
	}
	a.changes("ann", id, choice(intel.ToChosen))
	found, err = a.batches.Findings(a.Context(), As("exp"), at(batch), []intel.Verdict{intel.New}, 0, 10)
	if a.must(err); len(found) != 1 || !found[0].Withheld || found[0].StixID != "" {
		a.Errorf("of what is restricted the import tells %+v", found)
	}
}

// twins narrows an object to the audience of another of its STIX id, and takes the
// imports back.
func twins(a actors) {
	one := a.stages("ann", "a.json", Bundle(Tool(1, "closed", early, "")))
	a.accepts("ann", one, intel.Decision{Restricted: true})
	two := a.imports("ann", "b.json", Bundle(Tool(1, "open", mid, "")))
	id := a.object("ann", "open").ID
	if id == a.object("ann", "closed").ID {
		a.Fatal("they are one object")
	}
	a.changes("ann", id, intel.Choice{Reach: intel.ToNobody})
	a.reaches("max", id, false)
	a.sees("ann", intel.Question{}, "withheld tool", "withheld tool")
	a.must(a.batches.Undo(a.Context(), As("ann"), at(one)))
	a.works()
	a.changes("ann", id, intel.Choice{})
	a.sees("max", intel.Question{}, "open")
	if l := a.lists("max", intel.Question{}); l.Facets.Total != 1 {
		a.Errorf("it is counted %d times", l.Facets.Total)
	}
	a.imports("ann", "c.json", Bundle(Tool(1, "open again", late, "")))
	if e := a.entity("max", "open again"); e.ID != id || len(e.Versions) != 2 {
		a.Errorf("a later version: %+v", e.Versions)
	}
	a.changes("ann", id, intel.Choice{Reach: intel.ToNobody})
	a.must(a.batches.Undo(a.Context(), As("ann"), at(two)))
	a.works()
	a.sees("max", intel.Question{})
	if l := a.lists("ann", intel.Question{}); l.Facets.Total != 1 || len(l.Objects) != 1 {
		a.Errorf("after an undo it is counted %d times", l.Facets.Total)
	}
}

// shared is an object of which two organisations brought versions.
func shared(a actors) {
	a.Vet("exp")
	a.imports("max", "a.json", Bundle(Tool(1, "theirs", early, "")))
	a.imports("ann", "b.json", Bundle(Tool(1, "ours", late, "")))
	id := a.object("ann", "ours").ID
	_, err := a.handlings.Change(a.Context(), As("ann"), tyche, []intel.ObjectID{id}, choice(intel.ToNobody))
	a.fails(err, fault.Conflict, "intel.handling.shared")
	a.reaches("max", id, true)
	a.changes("ann", id, choice(intel.ToAll))
	e := a.entity("max", "ours")
	if len(e.Versions) != 2 || e.Versions[0].Handling.TLP != access.Amber || e.Versions[1].Handling.TLP != access.Clear {
		a.Errorf("versions = %+v", e.Versions)
	}
	both := []intel.ObjectID{id, "nothing"}
	if n, err := a.handlings.Change(a.Context(), As("ann"), tyche, both, choice(intel.ToNobody)); n != 0 || err != nil {
		a.Errorf("of several, %d changed, %v", n, err)
	}
}

// several changes what was picked out of a list.
func several(a actors) {
	amber := `,"object_marking_refs":["` + string(stix.TLPMarking(access.AmberStrict)) + `"]`
	a.imports("ann", "a.json", Bundle(Tool(1, "one", early, ""), Tool(2, "two", early, amber)))
	a.imports("acm", "b.json", Bundle(Tool(3, "of the company", early, "")))
	var ids []intel.ObjectID
	for _, name := range []string{"one", "two", "of the company"} {
		ids = append(ids, a.object("ann", name).ID)
	}
	form, err := a.handlings.Form(a.Context(), As("ann"), tyche, ids)
	if a.must(err); len(form.Objects) != 2 || form.Others != 1 || form.Choice.TLP != access.AmberStrict {
		a.Errorf("the form is %+v", form)
	}
	form, err = a.handlings.Form(a.Context(), As("acm"), tyche, ids)
	if a.must(err); len(form.Objects) != 1 || form.Others != 0 {
		a.Errorf("the company's form is %+v", form)
	}
	if n, err := a.handlings.Change(a.Context(), As("ann"), tyche, ids, choice(intel.ToAll, "acme")); n != 2 || err != nil {
		a.Errorf("%d changed, %v", n, err)
	}
	a.sees("acm", intel.Question{}, "of the company", "two", "one")
	if one, two := a.object("ann", "one").Handling, a.object("ann", "two").Handling; one.TLP != access.Amber || two.TLP != access.AmberStrict {
		a.Errorf("handled %+v and %+v", one, two)
	}
	_, err = a.handlings.Change(a.Context(), As("ann"), tyche, []intel.ObjectID{ids[2], "nothing"}, choice(intel.ToAll))
	a.fails(err, fault.Forbidden, "intel.handling.others")
}

// restoredClosed closes an object as a restore does that cannot know how its handling
// was changed since.
func restoredClosed(a actors) {
	a.imports("ann", "a.json", Bundle(Tool(1, "ours", early, "")))
	id := a.object("ann", "ours").ID
	a.changes("ann", id, choice(intel.ToAll, "acme"))
	for _, want := range []bool{true, false} { // once
		if done, err := a.handlings.CloseAgain(a.Context(), tyche, id); err != nil || done != want {
			a.Errorf("closed: %t, %v", done, err)
		}
	}
	a.reaches("ann", id, true)
	a.reaches("max", id, false)
	a.reaches("acm", id, false)
	if done, err := a.handlings.CloseAgain(a.Context(), tyche, "nothing"); done || err != nil {
		a.Errorf("what is not there: %t, %v", done, err)
	}
	a.changes("ann", id, choice(intel.ToAll))
	a.reaches("max", id, true)
}
