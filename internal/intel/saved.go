// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

const (
	mostSaved    = 30 // filters of one member in one operation
	longestSaved = 60 // characters of a name
	longestQuery = 2000
)

// Saved is a filter of the list that a member keeps for themselves.
type Saved struct {
	Name  string
	Query string // as it stands in the list's address
}

// SavedStore keeps the filters of members, each transaction those of its actor in
// the workspace of the ask.
type SavedStore interface {
	View(ctx context.Context, ask access.Ask, fn func(SavedReader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(SavedTx) error) error
}

// SavedReader reads the actor's filters.
type SavedReader interface {
	// Saved lists at most limit of them, by name.
	Saved(ctx context.Context, limit int) ([]Saved, error)
}

// SavedTx reads and writes the actor's filters.
type SavedTx interface {
	SavedReader
	// Save keeps a filter, in place of the one of the same name.
	Save(ctx context.Context, s Saved, at time.Time) error
	// Drop forgets the filter of that name, if there is one.
	Drop(ctx context.Context, name string) error
}

// SavedFilters are those that members keep under a name.
type SavedFilters struct {
	store SavedStore
	now   func() time.Time
}

// NewSavedFilters returns SavedFilters kept in store.
func NewSavedFilters(store SavedStore, now func() time.Time) *SavedFilters {
	return &SavedFilters{store, now}
}

// List lists the actor's filters in a workspace, by name.
func (f *SavedFilters) List(ctx context.Context, actor access.Actor, ws access.WorkspaceID) (saved []Saved, err error) {
	err = f.store.View(ctx, reading(actor, ws), func(tx SavedReader) error {
		saved, err = tx.Saved(ctx, mostSaved)
		return err
	})
	return saved, err
}

// Save keeps a filter for the actor, in place of one of the same name. It fails
// with fault.Invalid where they keep thirty.
func (f *SavedFilters) Save(ctx context.Context, actor access.Actor, ws access.WorkspaceID, s Saved) error {
	s.Name = strings.Join(strings.Fields(s.Name), " ")
	switch {
	case s.Name == "" || utf8.RuneCountInString(s.Name) > longestSaved:
		return fault.New(fault.Invalid, "intel.saved.name").On("name").With("limit", longestSaved)
	case s.Query == "" || len(s.Query) > longestQuery:
		return fault.New(fault.Invalid, "intel.saved.query")
	}
	at := f.now()
	return f.store.Update(ctx, reading(actor, ws), func(tx SavedTx) error {
		saved, err := tx.Saved(ctx, mostSaved)
		if err != nil {
			return err
		}
		if len(saved) == mostSaved && !slices.ContainsFunc(saved, func(old Saved) bool { return old.Name == s.Name }) {
			return fault.New(fault.Invalid, "intel.saved.many").With("limit", mostSaved)
		}
		return tx.Save(ctx, s, at)
	})
}

// Drop forgets the actor's filter of that name.
func (f *SavedFilters) Drop(ctx context.Context, actor access.Actor, ws access.WorkspaceID, name string) error {
	return f.store.Update(ctx, reading(actor, ws), func(tx SavedTx) error { return tx.Drop(ctx, name) })
}
