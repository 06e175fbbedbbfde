// SPDX-License-Identifier: Apache-2.0

package search

import (
	"context"

	"entente.example/internal/access"
)

// Store finds documents. Each transaction is opened in somebody's name, and what
// comes back is bound to what its actor may read. searchtest.Store states what a
// Store, and the index behind it, must do.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	// ViewAll gives fn a Reader for each workspace that the actor may read now,
	// the Knowledge Exchange first.
	ViewAll(ctx context.Context, actor access.Actor, fn func([]Reader) error) error
}

// Reader finds documents and people of one workspace within one transaction.
type Reader interface {
	// Find returns at most limit documents behind after that match m, of that
	// kind or, if it is empty, of all: by rank, then by Order, the greatest first.
	Find(ctx context.Context, m Match, kind Kind, after Place, limit int) ([]Document, error)
	// People lists at most limit of those who are in the workspace, by handle, of
	// whose name a word begins with text, or whose handle does; where text begins
	// with @, by handle alone.
	People(ctx context.Context, text string, limit int) ([]access.Card, error)
}
