// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entente.example/internal/interchange/mispjson"
	"entente.example/internal/stix"
)

// made is what Decode makes of a text.
type made struct {
	records []mispjson.Record
	objects []map[string]any
}

func decode(t testing.TB, text string) made {
	t.Helper()
	var m made
	err := mispjson.Decode(strings.NewReader(text), func(r mispjson.Record) error {
		if r.Raw == nil && r.Err == nil && r.Warning == nil {
			t.Errorf("record %d says nothing", r.Index)
		}
		if r.Index != len(m.records) {
			t.Errorf("record %d comes as number %d", r.Index, len(m.records))
		}
		r.Raw = bytes.Clone(r.Raw)
		m.records = append(m.records, r)
		if r.Raw != nil {
			m.objects = append(m.objects, objectOf(t, r.Raw))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// objectOf reads an object and checks that it is one by the rules of STIX. Only
// an event without anything is a report that names nothing.
func objectOf(t testing.TB, raw []byte) map[string]any {
	t.Helper()
	_, problems := stix.Parse(raw, "2.1")
	for _, problem := range problems {
		if problem.Field == "object_refs" && problem.Severity == stix.Warning {
			continue
		}
		t.Errorf("%s: %v", raw, problem)
	}
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// of returns the objects of a type.
func (m made) of(kind string) []map[string]any {
	var found []map[string]any
	for _, o := range m.objects {
		if o["type"] == kind {
			found = append(found, o)
		}
	}
	return found
}

// one returns the only object of a type.
func (m made) one(t testing.TB, kind string) map[string]any {
	t.Helper()
	found := m.of(kind)
	if len(found) != 1 {
		t.Fatalf("%d objects of type %s, want 1, of %d records: %s", len(found), kind, len(m.records), strings.Join(m.said(), "; "))
	}
	return found[0]
}

// said lists the errors and warnings: their part, key and field.
func (m made) said() []string {
	var said []string
	for _, r := range m.records {
		if r.Err != nil {
			said = append(said, strings.TrimSpace(fmt.Sprintf("%s: %s %s", r.Source, r.Err.Key, r.Err.Field)))
		}
		if r.Warning != nil {
			said = append(said, strings.TrimSpace(fmt.Sprintf("%s: (%s) %s", r.Source, r.Warning.Key, r.Warning.Field)))
		}
	}
	return said
}

const (
	eventUUID  = "11111111-1111-4111-8111-111111111111"
	makerUUID  = "22222222-2222-4222-8222-222222222222"
	attrUUID   = "33333333-3333-4333-8333-333333333333"
	otherUUID  = "44444444-4444-4444-8444-444444444444"
	objectUUID = "55555555-5555-4555-8555-555555555555"
)

// event returns an event with more members.
func event(members ...string) string {
	head := `"uuid":"` + eventUUID + `","info":"A case","date":"2026-01-02","timestamp":"1767441600","Orgc":{"name":"CERT","uuid":"` + makerUUID + `"}`
	return `{"Event":{` + strings.Join(append([]string{head}, members...), ",") + `}}`
}

// attributes returns the member of an event that holds these.
func attributes(list ...string) string { return `"Attribute":[` + strings.Join(list, ",") + `]` }

// attribute returns an attribute for detection or not, with more members.
func attribute(toIDs bool, kind, value string, members ...string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	head := fmt.Sprintf(`"uuid":%q,"type":%q,"to_ids":%t,"timestamp":"1767441600","value":%s`, attrUUID, kind, toIDs, quoted)
	return "{" + strings.Join(append([]string{head}, members...), ",") + "}"
}
