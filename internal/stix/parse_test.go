// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"entente.example/internal/stix"
)

const uuid = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"

func TestParseReadsWhatMatters(t *testing.T) {
	raw := `{"type":"indicator","spec_version":"2.1","id":"indicator--` + uuid + `","created":"2016-04-06T20:03:48.1234567Z",
		"modified":"2016-04-06T20:03:49.000Z","created_by_ref":"identity--` + uuid + `","revoked":true,"confidence":85,"labels":["a","b"],
		"object_marking_refs":["marking-definition--` + uuid + `"],
		"granular_markings":[{"marking_ref":"marking-definition--` + uuid + `","selectors":["name"]}],
		"external_references":[{"source_name":"mitre-attack","external_id":"T1"},{"source_name":"no id","url":"x"}],
		"name":"Na\u006de","pattern":"[url:value = 'x']","pattern_type":"stix","valid_from":"2016-01-01T00:00:00Z",
		"extensions":{"e":{"x_refs":["malware--` + uuid + `","tool--` + uuid + `"]}},"x_custom":{"deep":[{"some_ref":"file--` + uuid + `"}]}}`
	o, problems := stix.Parse([]byte(raw), "")
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	got := fmt.Sprintf("%s %s %s %s %s %s %v %d %v %s %v %v %v",
		o.ID, o.Type, o.SpecVersion, o.Created.Format(time.RFC3339Nano), o.Modified.Format(time.RFC3339Nano), o.Name, o.Revoked, o.Confidence,
		o.Labels, o.CreatedByRef, o.ObjectMarkingRefs, o.GranularMarkings, o.ExternalIDs)
	want := "indicator--" + uuid + " indicator 2.1 2016-04-06T20:03:48.123456Z 2016-04-06T20:03:49Z Name true 85 [a b] identity--" + uuid +
		" [marking-definition--" + uuid + "] true [{mitre-attack T1}]"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var refs []string
	for _, ref := range o.Refs {
		refs = append(refs, ref.Property+">"+ref.Target.Type())
	}
	wantRefs := "created_by_ref>identity object_marking_refs>marking-definition granular_markings.marking_ref>marking-definition " +
		"extensions.e.x_refs>malware extensions.e.x_refs>tool x_custom.deep.some_ref>file"
	if strings.Join(refs, " ") != wantRefs {
		t.Errorf("refs = %v; want %s", refs, wantRefs)
	}
}

func TestParseTellsWhatIsWrong(t *testing.T) {
	whole := `"created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","spec_version":"2.1"`
	tool := `"type":"tool","name":"x","id":"tool--` + uuid + `",` + whole
	for _, test := range []struct {
		name string
		raw  string
		want string // each problem as severity, key and field: ! malformed, ? warning
	}{
		{"a whole object has no problem", `{` + tool + `}`, ""},
		{"custom types and properties are fine", `{"type":"x-acme","x_a":[1,{"b":2}],"id":"x-acme--` + uuid + `"}`, ""},
		{"an id is missing", `{"type":"tool","name":"x",` + whole + `}`, "!stix.field.missing id"},
		{"an id is empty", `{"type":"tool","id":"","name":"x",` + whole + `}`, "!stix.field.empty id"},
		{"an id is no id", `{"type":"tool","id":"tool--1","name":"x",` + whole + `}`, "!stix.id.invalid id"},
		{"an id is of another type", `{"type":"tool","id":"malware--` + uuid + `","name":"x",` + whole + `}`, "!stix.id.type id"},
		{"a type is missing", `{"id":"tool--` + uuid + `",` + whole + `}`, "!stix.field.missing type"},
		{"a type is a number", `{"type":1,"id":"tool--` + uuid + `",` + whole + `}`, "!stix.field.type type"},
		{"a type is no name", `{"type":"To ol","id":"tool--` + uuid + `",` + whole + `}`, "!stix.type.invalid type !stix.id.type id"},
		{"a bundle is no object", `{"type":"bundle","id":"bundle--` + uuid + `"}`, "!stix.object.bundle type ?stix.field.missing created ?stix.field.missing modified"},
		{"a time is no time", `{"type":"tool","name":"x","id":"tool--` + uuid + `","created":"2022-101-27T00:00:00Z","modified":"2020-01-01T00:00:00Z"}`, "!stix.time.invalid created ?stix.field.missing labels"},
		{"a time is in another zone", `{"type":"tool","labels":[],"name":"x","id":"tool--` + uuid + `","created":"2020-01-01T00:00:00+01:00","modified":"2020-01-01T00:00:00Z"}`, "?stix.time.zone created"},
		{"a version is older than its object", `{"type":"tool","spec_version":"2.1","name":"x","id":"tool--` + uuid + `","created":"2020-01-02T00:00:00Z","modified":"2020-01-01T00:00:00Z"}`, "?stix.time.order modified"},
		{"times are missing", `{"type":"tool","spec_version":"2.1","name":"x","id":"tool--` + uuid + `"}`, "?stix.field.missing created ?stix.field.missing modified"},
		{"revoked is a string", `{` + tool + `,"revoked":"true"}`, "!stix.field.type revoked"},
		{"a label is a number", `{` + tool + `,"labels":["a",1]}`, "!stix.field.type labels"},
		{"markings are a string", `{` + tool + `,"object_marking_refs":"marking-definition--` + uuid + `"}`, "!stix.field.type object_marking_refs"},
		{"a marking is none", `{` + tool + `,"object_marking_refs":["tool--` + uuid + `"]}`, "!stix.marking.invalid object_marking_refs"},
		{"a confidence is out of range", `{` + tool + `,"confidence":101}`, "?stix.confidence.range confidence"},
		{"a reference leads nowhere", `{` + tool + `,"x_ref":"there"}`, "?stix.ref.invalid x_ref"},
		{"a version of the standard is unknown", `{"type":"mutex","name":"x","spec_version":"3.0","id":"mutex--` + uuid + `"}`, "?stix.spec.unknown spec_version"},
		{"a property that the schema demands is missing", `{"type":"indicator","pattern_type":"stix","id":"indicator--` + uuid + `",` + whole + `}`, "?stix.field.missing pattern ?stix.field.missing valid_from"},
		{"a pattern cannot be read", `{"type":"indicator","pattern":"[url:value = ]","valid_from":"x","pattern_type":"stix","id":"indicator--` + uuid + `",` + whole + `}`, "?stix.pattern.invalid pattern"},
		{"a pattern in another language is not looked at", `{"type":"indicator","pattern":"rule x","valid_from":"x","pattern_type":"yara","id":"indicator--` + uuid + `",` + whole + `}`, ""},
		{"a name comes twice", `{"type":"tool","type":"tool"}`, "!stix.object.duplicate type"},
		{"an array is no object", `[1]`, "!stix.object.notobject "},
		{"an object breaks off", `{"type":"tool"`, "!stix.object.syntax "},
		{"nesting is too deep", `{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, "!stix.object.deep "},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, problems := stix.Parse([]byte(test.raw), "")
			var got []string
			for _, p := range problems {
				sign := "?"
				if p.Severity == stix.Malformed {
					sign = "!"
				}
				got = append(got, sign+p.Key+" "+p.Field)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("problems = %q; want %q", strings.Join(got, " "), test.want)
			}
		})
	}
}

func TestSpecVersion(t *testing.T) {
	for _, test := range []struct {
		name, raw, bundle, want string
	}{
		{"the object's own word counts", `{"type":"tool","spec_version":"2.1"}`, "2.0", "2.1"},
		{"else the bundle's", `{"type":"mutex"}`, "2.0", "2.0"},
		{"else an observable is 2.1", `{"type":"mutex"}`, "", "2.1"},
		{"and all others are 2.0", `{"type":"tool"}`, "", "2.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if o, _ := stix.Parse([]byte(test.raw), test.bundle); o.SpecVersion != test.want {
				t.Errorf("SpecVersion = %q; want %q", o.SpecVersion, test.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for raw, want := range map[string]string{
		`{"type":"tool","name":"mimikatz"}`:                                                  "mimikatz",
		`{"type":"url","value":"http://evil.example/"}`:                                      "http://evil.example/",
		`{"type":"relationship","relationship_type":"uses"}`:                                 "uses",
		`{"type":"autonomous-system","number":15139}`:                                        "AS15139",
		`{"type":"user-account","user_id":"1001","account_login":"jdoe"}`:                    "jdoe",
		`{"type":"file","hashes":{"MD5":"a","SHA-256":"b"}}`:                                 "b",
		`{"type":"file","name":"x.exe","hashes":{"MD5":"a"}}`:                                "x.exe",
		`{"type":"indicator","pattern":"[a:b = 1]"}`:                                         "[a:b = 1]",
		`{"type":"process","pid":7}`:                                                         "process",
		`{"type":"marking-definition","definition_type":"tlp","definition":{"tlp":"green"}}`: "TLP:GREEN",
		`{"type":"tool","name":"` + strings.Repeat("é", 200) + `"}`:                          strings.Repeat("é", 150) + "…",
	} {
		if o, _ := stix.Parse([]byte(raw), ""); o.Name != want {
			t.Errorf("%s: Name = %q; want %q", raw, o.Name, want)
		}
	}
}

func TestVersion(t *testing.T) {
	added := time.Date(2026, 1, 2, 3, 4, 5, 6789, time.FixedZone("", 3600))
	created, modified := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		o    stix.Object
		want time.Time
	}{
		{"what was modified counts", stix.Object{Created: created, Modified: modified}, modified},
		{"else what was created", stix.Object{Created: created}, created},
		{"else what was added, to the microsecond", stix.Object{}, time.Date(2026, 1, 2, 2, 4, 5, 6000, time.UTC)},
	} {
		if got := test.o.Version(added); got != test.want {
			t.Errorf("%s: %v; want %v", test.name, got, test.want)
		}
	}
}
