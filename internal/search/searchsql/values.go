// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"strings"

	"entente.example/internal/observable"
	"entente.example/internal/search"
)

// Values implements search.Values.
type Values struct{}

var _ search.Values = Values{}

// Find implements search.Values.
func (Values) Find(text string) []search.Value {
	found := observable.Extract(text)
	values := make([]search.Value, 0, len(found))
	for _, f := range found {
		values = append(values, search.Value{Text: f.Value.Text, Parts: parts(f.Value), Start: f.Start, End: f.End})
	}
	return values
}

// Read implements search.Values.
func (Values) Read(text string) (forms []string) {
	for _, kind := range observable.Kinds() {
		if v, err := observable.Canonical(kind, text); err == nil {
			forms = append(forms, v.Text)
		}
	}
	return forms
}

// parts returns what a value is found by besides: the host of a URL, the domain
// of an address, and the domains above.
func parts(v observable.Value) []string {
	switch v.Kind {
	case observable.Domain:
		return above(v.Text)
	case observable.Email:
		_, domain, _ := strings.Cut(v.Text, "@")
		return append([]string{domain}, above(domain)...)
	case observable.URL:
		host := hostOf(v.Text)
		if address, err := observable.Canonical(observable.Domain, host); err != nil || address.Kind != observable.Domain {
			return []string{host}
		}
		return append([]string{host}, above(host)...)
	default:
		return nil
	}
}

func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if bracket := strings.IndexByte(rest, ']'); bracket >= 0 {
		return strings.TrimPrefix(rest[:bracket], "[")
	}
	host, _, _ := strings.Cut(rest, ":")
	return host
}

// above returns the domains that a domain lies in, down to those of two labels.
func above(domain string) (domains []string) {
	for {
		_, rest, ok := strings.Cut(domain, ".")
		if !ok || !strings.Contains(rest, ".") {
			return domains
		}
		domains, domain = append(domains, rest), rest
	}
}

// defanged returns text with each value in it as it may be shown, and whether
// there are any.
func defanged(text string) (safe string, any bool) {
	found := observable.Extract(text)
	if len(found) == 0 {
		return text, false
	}
	var b strings.Builder
	at := 0
	for _, f := range found {
		if f.Start < at {
			continue
		}
		b.WriteString(text[at:f.Start])
		b.WriteString(shown(text[f.Start:f.End], f.Value))
		at = f.End
	}
	b.WriteString(text[at:])
	return b.String(), true
}

// shown leaves a value as it is written where nothing in it could be a link.
func shown(written string, v observable.Value) string {
	if safe := observable.Defang(v); safe != v.Text {
		return safe
	}
	return written
}
