// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"bytes"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

const (
	statement = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"
	green1    = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
	amber1    = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
	amber2    = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
	strict2   = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
)

func TestSpliceMarkings(t *testing.T) {
	for _, test := range []struct {
		name string
		raw  string
		refs []stix.StixID
		want string
	}{
		{"they go behind the last property", `{ "a": 1.0 , "b":[ ] }`, []stix.StixID{statement}, `{ "a": 1.0 , "b":[ ],"object_marking_refs":["` + statement + `"] }`},
		{"an empty object takes them", `{ }`, []stix.StixID{statement}, `{"object_marking_refs":["` + statement + `"] }`},
		{"they join those that are there", `{"object_marking_refs": [ "` + statement + `" ],"b":2}`, []stix.StixID{amber2}, `{"object_marking_refs": [ "` + statement + `","` + amber2 + `" ],"b":2}`},
		{"those that are there stay as they are", `{"object_marking_refs": [ "` + statement + `" ]}`, []stix.StixID{statement}, `{"object_marking_refs": [ "` + statement + `" ]}`},
		{"an empty list takes them", `{"object_marking_refs":[ ]}`, []stix.StixID{statement}, `{"object_marking_refs":["` + statement + `"]}`},
		{"a stricter TLP replaces", `{"object_marking_refs":["` + green1 + `", "` + statement + `"],"b":2}`, []stix.StixID{strict2}, `{"object_marking_refs":["` + statement + `","` + strict2 + `"],"b":2}`},
		{"a looser TLP does not", `{"object_marking_refs":["` + strict2 + `"]}`, []stix.StixID{green1}, `{"object_marking_refs":["` + strict2 + `"]}`},
		{"the same TLP of the other edition does not", `{"object_marking_refs":["` + amber1 + `"]}`, []stix.StixID{amber2}, `{"object_marking_refs":["` + amber1 + `"]}`},
		{"both editions side by side stay", `{"object_marking_refs":["` + amber1 + `","` + amber2 + `"]}`, []stix.StixID{amber2, green1}, `{"object_marking_refs":["` + amber1 + `","` + amber2 + `"]}`},
		{"a stricter TLP replaces both editions", `{"object_marking_refs":["` + amber1 + `","` + amber2 + `"]}`, []stix.StixID{strict2}, `{"object_marking_refs":["` + strict2 + `"]}`},
		{"nothing given changes nothing", `{"a":1}`, nil, `{"a":1}`},
		{"what lies deeper is no marking of the object", `{"a":{"object_marking_refs":["` + amber2 + `"]}}`, []stix.StixID{amber2}, `{"a":{"object_marking_refs":["` + amber2 + `"]},"object_marking_refs":["` + amber2 + `"]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := []byte(test.raw)
			got, err := stix.SpliceMarkings(before, test.refs)
			if err != nil || string(got) != test.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
			}
			if string(before) != test.raw {
				t.Error("the object that came was written to")
			}
			if again, err := stix.SpliceMarkings(got, test.refs); err != nil || !bytes.Equal(again, got) {
				t.Errorf("a second time gives %s, %v", again, err)
			}
		})
	}
}

func TestSpliceMarkingsRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		raw string
		ref stix.StixID
	}{
		"what is no marking":             {`{}`, `tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f`},
		"what would end the string":      {`{}`, `marking-definition--"`},
		"markings that cannot be read":   {`{"object_marking_refs":7}`, statement},
		"what is no object":              {`[]`, statement},
		"an object that says it twice":   {`{"a":1,"a":2}`, statement},
		"an object that does not end":    {`{"a":1`, statement},
		"markings that are not a string": {`{"object_marking_refs":[7]}`, statement},
	} {
		if out, err := stix.SpliceMarkings([]byte(test.raw), []stix.StixID{test.ref}); err == nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestUpgrade20(t *testing.T) {
	for _, test := range []struct{ name, raw, want string }{
		{"an object gains its version", `{"type":"tool" ,"name":"x"}`, `{"type":"tool" ,"name":"x","spec_version":"2.1"}`},
		{"a version given is raised in its place", `{"spec_version":"2.0","type":"tool"}`, `{"spec_version":"2.1","type":"tool"}`},
		{"2.1 stays", `{"spec_version":"2.1","type":"malware"}`, `{"spec_version":"2.1","type":"malware"}`},
		{"an indicator gains its pattern type", `{"type":"indicator","valid_from":"v","pattern":"p"}`, `{"type":"indicator","valid_from":"v","pattern":"p","spec_version":"2.1","pattern_type":"stix"}`},
		{"and the date from which it holds", `{"type":"indicator","created":"c"}`, `{"type":"indicator","created":"c","spec_version":"2.1","pattern_type":"stix","valid_from":"c"}`},
		{"malware with a name is a family", `{"type":"malware","name":"x"}`, `{"type":"malware","name":"x","spec_version":"2.1","is_family":true}`},
		{"malware that says so is what it says", `{"type":"malware","is_family":false,"name":"x"}`, `{"type":"malware","is_family":false,"name":"x","spec_version":"2.1"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := stix.Upgrade20([]byte(test.raw)); err != nil || string(got) != test.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
			}
		})
	}
}

func TestTLP(t *testing.T) {
	for level := access.Clear; level <= access.Red; level++ {
		if got, ok := stix.TLPOf(stix.TLPMarking(level)); !ok || got != level {
			t.Errorf("TLPOf(TLPMarking(%v)) = %v, %v", level, got, ok)
		}
		o, problems := stix.Parse(stix.TLPDefinition(level), "")
		if len(problems) > 0 || o.ID != stix.TLPMarking(level) || o.Name != "TLP:"+level.String() {
			t.Errorf("definition of %v: %+v, %v", level, o, problems)
		}
		if o, problems := stix.Parse(stix.TLP1Definition(level), ""); len(problems) > 0 || o.Name == "" {
			t.Errorf("TLP 1 definition of %v: %+v, %v", level, o, problems)
		}
		if got, ok := stix.DeclaredTLP(stix.TLP1Definition(level)); !ok || got < level {
			t.Errorf("TLP 1 lowers %v to %v", level, got)
		}
	}
	if got, ok := stix.TLPOf(amber1); !ok || got != access.Amber {
		t.Errorf("AMBER of TLP 1 = %v, %v", got, ok)
	}
	if _, ok := stix.TLPOf(statement); ok {
		t.Error("a statement is a TLP marking")
	}
}

func TestDeclaredTLP(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		want      access.TLP
		ok        bool
	}{
		{"by definition, whatever the id", `{"type":"marking-definition","id":"` + statement + `","definition_type":"tlp","definition":{"tlp":"amber"}}`, access.Amber, true},
		{"by extension, whatever the case", `{"type":"marking-definition","extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"tlp_2_0":"AMBER+STRICT"}}}`, access.AmberStrict, true},
		{"the strictest, where they disagree", `{"type":"marking-definition","id":"` + green1 + `","definition_type":"tlp","definition":{"tlp":"red"}}`, access.Red, true},
		{"not by a statement", `{"type":"marking-definition","id":"` + statement + `","definition_type":"statement","definition":{"statement":"red"}}`, 0, false},
		{"not by another object", `{"type":"tool","definition_type":"tlp","definition":{"tlp":"red"}}`, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, ok := stix.DeclaredTLP([]byte(test.raw)); got != test.want || ok != test.ok {
				t.Errorf("DeclaredTLP = %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestCanonicalComparesWhatObjectsSay(t *testing.T) {
	a := `{"b":1.0,"a":"\u0065","c":[1e2]}`
	out, err := stix.Canonical([]byte(a))
	if want := `{"a":"e","b":1,"c":[100]}`; err != nil || string(out) != want {
		t.Errorf("Canonical = %s, %v; want %s", out, err, want)
	}
	if !stix.Equal([]byte(a), []byte(`{ "a":"e", "b":1, "c":[100] }`)) || stix.Equal([]byte(a), []byte(`{"a":"e","b":1,"c":[101]}`)) {
		t.Error("Equal goes by more or less than what is said")
	}
	if _, err := stix.Canonical([]byte(`{"a":1,"a":1}`)); err == nil {
		t.Error("an object that says a thing twice has a canonical form")
	}
}

func TestBundleWriter(t *testing.T) {
	const id = "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
	for count, objects := range [][]string{{}, {one}, {one, two}} {
		var out strings.Builder
		w := stix.NewBundleWriter(&out, id)
		for _, raw := range objects {
			if err := w.Write([]byte(raw)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := read(t, out.String()); len(got) != count || count == 2 && got[1] != two {
			t.Errorf("%d objects come back as %q", count, got)
		}
		if count == 0 && out.String() != `{"type":"bundle","id":"`+id+`"}`+"\n" {
			t.Errorf("a bundle of nothing is %s", out.String())
		}
		if err := w.Write([]byte(one)); err == nil {
			t.Error("a closed bundle takes an object")
		}
	}
}

func TestDeclaredPAP(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		want      access.PAP
		ok        bool
	}{
		{"by the extension", `{"type":"marking-definition","extensions":{"extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b":{"pap":"green"}}}`, access.PAPGreen, true},
		{"by its name", `{"type":"marking-definition","name":"PAP:AMBER"}`, access.PAPAmber, true},
		{"by a definition of the type", `{"type":"marking-definition","definition_type":"PAP","definition":{"PAP":"PAP:RED"}}`, access.PAPRed, true},
		{"by a statement", `{"type":"marking-definition","definition_type":"statement","definition":{"statement":"pap:green"}}`, access.PAPGreen, true},
		{"the strictest of two", `{"type":"marking-definition","name":"PAP:GREEN","definition":{"pap":"red"}}`, access.PAPRed, true},
		{"a level that nobody knows", `{"type":"marking-definition","name":"PAP:PURPLE"}`, access.PAPRed, true},
		{"a statement of something else", `{"type":"marking-definition","definition":{"statement":"Copyright PAP: 2026"}}`, 0, false},
		{"TLP", `{"type":"marking-definition","name":"TLP:RED","definition":{"tlp":"red"}}`, 0, false},
		{"another object", `{"type":"tool","name":"PAP:RED"}`, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, ok := stix.DeclaredPAP([]byte(test.raw)); got != test.want || ok != test.ok {
				t.Errorf("DeclaredPAP = %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
	if got, ok := stix.PAPOf("marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e"); got != access.PAPRed || !ok {
		t.Errorf("the fixed definition of RED is %v, %v", got, ok)
	}
	if _, ok := stix.LabelledPAP([]string{"ransomware", "PAP:"}); ok {
		t.Error("labels that name no level state one")
	}
}
