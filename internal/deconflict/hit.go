// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"context"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/observable"
	"entente.example/internal/page"
)

// Hit is what one side of a match is told: its own value, and of the other side
// no more than the level allows.
type Hit struct {
	ID        string // sorts by time
	Object    string // the side's own item
	Value     observable.Value
	Withheld  bool // Value is left empty: it is shown with the item alone, where the look is recorded
	TLP       access.TLP
	Level     Level
	Name      string // of the other operation, where the level is Open
	Contact   string // of the other operation; empty: the desk knows whom to ask
	Ours      bool   // the value was met when this side brought it
	BatchSize int64  // how many objects came with it, whoever brought it
	At        time.Time
	Seen      bool // by the reader
}

// Day is what an operation was told within one day of UTC.
type Day struct {
	Workspace access.WorkspaceID
	Hits      int
	Unseen    int              // by the reader
	Newest    string           // id of its newest hit
	Value     observable.Value // of that one
	Withheld  bool             // its Value is left empty
	At        time.Time
}

// News is what an operation was told that the reader has not seen.
type News struct {
	Workspace access.WorkspaceID
	Unseen    int
	Value     observable.Value // of the newest
	Withheld  bool             // its Value is left empty
	At        time.Time        // of the newest
}

// daysOf is how many of the newest hits Days looks at, in each operation.
const daysOf = 500

// pageSize is how many hits or pairs one page lists.
const pageSize = 50

// mostUnseen is where counting stops: past it, the number helps nobody.
const mostUnseen = 1000

// Hits shows an operation what it was told.
type Hits struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewHits returns Hits that reads the time from now and names things by newID.
func NewHits(store Store, now func() time.Time, newID func() string) *Hits {
	return &Hits{store, now, newID}
}

// In lists the hits of an operation that the actor may see, newest first, and
// the cursor of the next page, or none. Who starts closed sees none.
func (h *Hits) In(ctx context.Context, actor access.Actor, workspace access.WorkspaceID, after page.Cursor) (hits []Hit, next page.Cursor, err error) {
	key, err := after.Key(1)
	if err != nil {
		return nil, "", err
	}
	ask := access.Ask{Actor: actor, Place: access.In(workspace), Action: access.Read}
	err = h.store.View(ctx, ask, func(r Reader) error {
		hits, err = r.Hits(ctx, key[0], pageSize+1)
		return err
	})
	if len(hits) > pageSize {
		hits = hits[:pageSize]
		next = page.After(hits[pageSize-1].ID)
	}
	return hits, next, err
}

// Unseen counts the hits of an operation that the actor may see and has not yet,
// up to a thousand.
func (h *Hits) Unseen(ctx context.Context, actor access.Actor, workspace access.WorkspaceID) (n int, err error) {
	ask := access.Ask{Actor: actor, Place: access.In(workspace), Action: access.Read}
	err = h.store.View(ctx, ask, func(r Reader) error {
		n, err = r.Unseen(ctx, mostUnseen)
		return err
	})
	return n, err
}

// Waiting counts the unseen hits of each operation in which the actor has any.
func (h *Hits) Waiting(ctx context.Context, actor access.Actor) (byWorkspace map[access.WorkspaceID]int, err error) {
	byWorkspace = map[access.WorkspaceID]int{}
	err = h.store.ViewAll(ctx, actor, access.Read, func(readers []Reader) error {
		for _, r := range readers {
			n, err := r.Unseen(ctx, mostUnseen)
			if err != nil {
				return err
			}
			if n > 0 {
				byWorkspace[r.Grant().Workspace()] = n
			}
		}
		return nil
	})
	return byWorkspace, err
}

// News tells of each operation in which the actor has unseen hits how many those
// are, and which is the newest.
func (h *Hits) News(ctx context.Context, actor access.Actor) (news []News, err error) {
	err = h.store.ViewAll(ctx, actor, access.Read, func(readers []Reader) error {
		news = nil
		for _, r := range readers {
			n, err := r.Unseen(ctx, mostUnseen)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			newest, err := r.NewestUnseen(ctx)
			if err != nil {
				return err
			}
			newest.Unseen = n
			news = append(news, newest)
		}
		return nil
	})
	return news, err
}

// Days lists the newest hits that the actor may see in each operation, by day,
// the newest first.
func (h *Hits) Days(ctx context.Context, actor access.Actor) (days []Day, err error) {
	err = h.store.ViewAll(ctx, actor, access.Read, func(readers []Reader) error {
		days = nil
		for _, r := range readers {
			some, err := r.Days(ctx, daysOf)
			if err != nil {
				return err
			}
			days = append(days, some...)
		}
		slices.SortStableFunc(days, func(a, b Day) int { return b.At.Compare(a.At) })
		return nil
	})
	return days, err
}

// MarkSeen notes that the actor has seen a hit. It fails with access.ErrHidden
// for a hit that they may not see.
func (h *Hits) MarkSeen(ctx context.Context, actor access.Actor, workspace access.WorkspaceID, hit string) error {
	return h.mark(ctx, actor, workspace, hit, func(tx Tx, at time.Time) (int64, error) {
		return tx.MarkSeen(ctx, hit, at)
	})
}

// MarkAllSeen notes that the actor has seen all hits that they may see, up to
// the one of that id. It fails with access.ErrHidden where that is none of them.
func (h *Hits) MarkAllSeen(ctx context.Context, actor access.Actor, workspace access.WorkspaceID, last string) error {
	return h.mark(ctx, actor, workspace, last, func(tx Tx, at time.Time) (int64, error) {
		return tx.MarkAllSeen(ctx, last, at)
	})
}

func (h *Hits) mark(ctx context.Context, actor access.Actor, workspace access.WorkspaceID, hit string, mark func(Tx, time.Time) (int64, error)) error {
	entry := audit.Entry{ID: h.newID(), At: h.now(), Verb: audit.MatchSeen, Object: hit}
	ask := access.Ask{Actor: actor, Place: access.In(workspace), Action: access.Read}
	return h.store.Update(ctx, ask, func(tx Tx) error {
		n, err := mark(tx, entry.At)
		if err != nil || n == 0 {
			return err
		}
		entry.Count = n
		return tx.Record(ctx, entry)
	})
}
