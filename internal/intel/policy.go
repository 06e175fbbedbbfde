// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// Decision is what is chosen for a batch: the handling of what carries no
// marking of its own.
type Decision struct {
	TLP          access.TLP
	PAP          access.PAP
	Court        access.Court
	Restricted   bool // to the decider's organisation, until it opens them
	DoNotDisrupt bool
}

// handling is what the decision means in the hands of g's holder. TLP:RED is for
// the decider alone.
func (d Decision) handling(g access.Grant) access.Handling {
	return named(access.Handling{
		TLP: d.TLP, PAP: d.PAP, Court: d.Court, Originator: g.Org(),
		Restricted: d.Restricted, DoNotDisrupt: d.DoNotDisrupt,
	}, g)
}

// named names the persons that a TLP:RED handling is for.
func named(h access.Handling, g access.Grant) access.Handling {
	h.Named = nil
	if h.TLP == access.Red {
		h.Named = []access.MemberID{g.Member()}
	}
	return h
}

// handlingOf is the handling of an object in a batch: the TLP that it states
// itself, and the batch's for all else.
func handlingOf(s Stated, batch access.Handling, g access.Grant) access.Handling {
	if tlp, ok := s.TLP(); ok {
		batch.TLP = tlp
	}
	return named(batch, g)
}

// stagedHandling is that of a batch before its decision: its organisation's.
func stagedHandling(g access.Grant) access.Handling {
	h := access.Unmarked(g.Org())
	h.TLP, h.Restricted = min(h.TLP, g.Ceiling()), true
	return h
}

// Audience tells apart who may see an object. It is empty for what the whole
// workspace may see but those who start closed; objects of one STIX id and of
// one audience are one object, but for those that came to it by a later decision
// (Handlings). The originator's organisation may be of those that start closed.
func Audience(h access.Handling, startsClosed bool) string {
	h = h.Canonical()
	if h.TLP < access.Red && !h.Restricted && len(h.Orgs)+len(h.Countries)+len(h.ClosedTo) == 0 && !startsClosed {
		return ""
	}
	text, err := json.Marshal([]any{h.Originator, h.TLP == access.Red, h.Restricted, h.Orgs, h.Countries, h.ClosedTo, h.Named})
	if err != nil {
		panic(fmt.Sprintf("strings always marshal: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// mayDecide says who decides about a batch: who brought it, by organisation, and
// a manager who may see it.
func mayDecide(g access.Grant, b Batch) error {
	if g.Org() == b.Org || g.Role() >= access.Manager {
		return nil
	}
	return fault.New(fault.Forbidden, "intel.batch.others")
}

// MayInspect reports whether the holder of g sees the preview of a batch: it
// shows what is in the file before anything is marked.
func MayInspect(g access.Grant, b Batch) bool { return g.Org() == b.Org }

// decided reports whether what a batch holds is marked, or never will be here.
func (b Batch) decided() bool { return must(b, Staged, Checking, Ready) != nil }

// upTo is the highest TLP that a finding of the batch may state for the holder of
// g to be told of it. Before the decision the file is its organisation's; after it,
// what is TLP:RED is for who decided alone.
func (b Batch) upTo(g access.Grant) access.TLP {
	if g.SeesAll() || !b.decided() || b.Decided.By == g.Member() {
		return access.Red
	}
	return access.AmberStrict
}

// told is what a finding says once its object stands elsewhere, or is for one
// person alone: of what is sensitive, that it was there.
func (f Finding) told(b Batch) Finding {
	h := b.Handling
	if tlp, ok := f.Stated.TLP(); ok {
		h.TLP = tlp
	}
	if b.State == Refused || b.State == Failed {
		h.Restricted = false // that is of the batch: none of its objects came in
	}
	if !b.decided() || !h.Sensitive() && !f.Withheld {
		return f
	}
	return Finding{Ordinal: f.Ordinal, Type: f.Type, Verdict: f.Verdict, Stated: f.Stated, Withheld: true}
}

// errMoved answers an act that the state of its batch no longer allows.
var errMoved error = fault.New(fault.Conflict, "intel.batch.moved")

// must holds a batch to be in one of the states.
func must(b Batch, states ...State) error {
	for _, s := range states {
		if b.State == s {
			return nil
		}
	}
	return errMoved
}
