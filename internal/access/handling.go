// SPDX-License-Identifier: Apache-2.0

package access

import (
	"slices"
	"strings"
)

// TLP is a Traffic Light Protocol 2.0 marking (FIRST); a greater value travels
// less far.
type TLP uint8

// The markings, from the freest to the most restricted.
const (
	Clear TLP = iota
	Green
	Amber
	AmberStrict
	Red
)

// String returns the marking as FIRST writes it, without "TLP:".
func (t TLP) String() string {
	if names := [...]string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}; int(t) < len(names) {
		return names[t]
	}
	return "?"
}

// ParseTLP reads a marking as people write it: with or without "TLP:", in any
// case, TLP 1's WHITE for CLEAR.
func ParseTLP(text string) (TLP, bool) {
	name := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "TLP:")
	if name == "WHITE" {
		return Clear, true
	}
	for t := Clear; t <= Red; t++ {
		if t.String() == name {
			return t, true
		}
	}
	return 0, false
}

// PAP is a Permissible Actions Protocol marking; a greater value allows less to
// be done with what one knows.
type PAP uint8

// The markings of the PAP namespace of MISP.
const (
	PAPClear PAP = iota
	PAPGreen
	PAPAmber
	PAPRed
)

// String returns the marking without "PAP:".
func (p PAP) String() string {
	if names := [...]string{"CLEAR", "GREEN", "AMBER", "RED"}; int(p) < len(names) {
		return names[p]
	}
	return "?"
}

// ParsePAP reads a marking as people write it: with or without "PAP:", in any
// case, WHITE for CLEAR.
func ParsePAP(text string) (PAP, bool) {
	name := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "PAP:")
	if name == "WHITE" {
		return PAPClear, true
	}
	for p := PAPClear; p <= PAPRed; p++ {
		if p.String() == name {
			return p, true
		}
	}
	return 0, false
}

// Court is a Europol handling code: what may be done with information in court
// and onward.
type Court uint8

// The Europol handling codes.
const (
	H0 Court = iota // only for preventing and combating crime
	H1              // not to be disclosed in proceedings without the provider's permission
	H2              // not to be disseminated without the provider's permission
	H3              // other restrictions
)

// String returns the code.
func (c Court) String() string {
	if c > H3 {
		return "?"
	}
	return "H" + string('0'+rune(c))
}

// Handling says how an item may be used and who, among those who may enter its
// workspace, may see it.
type Handling struct {
	TLP        TLP
	PAP        PAP
	Court      Court
	Originator OrgID

	Restricted bool       // only those opened to below, and the originator, may see it
	Orgs       []OrgID    // opened to these organisations
	Countries  []Country  // opened to these countries
	ClosedTo   []Country  // closed to these countries, whatever else is said
	Named      []MemberID // the persons a TLP:RED item is for

	DoNotDisrupt, VictimData, PersonalData bool
}

// Sensitive reports whether each look at an item is recorded: what it says is shown
// on its own page alone. Package gate states the same in SQL (gate.Sensitive).
func (h Handling) Sensitive() bool { return h.TLP == Red || h.Restricted || h.VictimData }

// Unmarked is the handling of what came without any.
func Unmarked(originator OrgID) Handling {
	return Handling{TLP: AmberStrict, PAP: PAPAmber, Court: H2, Originator: originator}
}

// Canonical returns h with its lists sorted, without repeats and without empty
// names, so that equal handlings are equal values.
func (h Handling) Canonical() Handling {
	h.Orgs, h.Countries = set(h.Orgs), set(h.Countries)
	h.ClosedTo, h.Named = set(h.ClosedTo), set(h.Named)
	return h
}

func set[T ~string](list []T) []T {
	list = slices.DeleteFunc(slices.Clone(list), func(name T) bool { return name == "" })
	slices.Sort(list)
	return slices.Compact(list)
}
