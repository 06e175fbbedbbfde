// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

// orders holds each order to list all, once, page by page, sorted.
func orders(a actors) {
	red := `,"object_marking_refs":["` + string(stix.TLPMarking(access.Red)) + `"]`
	a.imports("ann", "b.json", LookAlike(100))
	a.imports("ann", "aa.json", Bundle(Tool(4, "beta, withheld", early, red), Tool(5, "gamma, withheld", early, red)))
	a.imports("ann", "a.json", Bundle(Tool(1, "zebra", early, ""), Tool(2, "Ünder", early, ""), Tool(3, "alpha", early, "")))
	for order, key := range map[intel.Order]func(intel.Object) string{
		intel.ByName: func(o intel.Object) string {
			if o.Type == intel.Relationship || o.Withheld || o.Name == "" {
				return "\U0010FFFF" // behind those with a name
			}
			return intel.NameKey(o.Name)
		},
		intel.ByType: func(o intel.Object) string { return o.Type },
		intel.BySource: func(o intel.Object) string {
			if o.Withheld {
				return "\U0010FFFF"
			}
			return o.Source
		},
	} {
		for _, things := range []bool{true, false} {
			all := a.lists("ann", intel.Question{Filter: intel.Filter{Things: things}}).Objects
			var keys []string
			seen := map[intel.ObjectID]bool{}
			for after := (intel.Key{}); ; {
				l, err := a.objects.List(a.Context(), As("ann"), tyche, intel.Question{Filter: intel.Filter{Order: order, Things: things}}, after, 7)
				a.must(err)
				for _, o := range l.Objects {
					keys, seen[o.ID] = append(keys, key(o)), true
				}
				if after = l.Last; !l.More {
					break
				}
			}
			if !slices.IsSorted(keys) || len(keys) != len(all) || len(seen) != len(all) {
				a.Errorf("by %s (things %t): %d rows, %d different, of %d; sorted %t", order, things, len(keys), len(seen), len(all), slices.IsSorted(keys))
			}
		}
	}
}

// sheetOf writes a sheet and reads it again, without its first line.
func (a actors) sheetOf(member string, q intel.Question) (marking string, rows [][]string) {
	a.Helper()
	read := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.sheetText(member, q), "\uFEFF")))
	read.FieldsPerRecord = -1
	lines, err := read.ReadAll()
	a.must(err)
	return lines[0][0], lines[2:]
}

func (a actors) sheetText(member string, q intel.Question) string {
	a.Helper()
	sheet, err := a.objects.Sheet(a.Context(), As(member), tyche, q)
	a.must(err)
	var out bytes.Buffer
	head := intel.SheetHead{
		Marking: "TLP:" + sheet.Highest().String(), Columns: strings.Split("name type tlp pap court source added created modified revoked stix", " "),
		Withheld: "withheld", Yes: "yes", Type: func(kind string) string { return kind },
	}
	a.must(sheet.WriteTo(a.Context(), &out, head))
	return out.String()
}

// formulas holds that no spreadsheet finds a formula, whatever it takes the sheet
// apart at, and whether it knows quotes or not.
func formulas(a actors) {
	var tools []string
	for i, name := range []string{
		"=1", "x;=1", `x"; "=1`, "x\t+1", "x|@SUM(1)", "x; ' -1", "x;\u00a0＝1", "x\n=1", "\t=1", "x;;;\u200b=1", "x;”=1", "a-b=c@d", "x, -1",
	} {
		tools = append(tools, Tool(i+1, name, early, ""))
	}
	a.imports("ann", "=file;=1.json", Bundle(tools...))
	text := a.sheetText("ann", intel.Question{})
	for _, apart := range []rune{',', ';', '\t', '|'} {
		read := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF")))
		read.Comma, read.FieldsPerRecord, read.LazyQuotes = apart, -1, true
		lines, err := read.ReadAll()
		a.must(err)
		if apart != ',' { // each line for itself, as who knows no quotes reads it
			for line := range strings.Lines(text) {
				lines = append(lines, strings.Split(line, string(apart)))
			}
		}
		for _, cell := range slices.Concat(lines...) {
			bare := strings.TrimLeft(cell, " \t\r\n\u00a0\u200b\"“”")
			if strings.IndexAny(bare, "=+-@＝＋－＠") == 0 {
				a.Errorf("apart at %q, a cell is %q", apart, cell)
			}
		}
	}
	if !strings.Contains(text, "a-b=c@d") {
		a.Error("what is no formula is changed")
	}
}

func sheets(a actors) {
	red := `,"object_marking_refs":["` + string(stix.TLPMarking(access.Red)) + `"]`
	a.imports("ann", "a.json", LookAlike(1_200))
	a.imports("ann", "b.json", Bundle(Tool(1, "=cmd|' /C calc'!A0", early, ""), Tool(2, "named to ann", early, red), Tool(3, `plain, "quoted"`, early, "")))
	marking, rows := a.sheetOf("ann", intel.Question{})
	if marking != "TLP:RED" || len(rows) != 1_203 {
		a.Errorf("%s with %d rows", marking, len(rows))
	}
	if verbs := a.Journal(); verbs[len(verbs)-1] != audit.ObjectsExported {
		a.Errorf("journal = %v", verbs)
	}
	names := map[string][]string{}
	for _, row := range rows {
		names[row[0]] = row
	}
	if names["'=cmd|' /C calc'!A0"] == nil || names[`plain, "quoted"`] == nil || names["named to ann"] != nil {
		a.Error("a formula is not quoted, or what is RED is named")
	}
	if held := names["withheld"]; held == nil || held[1] != "tool" || held[2] != "TLP:RED" || strings.Join(held[3:], "") != "" {
		a.Errorf("of what is RED the sheet says %q", held)
	}
	if marking, rows := a.sheetOf("bob", intel.Question{Filter: intel.Filter{Types: []string{"tool"}}}); marking != "TLP:CLEAR" || len(rows) != a.tools("bob") {
		a.Errorf("bob takes out %s with %d rows", marking, len(rows))
	}
	plain := a.object("ann", `plain, "quoted"`)
	if _, rows := a.sheetOf("bob", intel.Question{Filter: intel.Filter{Only: []intel.ObjectID{plain.ID, a.withheld("ann").ID, "absent"}}}); len(rows) != 1 || rows[0][10] != string(plain.StixID) {
		a.Errorf("of three picked bob takes out %q", rows)
	}
	if out := a.exports("bob", intel.Question{Filter: intel.Filter{Only: []intel.ObjectID{plain.ID}}}); len(out) != 1 {
		a.Errorf("of one picked bob exports %d", len(out))
	}
	_, err := a.objects.Sheet(a.Context(), As("eve"), tyche, intel.Question{})
	a.fails(err, fault.NotFound, "")
}

func (a actors) tools(member string) int {
	return len(a.lists(member, intel.Question{Filter: intel.Filter{Types: []string{"tool"}}}).Objects)
}

// withheld returns an object whose name the lists do not say.
func (a actors) withheld(member string) intel.Object {
	a.Helper()
	for _, o := range a.lists(member, intel.Question{}).Objects {
		if o.Withheld {
			return o
		}
	}
	a.Fatalf("%s sees nothing that is withheld", member)
	return intel.Object{}
}

func savedFilters(a actors) {
	filters := intel.NewSavedFilters(a.Saved, a.Now)
	names := func(member string) (names []string) {
		a.Helper()
		list, err := filters.List(a.Context(), As(member), tyche)
		a.must(err)
		for _, s := range list {
			names = append(names, s.Name+"="+s.Query)
		}
		return names
	}
	save := func(member, name, query string) error {
		return filters.Save(a.Context(), As(member), tyche, intel.Saved{Name: name, Query: query})
	}
	a.must(save("bob", "  Our   malware ", "type=malware"))
	a.must(save("bob", "Addresses", "type=ipv4-addr"))
	a.must(save("bob", "Our malware", "type=malware&tlp=AMBER"))
	if got := names("bob"); !slices.Equal(got, []string{"Addresses=type=ipv4-addr", "Our malware=type=malware&tlp=AMBER"}) {
		a.Errorf("bob keeps %q", got)
	}
	if got := names("ann"); len(got) != 0 {
		a.Errorf("ann sees what bob keeps: %q", got)
	}
	a.must(filters.Drop(a.Context(), As("ann"), tyche, "Addresses"))
	a.must(filters.Drop(a.Context(), As("bob"), tyche, "Our malware"))
	if got := names("bob"); len(got) != 1 {
		a.Errorf("bob keeps %q", got)
	}
	a.fails(save("bob", " ", "type=tool"), fault.Invalid, "intel.saved.name")
	a.fails(save("bob", "Nothing", ""), fault.Invalid, "intel.saved.query")
	a.fails(save("eve", "Tools", "type=tool"), fault.NotFound, "")
	for i := range 29 {
		a.must(save("bob", strings.Repeat("x", i+1), "type=tool"))
	}
	a.fails(save("bob", "one more", "type=tool"), fault.Invalid, "intel.saved.many")
	a.must(save("bob", "x", "type=url")) // in place of one that is there
}
