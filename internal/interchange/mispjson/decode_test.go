// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"entente.example/internal/interchange/mispjson"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/event.golden"
	got := transcript(decode(t, string(text)))
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s:\n%s", golden, got)
	}
}

// transcript writes records for people to compare.
func transcript(m made) string {
	var out strings.Builder
	for _, r := range m.records {
		fmt.Fprintf(&out, "%d  %s  @%d+%d\n", r.Index, r.Source, r.Offset, r.Length)
		if r.Err != nil {
			fmt.Fprintf(&out, "   error %s on %s\n", r.Err.Key, r.Err.Field)
		}
		if r.Warning != nil {
			fmt.Fprintf(&out, "   warning %s on %s\n", r.Warning.Key, r.Warning.Field)
		}
		if r.Raw != nil {
			fmt.Fprintf(&out, "   %s\n", r.Raw)
		}
	}
	return out.String()
}

func TestOffsetsShowTheSource(t *testing.T) {
	text, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range decode(t, string(text)).records {
		part := text[r.Offset : r.Offset+r.Length]
		if !json.Valid(part) || part[0] != '{' {
			t.Errorf("%s: the bytes at %d are no object: %.40s", r.Source, r.Offset, part)
		}
	}
}

func TestTwiceGivesTheSameBytes(t *testing.T) {
	text, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := transcript(decode(t, string(text))), transcript(decode(t, string(text))); a != b {
		t.Errorf("%s\n\n%s", a, b)
	}
}

func TestWrappings(t *testing.T) {
	whole := event(attributes(attribute(true, "domain", "evil.example")))
	bare := strings.TrimSuffix(strings.TrimPrefix(whole, `{"Event":`), "}")
	for name, text := range map[string]string{
		"an event":                            whole,
		"a bare event":                        bare,
		"a bare event after unknown members":  `{"id":"1","org_id":"2",` + bare[1:],
		"an array of events":                  "[" + whole + "]",
		"an array of bare events":             "[" + bare + "]",
		"a response with a list":              `{"response":[` + whole + `]}`,
		"a response with one event":           `{"response":` + whole + `}`,
		"a response beside other members":     `{"meta":{"x":[1]},"response":[` + whole + `],"more":false}`,
		"after a byte order mark":             "\xEF\xBB\xBF" + whole,
		"with space around":                   " \n" + whole + "\n\t ",
		"the parts before the event's own":    `{"Event":{` + attributes(attribute(true, "domain", "evil.example")) + "," + event()[len(`{"Event":{`):],
		"a member of the event given as null": event(`"Object":null,"Tag":null,"Galaxy":null`, attributes(attribute(true, "domain", "evil.example"))),
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, text)
			if len(m.said()) > 0 {
				t.Error(m.said())
			}
			if got := m.one(t, "report")["id"]; got != "report--"+eventUUID {
				t.Errorf("report %v", got)
			}
			if got := m.one(t, "indicator")["pattern"]; got != "[domain-name:value = 'evil.example']" {
				t.Errorf("pattern %v", got)
			}
		})
	}
}

func TestSeveralEvents(t *testing.T) {
	other := strings.ReplaceAll(event(`"Tag":[{"name":"tlp:red"}]`, attributes(attribute(true, "domain", "b.example"))), "1111", "9999")
	for name, text := range map[string]string{
		"in an array":   "[" + event() + "," + other + "]",
		"in a response": `{"response":[` + event() + "," + other + "]}",
		"in a sequence": event() + "\n" + other,
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, text)
			if n := len(m.of("report")); n != 2 {
				t.Fatalf("%d reports", n)
			}
			if m.of("report")[0]["object_marking_refs"] != nil || m.of("report")[1]["object_marking_refs"] == nil {
				t.Error("the marking of one event is not its own")
			}
		})
	}
}

func TestWhatTheCallerSaysEndsTheReading(t *testing.T) {
	for _, want := range []error{errors.New("enough"), io.EOF, io.ErrUnexpectedEOF} {
		calls := 0
		err := mispjson.Decode(strings.NewReader(event()), func(mispjson.Record) error {
			calls++
			return want
		})
		if err != want || calls != 1 {
			t.Errorf("%v after %d calls, want %v after 1", err, calls, want)
		}
	}
}

// failing is a file that cannot be read.
type failing struct{ io.Reader }

func (failing) Seek(int64, int) (int64, error) { return 0, nil }

func TestReadingThatFailsIsNoBrokenFile(t *testing.T) {
	want := errors.New("disk")
	err := mispjson.Decode(failing{iotest.ErrReader(want)}, func(r mispjson.Record) error {
		t.Errorf("record %+v", r)
		return nil
	})
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestSniff(t *testing.T) {
	for name, c := range map[string]struct {
		head string
		want bool
	}{
		"an event":                   {`{"Event": {"info"`, true},
		"a response":                 {`{ "response": [ { "Event"`, true},
		"a bare event":               {`{"id":"1","uuid":"x","info":"a`, true},
		"a byte order mark":          {"\xEF\xBB\xBF" + `{"Event":`, true},
		"a STIX bundle":              {`{"type":"bundle","id":"bundle--1","objects":[`, false},
		"a bundle, objects first":    {`{"id":"bundle--1","objects":[{"name":"Event"`, false},
		"a STIX object":              {`{"spec_version":"2.1","id":`, false},
		"the word as a value":        {`{"id":"Event","x":["Event",`, false},
		"text":                       {"Event, Attribute", false},
		"nothing":                    {"", false},
		"an array of other things":   {`[1,2,"Event"]`, false},
		"a list of strings that end": {`["info"]`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mispjson.Sniff([]byte(c.head)); got != c.want {
				t.Errorf("Sniff(%q) = %t", c.head, got)
			}
		})
	}
}

func TestReportNamesAllThatWasMade(t *testing.T) {
	text, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, string(text))
	var want []any
	for _, o := range m.objects {
		red := slices.Contains(refsOf(o), "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1")
		if o["type"] != "report" && o["type"] != "identity" && !red {
			want = append(want, o["id"])
		}
	}
	if got := m.one(t, "report")["object_refs"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func refsOf(o map[string]any) []string {
	var refs []string
	list, _ := o["object_marking_refs"].([]any)
	for _, ref := range list {
		refs = append(refs, fmt.Sprint(ref))
	}
	return refs
}

func TestNumbersAndStringsAreTheSame(t *testing.T) {
	a := event(attributes(attribute(true, "port", "443")))
	b := strings.NewReplacer(`"1767441600"`, "1767441600", `"443"`, "443", `"to_ids":true`, `"to_ids":"1"`).Replace(a)
	am, bm := decode(t, a), decode(t, b)
	for i := range am.records {
		if !bytes.Equal(am.records[i].Raw, bm.records[i].Raw) {
			t.Errorf("%s\n%s", am.records[i].Raw, bm.records[i].Raw)
		}
	}
}
