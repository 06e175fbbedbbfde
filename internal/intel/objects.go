// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/stix"
)

// What an entity page shows at most.
const (
	shownVersions = 50
	shownEdges    = 300
)

// Objects lists, shows and exports what a workspace knows.
type Objects struct {
	shelf Shelf
	now   func() time.Time
	newID func() string
}

// NewObjects returns Objects that reads the time from now and names things by
// newID.
func NewObjects(shelf Shelf, now func() time.Time, newID func() string) *Objects {
	return &Objects{shelf, now, newID}
}

// Question is what a reader asks of a list: a filter, and what was typed into
// the search field.
type Question struct {
	Filter
	Text string
}

// List is a page of objects, with what can be chosen beside it.
type List struct {
	Objects []Object
	More    bool
	Last    Key    // of the last of Objects
	Asked   Filter // as the question was understood
	Facets  Facets
	// MayExport says that the reader may take objects out.
	MayExport bool
}

// Facets say how many objects each choice would leave, the other choices being
// as they are.
type Facets struct {
	Types   []Facet
	TLP     []Facet
	Sources []Facet
	Total   int64 // readable in the workspace

	MoreTypes, MoreSources int // choices that are left out
}

// facetsShown is how many choices of a kind are listed beside those that are made:
// anybody who imports can bring thousands.
const facetsShown = 20

// Facet is one choice.
type Facet struct {
	Value   string
	Objects int64
	Chosen  bool
}

// List returns a page of at most limit objects after that key. Of those whose
// every look is recorded it says the type and the marking.
func (o *Objects) List(ctx context.Context, actor access.Actor, ws access.WorkspaceID, q Question, after Key, limit int) (list List, err error) {
	err = o.shelf.View(ctx, reading(actor, ws), func(tx ShelfReader) error {
		list = List{MayExport: tx.Grant().MayExport()}
		if list.Asked, err = understood(ctx, tx, q); err != nil {
			return err
		}
		if list.Objects, err = tx.Objects(ctx, list.Asked, after, limit+1); err != nil {
			return err
		}
		counted, err := tx.Tallies(ctx)
		list.Facets = facetsOf(list.Asked, counted)
		return err
	})
	if len(list.Objects) > limit {
		list.Objects, list.More = list.Objects[:limit], true
		list.Last = list.Asked.KeyOf(list.Objects[limit-1])
	}
	for i, object := range list.Objects {
		list.Objects[i] = object.shown()
	}
	return list, err
}

// understood decides what was typed: a value that is here, else the beginning
// of a name.
func understood(ctx context.Context, tx ShelfReader, q Question) (Filter, error) {
	f := q.Filter
	if q.Text == "" {
		return f, nil
	}
	f.Search = searchOf(q.Text)
	f.Things = f.Things && f.Search.StixID == ""
	if len(f.Search.Values) == 0 {
		return f, nil
	}
	here, err := tx.Holds(ctx, f.Search.Values)
	if here {
		f.Search.Prefix = ""
	} else {
		f.Search.Values = nil
	}
	return f, err
}

func facetsOf(f Filter, counted []Counted) (facets Facets) {
	types, levels, sources := map[string]int64{}, map[access.TLP]int64{}, map[string]int64{}
	for _, c := range counted {
		facets.Total += c.Objects
		others := f
		if others.Types, others.Things = nil, false; others.takes(c) {
			types[c.Type] += c.Objects
		}
		others = f
		if others.TLP = nil; others.takes(c) {
			levels[c.TLP] += c.Objects
		}
		others = f
		if others.Source = ""; others.takes(c) && !c.Withheld {
			sources[c.Source] += c.Objects
		}
	}
	for level := access.Clear; level <= access.Red; level++ {
		if n := levels[level]; n > 0 {
			facets.TLP = append(facets.TLP, Facet{level.String(), n, slices.Contains(f.TLP, level)})
		}
	}
	facets.Types, facets.MoreTypes = shortened(ranked(types, func(v string) bool { return slices.Contains(f.Types, v) }))
	facets.Sources, facets.MoreSources = shortened(ranked(sources, func(v string) bool { return f.Source == v }))
	return facets
}

// shortened returns the first choices, all that are made, and how many others
// there are.
func shortened(all []Facet) (facets []Facet, more int) {
	for i, facet := range all {
		if i < facetsShown || facet.Chosen {
			facets = append(facets, facet)
		}
	}
	return facets, len(all) - len(facets)
}

// ranked lists choices, the largest first.
func ranked(counts map[string]int64, chosen func(string) bool) (facets []Facet) {
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		facets = append(facets, Facet{value, counts[value], chosen(value)})
	}
	slices.SortStableFunc(facets, func(a, b Facet) int { return cmp.Compare(b.Objects, a.Objects) })
	return facets
}

// Watch fails with access.ErrHidden where the actor may not see the object, or no
// longer. It is no look at it.
func (o *Objects) Watch(ctx context.Context, actor access.Actor, ws access.WorkspaceID, id ObjectID) error {
	return o.shelf.View(ctx, reading(actor, ws), func(tx ShelfReader) error {
		_, err := tx.Object(ctx, id)
		return err
	})
}

// Entity returns an object with all that the actor may see of it. A look at
// what is TLP:RED, restricted or of victims is recorded before it is given.
func (o *Objects) Entity(ctx context.Context, actor access.Actor, ws access.WorkspaceID, id ObjectID) (e Entity, err error) {
	read := func(tx ShelfReader) (err error) {
		e, err = entity(ctx, tx, id)
		return err
	}
	if err = o.shelf.View(ctx, reading(actor, ws), read); err != nil {
		return Entity{}, err
	}
	if !e.Handling.Sensitive() {
		return e, nil
	}
	entry := audit.Entry{ID: o.newID(), At: o.now(), Verb: audit.ObjectViewed, Object: string(id), About: string(e.Batch)}
	err = o.shelf.Look(ctx, reading(actor, ws), func(tx ShelfReader) (audit.Entry, error) { return entry, read(tx) })
	if err != nil {
		return Entity{}, err
	}
	return e, nil
}

func entity(ctx context.Context, tx ShelfReader, id ObjectID) (e Entity, err error) {
	steps := []func() error{
		func() error { e.Object, err = tx.Object(ctx, id); return err },
		func() error { e.Versions, err = tx.Versions(ctx, id, shownVersions); return err },
		func() error { e.Values, err = tx.Values(ctx, id); return err },
		func() error { e.Origin, err = tx.Origin(ctx, e.Batch); return err },
		func() error { return e.link(ctx, tx) },
		func() error {
			org, opened := e.Handling.Originator, e.Handling.Orgs
			cards, err := tx.OrgCards(ctx, append([]access.OrgID{org}, opened...))
			e.Originator, e.OpenedTo = cards[org], nil
			for _, to := range opened {
				e.OpenedTo = append(e.OpenedTo, cards[to])
			}
			return err
		},
		func() error {
			cards, err := tx.Cards(ctx, e.Handling.Named)
			e.Named = nil
			for _, member := range e.Handling.Named {
				e.Named = append(e.Named, cards[member])
			}
			return err
		},
	}
	if err := inOrder(steps...); err != nil {
		return Entity{}, err
	}
	for _, v := range e.Versions {
		if v.Version.Equal(e.Version) {
			e.Raw = v.Raw
		}
	}
	return e, nil
}

// link reads the links of an object, in both directions.
func (e *Entity) link(ctx context.Context, tx ShelfReader) error {
	out, err := tx.EdgesOf(ctx, e.ID, shownEdges)
	if err != nil {
		return err
	}
	in, err := tx.EdgesTo(ctx, e.StixID, shownEdges)
	if err != nil {
		return err
	}
	e.MoreLinks = len(out) == shownEdges || len(in) == shownEdges
	for _, edge := range out {
		e.Links = append(e.Links, Link{Label: edge.Property, Target: edge.Target})
	}
	for _, edge := range in {
		e.Links = append(e.Links, incoming(edge))
	}
	ids := make([]stix.StixID, 0, len(e.Links))
	for _, l := range e.Links {
		ids = append(ids, l.Target)
	}
	here, err := tx.Neighbours(ctx, ids)
	for i, l := range e.Links {
		if l.To == (Neighbour{}) {
			e.Links[i].To = here[l.Target]
		}
	}
	return err
}

// incoming turns an edge that leads to an object into its link: through a
// relationship to that one's other end, else to the object that refers.
func incoming(edge EdgeFrom) Link {
	if edge.Other == "" {
		return Link{Incoming: true, Label: edge.Property, To: edge.From}
	}
	return Link{Incoming: edge.Property == "target_ref", Label: edge.Kind, Target: edge.Other, Via: edge.From}
}
