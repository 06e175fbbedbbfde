// SPDX-License-Identifier: Apache-2.0

package search

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// pageSize is how many results stand on a page.
const pageSize = 20

// Query is what somebody looks for.
type Query struct {
	Text      string
	Workspace access.WorkspaceID // where; empty for all that the actor may read
	Kind      Kind               // empty for all
	After     page.Cursor
}

// Results is one page of what was found.
type Results struct {
	Hits []Hit
	Next page.Cursor // where the next page begins; empty on the last
}

// Hit is a document with what was asked for marked in it.
type Hit struct {
	Document
	Title   []Span
	Excerpt []Span
}

// Documents searches the index.
type Documents struct {
	store    Store
	analyser Analyser
}

// NewDocuments returns Documents that reads queries as analyser does.
func NewDocuments(store Store, analyser Analyser) *Documents { return &Documents{store, analyser} }

// Search returns what the actor may read of what matches q. An empty query finds
// nothing. It fails with access.ErrHidden where the actor may not read the
// workspace.
func (d *Documents) Search(ctx context.Context, actor access.Actor, q Query) (Results, error) {
	after, err := placeOf(q.After)
	if err != nil {
		return Results{}, err
	}
	if q.Kind != "" && !slices.Contains(Kinds(), q.Kind) {
		return Results{}, access.ErrHidden
	}
	match := d.analyser.Match(q.Text)
	var found []Document
	find := func(readers []Reader) error {
		found, err = collect(ctx, readers, match, q.Kind, after)
		return err
	}
	if q.Workspace == "" {
		err = d.store.ViewAll(ctx, actor, find)
	} else {
		ask := access.Ask{Actor: actor, Place: access.In(q.Workspace), Action: access.Read}
		err = d.store.View(ctx, ask, func(r Reader) error { return find([]Reader{r}) })
	}
	if err != nil {
		return Results{}, err
	}
	return d.results(found, match), nil
}

const (
	mostPeople    = 5
	shortestNames = 2 // characters that tell people apart
)

// People returns those in a workspace who are called so, as far as text tells. It
// fails with access.ErrHidden where the actor may not read the workspace.
func (d *Documents) People(ctx context.Context, actor access.Actor, id access.WorkspaceID, text string) (people []access.Card, err error) {
	text = firstRunes(strings.TrimSpace(text), longestQuery)
	ask := access.Ask{Actor: actor, Place: access.In(id), Action: access.Read}
	err = d.store.View(ctx, ask, func(r Reader) error {
		if utf8.RuneCountInString(strings.TrimPrefix(text, "@")) < shortestNames {
			return nil
		}
		people, err = r.People(ctx, text, mostPeople)
		return err
	})
	return people, err
}

// collect returns the first documents behind after, and one more than a page
// holds where there are more.
func collect(ctx context.Context, readers []Reader, m Match, kind Kind, after Place) (found []Document, err error) {
	if m.Empty() {
		return nil, nil
	}
	for _, r := range readers {
		documents, err := r.Find(ctx, m, kind, after, pageSize+1)
		if err != nil {
			return nil, err
		}
		found = append(found, documents...)
	}
	slices.SortStableFunc(found, func(a, b Document) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(b.Order, a.Order))
	})
	return found[:min(len(found), pageSize+1)], nil
}

func (d *Documents) results(found []Document, m Match) Results {
	var r Results
	if len(found) > pageSize {
		found = found[:pageSize]
		r.Next = found[pageSize-1].cursor()
	}
	for _, doc := range found {
		r.Hits = append(r.Hits, Hit{Document: doc, Title: d.analyser.Mark(doc.Title, m), Excerpt: d.analyser.Excerpt(doc.Text, m)})
	}
	return r
}

// cursor is the place behind p.
func (p Place) cursor() page.Cursor {
	return page.After(strconv.Itoa(int(p.Rank)), strconv.FormatInt(p.Order, 10))
}

// placeOf reads a cursor back.
func placeOf(c page.Cursor) (p Place, err error) {
	key, err := c.Key(2)
	if err != nil || c == "" {
		return Place{}, err
	}
	rank, err := strconv.ParseUint(key[0], 10, 8)
	if err == nil {
		p.Rank = Rank(rank)
		p.Order, err = strconv.ParseInt(key[1], 10, 64)
	}
	if err != nil || p.Rank < Named || p.Rank > Begins {
		return Place{}, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	return p, nil
}
