// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"slices"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// Relationship is the type of objects that are lines between other objects.
const Relationship = "relationship"

// Filter chooses objects. What is empty chooses all.
type Filter struct {
	Types  []string
	TLP    []access.TLP
	Source string    // of those whose source is shown
	Since  time.Time // added then or later
	Things bool      // leaves out relationships, which are lines between things
	Search Search
	Only   []ObjectID // these alone
	Order  Order
}

// Order is how a list goes. Where the beginning of a name is searched it goes by
// name, whatever is chosen.
type Order string

// The orders.
const (
	ByDate   Order = "" // the newest first
	ByName   Order = "name"
	ByType   Order = "type"   // then the oldest first
	BySource Order = "source" // then the oldest first
	byID     Order = "id"     // of what takes out all
)

// Ordered is the order that f lists in.
func (f Filter) Ordered() Order {
	switch {
	case f.Order == byID:
		return byID
	case f.Search.Prefix != "":
		return ByName
	case len(f.Search.Values) > 0:
		return ByDate
	}
	return f.Order
}

// Search finds objects by one of the three.
type Search struct {
	Values []observable.Value // one of these, exactly
	StixID stix.StixID
	Prefix string // of the name, folded; the whole of it where the name is withheld
}

// Empty reports whether f chooses all.
func (f Filter) Empty() bool {
	return len(f.Types)+len(f.TLP)+len(f.Search.Values)+len(f.Only) == 0 && f.Source == "" && f.Since.IsZero() && !f.Things &&
		f.Search.StixID == "" && f.Search.Prefix == ""
}

// takes reports whether f chooses what a tally counts.
func (f Filter) takes(c Counted) bool {
	return (!f.Things || c.Type != Relationship) && (len(f.Types) == 0 || slices.Contains(f.Types, c.Type)) &&
		(len(f.TLP) == 0 || slices.Contains(f.TLP, c.TLP)) &&
		(f.Source == "" || f.Source == c.Source && !c.Withheld)
}

// Key is where a page of a list goes on: after an object, by the order of the
// list.
type Key struct {
	Added time.Time // by date
	Name  string    // the folded name, the type or the source, where the list goes by that
	ID    ObjectID  // behind a name
}

// KeyOf is the key of an object in the order that f lists it.
func (f Filter) KeyOf(o Object) Key {
	switch f.Ordered() {
	case byID:
		return Key{ID: o.ID}
	case ByName:
		if f.Search.Prefix == "" && (o.Type == Relationship || o.Handling.Sensitive()) {
			return Key{ID: o.ID} // among those whose name is not told
		}
		return Key{Name: NameKey(o.Name), ID: o.ID}
	case ByType:
		return Key{Name: o.Type, Added: o.DateAdded}
	case BySource:
		if o.Handling.Sensitive() {
			return Key{ID: o.ID}
		}
		return Key{Name: o.Source, Added: o.DateAdded}
	}
	return Key{Added: o.DateAdded}
}

// searchOf reads what was typed into the search field: a STIX id, a technical
// value, defanged or not, or the beginning of a name.
func searchOf(text string) Search {
	text = strings.TrimSpace(text)
	if id, ok := stix.ParseID(text); ok {
		return Search{StixID: id}
	}
	s := Search{Prefix: NameKey(text)}
	for _, kind := range observable.Kinds() {
		if v, err := observable.Canonical(kind, text); err == nil && !slices.Contains(s.Values, v) {
			s.Values = append(s.Values, v)
		}
	}
	return s
}
