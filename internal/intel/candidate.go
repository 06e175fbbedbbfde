// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// Candidate is an object as it is read from its bytes: what will be kept of it.
type Candidate struct {
	Finding
	Raw    []byte
	Object stix.Object
	Values []observable.Value
	Edges  []Edge
}

// Edge is one reference from an object to another. A relationship has two, each
// with its type and its other end.
type Edge struct {
	Property string
	Target   stix.StixID
	Kind     string
	Other    stix.StixID
}

// candidate reads an object that the check has found usable.
func candidate(f Finding, raw []byte) Candidate {
	object, _ := stix.Parse(raw, f.Spec)
	f.Type = object.Type // as it says itself: a finding tells only so many apart
	return Candidate{
		Finding: f, Raw: raw, Object: object,
		Values: stix.Observables(object, raw), Edges: edgesOf(object),
	}
}

// format names how the bytes of c are written, as versions keep it.
func (c Candidate) format(batch Format) string {
	switch {
	case batch != STIX:
		return string(batch)
	case c.Object.SpecVersion == stix.Spec20:
		return "stix20"
	}
	return "stix21"
}

// NameKey is what a search by name goes by; relationships have no name.
func (c Candidate) NameKey() string {
	if c.Object.RelationshipType != "" {
		return ""
	}
	return NameKey(c.Object.Name)
}

// NameKey folds a name, so that a search finds it however it is typed.
func NameKey(name string) string {
	return strings.TrimSpace(cases.Fold().String(norm.NFKC.String(name)))
}

// edgesOf lists what an object refers to. Who made it and how it is marked are
// told elsewhere, and would link everything with everything.
func edgesOf(o stix.Object) (edges []Edge) {
	ends := map[string]stix.StixID{}
	seen := map[Edge]bool{}
	for _, ref := range o.Refs {
		ends[ref.Property] = ref.Target
	}
	for _, ref := range o.Refs {
		e := Edge{Property: ref.Property, Target: ref.Target}
		switch ref.Property {
		case "source_ref":
			e.Kind, e.Other = o.RelationshipType, ends["target_ref"]
		case "target_ref":
			e.Kind, e.Other = o.RelationshipType, ends["source_ref"]
		}
		if leadsNowhere(ref) || seen[e] {
			continue
		}
		seen[e] = true
		edges = append(edges, e)
	}
	return edges
}

func leadsNowhere(ref stix.Ref) bool {
	return ref.Property == "created_by_ref" || ref.Target.Type() == "marking-definition"
}

// versionOf returns the version of an object for its row: its own, else when it
// came.
func versionOf(f Finding, added time.Time) time.Time {
	if f.Version.IsZero() {
		return added
	}
	return f.Version
}
