// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/discussion"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// Store implements discussion.Store.
type Store struct{ gate gate.Gate }

var _ discussion.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements discussion.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(discussion.Reader) error) error {
	return s.gate.View(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// Update implements discussion.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(discussion.Tx) error) error {
	return s.gate.Update(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// ViewAll implements discussion.Store.
func (s Store) ViewAll(ctx context.Context, actor access.Actor, fn func([]discussion.Reader) error) error {
	return s.gate.ViewAll(ctx, actor, access.Read, func(sql *sqldb.Tx, grants []access.Grant) error {
		readers := make([]discussion.Reader, 0, len(grants))
		for _, g := range grants {
			readers = append(readers, tx{sql, g})
		}
		return fn(readers)
	})
}

// tx reads and writes the one workspace that its grant names.
type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (t tx) Grant() access.Grant { return t.grant }

func (t tx) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, t.sql, t.grant, e)
}

// readable is the condition on a topic t that the actor may read it, whose
// arguments begin at the placeholder first.
func (t tx) readable(first int) (condition string, args []any) {
	handlings, args := gate.Readable(t.grant, first)
	return "t.handling_id IN (" + handlings + ")", args
}
