// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/intel"
	"entente.example/internal/observable"
)

// property is one member of an object, as a reader sees it.
type property struct {
	Name string
	Text string
	Long bool // several lines, or structured
}

// entityView is what the page of an object shows.
type entityView struct {
	intel.Entity
	At         string
	Properties []property
}

// properties lists the members of an object in their order, defanged.
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
		if text, long := shown(value); text != "" {
			list = append(list, property{label, text, long})
		}
	}
	return list
}

// shown writes a JSON value for a person: text as text, lists of text as lines,
// what is deeper as indented JSON.
func shown(value jsontext.Value) (text string, long bool) {
	switch value.Kind() {
	case '"':
		if err := json.Unmarshal(value, &text); err != nil {
			return "", false
		}
		return defanged(text), strings.Contains(text, "\n") || len(text) > 200
	case '[':
		var lines []string
		if json.Unmarshal(value, &lines) == nil {
			return defanged(strings.Join(lines, "\n")), len(lines) > 1
		}
		fallthrough
	case '{':
		return defanged(indented(value)), true
	}
	return string(value), false
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
