// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// Store implements search.Store.
type Store struct{ gate gate.Gate }

var _ search.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements search.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(search.Reader) error) error {
	return s.gate.View(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(reader{sql, g}) })
}

// ViewAll implements search.Store.
func (s Store) ViewAll(ctx context.Context, actor access.Actor, fn func([]search.Reader) error) error {
	return s.gate.ViewAll(ctx, actor, access.Read, func(sql *sqldb.Tx, grants []access.Grant) error {
		readers := make([]search.Reader, 0, len(grants))
		for _, g := range grants {
			readers = append(readers, reader{sql, g})
		}
		return fn(readers)
	})
}
