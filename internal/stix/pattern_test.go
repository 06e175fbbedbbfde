// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"fmt"
	"strings"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/stix"
)

func TestPatternValues(t *testing.T) {
	for _, test := range []struct {
		name    string
		pattern string
		want    string
	}{
		{"one comparison", `[ipv4-addr:value = '198.51.100.1']`, "ipv4-addr value 198.51.100.1"},
		{"a quoted step of a path", `[file:hashes.'SHA-256' = 'ab']`, "file hashes.SHA-256 ab"},
		{"a step with a dash", `[file:hashes.SHA-256 == 'ab']`, "file hashes.SHA-256 ab"},
		{"an index and a star", `[network-traffic:protocols[0] = 'tcp' AND domain-name:resolves_to_refs[*].value = '198.51.100.1']`, "network-traffic protocols[0] tcp|domain-name resolves_to_refs[*].value 198.51.100.1"},
		{"escaped quotes and backslashes", `[file:name = 'it\'s C:\\x']`, `file name it's C:\x`},
		{"other constants", `[a:b = 1 OR a:c = -2.5 OR a:d = true OR a:e = t'2020-01-01T00:00:00Z' OR a:f = h'00ff' OR a:g = b'AA==']`, "a b 1|a c -2.5|a d true|a e 2020-01-01T00:00:00Z|a f 00ff|a g AA=="},
		{"a list", `[url:value IN ('a', 'b','c')]`, "url value a|url value b|url value c"},
		{"groups within and without", `([a:b = 'x' AND (a:c = 'y' OR (a:d = 'z'))] OR [a:e = 'w']) AND [a:f = 'v']`, "a b x|a c y|a d z|a e w|a f v"},
		{"qualifiers", `([a:b = 'x'] FOLLOWEDBY [a:c = 'y']) WITHIN 300 SECONDS REPEATS 5 TIMES START t'2020-01-01T00:00:00Z' STOP t'2020-01-02T00:00:00Z'`, "a b x|a c y"},
		{"keywords in any case", `[a:b = 'x'] and [a:c in ('y')]`, "a b x|a c y"},
		{"a string that looks like a pattern", `[a:b = '] AND [c:d = 1']`, "a b ] AND [c:d = 1"},
		{"what is excluded is not listed", `[a:b != 'x' AND a:c NOT = 'y' AND a:d NOT IN ('z') AND NOT a:e = 'w']`, ""},
		{"other comparisons are not listed", `[a:b LIKE 'x%' OR a:c MATCHES '^x' OR a:d ISSUBSET '10.0.0.0/8' OR a:e ISSUPERSET '10.0.0.1' OR a:f > 1 OR a:g <= 2 OR EXISTS a:h OR NOT EXISTS a:i]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			values, err := stix.PatternValues(test.pattern)
			var got []string
			for _, v := range values {
				got = append(got, v.ObjectType+" "+v.Path+" "+v.Value)
			}
			if err != nil || strings.Join(got, "|") != test.want {
				t.Errorf("PatternValues = %q, %v; want %q", strings.Join(got, "|"), err, test.want)
			}
		})
	}
}

func TestPatternValuesRefuses(t *testing.T) {
	for _, test := range []struct {
		name     string
		pattern  string
		position int
	}{
		{"nothing", ``, 1},
		{"nothing in brackets", `[]`, 2},
		{"a bracket that does not close", `[a:b = 'x'`, 11},
		{"a string that does not end", `[a:b = 'x]`, 8},
		{"a comparison without a value", `[a:b = ]`, 8},
		{"a comparison without a path", `[a = 'x']`, 4},
		{"a sign that is none", `[a:b ~ 'x']`, 6},
		{"two observations without a word between", `[a:b = 'x'] [a:c = 'y']`, 13},
		{"a word as a value", `[a:b = x]`, 8},
		{"an unfinished list", `[a:b IN ('x',)]`, 14},
		{"rubbish behind the end", `[a:b = 'x'] ]`, 13},
		{"groups past all measure", strings.Repeat("(", 100_000), 66},
	} {
		t.Run(test.name, func(t *testing.T) {
			values, err := stix.PatternValues(test.pattern)
			if err == nil || values != nil {
				t.Fatalf("PatternValues = %v, %v", values, err)
			}
			if e := fault.Of(err); e.Key != "stix.pattern.invalid" || e.Args["position"] != test.position {
				t.Errorf("%v at %v; want %d", err, e.Args["position"], test.position)
			}
		})
	}
}

func FuzzPatternValues(f *testing.F) {
	for _, pattern := range []string{
		`[file:hashes.'SHA-256' = 'ab']`, `([a:b IN ('x',1)] FOLLOWEDBY [a:c NOT = t'y']) WITHIN 3 SECONDS`, `[a:b = '\'`, `[NOT EXISTS a:b[*].c]`,
	} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		values, err := stix.PatternValues(pattern)
		if (err != nil) == (values != nil) && err != nil {
			t.Errorf("values %v beside %v", values, err)
		}
		for _, v := range values {
			quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v.Value)
			again, err := stix.PatternValues(fmt.Sprintf("[a:b = '%s']", quoted))
			if err != nil || len(again) != 1 || again[0].Value != v.Value {
				t.Errorf("value %q comes back as %v, %v", v.Value, again, err)
			}
		}
	})
}
