// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"time"

	"entente.example/internal/fault"
)

// The versions of the standard that are read.
const (
	Spec20 = "2.0"
	Spec21 = "2.1"
)

// Object is what the house looks at in an object. The object itself is its
// bytes: nothing is ever written out from here.
type Object struct {
	ID          StixID
	Type        string
	SpecVersion string // its own, else its bundle's, else 2.1 for an observable and 2.0 for all others
	Created     time.Time
	Modified    time.Time
	Name        string // what to call it on a page: its name, value, pattern or what else tells it apart; never empty
	Revoked     bool
	Confidence  int // 0 to 100, -1 where it tells none
	Labels      []string

	CreatedByRef      StixID
	ObjectMarkingRefs []StixID
	GranularMarkings  bool
	Refs              []Ref // every reference to another object, at any depth
	RelationshipType  string
	ExternalIDs       []ExternalID
}

// Ref is a reference from a property to another object.
type Ref struct {
	Property string // with its path: "extensions.archive-ext.contains_refs"
	Target   StixID
}

// ExternalID is the name of an object in somebody else's catalogue.
type ExternalID struct {
	SourceName string
	ExternalID string
}

// Version returns what tells versions of the object apart: when it was
// modified, else created, else added here.
func (o Object) Version(dateAdded time.Time) time.Time {
	switch {
	case !o.Modified.IsZero():
		return o.Modified
	case !o.Created.IsZero():
		return o.Created
	default:
		return dateAdded.UTC().Truncate(time.Microsecond)
	}
}

// Problem is something wrong with an object: its field and the reason.
type Problem struct {
	*fault.Error
	Severity Severity
}

// Severity is what a problem means for the object.
type Severity uint8

// The severities.
const (
	Warning   Severity = iota // it can be used and should be looked at
	Malformed                 // it cannot be told what it is or how to treat it
)

// Unusable returns the first problem that makes an object unusable, or nil.
func Unusable(problems []Problem) *fault.Error {
	for _, p := range problems {
		if p.Severity == Malformed {
			return p.Error
		}
	}
	return nil
}

// about returns a fault of one property, which its message names.
func about(key, field string) *fault.Error {
	return fault.New(fault.Invalid, key).On(field).With("field", field)
}
