// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/stix"
)

// Held is what is here already under one STIX id, for one audience.
type Held struct {
	Object   ObjectID
	StixID   stix.StixID
	Audience string
	Type     string
	Head     time.Time
	Handling string // id
	Source   string
	Batch    BatchID // that brought it first
	Versions []HeldVersion
}

// HeldVersion is one version of what is here.
type HeldVersion struct {
	Version time.Time
	Digest  [32]byte
}

// compare says what an object of that version and digest is to what is held. A
// zero version is that of an object which has none: it is known where any
// version has its content.
func (h Held) compare(version time.Time, digest [32]byte) (v Verdict, older bool) {
	for _, have := range h.Versions {
		same := have.Digest == digest
		switch {
		case same && (version.IsZero() || have.Version.Equal(version)):
			return Known, false
		case have.Version.Equal(version):
			return Collides, false
		}
	}
	return Changed, !version.IsZero() && version.Before(h.Head)
}

// judge gives f its verdict: what is wrong with the object itself stands already
// in f, here it is held against the ceiling and against what is known.
func judge(f Finding, ceiling access.TLP, held []Held) Finding {
	if f.Verdict == Malformed || f.Verdict == LeftOut {
		return f
	}
	if tlp, stated := f.Stated.TLP(); stated && tlp > ceiling {
		return f.because(AboveCeiling, fault.New(fault.Invalid, "intel.verdict.above").On("object_marking_refs").
			With("tlp", tlp.String()).With("ceiling", ceiling.String()))
	}
	verdict, older := New, false
	for _, h := range held {
		v, late := h.compare(f.Version, f.Digest)
		switch {
		case v == Known:
			return f.because(Known, &fault.Error{})
		case v == Collides:
			verdict, older = Collides, false
		case verdict != Collides:
			verdict, older = v, late
		}
	}
	switch {
	case verdict == Collides:
		return f.because(Collides, fault.New(fault.Invalid, "intel.verdict.collides").On("modified").
			With("version", f.Version.Format(time.RFC3339Nano)))
	case f.Verdict == Warned:
		return f
	case older:
		return f.because(Changed, fault.New(fault.Invalid, "intel.verdict.older").On("modified"))
	}
	f.Verdict = verdict
	return f
}
