// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// Parse looks at an object. Spec is the version that its bundle states, or
// empty. Problems tell what is wrong with it; when one is Malformed, the Object
// holds what could be read before it.
func Parse(raw []byte, spec string) (Object, []Problem) {
	p := parser{
		walker: walker{raw: raw, dec: jsontext.NewDecoder(bytes.NewBuffer(raw))},
		object: Object{Confidence: -1},
		seen:   make([][]byte, 0, 24),
	}
	if err := p.top(); err != nil {
		p.malformed(err)
		return p.object, p.problems
	}
	p.settleSpec(spec)
	p.settleIdentity()
	p.settleTimes()
	p.checkRequired()
	p.checkPattern()
	p.settleName()
	return p.object, p.problems
}

// parser reads one object.
type parser struct {
	walker
	object   Object
	problems []Problem
	seen     [][]byte // the names of the members, parts of raw
	label    label
	id       string

	pattern, patternType string
}

// label is the best text so far to call the object by; a lower rank is better.
type label struct {
	text string
	rank int
}

func (p *parser) malformed(err *fault.Error) {
	p.problems = append(p.problems, Problem{err, Malformed})
}

func (p *parser) warn(key, field string) {
	p.problems = append(p.problems, Problem{about(key, field), Warning})
}

// top reads the members of the object.
func (p *parser) top() *fault.Error {
	if p.dec.PeekKind() != jsontext.KindBeginObject {
		if _, err := p.dec.ReadValue(); err != nil {
			return syntaxFault(err)
		}
		return fault.New(fault.Invalid, "stix.object.notobject")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	for p.dec.PeekKind() == jsontext.KindString {
		name, err := p.name()
		if err != nil {
			return syntaxFault(err)
		}
		p.seen = append(p.seen, name)
		if err := p.member(name); err != nil {
			return err
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	return nil
}

// member reads the value of one member.
func (p *parser) member(name []byte) *fault.Error {
	o := &p.object
	switch string(name) {
	case "type":
		return p.text("type", &o.Type)
	case "id":
		return p.text("id", &p.id)
	case "spec_version":
		return p.text("spec_version", &o.SpecVersion)
	case "created":
		return p.time("created", &o.Created)
	case "modified":
		return p.time("modified", &o.Modified)
	case "revoked":
		return p.boolean("revoked", &o.Revoked)
	case "confidence":
		return p.confidence()
	case "labels":
		return p.texts("labels", &o.Labels)
	case "created_by_ref":
		return p.creator()
	case "object_marking_refs":
		return p.markings()
	case "external_references":
		return p.externalIDs()
	case "granular_markings":
		return p.granular()
	case "pattern_type":
		return p.text("pattern_type", &p.patternType)
	}
	if rank := labelRank(name); rank > 0 {
		return p.candidate(string(name), rank)
	}
	return p.rest(string(name))
}

// rest walks what nobody looks at, for the references in it.
func (p *parser) rest(name string) *fault.Error {
	return p.walk([]string{name}, func(ref Ref, ok bool) {
		if ok {
			p.object.Refs = append(p.object.Refs, ref)
		} else if p.object.Type != "observed-data" || !strings.HasPrefix(ref.Property, "objects.") {
			p.warn("stix.ref.invalid", ref.Property)
		}
	})
}

// wrongType reports a value that is not of the type that its name demands, and
// moves past it.
func (p *parser) wrongType(field string) *fault.Error {
	if err := p.dec.SkipValue(); err != nil {
		return syntaxFault(err)
	}
	p.malformed(about("stix.field.type", field))
	return nil
}

func (p *parser) text(field string, into *string) *fault.Error {
	if p.dec.PeekKind() != jsontext.KindString {
		return p.wrongType(field)
	}
	token, err := p.dec.ReadToken()
	if err != nil {
		return syntaxFault(err)
	}
	*into = token.String()
	return nil
}

func (p *parser) texts(field string, into *[]string) *fault.Error {
	if p.dec.PeekKind() != jsontext.KindBeginArray {
		return p.wrongType(field)
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	for p.more(jsontext.KindEndArray) {
		var item string
		if err := p.text(field, &item); err != nil {
			return err
		}
		*into = append(*into, item)
	}
	return p.end()
}

func (p *parser) boolean(field string, into *bool) *fault.Error {
	if k := p.dec.PeekKind(); k != jsontext.KindTrue && k != jsontext.KindFalse {
		return p.wrongType(field)
	}
	token, err := p.dec.ReadToken()
	if err != nil {
		return syntaxFault(err)
	}
	*into = token.Bool()
	return nil
}

func (p *parser) confidence() *fault.Error {
	if p.dec.PeekKind() != jsontext.KindNumber {
		return p.wrongType("confidence")
	}
	token, err := p.dec.ReadToken()
	if err != nil {
		return syntaxFault(err)
	}
	value, err := token.Float()
	if err != nil || value < 0 || value > 100 || value != float64(int(value)) {
		p.warn("stix.confidence.range", "confidence")
		return nil
	}
	p.object.Confidence = int(value)
	return nil
}

func (p *parser) time(field string, into *time.Time) *fault.Error {
	var text string
	before := len(p.problems)
	if err := p.text(field, &text); err != nil || len(p.problems) > before {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		p.malformed(about("stix.time.invalid", field).With("text", shorten(text, 40)))
		return nil
	}
	if !strings.HasSuffix(text, "Z") {
		p.warn("stix.time.zone", field)
	}
	*into = at.UTC().Truncate(time.Microsecond)
	return nil
}

func (p *parser) creator() *fault.Error {
	var text string
	before := len(p.problems)
	if err := p.text("created_by_ref", &text); err != nil || len(p.problems) > before {
		return err
	}
	id, ok := ParseID(text)
	if !ok {
		p.warn("stix.ref.invalid", "created_by_ref")
		return nil
	}
	p.object.CreatedByRef = id
	p.object.Refs = append(p.object.Refs, Ref{"created_by_ref", id})
	return nil
}

// markings reads the markings. One that cannot be read makes the object
// malformed: it must not travel as if it had none.
func (p *parser) markings() *fault.Error {
	var texts []string
	before := len(p.problems)
	if err := p.texts("object_marking_refs", &texts); err != nil || len(p.problems) > before {
		return err
	}
	for _, text := range texts {
		id, ok := ParseID(text)
		if !ok || id.Type() != "marking-definition" {
			p.malformed(about("stix.marking.invalid", "object_marking_refs"))
			continue
		}
		p.object.ObjectMarkingRefs = append(p.object.ObjectMarkingRefs, id)
		p.object.Refs = append(p.object.Refs, Ref{"object_marking_refs", id})
	}
	return nil
}

func (p *parser) granular() *fault.Error {
	if p.dec.PeekKind() != jsontext.KindBeginArray {
		return p.wrongType("granular_markings")
	}
	p.object.GranularMarkings = true
	return p.rest("granular_markings")
}

func (p *parser) externalIDs() *fault.Error {
	if p.dec.PeekKind() != jsontext.KindBeginArray {
		return p.wrongType("external_references")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	for p.more(jsontext.KindEndArray) {
		if err := p.externalID(); err != nil {
			return err
		}
	}
	return p.end()
}

func (p *parser) externalID() *fault.Error {
	if p.dec.PeekKind() != jsontext.KindBeginObject {
		return p.wrongType("external_references")
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	var id ExternalID
	for p.more(jsontext.KindEndObject) {
		name, err := p.name()
		if err != nil {
			return syntaxFault(err)
		}
		var into *string
		switch string(name) {
		case "source_name":
			into = &id.SourceName
		case "external_id":
			into = &id.ExternalID
		}
		if into != nil && p.dec.PeekKind() == jsontext.KindString {
			if err := p.text("external_references", into); err != nil {
				return err
			}
		} else if err := p.dec.SkipValue(); err != nil {
			return syntaxFault(err)
		}
	}
	if id.ExternalID != "" {
		p.object.ExternalIDs = append(p.object.ExternalIDs, id)
	}
	return p.end()
}

// candidate takes a text that the object may be called by.
func (p *parser) candidate(name string, rank int) *fault.Error {
	kind := p.dec.PeekKind()
	if kind != jsontext.KindString && (kind != jsontext.KindNumber || name != "number") {
		if name == "name" || name == "value" || name == "pattern" {
			p.warn("stix.field.type", name)
		}
		return p.rest(name)
	}
	token, err := p.dec.ReadToken()
	if err != nil {
		return syntaxFault(err)
	}
	text := strings.TrimSpace(token.String())
	switch name {
	case "relationship_type":
		p.object.RelationshipType = text
	case "pattern":
		p.pattern = text
	case "number":
		text = "AS" + text
	}
	if text != "" && (p.label.rank == 0 || rank < p.label.rank) {
		p.label = label{text, rank}
	}
	return nil
}

// labelRank returns how well a property says what an object is, from 1, or 0
// when it does not.
func labelRank(name []byte) int {
	for i, candidate := range [...]string{
		"name", "value", "pattern", "relationship_type", "path", "subject", "key", "account_login", "user_id", "display_name",
		"command_line", "product", "abstract", "content", "opinion", "serial_number", "number", "statement", "url", "country", "region",
	} {
		if string(name) == candidate {
			return i + 1
		}
	}
	return 0
}

// maxName bounds the name of an object, in bytes.
const maxName = 300

func (p *parser) settleName() {
	name := p.label.text
	if name == "" && (p.object.Type == "file" || p.object.Type == "artifact" || p.object.Type == "x509-certificate") {
		name = p.hashName()
	}
	if name == "" && p.object.Type == "marking-definition" {
		if tlp, ok := DeclaredTLP(p.raw); ok {
			name = "TLP:" + tlp.String()
		}
	}
	p.object.Name = shorten(cmp.Or(name, p.object.Type, string(p.object.ID), "?"), maxName)
}

// hashName returns the best known hash of the object.
func (p *parser) hashName() string {
	hashes := textMembers(members(p.raw)["hashes"])
	for _, algorithm := range []string{"SHA-256", "SHA-1", "MD5", "SHA-512"} {
		if hashes[algorithm] != "" {
			return hashes[algorithm]
		}
	}
	return ""
}

// shorten cuts text to at most limit bytes, between characters.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
