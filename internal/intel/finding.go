// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/stix"
)

// Verdict says what an import would do with an object.
type Verdict string

// The verdicts. New, Changed and Warned come in when the batch is accepted.
const (
	New          Verdict = "new"
	Changed      Verdict = "changed"       // another version of what is here
	Warned       Verdict = "warned"        // to be looked at: on a warning list, or not quite to the standard
	Known        Verdict = "known"         // here already, with the same content
	Collides     Verdict = "collides"      // the same version is here with other content, which stays
	Malformed    Verdict = "malformed"     // cannot be read
	AboveCeiling Verdict = "above_ceiling" // marked above what the workspace takes
	LeftOut      Verdict = "left_out"      // a part of the file that makes no object
)

// Verdicts lists the verdicts in the order in which a preview tells them.
func Verdicts() []Verdict {
	return []Verdict{New, Changed, Warned, Known, Collides, AboveCeiling, Malformed, LeftOut}
}

// Stated is the TLP that an object's own bytes state: -1 for none.
type Stated int8

// Unstated is said by an object that carries no TLP marking.
const Unstated Stated = -1

// TLP returns the marking, if one is stated.
func (s Stated) TLP() (access.TLP, bool) { return access.TLP(max(s, 0)), s >= 0 }

// with returns the narrower of s and t.
func (s Stated) with(t access.TLP) Stated { return max(s, Stated(t)) }

// Finding is what the check of a file says of one object in it.
type Finding struct {
	Ordinal       int64 // its place in the file, from 0
	Start, Length int64 // where its bytes lie in Batch.Work
	Spec          string
	StixID        stix.StixID
	Type          string    // as Counts.KindOf names it
	Version       time.Time // zero where the object has none of its own
	Digest        [32]byte
	Stated        Stated
	Source        string // who produced it, by name, else the file
	Verdict       Verdict
	Field         string // what is wrong with it: the property,
	Reason        string // the key of the message
	Args          map[string]any
	Withheld      bool // a look at its object is recorded: all but type and verdict is empty
}

// Fault returns the reason as a fault, for its message.
func (f Finding) Fault() *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Key: f.Reason, Field: f.Field, Args: f.Args}
}

// because returns f with that verdict, for the reason that problem tells.
func (f Finding) because(v Verdict, problem *fault.Error) Finding {
	f.Verdict, f.Field, f.Reason, f.Args = v, problem.Field, problem.Key, problem.Args
	return f
}
