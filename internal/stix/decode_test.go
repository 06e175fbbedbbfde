// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"entente.example/internal/stix"
)

const (
	one = `{"type":"mutex","id":"mutex--eba44954-d4e4-5d3b-814c-2b17dd8de300","name":"one"}`
	two = `{ "id" : "mutex--eba44954-d4e4-5d3b-814c-2b17dd8de301", "name":"t}w[o\"]", "type":"mutex" }`
)

// read decodes a text and returns each record as its bytes, or as the key of
// what is wrong.
func read(t *testing.T, text string) []string {
	t.Helper()
	var got []string
	err := stix.Decode(iotest.OneByteReader(strings.NewReader(text)), func(r stix.Record) error {
		if r.Err != nil {
			got = append(got, r.Err.Key)
			return nil
		}
		if from := text[r.Offset : r.Offset+r.Length]; from != string(r.Raw) {
			t.Errorf("record %d is %q; the file has %q there", r.Index, r.Raw, from)
		}
		got = append(got, string(r.Raw))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name string
		text string
		want []string
	}{
		{"a bundle gives its objects as they came", `{"type":"bundle","id":"x","objects":[` + one + ",\n" + two + `]}`, []string{one, two}},
		{"the objects may come first", `{"objects":[` + one + `],"id":"x","type":"bundle"}`, []string{one}},
		{"a TAXII envelope is read", `{"more":false,"objects":[` + two + `]}`, []string{two}},
		{"an empty envelope holds nothing", `{}`, nil},
		{"an envelope that only pages holds nothing", `{"more":false}`, nil},
		{"a bundle may hold nothing", `{"type":"bundle","id":"x"}`, nil},
		{"an array of objects is read", ` [` + one + `, ` + two + ` ] `, []string{one, two}},
		{"an empty array holds nothing", `[]`, nil},
		{"a bare object is read", "\n" + two + "\n", []string{two}},
		{"objects one after the other are read", one + "\n" + two, []string{one, two}},
		{"a byte order mark is passed over", "\xEF\xBB\xBF" + one, []string{one}},
		{
			"the observed data of STIX 2.0 are an object",
			`{"type":"observed-data","objects":{"0":{"type":"file"}}}`,
			[]string{`{"type":"observed-data","objects":{"0":{"type":"file"}}}`},
		},
		{
			"a custom object may have an array of objects",
			`{"type":"x-a","objects":[{"a":1}]}`,
			[]string{`{"type":"x-a","objects":[{"a":1}]}`},
		},
		{
			"what is wrong within an object stops with it",
			`[` + one + `,{"a":1,,},{"a":1,"a":2},{"b":"` + "\xff" + `"},7,"x",null,[1],` + two + `]`,
			[]string{
				one, "stix.object.syntax", "stix.object.duplicate", "stix.object.syntax",
				"stix.object.notobject", "stix.object.notobject", "stix.object.notobject", "stix.object.notobject", two,
			},
		},
		{"a file cut between objects gives those before", `{"objects":[` + one + `,`, []string{one, "stix.file.truncated"}},
		{"a file cut within an object gives those before", `{"objects":[` + one + `,{"type":"mu`, []string{one, "stix.file.truncated"}},
		{"a bundle without its end is cut", `{"objects":[` + one + `]`, []string{one, "stix.file.truncated"}},
		{"a missing comma is a break", `[` + one + ` ` + two + `]`, []string{one, "stix.file.broken"}},
		{"a bracket that closes another is a break", `[` + one + `,{"a":[1}},` + two + `]`, []string{one, "stix.file.broken"}},
		{"rubbish behind the end is a break", one + ` rubbish`, []string{one, "stix.file.broken"}},
		{"an empty file says so", "  \n", []string{"stix.file.empty"}},
		{"a page of HTML is no JSON", "<html>", []string{"stix.file.notjson"}},
		{"other JSON is no STIX", `{"Event":{"info":"x"}}`, []string{"stix.file.foreign"}},
		{"a bundle whose objects are no list says so", `{"type":"bundle","objects":{}}`, []string{"stix.bundle.objects"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := read(t, test.text); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("records = %q; want %q", got, test.want)
			}
		})
	}
}

func TestDecodeTellsTheVersionOfTheBundle(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"bundle","spec_version":"2.0","objects":[` + one + `]}`: "2.0",
		`{"type":"bundle","objects":[` + one + `],"spec_version":"2.0"}`: "",
		`[` + one + `]`: "",
	} {
		err := stix.Decode(strings.NewReader(text), func(r stix.Record) error {
			if r.Spec != want {
				t.Errorf("%s: Spec = %q; want %q", text, r.Spec, want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestDecodeNamesTheFieldAndThePlace(t *testing.T) {
	text := `[` + one + `,{"a":{"b":1,"b":2}},{"c"`
	var problems []string
	_ = stix.Decode(strings.NewReader(text), func(r stix.Record) error {
		if r.Err != nil {
			problems = append(problems, fmt.Sprint(r.Index, " ", r.Err.Key, " ", r.Err.Field, " ", r.Err.Args["index"], " ", r.Err.Args["offset"]))
		}
		return nil
	})
	want := fmt.Sprint([]string{"1 stix.object.duplicate a.b <nil> <nil>", fmt.Sprint("2 stix.file.truncated  2 ", len(text))})
	if fmt.Sprint(problems) != want {
		t.Errorf("problems = %v; want %v", problems, want)
	}
}

// endless is a reader of text, then of n times fill, then of tail.
func endless(text, fill string, n int, tail string) io.Reader {
	parts := []io.Reader{strings.NewReader(text)}
	block := strings.Repeat(fill, 1000)
	for range n / 1000 {
		parts = append(parts, strings.NewReader(block))
	}
	return io.MultiReader(append(parts, strings.NewReader(tail))...)
}

func TestHostileFilesAreRefusedInBoundedMemory(t *testing.T) {
	for _, test := range []struct {
		name string
		in   io.Reader
		want string
	}{
		{"nesting of 100,000 levels", endless(`[{"a":`, "[", 100_000, strings.Repeat("]", 100_000)+`},`+one+`]`), "[stix.object.deep ok]"},
		{"nesting without end", endless(`[{"a":`, "[", 100_000, ""), "[stix.file.truncated]"},
		{"nesting at the top", endless("", "[", 100_000, ""), "[stix.file.truncated]"},
		{"an object of 12 MB", endless(`[{"a":"`, "x", 12_000_000, `"},`+one+`]`), "[stix.object.long ok]"},
		{"a bare object of 12 MB", endless(`{"type":"x-a","a":"`, "x", 12_000_000, `"}`), "[stix.object.long]"},
		{"a member of 12 MB beside the objects", endless(`{"a":"`, "x", 12_000_000, `","objects":[`+one+`]}`), "[ok]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			err := stix.Decode(test.in, func(r stix.Record) error {
				outcome := "ok"
				if r.Err != nil {
					outcome = r.Err.Key
				}
				got = append(got, outcome)
				return nil
			})
			if err != nil || fmt.Sprint(got) != test.want {
				t.Errorf("records = %v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestDecodeReturnsTheErrorsOfOthers(t *testing.T) {
	stop := errors.New("stop")
	err := stix.Decode(strings.NewReader(`[`+one+`,`+two+`]`), func(stix.Record) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("Decode = %v; want what each returned", err)
	}
	err = stix.Decode(io.MultiReader(strings.NewReader(`[`+one+`,`), iotest.ErrReader(stop)), func(stix.Record) error { return nil })
	if !errors.Is(err, stop) {
		t.Errorf("Decode = %v; want what reading returned", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"type":"bundle","objects":[` + one + `,` + two + `]}`, one, `[{"a":[1}}]`, `[1,"a",{}]`, "\xEF\xBB\xBF{}", `{"a":"\"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		next := 0
		err := stix.Decode(bytes.NewReader(text), func(r stix.Record) error {
			if r.Index != next && r.Err == nil {
				t.Errorf("index %d; want %d", r.Index, next)
			}
			next = r.Index + 1
			if r.Err == nil && !bytes.Equal(text[r.Offset:r.Offset+r.Length], r.Raw) {
				t.Errorf("record %d is not what the file has at its place", r.Index)
			}
			if r.Err == nil {
				stix.Parse(r.Raw, r.Spec)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
