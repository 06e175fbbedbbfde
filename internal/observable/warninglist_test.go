// SPDX-License-Identifier: Apache-2.0

package observable_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/observable"
)

// lists parses lists, each given as its name, type, attributes and entries.
func lists(tb testing.TB, texts ...string) *observable.Warnings {
	tb.Helper()
	var all []observable.WarningList
	for _, text := range texts {
		l, err := observable.ParseWarningList([]byte(text))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, l)
	}
	return observable.NewWarnings(all)
}

func value(tb testing.TB, kind observable.Kind, text string) observable.Value {
	tb.Helper()
	v, err := observable.Canonical(kind, text)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestWarnings(t *testing.T) {
	w := lists(t,
		`{"name":"private","type":"cidr","matching_attributes":["ip-src","domain|ip"],"list":["10.0.0.0/8","FE80::/10","8.8.8.8"]}`,
		`{"name":"known","type":"hostname","matching_attributes":["domain","url"],"list":["known.com",".dotted.com"]}`,
		`{"name":"names","type":"hostname","matching_attributes":["hostname"],"list":["names.com"]}`,
		`{"name":"exact","type":"string","matching_attributes":["domain","url","md5"],"list":["Exact.com","D41D8CD98F00B204E9800998ECF8427E","http://page.com"]}`,
		`{"name":"throwaway","type":"substring","matching_attributes":["email-src"],"list":["Mailer.com"]}`,
		`{"name":"shaped","type":"regex","matching_attributes":["domain"],"list":["/^Test[0-9]+\\./i","(?=never)x"]}`,
	)
	for _, test := range []struct {
		name string
		kind observable.Kind
		text string
		want string
	}{
		{"an address in a network", observable.IPv4, "10.1.2.3", "private"},
		{"an address listed alone", observable.IPv4, "8.8.8.8", "private"},
		{"an IPv6 address in a network", observable.IPv6, "fe80::1", "private"},
		{"an address in none", observable.IPv4, "11.1.2.3", ""},
		{"a host", observable.Domain, "known.com", "known"},
		{"a host below", observable.Domain, "a.b.known.com", "known"},
		{"a host below a dotted entry", observable.Domain, "a.dotted.com", "known"},
		{"a host that only ends alike", observable.Domain, "unknown.com", ""},
		{"the host of a URL", observable.URL, "https://u:p@www.known.com:8443/x?y", "known"},
		{"the host of a URL, of a list that speaks of no URLs", observable.URL, "https://names.com/", ""},
		{"a domain listed exactly", observable.Domain, "exact.com", "exact"},
		{"a domain below one listed exactly", observable.Domain, "www.exact.com", ""},
		{"a URL at a host listed exactly", observable.URL, "http://exact.com/x", "exact"},
		{"a URL listed exactly", observable.URL, "http://page.com/", "exact"},
		{"a hash", observable.MD5, "d41d8cd98f00b204e9800998ecf8427e", "exact"},
		{"a part of an address", observable.Email, "x@sub.mailer.com", "throwaway"},
		{"a shape", observable.Domain, "test12.org", "shaped"},
		{"a shape, in a kind that the list does not speak of", observable.Mutex, "test12.org", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := w.Match(value(t, test.kind, test.text))
			if got != test.want || ok != (test.want != "") {
				t.Errorf("Match = %q, %v; want %q", got, ok, test.want)
			}
		})
	}
}

func TestTheFirstOfSeveralListsIsTold(t *testing.T) {
	const sub = `{"name":"one","type":"substring","matching_attributes":["domain"],"list":["evil"]}`
	const host = `{"name":"two","type":"hostname","matching_attributes":["domain"],"list":["evil.com"]}`
	v := value(t, observable.Domain, "evil.com")
	if got, _ := lists(t, sub, host).Match(v); got != "one" {
		t.Errorf("Match = %s", got)
	}
	if got, _ := lists(t, host, sub).Match(v); got != "two" {
		t.Errorf("Match = %s", got)
	}
}

func TestParseWarningListRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                                      "observable.warninglist.invalid",
		`{"name":"x","type":"string"}`:           "observable.warninglist.invalid",
		`{"name":"x","type":"odd","list":["a"]}`: "observable.warninglist.type",
		`{"name":"x","type":"cidr","list":[1,2]}`: "observable.warninglist.invalid",
	} {
		if _, err := observable.ParseWarningList([]byte(text)); err == nil || fault.Of(err).Key != want {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
	l, err := observable.ParseWarningList([]byte(`{"name":"x","type":"regex","list":["(?=a)","b"]}`))
	if err != nil || l.Skipped != 1 {
		t.Errorf("an expression that cannot be used: %d skipped, %v", l.Skipped, err)
	}
}

func TestRealWarningLists(t *testing.T) {
	root := os.Getenv("ENTENTE_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "warninglists", "*", "list.json"))
	if len(files) == 0 {
		t.Skip("shared data is not beside the repository")
	}
	var all []observable.WarningList
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		l, err := observable.ParseWarningList(raw)
		if err != nil || len(l.Kinds) == 0 || l.Skipped > 0 {
			t.Fatalf("%s: %v, %+v", file, err, l.Kinds)
		}
		all = append(all, l)
	}
	w := observable.NewWarnings(all)
	for kind, texts := range map[observable.Kind][]string{
		observable.IPv4:   {"192.168.1.1", "8.8.8.8", "1.1.1.1"},
		observable.IPv6:   {"fe80::1", "2001:db8::1"},
		observable.Domain: {"www.google.com", "bit.ly", "app.any.run"},
		observable.URL:    {"https://bit.ly/abc"},
		observable.MD5:    {"d41d8cd98f00b204e9800998ecf8427e", "44d88612fea8a8f36de82e1278abb02f"},
		observable.Email:  {"x@0-mail.com"},
	} {
		for _, text := range texts {
			if name, ok := w.Match(value(t, kind, text)); !ok {
				t.Errorf("%s is on no list", text)
			} else if name == "" {
				t.Errorf("%s is on a list without a name", text)
			}
		}
	}
	for _, text := range []string{"quite-unknown-host.example.museum"} {
		if name, ok := w.Match(value(t, observable.Domain, text)); ok {
			t.Errorf("%s is on %s", text, name)
		}
	}
}

func BenchmarkMatchAmongAMillion(b *testing.B) {
	l := observable.WarningList{Name: "big", Type: "hostname", Kinds: []observable.Kind{observable.Domain, observable.URL}}
	for i := range 1_000_000 {
		l.Entries = append(l.Entries, fmt.Sprintf("host%d.example", i))
	}
	w := observable.NewWarnings([]observable.WarningList{l})
	hit, miss := value(b, observable.Domain, "a.b.host777777.example"), value(b, observable.URL, "http://a.b.nothing.example/")
	b.ResetTimer()
	for b.Loop() {
		if _, ok := w.Match(hit); !ok {
			b.Fatal("not found")
		}
		if _, ok := w.Match(miss); ok {
			b.Fatal("found")
		}
	}
}
