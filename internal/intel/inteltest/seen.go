// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

// endlessly is a look-alike of n objects as an upload.
func endlessly(n int) io.Reader { return strings.NewReader(LookAlike(n)) }

func restricted(a actors) {
	id := a.stages("ann", "a.json", Bundle(Tool(1, "ours", early, "")))
	a.accepts("ann", id, intel.Decision{Restricted: true})
	a.sees("ann", intel.Question{}, "withheld tool")
	a.sees("ann", intel.Question{Text: "our"})
	a.sees("ann", intel.Question{Text: "Ours"}, "withheld tool")
	a.sees("max", intel.Question{})
	if l := a.lists("max", intel.Question{Text: "our"}); len(l.Objects) != 0 || l.Facets.Total != 0 {
		a.Errorf("a search finds %+v", l)
	}
	_, err := a.objects.Entity(a.Context(), As("max"), tyche, a.object("ann", "ours").ID)
	a.fails(err, fault.NotFound, "")
}

func closed(a actors) {
	a.imports("ann", "a.json", Bundle(Tool(1, "of the police", early, "")))
	a.sees("acm", intel.Question{})
	a.imports("acm", "b.json", Bundle(Tool(2, "of the company", early, "")))
	a.sees("acm", intel.Question{}, "of the company")
	a.sees("bob", intel.Question{}, "of the company", "of the police")
	if out := a.exports("acm", intel.Question{}); len(out) != 1 {
		a.Errorf("the company exports %d objects; want its own", len(out))
	}
}

func hiddenCopies(a actors) {
	file := Bundle(Tool(1, "the same", early, ""))
	a.imports("ann", "a.json", file)
	id := a.stages("acm", "b.json", file)
	b, err := a.batches.Batch(a.Context(), As("acm"), tyche, id)
	a.must(err)
	if b.Counts.Of(intel.New) != 1 {
		a.Errorf("counts = %v: the company learns what the police hold", b.Counts)
	}
	a.accepts("acm", id, intel.Decision{})
	a.sees("acm", intel.Question{}, "the same")
	a.sees("bob", intel.Question{}, "the same", "the same")
	if e, err := a.objects.Entity(a.Context(), As("acm"), tyche, a.object("acm", "the same").ID); err != nil || len(e.Versions) != 1 {
		a.Errorf("entity = %+v, %v", e, err)
	}
}

func red(a actors) {
	mark := `,"object_marking_refs":["` + string(stix.TLPMarking(access.Red)) + `"]`
	a.imports("ann", "a.json", Bundle(Tool(1, "red", early, mark), Tool(2, "free", early, "")))
	a.sees("bob", intel.Question{}, "free")
	before := len(a.Journal())
	if e := a.entity("ann", "free"); len(a.Journal()) != before {
		a.Errorf("a look at %s is recorded", e.Name)
	}
	a.sees("ann", intel.Question{}, "free", "withheld tool")
	if o := a.object("ann", "red"); o.Source != "" || o.StixID != "" || o.Handling.TLP != access.Red {
		a.Errorf("in a list it says %+v", o)
	}
	a.sees("ann", intel.Question{Filter: intel.Filter{Source: "a.json"}}, "free")
	if f := a.lists("ann", intel.Question{}).Facets.Sources; len(f) != 1 || f[0].Objects != 1 {
		a.Errorf("sources = %+v", f)
	}
	if e := a.entity("ann", "red"); len(e.Raw) == 0 || !slices.Contains(a.Journal()[before:], audit.ObjectViewed) {
		a.Error("a look at what is RED is not recorded")
	}
}

// redBatches has ann decide on what her colleague brought; some of it is RED.
func redBatches(a actors) {
	a.Vet("exp") // of ann's organisation
	mark := `,"object_marking_refs":["` + string(stix.TLPMarking(access.Red)) + `"]`
	id := a.stages("ann", "a.json", Bundle(Tool(1, "red", early, mark), Tool(2, "red too", "bad", mark), Tool(3, "free", early, ""), Tool(4, "bad", "bad", "")))
	count := func(member string) (all, imported int64) {
		b := a.batch(member, id)
		history, err := a.batches.History(a.Context(), As(member), tyche, "", 10)
		a.must(err)
		if history[0].Counts.Of(intel.Verdicts()...) != b.Counts.Of(intel.Verdicts()...) {
			a.Errorf("the history tells %s %v, the batch %v", member, history[0].Counts, b.Counts)
		}
		if b.Done > b.Total || b.State == intel.Done && b.Total != b.Counts.Importable() {
			a.Errorf("%s sees %d of %d done, and %v", member, b.Done, b.Total, b.Counts)
		}
		return b.Counts.Of(intel.Verdicts()...), b.Counts.Importable()
	}
	found := func(member string) []intel.Finding {
		f, err := a.batches.Findings(a.Context(), As(member), at(id), intel.Verdicts(), 0, 10)
		a.must(err)
		return f
	}
	if f := found("exp"); len(f) != 4 || f[0].Withheld {
		a.Errorf("before the decision a colleague is shown %+v", f)
	}
	a.accepts("ann", id, intel.Decision{TLP: access.Amber})
	if all, imported := count("ann"); all != 4 || imported != 2 {
		a.Errorf("who decided counts %d, of which %d came in", all, imported)
	}
	if f := found("ann"); len(f) != 4 || !f[0].Withheld || f[0].StixID != "" || f[0].Type != "tool" || f[2].Withheld {
		a.Errorf("who decided is shown %+v", f)
	}
	if all, imported := count("exp"); all != 2 || imported != 1 {
		a.Errorf("a colleague counts %d, of which %d came in", all, imported)
	}
	if f := found("exp"); len(f) != 2 || f[0].Stated == intel.Stated(access.Red) || f[1].Stated == intel.Stated(access.Red) {
		a.Errorf("a colleague is shown %+v", f)
	}
	if all, imported := count("bob"); all != 1 || imported != 1 {
		a.Errorf("another organisation counts %d, of which %d came in", all, imported)
	}
}

// makers has a file name who made its objects.
func makers(a actors) {
	identity := func(number int, name, more string) string {
		return strings.ReplaceAll(Tool(number, name, early, `,"identity_class":"individual"`+more), `"tool`, `"identity`)
	}
	by := func(number, maker int, more string) string {
		return Tool(number, fmt.Sprint("tool ", number), early, fmt.Sprintf(`,"created_by_ref":"identity--00000000-0000-4000-8000-%012d"`, maker)+more)
	}
	mark := func(tlp access.TLP) string { return `,"object_marking_refs":["` + string(stix.TLPMarking(tlp)) + `"]` }
	file := Bundle(identity(1, "Source Red", mark(access.Red)), identity(2, "CERT Green", mark(access.Green)), identity(3, "Unmarked Org", ""),
		by(11, 1, mark(access.Amber)), by(12, 1, ""), by(13, 2, mark(access.Amber)), by(14, 3, mark(access.Green)), by(15, 3, ""))
	sources := func(member string) (got []string) {
		for _, o := range a.lists(member, intel.Question{Filter: intel.Filter{Types: []string{"tool"}}}).Objects {
			got = append(got, o.Source)
		}
		slices.Reverse(got)
		return got
	}
	id := a.stages("ann", "a.json", file)
	a.accepts("ann", id, intel.Decision{TLP: access.Amber})
	org := "Organisation pol-fr"
	if got, want := sources("bob"), []string{org, org, "CERT Green", "Unmarked Org", "Unmarked Org"}; !slices.Equal(got, want) {
		a.Errorf("sources are %q; want %q", got, want)
	}
	a.must(a.batches.Undo(a.Context(), As("ann"), at(id)))
	a.works()
	a.accepts("ann", a.stages("ann", "a.json", file), intel.Decision{TLP: access.Red})
	if got, want := sources("bob"), []string{org, org, org}; !slices.Equal(got, want) {
		a.Errorf("of a batch for ann alone, sources of what is for all are %q; want %q", got, want)
	}
}

func lists(a actors) {
	a.imports("ann", "a.json", LookAlike(100))
	green := a.stages("ann", "b.json", Bundle(Tool(1, "Ünïcode tool", early, ""), Tool(2, "unicode other", early, "")))
	a.accepts("ann", green, intel.Decision{TLP: access.Green})
	var names []string
	for after := (intel.Key{}); ; {
		l, err := a.objects.List(a.Context(), As("bob"), tyche, intel.Question{}, after, 30)
		a.must(err)
		for _, o := range l.Objects {
			names = append(names, string(o.ID))
		}
		if after = l.Last; !l.More {
			break
		}
	}
	if all := slices.Compact(slices.Sorted(slices.Values(names))); len(names) != 102 || len(all) != 102 {
		a.Errorf("pages hold %d objects, %d of them different; want 102", len(names), len(all))
	}
	a.sees("bob", intel.Question{Filter: intel.Filter{TLP: []access.TLP{access.Green}}}, "unicode other", "Ünïcode tool")
	a.sees("bob", intel.Question{Filter: intel.Filter{Source: "b.json", Types: []string{"tool"}}}, "unicode other", "Ünïcode tool")
	a.sees("bob", intel.Question{Text: "ünÏ"}, "Ünïcode tool")
	a.sees("bob", intel.Question{Text: "technique 12"}, "Technique 12 é")
	a.sees("bob", intel.Question{Text: "hxxp://nothing[.]here/"})
	a.sees("bob", intel.Question{Text: "HOST-11[.]example"}, "Indicator 11")
	a.sees("bob", intel.Question{Text: "tool--00000000-0000-4000-8000-000000000002"}, "unicode other")
	things := a.lists("bob", intel.Question{Filter: intel.Filter{Things: true}})
	if slices.ContainsFunc(things.Objects, func(o intel.Object) bool { return o.Type == intel.Relationship }) {
		a.Error("a list of things holds relationships")
	}
	if !slices.ContainsFunc(things.Facets.Types, func(f intel.Facet) bool { return f.Value == intel.Relationship }) {
		a.Error("a list of things does not offer the relationships")
	}
	l := a.lists("bob", intel.Question{Filter: intel.Filter{TLP: []access.TLP{access.Green}}})
	if len(l.Facets.Types) != 1 || l.Facets.Types[0] != (intel.Facet{Value: "tool", Objects: 2}) || l.Facets.Total != 102 {
		a.Errorf("facets = %+v", l.Facets)
	}
	if f := l.Facets.TLP; len(f) != 2 || f[0].Objects != 100 || f[0].Chosen || f[1].Objects != 2 || !f[1].Chosen {
		a.Errorf("facets of TLP = %+v", f)
	}
	page, err := a.objects.List(a.Context(), As("bob"), tyche, intel.Question{Text: "Technique"}, intel.Key{}, 7)
	a.must(err)
	next, err := a.objects.List(a.Context(), As("bob"), tyche, intel.Question{Text: "Technique"}, page.Last, 7)
	a.must(err)
	if len(next.Objects) != 7 || next.Objects[0].Name <= page.Objects[6].Name {
		a.Errorf("a search by name goes on with %+v after %+v", next.Objects, page.Objects)
	}
}

func entities(a actors) {
	a.imports("ann", "a.json", LookAlike(50))
	e := a.entity("bob", "Technique 9 é")
	if len(e.Links) != 1 || e.Links[0].Label != "uses" || e.Links[0].To.Name != "Technique 8 é" || e.Links[0].Via.Type != "relationship" || e.Links[0].Incoming {
		a.Errorf("links = %+v", e.Links)
	}
	if e := a.entity("bob", "Technique 8 é"); len(e.Links) != 1 || !e.Links[0].Incoming || e.Links[0].To.Name != "Technique 9 é" {
		a.Errorf("links = %+v", e.Links)
	}
	if e.Origin.By.Member != "ann" || e.Origin.Batch.File != "a.json" || e.Originator.Org != "pol-fr" {
		a.Errorf("origin = %+v, %+v", e.Origin, e.Originator)
	}
	if e := a.entity("bob", "Indicator 11"); len(e.Values) != 1 || e.Values[0].Text != "host-11.example" {
		a.Errorf("values = %v", e.Values)
	}
	a.imports("ann", "b.json", Bundle(strings.Replace(technique(9), "2022-02-03", "2024-02-03", 1)))
	if e := a.entity("bob", "Technique 9 é"); len(e.Versions) != 2 || string(e.Raw) != string(e.Versions[0].Raw) || e.Version.Year() != 2024 {
		a.Errorf("versions = %+v", e.Versions)
	}
}

func exports(a actors) {
	file := LookAlike(1_200)
	a.imports("ann", "a.json", file)
	m, _, err := a.objects.Measure(a.Context(), As("ann"), tyche, intel.Question{})
	if err != nil || m.Objects != 1_200 || m.ByTLP[access.Clear] != 1_200 || m.Bytes < 100_000 {
		a.Errorf("measure = %+v, %v", m, err)
	}
	a.same(file, a.exports("ann", intel.Question{}))
	some := a.exports("ann", intel.Question{Filter: intel.Filter{Types: []string{"indicator"}}})
	if len(some) != 239 {
		a.Errorf("%d objects; want the 239 indicators", len(some))
	}
	if verbs := a.Journal(); verbs[len(verbs)-1] != audit.ObjectsExported {
		a.Errorf("journal = %v", verbs)
	}
}

func exportMarkings(a actors) {
	amber := `,"object_marking_refs":["` + string(stix.TLPMarking(access.Amber)) + `"]`
	old := `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-00000000eeee","spec_version":"2.0","objects":[{"type":"malware","id":"malware--00000000-0000-4000-8000-000000000009","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"old","labels":["ransomware"]}]}`
	id := a.stages("ann", "a.json", Bundle(Tool(1, "green by decision", early, ""), Tool(2, "amber by itself", early, amber)))
	a.accepts("ann", id, intel.Decision{TLP: access.Green})
	a.imports("ann", "b.json", old)
	out := a.exports("ann", intel.Question{})
	for level, want := range map[access.TLP]bool{access.Green: true, access.Amber: true, access.Clear: false, access.Red: false} {
		if _, carried := out[stix.TLPMarking(level)]; carried != want {
			a.Errorf("definition of TLP:%s carried: %t", level, carried)
		}
	}
	green, _ := stix.Parse(out["tool--00000000-0000-4000-8000-000000000001"], "")
	if !slices.Equal(green.ObjectMarkingRefs, []stix.StixID{stix.TLPMarking(access.Green)}) {
		a.Errorf("markings = %v", green.ObjectMarkingRefs)
	}
	if !stix.Equal(out["tool--00000000-0000-4000-8000-000000000002"], []byte(Tool(2, "amber by itself", early, amber))) {
		a.Error("an object that states its marking was changed")
	}
	upgraded, problems := stix.Parse(out["malware--00000000-0000-4000-8000-000000000009"], "")
	if upgraded.SpecVersion != stix.Spec21 || stix.Unusable(problems) != nil {
		a.Errorf("upgraded = %+v, %v", upgraded, problems)
	}
}

func exportRights(a actors) {
	_, err := a.objects.Export(a.Context(), As("eve"), tyche, intel.Question{})
	a.fails(err, fault.NotFound, "")
	if slices.Contains(a.Journal(), audit.ObjectsExported) {
		a.Error("a refused export is in the journal")
	}
	a.imports("ann", "a.json", LookAlike(30))
	bundle, err := a.objects.Export(a.Context(), As("ann"), tyche, intel.Question{})
	a.must(err)
	a.Suspend("ann")
	a.fails(bundle.WriteTo(a.Context(), io.Discard), fault.Unauthenticated, "")
}

func hidden(a actors) {
	id := a.stages("ann", "a.json", LookAlike(20))
	_, there := a.batches.Batch(a.Context(), As("bob"), tyche, id)
	_, absent := a.batches.Batch(a.Context(), As("bob"), tyche, "nothing")
	if fault.KindOf(there) != fault.NotFound || there.Error() != absent.Error() {
		a.Errorf("hidden %v, absent %v", there, absent)
	}
	history, err := a.batches.History(a.Context(), As("bob"), tyche, "", 10)
	if err != nil || len(history) != 0 {
		a.Errorf("history = %v, %v", history, err)
	}
	_, err = a.batches.Findings(a.Context(), As("bob"), at(id), intel.Verdicts(), 0, 10)
	a.fails(err, fault.NotFound, "")
	a.accepts("ann", id, intel.Decision{})
	_, err = a.batches.Findings(a.Context(), As("bob"), at(id), intel.Verdicts(), 0, 10)
	a.fails(err, fault.Forbidden, "intel.batch.others")
	_, err = a.objects.List(a.Context(), As("eve"), tyche, intel.Question{}, intel.Key{}, 10)
	a.fails(err, fault.NotFound, "")
	other, err := a.objects.List(a.Context(), As("eve"), "other", intel.Question{}, intel.Key{}, 10)
	if err != nil || len(other.Objects) != 0 || other.Facets.Total != 0 {
		a.Errorf("another workspace lists %+v, %v", other, err)
	}
}
