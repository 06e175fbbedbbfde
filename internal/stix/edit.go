// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/access"
)

func newDecoder(raw []byte) *jsontext.Decoder { return jsontext.NewDecoder(bytes.NewReader(raw)) }

// span is where a piece of an object's text lies.
type span struct{ from, to int }

// outline is where the members of an object lie in its text.
type outline struct {
	values map[string]span
	last   int // the end of the last value, or of the opening brace
	empty  bool
}

// outlineOf reads where the members of an object lie.
func outlineOf(raw []byte) (outline, error) {
	if err := syntaxOf(raw); err != nil {
		return outline{}, err
	}
	dec := newDecoder(raw)
	if _, err := dec.ReadToken(); err != nil {
		return outline{}, syntaxFault(err)
	}
	o := outline{values: map[string]span{}, last: int(dec.InputOffset()), empty: true}
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadToken()
		if err != nil {
			return outline{}, syntaxFault(err)
		}
		member := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return outline{}, syntaxFault(err)
		}
		end := int(dec.InputOffset())
		o.values[member] = span{end - len(value), end}
		o.last, o.empty = end, false
	}
	return o, nil
}

// insert returns raw with more members behind the last. The text of members is
// what stands between the braces of an object.
func (o outline) insert(raw, members []byte) []byte {
	if len(members) == 0 {
		return raw
	}
	comma := []byte(",")
	if o.empty {
		comma = nil
	}
	return slices.Concat(raw[:o.last], comma, members, raw[o.last:])
}

// replace returns raw with other bytes in place of a span.
func replace(raw []byte, at span, by []byte) []byte {
	return slices.Concat(raw[:at.from], by, raw[at.to:])
}

// SpliceMarkings returns the object with refs among its object_marking_refs, all
// other bytes untouched; raw itself when it has them already. A TLP marking that
// is stricter than those there replaces them, one that is not changes nothing:
// what is marked is never lowered.
func SpliceMarkings(raw []byte, refs []StixID) ([]byte, error) {
	for _, ref := range refs {
		if id, ok := ParseID(string(ref)); !ok || id.Type() != "marking-definition" {
			return nil, about("stix.marking.invalid", "object_marking_refs")
		}
	}
	o, err := outlineOf(raw)
	if err != nil {
		return nil, err
	}
	at, found := o.values["object_marking_refs"]
	var have []StixID
	if found && json.Unmarshal(raw[at.from:at.to], &have) != nil {
		return nil, about("stix.field.type", "object_marking_refs")
	}
	want := mergeMarkings(have, refs)
	switch {
	case slices.Equal(have, want):
		return raw, nil
	case !found:
		return o.insert(raw, slices.Concat([]byte(`"object_marking_refs":`), refList(want))), nil
	case len(have) > 0 && slices.Equal(have, want[:min(len(have), len(want))]):
		return replace(raw, lastElement(raw, at), moreRefs(want[len(have):])), nil
	default:
		return replace(raw, at, refList(want)), nil
	}
}

// mergeMarkings returns have with what is new in refs behind it. A TLP marking
// among refs counts only if it is stricter than all in have, and then replaces
// them.
func mergeMarkings(have, refs []StixID) []StixID {
	before, marked := strictest(have)
	given, _ := strictest(refs)
	raised := !marked || given > before
	var out []StixID
	for _, ref := range have {
		if _, isTLP := TLPOf(ref); !isTLP || !raised {
			out = append(out, ref)
		}
	}
	for _, ref := range refs {
		level, isTLP := TLPOf(ref)
		if !slices.Contains(out, ref) && (!isTLP || raised && level == given) {
			out = append(out, ref)
		}
	}
	return out
}

// strictest returns the strictest TLP marking among refs, and whether there is
// one.
func strictest(refs []StixID) (level access.TLP, marked bool) {
	for _, ref := range refs {
		if of, ok := TLPOf(ref); ok {
			level, marked = max(level, of), true
		}
	}
	return level, marked
}

// lastElement returns the empty place behind the last element of an array.
func lastElement(raw []byte, array span) span {
	body := bytes.TrimRight(raw[array.from:array.to-1], " \t\r\n")
	end := array.from + len(body)
	return span{end, end}
}

func refList(refs []StixID) []byte {
	out := []byte{'['}
	for i, ref := range refs {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, string(ref))
	}
	return append(out, ']')
}

func moreRefs(refs []StixID) []byte {
	var out []byte
	for _, ref := range refs {
		out = appendString(append(out, ','), string(ref))
	}
	return out
}

// Upgrade20 returns a 2.0 object as 2.1 demands it, all that it has untouched:
// spec_version, the pattern type of indicators, whether malware is a family (in
// 2.0, what has a name was one), and of a report or indicator without its date
// the one of its creation. Observed data keep their objects, which 2.1
// deprecates and allows. A 2.1 object comes back as it is.
func Upgrade20(raw []byte) ([]byte, error) {
	o, err := outlineOf(raw)
	if err != nil {
		return nil, err
	}
	value := func(name string) []byte { at := o.values[name]; return raw[at.from:at.to] }
	version := text(value("spec_version"))
	if version != "" && version != Spec20 {
		return raw, nil
	}
	var more []byte
	add := func(name string, text []byte) {
		if _, there := o.values[name]; there || len(text) == 0 {
			return
		}
		if len(more) > 0 {
			more = append(more, ',')
		}
		more = append(append(appendString(more, name), ':'), text...)
	}
	add("spec_version", []byte(`"2.1"`))
	switch text(value("type")) {
	case "indicator":
		add("pattern_type", []byte(`"stix"`))
		add("valid_from", value("created"))
	case "malware":
		_, named := o.values["name"]
		family := []byte("false")
		if named {
			family = []byte("true")
		}
		add("is_family", family)
	case "report":
		add("published", value("created"))
	}
	out := o.insert(raw, more)
	if version == Spec20 {
		out = replace(out, o.values["spec_version"], []byte(`"2.1"`))
	}
	return out, nil
}
