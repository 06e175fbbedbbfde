// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"strings"

	"entente.example/internal/fault"
)

// settleSpec decides the version of the standard: the object's own word, else
// its bundle's, else what its type implies. A 2.1 object other than an
// observable must state its version; one that does not is 2.0.
func (p *parser) settleSpec(bundle string) {
	o := &p.object
	switch {
	case o.SpecVersion != "":
	case bundle != "":
		o.SpecVersion = bundle
	case isSCO(o.Type):
		o.SpecVersion = Spec21
	default:
		o.SpecVersion = Spec20
	}
	if o.SpecVersion != Spec20 && o.SpecVersion != Spec21 {
		p.warn("stix.spec.unknown", "spec_version")
	}
}

func (p *parser) settleIdentity() {
	o := &p.object
	switch {
	case o.Type == "":
		p.missing("type")
	case !IsTypeName(o.Type):
		p.malformed(about("stix.type.invalid", "type"))
	case o.Type == "bundle":
		p.malformed(about("stix.object.bundle", "type"))
	}
	if p.id == "" {
		p.missing("id")
		return
	}
	id, ok := ParseID(p.id)
	if !ok {
		p.malformed(about("stix.id.invalid", "id").With("text", shorten(p.id, 80)))
		return
	}
	o.ID = id
	if o.Type != "" && id.Type() != o.Type {
		p.malformed(about("stix.id.type", "id").With("type", shorten(o.Type, 80)))
	}
}

// missing reports a property without which nothing can be done, unless it is
// there and already told to be of the wrong type.
func (p *parser) missing(field string) {
	if !p.has(field) {
		p.malformed(about("stix.field.missing", field))
		return
	}
	if Unusable(p.problems) == nil {
		p.malformed(about("stix.field.empty", field))
	}
}

func (p *parser) settleTimes() {
	o := &p.object
	if !o.Created.IsZero() && !o.Modified.IsZero() && o.Modified.Before(o.Created) {
		p.warn("stix.time.order", "modified")
	}
}

// checkRequired warns of each property that the schema demands and that is not
// there.
func (p *parser) checkRequired() {
	o := &p.object
	if !isSCO(o.Type) && !strings.HasPrefix(o.Type, "x-") {
		p.require("created")
		if o.Type != "marking-definition" {
			p.require("modified")
		}
	}
	for name := range strings.SplitSeq(required(o.Type, o.SpecVersion), " ") {
		if name != "" {
			p.require(name)
		}
	}
	if o.Type == "file" && !p.has("hashes") && !p.has("name") {
		p.warn("stix.field.missing", "name")
	}
}

// checkPattern warns of an indicator whose pattern says nothing to anybody.
func (p *parser) checkPattern() {
	if p.object.Type != "indicator" || p.pattern == "" || p.patternType != "" && p.patternType != "stix" {
		return
	}
	if _, err := PatternValues(p.pattern); err != nil {
		p.problems = append(p.problems, Problem{fault.Of(err), Warning})
	}
}

func (p *parser) require(field string) {
	if !p.has(field) {
		p.warn("stix.field.missing", field)
	}
}

func (p *parser) has(field string) bool {
	for _, name := range p.seen {
		if string(name) == field {
			return true
		}
	}
	return false
}

// required lists the properties that objects of a type must have besides the
// common ones (STIX 2.1 sections 4 to 7, STIX 2.0 part 2).
func required(kind, spec string) string {
	if spec == Spec20 {
		switch kind {
		case "identity":
			return "name identity_class"
		case "indicator":
			return "labels pattern valid_from"
		case "malware", "threat-actor", "tool":
			return "labels name"
		case "report":
			return "labels name published object_refs"
		}
	}
	switch kind {
	case "attack-pattern", "campaign", "course-of-action", "identity", "infrastructure", "intrusion-set", "threat-actor",
		"tool", "vulnerability", "mutex", "software":
		return "name"
	case "domain-name", "email-addr", "ipv4-addr", "ipv6-addr", "mac-addr", "url":
		return "value"
	case "grouping":
		return "context object_refs"
	case "indicator":
		return "pattern pattern_type valid_from"
	case "malware":
		return "is_family"
	case "malware-analysis":
		return "product"
	case "note":
		return "content object_refs"
	case "observed-data":
		return "first_observed last_observed number_observed"
	case "opinion":
		return "opinion object_refs"
	case "report":
		return "name published object_refs"
	case "relationship":
		return "relationship_type source_ref target_ref"
	case "sighting":
		return "sighting_of_ref"
	case "language-content":
		return "object_ref contents"
	case "extension-definition":
		return "created_by_ref name schema version extension_types"
	case "autonomous-system":
		return "number"
	case "directory":
		return "path"
	case "email-message":
		return "is_multipart"
	case "network-traffic":
		return "protocols"
	}
	return ""
}
