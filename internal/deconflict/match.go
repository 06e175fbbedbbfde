// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"bytes"
	"slices"
	"time"

	"entente.example/internal/deconflict/blind"
	"entente.example/internal/observable"
)

// Observed is a value that an item brings into an operation.
type Observed struct {
	Object   string // id of the item
	Value    observable.Value
	Handling string // id of the item's handling
}

// Keyer blinds values. blind.Keyer does it in process; a key service that counts
// and limits its calls may take its place.
type Keyer interface {
	Key(v observable.Value) blind.Key
}

// Warnings tells values that are public knowledge; observable.Warnings is it.
type Warnings interface {
	// Match returns the name of a warning list that knows v.
	Match(v observable.Value) (list string, ok bool)
}

// Matching is what a match of one slice of a batch goes by.
type Matching struct {
	Keyer    Keyer
	Warnings Warnings // nil: nothing is public knowledge
	Limits   Limits
	NewID    func() string
	Now      time.Time

	Batch     string // id of the batch that the slice is of
	BatchSize int64  // how many objects it brings in all
}

// Blinded is a value on its way into the match.
type Blinded struct {
	Observed
	Key     blind.Key
	Guessed bool // it came in a run
}

// Blind returns what of found is matched: one of each value, sorted by key,
// without what warning lists know. Runs are looked for among all of found, so
// that nobody hides one behind a list.
func (m Matching) Blind(found []Observed) []Blinded {
	values := make([]observable.Value, len(found))
	for i, o := range found {
		values[i] = o.Value
	}
	guesses := Guesses(values)
	blinded := make([]Blinded, 0, len(found))
	for _, o := range found {
		if !m.warned(o.Value) {
			blinded = append(blinded, Blinded{o, m.Keyer.Key(o.Value), guesses[o.Value]})
		}
	}
	slices.SortStableFunc(blinded, func(a, b Blinded) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return slices.CompactFunc(blinded, func(a, b Blinded) bool { return a.Key == b.Key })
}

func (m Matching) warned(v observable.Value) bool {
	if m.Warnings == nil {
		return false
	}
	_, known := m.Warnings.Match(v)
	return known
}
