// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/interchange/mispjson"
	"entente.example/internal/stix"
)

func TestWhatIsWrongIsSaid(t *testing.T) {
	good := strings.Replace(attribute(true, "domain", "good.example"), attrUUID, otherUUID, 1)
	for name, c := range map[string]struct{ bad, want string }{
		"a bad UUID":                        {strings.Replace(attribute(true, "domain", "a.example"), attrUUID, "x", 1), "Attribute 0 x: mispjson.part.uuid uuid"},
		"a type that nobody knows":          {attribute(true, "nothing", "x"), "Attribute 0 @: mispjson.attribute.type_unknown type"},
		"no type":                           {attribute(true, "", "x"), "Attribute 0 @: mispjson.attribute.type_unknown type"},
		"no value":                          {attribute(true, "domain", " "), "Attribute 0 @: mispjson.part.empty value"},
		"a value that is too long":          {attribute(false, "text", strings.Repeat("x", 1<<20+1)), "Attribute 0 @: mispjson.part.too_long value"},
		"no bar":                            {attribute(true, "domain|ip", "a.example"), "Attribute 0 @: mispjson.attribute.not_composite value"},
		"half a value":                      {attribute(true, "filename|md5", "a.exe|"), "Attribute 0 @: mispjson.attribute.not_composite value"},
		"a value that is not its type":      {attribute(true, "ip-dst", "300.1.1.1"), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"a domain that is an address":       {attribute(true, "domain", "198.51.100.3"), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"a hash of the wrong length":        {attribute(true, "sha1", strings.Repeat("a", 32)), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"a hash that is no number":          {attribute(true, "md5", strings.Repeat("g", 32)), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"half a value that is not its type": {attribute(true, "ip-dst|port", "198.51.100.3|99999"), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"a pattern that is none":            {attribute(true, "stix2-pattern", "[url:value ="), "Attribute 0 @: mispjson.attribute.value_invalid value"},
		"a bad timestamp":                   {strings.Replace(attribute(true, "domain", "a.example"), "1767441600", "soon", 1), "Attribute 0 @: mispjson.part.time timestamp"},
		"a bad first_seen":                  {attribute(true, "domain", "a.example", `"first_seen":"x"`), "Attribute 0 @: mispjson.part.time first_seen"},
		"a member twice":                    {attribute(true, "domain", "a.example", `"value":"b.example"`), "Attribute 0: mispjson.part.duplicate value"},
		"a value that is an object":         {`{"type":"domain","value":{"a":1}}`, "Attribute 0: mispjson.part.wrong_type value"},
		"to_ids that is neither":            {`{"type":"domain","value":"a.example","to_ids":"maybe"}`, "Attribute 0: mispjson.part.wrong_type to_ids"},
		"tags that are a text":              {attribute(true, "domain", "a.example", `"Tag":["x"]`), "Attribute 0: mispjson.part.wrong_type Tag"},
		"an attribute that is a text":       {`"domain"`, "Attribute 0: mispjson.part.wrong_type Attribute"},
		"text that is not UTF-8":            {attribute(true, "domain", "a.example", `"comment":"`+"\xff"+`"`), "Attribute 0: mispjson.part.unreadable Attribute"},
		"an escape that is half a letter":   {attribute(true, "domain", "a.example", `"comment":"\ud800"`), "Attribute 0: mispjson.part.unreadable Attribute"},
		"one that was deleted":              {attribute(true, "domain", "a.example", `"deleted":"1"`), "Attribute 0 @: (mispjson.part.deleted)"},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, event(attributes(c.bad, good)))
			if got, want := m.said(), []string{strings.ReplaceAll(c.want, "@", attrUUID)}; !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
			if got := m.one(t, "indicator")["id"]; got != "indicator--"+otherUUID {
				t.Errorf("the good one is missing, there is %v", got)
			}
		})
	}
}

func TestWhatIsLostIsSaid(t *testing.T) {
	md5 := strings.Repeat("a", 32)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"an attachment's bytes": {event(attributes(attribute(false, "attachment", "a.pdf", `"data":"QUJD"`))),
			[]string{"Attribute 0 " + attrUUID + ": (mispjson.attribute.data) data"}},
		"a sample's bytes": {event(attributes(attribute(true, "malware-sample", "a.exe|"+md5, `"data":"QUJD"`))),
			[]string{"Attribute 0 " + attrUUID + ": (mispjson.attribute.data) data"}},
		"nothing of an attachment without bytes": {event(attributes(attribute(false, "attachment", "a.pdf", `"data":null`))), nil},
		"sightings": {event(attributes(attribute(true, "domain", "a.example", `"Sighting":[{},{}]`)), `"Sighting":[{}]`),
			[]string{"Event " + eventUUID + ": (mispjson.event.sightings)"}},
		"a value that is there twice": {event(attributes(attribute(false, "domain", "a.example"), attribute(false, "hostname", "A.example"))),
			[]string{"Attribute 1 " + attrUUID + ": (mispjson.attribute.repeated)"}},
		"a title": {strings.Replace(event(), `"A case"`, "null", 1), []string{"Event " + eventUUID + ": (mispjson.event.no_info) info"}},
		"an object that was deleted": {event(`"Object":[{"uuid":"` + objectUUID + `","deleted":true,` + attributes(attribute(true, "domain", "a.example")) + `}]`),
			[]string{"Object 0 " + objectUUID + ": (mispjson.part.deleted)"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := decode(t, c.text).said(); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	whole := event(attributes(attribute(true, "domain", "a.example")), `"Tag":[{"name":"tlp:green"}]`)
	cut := strings.Index(whole, `"Tag"`)
	for name, c := range map[string]struct {
		text       string
		want       []string
		indicators int
	}{
		"nothing":                    {"", []string{"File: mispjson.file.no_event"}, 0},
		"space":                      {" \n", []string{"File: mispjson.file.no_event"}, 0},
		"no JSON":                    {"hello", []string{"File: mispjson.file.broken"}, 0},
		"a number":                   {"1", []string{"File: mispjson.file.no_event"}, 0},
		"an answer that is an error": {`{"name":"No.","message":"No.","url":"/events"}`, []string{"File: mispjson.file.no_event"}, 0},
		"a STIX bundle":              {`{"type":"bundle","objects":[{"type":"x"}]}`, []string{"File: mispjson.file.no_event"}, 0},
		"an event without a UUID":    {`{"Event":{"info":"x",` + attributes(attribute(true, "domain", "a.example")) + `}}`, []string{"Event: mispjson.event.uuid uuid"}, 0},
		"an event without a time":    {`{"Event":{"uuid":"` + eventUUID + `"}}`, []string{"Event " + eventUUID + ": mispjson.event.date date"}, 0},
		"a list of attributes":       {`{"response":{` + attributes(attribute(true, "domain", "a.example")) + `}}`, []string{"Event: mispjson.event.uuid uuid"}, 0},
		"attributes that are a text": {event(`"Attribute":"x"`), []string{"Event " + eventUUID + ": mispjson.part.wrong_type Attribute"}, 0},
		"a file that ends in an attribute": {whole[:strings.Index(whole, "a.example")], []string{
			"Event " + eventUUID + ": (mispjson.event.marking) Tag", "File: mispjson.file.truncated"}, 0},
		"a file that ends before the tags": {whole[:cut], []string{
			"Event " + eventUUID + ": (mispjson.event.marking) Tag", "File: mispjson.file.truncated"}, 1},
		"a file that ends behind the tags": {whole[:len(whole)-2], []string{"File: mispjson.file.truncated"}, 1},
		"a file that breaks":               {whole[:cut] + "}{", []string{"Event " + eventUUID + ": (mispjson.event.marking) Tag", "File: mispjson.file.broken"}, 1},
		"rubbish behind the event":         {whole + "}", []string{"File: mispjson.file.broken"}, 1},
		"10,000 levels around":             {strings.Repeat("[", 10_001), []string{"File: mispjson.file.broken"}, 0},
		"100,000 levels of response":       {strings.Repeat(`{"response":`, 100_000), []string{"File: mispjson.file.broken"}, 0},
		"9,000 levels in an attribute": {event(attributes(attribute(true, "domain", "a.example", `"x":`+strings.Repeat("[", 9_000)+strings.Repeat("]", 9_000)))),
			nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, c.text)
			if got := m.said(); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if n := len(m.of("indicator")); n != c.indicators {
				t.Errorf("%d indicators, want %d", n, c.indicators)
			}
		})
	}
}

func TestWhatLacksItsTagsIsRed(t *testing.T) {
	whole := event(attributes(attribute(true, "domain", "a.example")), `"Tag":[{"name":"tlp:green"}]`)
	m := decode(t, whole[:strings.Index(whole, `"Tag"`)])
	if got := refsOf(m.one(t, "indicator")); !slices.Equal(got, []string{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}) {
		t.Errorf("marked %v", got)
	}
}

// endless is an event one of whose attributes has no end.
type endless struct{ at int64 }

func (e *endless) Seek(to int64, _ int) (int64, error) { e.at = to; return to, nil }

func (e *endless) Read(p []byte) (int, error) {
	const head = `{"Event":{"uuid":"` + eventUUID + `","date":"2026-01-02","Attribute":[{"data":"`
	for i := range p {
		p[i] = 'A'
		if e.at < int64(len(head)) {
			p[i] = head[e.at]
		}
		e.at++
	}
	return len(p), nil
}

func TestAPartWithoutEnd(t *testing.T) {
	var said []string
	err := mispjson.Decode(&endless{}, func(r mispjson.Record) error {
		if r.Err != nil {
			said = append(said, r.Err.Key)
		}
		return nil
	})
	if err != nil || !slices.Equal(said, []string{"mispjson.file.part_too_large"}) {
		t.Errorf("%v, %v", said, err)
	}
}

// lookAlike writes an event of n attributes, with its tags at the end.
func lookAlike(w io.Writer, n int) {
	fmt.Fprintf(w, `{"response":[{"Event":{"uuid":%q,"info":"Large","date":"2026-01-02","timestamp":"1767441600","Attribute":[`, eventUUID)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"uuid":"00000000-0000-4000-8000-%012x","type":"domain","category":"Network activity","to_ids":%t,`+
			`"timestamp":"1767441600","comment":%q,"value":"host-%d.evil.example"}`, i, i%2 == 0, strings.Repeat("because ", 200), i)
	}
	io.WriteString(w, `],"Tag":[{"name":"tlp:green"}]}}]}`)
}

func TestLargeEventInBoundedMemory(t *testing.T) {
	const n = 10_000
	file, err := os.Create(filepath.Join(t.TempDir(), "large.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lookAlike(file, n)
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		t.Fatal(err)
	}

	objects, before, most := map[string]int{}, liveMemory(), uint64(0)
	err = mispjson.Decode(file, func(r mispjson.Record) error {
		if r.Err != nil || r.Warning != nil {
			t.Fatalf("%v, %v", r.Err, r.Warning)
		}
		o, _ := stix.Parse(r.Raw, "2.1")
		objects[o.Type]++
		if r.Index%1000 == 0 {
			most = max(most, liveMemory())
		}
		return nil
	})
	if err != nil || objects["indicator"] != n/2 || objects["domain-name"] != n/2 || objects["report"] != 1 {
		t.Errorf("%v, %v", objects, err)
	}
	if limit := uint64(8 << 20); most > before+limit {
		t.Errorf("%d KB in memory for a file of %d KB, want less than %d", (most-before)>>10, size>>10, limit>>10)
	}
}

// liveMemory returns how many bytes of the heap are in use.
func liveMemory() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkDecode(b *testing.B) {
	var text bytes.Buffer
	lookAlike(&text, 10_000)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if err := mispjson.Decode(bytes.NewReader(text.Bytes()), func(mispjson.Record) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	golden, err := os.ReadFile("testdata/event.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add([]byte(event(attributes(attribute(true, "ip-dst|port", "198.51.100.3|443"), attribute(false, "regkey|value", "a|b")))))
	f.Add([]byte(`[{"Event":{"uuid":"` + eventUUID + `","date":"2026-01-02","Tag":[{"name":"tlp:x"}],"Object":[{}]}}]`))
	f.Add([]byte(`{"response":{"Event":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		mispjson.Sniff(text)
		err := mispjson.Decode(bytes.NewReader(text), func(r mispjson.Record) error {
			if r.Offset < 0 || r.Length < 0 || r.Offset+r.Length > int64(len(text)) {
				t.Errorf("%s at %d+%d of %d", r.Source, r.Offset, r.Length, len(text))
			}
			if r.Raw != nil {
				objectOf(t, r.Raw)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
