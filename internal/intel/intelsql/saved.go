// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

// Saved implements intel.SavedStore.
type Saved struct{ gate gate.Gate }

var _ intel.SavedStore = Saved{}

// Saved returns the store as the port of filters that members keep.
func (s Store) Saved() Saved { return Saved{s.gate} }

// View implements intel.SavedStore.
func (s Saved) View(ctx context.Context, ask access.Ask, fn func(intel.SavedReader) error) error {
	return s.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(saved{bound{t, g}}) })
}

// Update implements intel.SavedStore.
func (s Saved) Update(ctx context.Context, ask access.Ask, fn func(intel.SavedTx) error) error {
	return s.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(saved{bound{t, g}}) })
}

// saved implements intel.SavedTx.
type saved struct{ bound }

func (s saved) Saved(ctx context.Context, limit int) (list []intel.Saved, err error) {
	err = s.sql.All(ctx, `SELECT name, query FROM intel_saved WHERE workspace_id = $1 AND member_id = $2 ORDER BY name LIMIT $3`,
		[]any{s.grant.Workspace(), s.grant.Member(), limit}, func(scan func(...any) error) error {
			var one intel.Saved
			err := scan(&one.Name, &one.Query)
			list = append(list, one)
			return err
		})
	return list, err
}

func (s saved) Save(ctx context.Context, one intel.Saved, at time.Time) error {
	return s.sql.Exec(ctx, `
		INSERT INTO intel_saved (workspace_id, member_id, name, query, saved_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (workspace_id, member_id, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at`,
		s.grant.Workspace(), s.grant.Member(), one.Name, one.Query, at.UnixMicro())
}

func (s saved) Drop(ctx context.Context, name string) error {
	return s.sql.Exec(ctx, `DELETE FROM intel_saved WHERE workspace_id = $1 AND member_id = $2 AND name = $3`,
		s.grant.Workspace(), s.grant.Member(), name)
}
