// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// Store implements deconflict.Store.
type Store struct{ gate gate.Gate }

var _ deconflict.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements deconflict.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(deconflict.Reader) error) error {
	return s.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

// ViewAll implements deconflict.Store.
func (s Store) ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func([]deconflict.Reader) error) error {
	return s.gate.ViewAll(ctx, actor, action, func(t *sqldb.Tx, grants []access.Grant) error {
		readers := make([]deconflict.Reader, len(grants))
		for i, g := range grants {
			readers[i] = tx{t, g}
		}
		return fn(readers)
	})
}

// Update implements deconflict.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(deconflict.Tx) error) error {
	return s.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

// tx reads and writes the place that its grant names.
type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (t tx) Grant() access.Grant { return t.grant }

func (t tx) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, t.sql, t.grant, e)
}

func (t tx) WarningLists(ctx context.Context) (lists [][]byte, err error) {
	err = t.sql.All(ctx, `SELECT list FROM deconflict_warning ORDER BY name LIMIT 1000`, nil, func(scan func(...any) error) error {
		var list []byte
		err := scan(&list)
		lists = append(lists, list)
		return err
	})
	return lists, err
}

func (t tx) ReplaceWarningList(ctx context.Context, name string, list []byte, at time.Time) error {
	return t.sql.Exec(ctx, `
		INSERT INTO deconflict_warning (name, list, loaded_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET list = excluded.list, loaded_at = excluded.loaded_at`,
		name, list, at.UnixMicro())
}

func (t tx) Fingerprint(ctx context.Context, given blind.Key) (blind.Key, error) {
	err := t.sql.Exec(ctx, `INSERT INTO deconflict_fingerprint (one, match_key) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, given[:])
	if err != nil {
		return blind.Key{}, err
	}
	var kept []byte
	if err := t.sql.One(ctx, `SELECT match_key FROM deconflict_fingerprint WHERE one = 1`, nil, &kept); err != nil {
		return blind.Key{}, err
	}
	return blind.Key(kept), nil
}
