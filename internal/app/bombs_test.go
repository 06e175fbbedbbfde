// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"entente.example/internal/interchange/mispjson"
	"entente.example/internal/markup"
	"entente.example/internal/observable"
	"entente.example/internal/page"
	"entente.example/internal/search"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/stix"
	"entente.example/internal/words"
)

// repeated is head, then part n times, then tail, never in memory as a whole.
func repeated(head, part string, n int, tail string) io.Reader {
	block := strings.Repeat(part, max(1, (64<<10)/len(part)))
	blocks := n / (len(block) / len(part))
	readers := []io.Reader{strings.NewReader(head)}
	for range blocks {
		readers = append(readers, strings.NewReader(block))
	}
	return io.MultiReader(append(readers, strings.NewReader(tail))...)
}

// peak runs fn and returns how long it took and how far the heap rose meanwhile.
func peak(fn func()) (took time.Duration, rise uint64) {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	before, done, highest := sample[0].Value.Uint64(), make(chan struct{}), make(chan uint64)
	go func() {
		most := before
		for {
			select {
			case <-done:
				highest <- most
				return
			case <-time.After(2 * time.Millisecond):
				metrics.Read(sample)
				most = max(most, sample[0].Value.Uint64())
			}
		}
	}()
	begun := time.Now()
	fn()
	took = time.Since(begun)
	close(done)
	return took, <-highest - before
}

// TestBombsAreHarmless gives each parser what is small to send and large to read:
// it must be done within a second, or stay within 64 MB while it takes longer.
func TestBombsAreHarmless(t *testing.T) {
	const (
		enough  = time.Second
		most    = 64 << 20
		longest = 20 * time.Second // on a slow machine
		million = 1_000_000
	)
	analyser := search.NewAnalyser(searchsql.Values{})
	bundle := func(in io.Reader) func() {
		return func() {
			_ = stix.Decode(in, func(r stix.Record) error {
				if r.Err == nil {
					stix.Parse(r.Raw, r.Spec)
				}
				return nil
			})
		}
	}
	misp := func(text string) func() {
		return func() {
			_ = mispjson.Decode(strings.NewReader(text), func(mispjson.Record) error { return nil })
		}
	}
	render := func(text string) func() {
		return func() { markup.Render(text, nil); markup.Mentions(text); markup.Plain(text, 80) }
	}
	event := func(inner string) string {
		return `{"Event":{"uuid":"5f0f7a4a-524d-4c9f-8c0b-0e5b8f3a1100","date":"2026-01-02","info":"a",` + inner + `}}`
	}
	long := func(part string, n int) string { return strings.Repeat(part, n) }
	for _, c := range []struct {
		name string
		fn   func()
	}{
		{"JSON 100,000 deep", bundle(strings.NewReader(`{"objects":[` + long(`{"a":[`, 100_000)))},
		{"10 million keys in one object", bundle(repeated(`{"objects":[{"type":"x"`, `,"k":1`, 10*million, `}]}`))},
		{"one string of 100 MB", bundle(repeated(`{"objects":[{"type":"x","name":"`, `aaaaaaaaaa`, 10*million, `"}]}`))},
		{"a million objects", bundle(repeated(`{"objects":[{}`, `,{}`, million, `]}`))},
		{"a million errors", bundle(repeated(`{"objects":[{}`, `,x`, million, `]}`))},
		{"a number with a billion digits after the e", func() {
			_, _ = stix.Canonical([]byte(`{"a":1e999999999,"b":-1e-999999999}`))
		}},
		{"a number of a million digits", func() { _, _ = stix.Canonical([]byte(`{"a":` + long("9", million) + `}`)) }},
		{"100,000 brackets of a pattern", func() { _, _ = stix.PatternValues(long("(", 100_000) + "[a:b=1]" + long(")", 100_000)) }},
		{"a pattern of a million comparisons", func() { _, _ = stix.PatternValues("[a:b=1" + long(" OR a:b=1", 100_000) + "]") }},
		{"a pattern of 100,000 negations", func() { _, _ = stix.PatternValues("[" + long("NOT ", 100_000) + "a:b=1]") }},
		{"a MISP event with 100,000 parts in one value", misp(event(`"Attribute":[{"type":"ip-dst|port","value":"` + long("a|", 100_000) + `"}]`))},
		{"a MISP event with 100,000 nested objects", misp(event(`"Object":[` + long(`{"Object":[`, 100_000)))},
		{"a MISP event with 100,000 tags", misp(event(`"Tag":[{"name":"a"}` + long(`,{"name":"tlp:red"}`, 100_000) + `]`))},
		{"quotes 20,000 deep", render(long(">", 20_000) + "a")},
		{"lists 5,000 deep", render(nested("- a\n", 5_000))},
		{"200,000 open links", render(long("[", 200_000))},
		{"100,000 links that do not end", render(long("[a](", 100_000))},
		{"200,000 stars", render(long("*a_", 200_000))},
		{"100,000 backticks of growing length", render(backticks(400))},
		{"a table of 5,000 columns", render(long("|a", 5_000) + "|\n" + long("|-", 5_000) + "|\n" + long("|b", 5_000) + "|\n")},
		{"100,000 entities", render(long("&#x41;", 100_000))},
		{"100,000 references to one definition", render("[a]: /b\n\n" + long("[a]", 100_000))},
		{"a domain of a megabyte", canonical(observable.Domain, long("a.", 500_000)+"com")},
		{"a domain of 100,000 letters outside ASCII", canonical(observable.Domain, long("ü", 100_000)+".example")},
		{"a URL of a megabyte, escaped over and over", canonical(observable.URL, "http://a.example/"+long("%25", 300_000))},
		{"a text of a million dots", func() { observable.Extract(long("a.", 500_000)) }},
		{"a text of 100,000 beginnings of addresses", func() { observable.Extract(long("hxxp://", 100_000)) }},
		{"a text of 300,000 brackets", func() { observable.Extract(long("[.]", 100_000)) }},
		{"a text of a million digits", func() { observable.Extract(long("1", million)) }},
		{"a text of a million colons", func() { observable.Extract(long(":f", 500_000)) }},
		{"expressions that backtrack elsewhere", func() {
			list, err := observable.ParseWarningList([]byte(`{"name":"a","type":"regex","list":["(a+)+$","(a|a)*b","((a{100}){100}){100}"],"matching_attributes":["domain"]}`))
			if v, wrong := observable.Canonical(observable.Domain, long("a", 60)+"."+long("a", 60)+".com"); err == nil && wrong == nil {
				observable.NewWarnings([]observable.WarningList{list}).Match(v)
			}
		}},
		{"a question of 10,000 words", func() { analyser.Match(long("word ", 10_000)) }},
		{"a document of a million marks on one letter", func() { analyser.Tokens("e" + long("\u0301", million)) }},
		{"languages without end", func() { words.Match(long("a-", 16_000), long("en;q=0.1,", 4_000)) }},
		{"a cursor of a megabyte", func() { _, _ = page.Cursor(long("W1tb", 250_000)).Key(2) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			took, rise := peak(c.fn)
			if took > enough && rise > most || took > longest {
				t.Errorf("took %v and %d MB", took, rise>>20)
			}
			t.Logf("%v, %d MB", took.Round(time.Millisecond), rise>>20)
		})
	}
}

func canonical(kind observable.Kind, text string) func() {
	return func() {
		if v, err := observable.Canonical(kind, text); err == nil {
			_, _ = observable.Canonical(kind, observable.Defang(v))
		}
	}
}

func nested(line string, deep int) string {
	var b strings.Builder
	for i := range deep {
		b.WriteString(strings.Repeat("  ", i%2000) + line)
	}
	return b.String()
}

func backticks(most int) string {
	var b strings.Builder
	for i := range most {
		b.WriteString(strings.Repeat("`", i) + "a")
	}
	return b.String()
}
