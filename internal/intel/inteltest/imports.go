// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"errors"
	"io"
	"strings"
	"testing/iotest"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

const (
	early = "2021-01-01T00:00:00.000Z"
	mid   = "2022-01-01T00:00:00.000Z"
	late  = "2023-01-01T00:00:00.000Z"
)

func wholeImport(a actors) {
	file := LookAlike(5_000)
	id := a.stages("ann", `C:\files\look-alike.json`, file)
	b := a.batch("ann", id)
	if b.State != intel.Ready || b.File != "look-alike.json" || b.Total != 5_000 || b.Format != intel.STIX || b.Size != int64(len(file)) {
		a.Errorf("batch = %+v", b.Batch)
	}
	a.counts(id, map[intel.Verdict]int64{intel.New: 5_000})
	a.sees("ann", intel.Question{})
	a.accepts("ann", id, intel.Decision{TLP: access.Clear})
	if b := a.batch("bob", id); b.State != intel.Done || b.Done != 5_000 || b.Handling.TLP != access.Clear || b.Handling.Originator != "pol-fr" {
		a.Errorf("batch = %+v", b.Batch)
	}
	if n := a.FileCount(); n != 0 {
		a.Errorf("%d files are left", n)
	}
	list := a.lists("bob", intel.Question{})
	if len(list.Objects) != 5_000 || list.Facets.Total != 5_000 || list.Objects[0].Source != "Example Threat Library" {
		a.Errorf("%d objects, %d counted, source %q", len(list.Objects), list.Facets.Total, list.Objects[0].Source)
	}
	for i, o := range list.Objects[1:] {
		if !o.DateAdded.Before(list.Objects[i].DateAdded) {
			a.Fatalf("object %d was not added before the one above it", i+1)
		}
	}
	a.same(file, a.exports("ann", intel.Question{}))
}

// same checks that an export says what a file says, object by object.
func (a actors) same(file string, out map[stix.StixID][]byte) {
	a.Helper()
	in := Split(a.T, strings.NewReader(file))
	if len(in) != len(out) {
		a.Errorf("%d objects in, %d out", len(in), len(out))
	}
	for id, raw := range in {
		if !stix.Equal(raw, out[id]) {
			a.Fatalf("in:  %s\nout: %s", raw, out[id])
		}
	}
}

func secondImport(a actors) {
	file := Bundle(Tool(1, "one", early, ""), Tool(2, "two", early, ""),
		`{"type":"domain-name","spec_version":"2.1","id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7","value":"example.com"}`)
	a.imports("ann", "a.json", file)
	id := a.stages("ann", "b.json", file)
	a.counts(id, map[intel.Verdict]int64{intel.Known: 3})
	a.fails(a.batches.Accept(a.Context(), As("ann"), at(id), intel.Decision{}), fault.Invalid, "intel.batch.nothing")
	a.sees("ann", intel.Question{}, "example.com", "two", "one")
}

func collisions(a actors) {
	a.imports("ann", "a.json", Bundle(Tool(1, "one", early, "")))
	id := a.stages("ann", "b.json", Bundle(Tool(1, "ONE", early, ""), Tool(2, "two", early, "")))
	a.counts(id, map[intel.Verdict]int64{intel.Collides: 1, intel.New: 1})
	if f := a.problems(id, intel.Collides)[0]; f.Reason != "intel.verdict.collides" || f.Field != "modified" || f.Ordinal != 0 {
		a.Errorf("finding = %+v", f)
	}
	a.accepts("ann", id, intel.Decision{})
	a.sees("ann", intel.Question{}, "two", "one")
}

func versions(a actors) {
	a.imports("ann", "a.json", Bundle(Tool(1, "middle", mid, "")))
	id := a.stages("ann", "b.json", Bundle(Tool(1, "old", early, "")))
	a.counts(id, map[intel.Verdict]int64{intel.Changed: 1})
	if f := a.problems(id, intel.Changed)[0]; f.Reason != "intel.verdict.older" {
		a.Errorf("finding = %+v", f)
	}
	a.accepts("ann", id, intel.Decision{})
	a.sees("ann", intel.Question{}, "middle")
	a.imports("max", "c.json", Bundle(Tool(1, "new", late, "")))
	a.sees("ann", intel.Question{}, "new")
	if e := a.entity("ann", "new"); len(e.Versions) != 3 || e.Handling.Originator != "ncb-fr" {
		a.Errorf("%d versions, of %s; want 3, of who brought the newest", len(e.Versions), e.Handling.Originator)
	}
}

func doubles(a actors) {
	id := a.stages("ann", "a.json", Bundle(
		Tool(1, "one", early, ""), Tool(1, "one", early, ""), Tool(1, "other", early, ""), Tool(1, "newer", late, ""), Tool(1, "between", mid, "")))
	a.counts(id, map[intel.Verdict]int64{intel.New: 1, intel.Known: 1, intel.Collides: 1, intel.Changed: 2})
	a.accepts("ann", id, intel.Decision{})
	a.sees("ann", intel.Question{}, "newer")
	if e := a.entity("ann", "newer"); len(e.Versions) != 3 || e.Versions[1].Version.Format("2006") != "2022" {
		a.Errorf("versions = %+v", e.Versions)
	}
}

func badObjects(a actors) {
	deep := strings.Repeat(`[`, 10_000) + strings.Repeat(`]`, 10_000)
	id := a.stages("ann", "a.json", Bundle(
		Tool(1, "good", early, ""),
		`{"type":"tool","id":"tool--1","name":"no uuid"}`,
		Tool(2, "twice", early, `,"name":"again"`),
		Tool(3, "when", "yesterday", ""),
		Tool(4, "deep", early, `,"x_deep":`+deep),
		`42`,
		`{"type":"x-unheard-of","spec_version":"2.1","id":"x-unheard-of--00000000-0000-4000-8000-000000000005","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","name":"custom"}`,
	))
	b := a.batch("ann", id)
	if b.Counts.Importable() != 2 || b.Counts.Of(intel.Malformed) != 5 {
		a.Errorf("counts = %v", b.Counts)
	}
	wrong := map[int64]string{1: "id", 2: "name", 3: "modified", 4: "", 5: ""}
	for _, f := range a.problems(id, intel.Malformed) {
		if field, ok := wrong[f.Ordinal]; !ok || field != f.Field || f.Reason == "" {
			a.Errorf("finding %d: field %q, %s", f.Ordinal, f.Field, f.Reason)
		}
	}
	a.accepts("ann", id, intel.Decision{})
	a.sees("ann", intel.Question{}, "custom", "good")
}

func badFiles(a actors) {
	whole := Bundle(Tool(1, "one", early, ""), Tool(2, "two", early, ""))
	for name, file := range map[string]struct {
		content    string
		importable int64
		reason     string
	}{
		"a truncated bundle":         {whole[:len(whole)-60], 1, "stix.file.truncated"},
		"a bundle broken half-way":   {strings.Replace(whole, ",\n", ";\n", 1), 1, "stix.file.broken"},
		"no JSON":                    {"hello", 0, "stix.file.notjson"},
		"some other JSON":            {`{"hello":"world"}`, 0, "stix.file.foreign"},
		"nothing but deep nesting":   {strings.Repeat("[", 10_000), 0, ""},
		"a MISP event without parts": {`{"Event":{"info":1}}`, 0, ""},
	} {
		id := a.stages("ann", "a.json", file.content)
		b := a.batch("ann", id)
		if b.State != intel.Ready || b.Counts.Importable() != file.importable {
			a.Errorf("%s: %s with %v", name, b.State, b.Counts)
		}
		problems := a.problems(id, intel.Malformed)
		if len(problems) == 0 || file.reason != "" && problems[len(problems)-1].Reason != file.reason {
			a.Errorf("%s: %+v; want %s", name, problems, file.reason)
		}
	}
}

func brokenUploads(a actors) {
	gone := errors.New("the browser went away")
	for name, up := range map[string]struct {
		content io.Reader
		kind    fault.Kind
		key     string
	}{
		"a browser that goes away": {io.MultiReader(strings.NewReader(LookAlike(500)), iotest.ErrReader(gone)), fault.Invalid, "intel.upload.broken"},
		"nothing":                  {strings.NewReader(""), fault.Invalid, "intel.upload.empty"},
		"200 MB":                   {io.LimitReader(endless{}, 200<<20), fault.TooLarge, "intel.upload.large"},
	} {
		_, err := a.batches.Stage(a.Context(), As("ann"), tyche, intel.Upload{Name: name, Content: up.content})
		a.fails(err, up.kind, up.key)
	}
	_, err := a.batches.Stage(a.Context(), As("bob"), tyche, intel.Upload{Content: iotest.ErrReader(errors.New("read for a reader"))})
	a.fails(err, fault.Forbidden, "access.role")
	history, err := a.batches.History(a.Context(), As("ann"), tyche, "", 10)
	if err != nil || len(history) != 0 || a.FileCount() != 0 || len(a.Queued()) != 0 {
		a.Errorf("%d batches, %d files, %v; want nothing left", len(history), a.FileCount(), err)
	}
}

// endless is a file without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func ceilings(a actors) {
	a.Ceiling("tyche", access.Amber)
	id := a.stages("ann", "a.json", Bundle(
		Tool(1, "free", early, ""),
		Tool(2, "red", early, `,"object_marking_refs":["`+string(stix.TLPMarking(access.Red))+`"]`),
		Tool(3, "amber of TLP 1", early, `,"object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]`)))
	a.counts(id, map[intel.Verdict]int64{intel.New: 2, intel.AboveCeiling: 1})
	if f := a.problems(id, intel.AboveCeiling)[0]; f.Args["tlp"] != "RED" || f.Args["ceiling"] != "AMBER" || f.Field != "object_marking_refs" {
		a.Errorf("finding = %+v", f)
	}
	a.fails(a.batches.Accept(a.Context(), As("ann"), at(id), intel.Decision{TLP: access.AmberStrict}), fault.Invalid, "access.above_ceiling")
	a.accepts("ann", id, intel.Decision{TLP: access.Green})
	a.sees("ann", intel.Question{}, "amber of TLP 1", "free")
}

func markings(a actors) {
	own := `{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--00000000-0000-4000-8000-00000000000a","created":"2020-01-01T00:00:00Z","definition_type":"tlp","definition":{"tlp":"amber"}}`
	ref := `,"object_marking_refs":["marking-definition--00000000-0000-4000-8000-00000000000a"]`
	a.imports("ann", "a.json", Bundle(Tool(1, "unmarked", early, ""), Tool(2, "marked by its file", early, ref), own))
	id := a.stages("ann", "b.json", Bundle(Tool(3, "marked by what is here", early, ref), Tool(4, "marked by nobody knows what", early,
		`,"object_marking_refs":["marking-definition--00000000-0000-4000-8000-00000000000b"]`)))
	a.counts(id, map[intel.Verdict]int64{intel.New: 1, intel.Warned: 1})
	a.accepts("ann", id, intel.Decision{TLP: access.Green, PAP: access.PAPRed, Court: access.H1, DoNotDisrupt: true})
	for name, want := range map[string]access.TLP{
		"unmarked": access.Clear, "marked by its file": access.Amber,
		"marked by what is here": access.Amber, "marked by nobody knows what": access.Green,
	} {
		if h := a.object("bob", name).Handling; h.TLP != want {
			a.Errorf("%s: TLP:%s; want %s", name, h.TLP, want)
		}
	}
	if h := a.object("bob", "marked by what is here").Handling; h.PAP != access.PAPRed || h.Court != access.H1 || !h.DoNotDisrupt || h.Originator != "pol-fr" {
		a.Errorf("handling = %+v; want all but the TLP from the decision", h)
	}
}

func warned(a actors) {
	id := a.stages("ann", "report.txt", "We saw hxxp://evil[.]example/a and resolver[.]example[.]com.")
	a.counts(id, map[intel.Verdict]int64{intel.New: 1, intel.Warned: 1})
	if f := a.problems(id, intel.Warned)[0]; f.Args["list"] != "Public resolvers" || strings.Contains(f.Args["value"].(string), listed) {
		a.Errorf("finding = %+v; want the list, and the value defanged", f)
	}
}

func otherFormats(a actors) {
	id := a.stages("ann", "report.txt", "Contact 198.51.100[.]7, mail john(at)example.com. Not 1.2.3.")
	if b := a.batch("ann", id); b.Format != intel.Text {
		a.Errorf("format = %s", b.Format)
	}
	a.accepts("ann", id, intel.Decision{TLP: access.Green})
	a.sees("ann", intel.Question{Filter: intel.Filter{Types: []string{"ipv4-addr"}}}, "198.51.100.7")
	event := `{"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":"A campaign","date":"2024-01-02","timestamp":"1704200000","published":true,
		"publish_timestamp":"1704200000","Orgc":{"uuid":"22222222-2222-4222-8222-222222222222","name":"CERT Example"},"Tag":[{"name":"tlp:amber"}],
		"Attribute":[{"uuid":"33333333-3333-4333-8333-333333333333","type":"domain","category":"Network activity","value":"evil.example","to_ids":true,"timestamp":"1704200000"},
		{"uuid":"44444444-4444-4444-8444-444444444444","type":"ip-dst","category":"Network activity","value":"not an address","to_ids":true,"timestamp":"1704200000"}]}}`
	id = a.stages("ann", "event.json", event)
	if b := a.batch("ann", id); b.Format != intel.MISP || b.Counts.Of(intel.Malformed) != 1 {
		a.Errorf("batch = %+v", b.Batch)
	}
	if f := a.problems(id, intel.Malformed)[0]; !strings.Contains(f.Field, "Attribute 1") {
		a.Errorf("finding = %+v; want it to name the attribute", f)
	}
	a.accepts("ann", id, intel.Decision{TLP: access.Clear})
	if o := a.object("ann", "A campaign"); o.Handling.TLP != access.Amber || o.Source != "CERT Example" {
		a.Errorf("report = %+v", o)
	}
	a.sees("ann", intel.Question{Text: "evil[.]example"}, a.lists("ann", intel.Question{Filter: intel.Filter{Types: []string{"indicator"}}}).Objects[0].Name)
	id = a.stages("ann", "empty.txt", "nothing of interest")
	if f := a.problems(id, intel.Malformed)[0]; f.Reason != "intel.text.nothing" {
		a.Errorf("finding = %+v", f)
	}
}
