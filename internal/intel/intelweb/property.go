// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/words"
)

// property is one member of an object, as a reader sees it.
type property struct {
	Name string
	Text string
	List []string  // several short ones
	Time time.Time // a moment
	Long bool      // several lines, or structured
}

// label is the reader's word for the member, or its name as it came.
func (p property) label(ctx context.Context) string {
	return words.SayOr(ctx, "intelweb.property."+p.Name, p.Name)
}

// say writes yes and no in the reader's language.
func (p property) say(ctx context.Context) string {
	switch p.Text {
	case "true":
		return words.Say(ctx, "intelweb.yes")
	case "false":
		return words.Say(ctx, "intelweb.no")
	}
	return p.Text
}

// entityView is what the page of an object shows.
type entityView struct {
	intel.Entity
	At         string
	Properties []property
	MayHandle  bool // the reader decides how it is handled
}

// elsewhere are the members that the page shows in another place, or that only
// a machine reads: they stand in the raw version.
var elsewhere = map[string]bool{
	"id": true, "type": true, "spec_version": true, "name": true, "object_marking_refs": true, "granular_markings": true,
	"created_by_ref": true, "extensions": true, "revoked": true, "source_ref": true, "target_ref": true,
}

// properties lists the members of an object in their order, defanged: what it is
// said to be first, then the rest.
func properties(raw []byte) (list []property) {
	in := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if token, err := in.ReadToken(); err != nil || token.Kind() != '{' {
		return nil
	}
	for in.PeekKind() == '"' {
		name, err := in.ReadToken()
		if err != nil {
			return list
		}
		label := name.String()
		value, err := in.ReadValue()
		if err != nil {
			return list
		}
		if p := read(label, value); !elsewhere[label] && (p.Text != "" || len(p.List) > 0) {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b property) int { return rank(a) - rank(b) })
	return list
}

// rank puts the description first and the dates of the record last.
func rank(p property) int {
	switch p.Name {
	case "description", "abstract", "content":
		return 0
	case "created", "modified":
		return 2
	}
	return 1
}

// read makes a JSON value fit for a person: text as text, lists of text as such,
// references and phases by their names, what is deeper as indented JSON.
func read(name string, value jsontext.Value) property {
	p := property{Name: name}
	switch value.Kind() {
	case '"':
		if err := json.Unmarshal(value, &p.Text); err != nil {
			return property{}
		}
		if at, err := time.Parse(time.RFC3339, p.Text); err == nil {
			p.Time = at
		}
		p.Long = strings.Contains(p.Text, "\n") || len(p.Text) > 200
		p.Text = defanged(p.Text)
	case '[':
		if json.Unmarshal(value, &p.List) != nil {
			p.List = named(value)
		}
		if len(p.List) == 0 {
			p.Text, p.Long = defanged(indented(value)), true
		}
		for i, one := range p.List {
			p.List[i] = defanged(one)
		}
	case '{':
		p.Text, p.Long = defanged(indented(value)), true
	default:
		p.Text = string(value)
	}
	return p
}

// named reads a list of external references or kill chain phases; nil where it
// is a list of something else.
func named(value jsontext.Value) (list []string) {
	var things []struct {
		Source string `json:"source_name"`
		ID     string `json:"external_id"`
		URL    string `json:"url"`
		Chain  string `json:"kill_chain_name"`
		Phase  string `json:"phase_name"`
	}
	if json.Unmarshal(value, &things) != nil {
		return nil
	}
	for _, t := range things {
		parts := slices.DeleteFunc([]string{t.Source, t.ID, t.Chain, t.Phase, t.URL}, func(s string) bool { return s == "" })
		if len(parts) == 0 {
			return nil
		}
		list = append(list, strings.Join(parts, " · "))
	}
	return list
}

func indented(raw []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, raw, "", "  ") != nil {
		return string(raw)
	}
	return out.String()
}

var address = regexp.MustCompile(`(?i)\bh(tt)(ps?://[^\s/"'<>]+)`)

// quoted finds the values that a STIX pattern compares with.
var quoted = regexp.MustCompile(`'(?:[^'\\]|\\.)*'`)

// defanged shows addresses in text so that nothing makes them links: those with
// a scheme wherever they stand, and the whole of a text that is one.
func defanged(text string) string {
	if v, ok := technical(text); ok {
		return observable.Defang(v)
	}
	if strings.HasPrefix(text, "[") {
		text = quoted.ReplaceAllStringFunc(text, func(found string) string {
			if v, ok := technical(found[1 : len(found)-1]); ok {
				return "'" + observable.Defang(v) + "'"
			}
			return found
		})
	}
	return address.ReplaceAllStringFunc(text, func(found string) string {
		return strings.ReplaceAll("hxx"+found[3:], ".", "[.]")
	})
}

// technical reads text that is nothing but an address, if it is one.
func technical(text string) (observable.Value, bool) {
	for _, kind := range []observable.Kind{observable.Domain, observable.URL, observable.Email} { // a domain may turn out to be an IP address
		if v, err := observable.Canonical(kind, text); err == nil && v.Text == text {
			return v, true
		}
	}
	return observable.Value{}, false
}

// value is a technical value, defanged.
func value(v observable.Value) string { return observable.Defang(v) }
