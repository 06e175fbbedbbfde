// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/observable"
	"entente.example/internal/page"
)

// Pair is a match that its sides were not told of, as the Directorate's desk
// sees it: who, when and why, but never the value.
type Pair struct {
	ID        string // sorts by time
	One, Two  Party
	Kind      observable.Kind
	Reason    Reason
	BatchSize int64
	At        time.Time
}

// Party is an operation of a Pair.
type Party struct {
	Workspace access.WorkspaceID
	Name      string
	Contact   string
}

// Desk shows the Directorate's deconfliction desk what it alone is told.
type Desk struct{ store Store }

// NewDesk returns the desk over that store.
func NewDesk(store Store) *Desk { return &Desk{store} }

// Pairs lists the matches that went to the desk, newest first, and the cursor of
// the next page, or none. It is for officers of the Directorate.
func (d *Desk) Pairs(ctx context.Context, actor access.Actor, after page.Cursor) (pairs []Pair, next page.Cursor, err error) {
	key, err := after.Key(1)
	if err != nil {
		return nil, "", err
	}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Desk}
	err = d.store.View(ctx, ask, func(r Reader) error {
		pairs, err = r.Pairs(ctx, key[0], pageSize+1)
		return err
	})
	if len(pairs) > pageSize {
		pairs = pairs[:pageSize]
		next = page.After(pairs[pageSize-1].ID)
	}
	return pairs, next, err
}
