// SPDX-License-Identifier: Apache-2.0

package workspacesql

import (
	"context"
	"errors"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
	"entente.example/internal/workspace"
)

// Destroyer destroys at most limit rows of the grant's workspace, and says how
// many: 0 where it has none.
type Destroyer func(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error)

// Purging is what a purge asks of other rooms.
type Purging struct {
	Queue   func(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, w workspace.Work) error
	Destroy []Destroyer // in this order; memberships go last, by themselves
	Wipe    func(ctx context.Context) error
}

// Purges implements workspace.PurgeStore.
type Purges struct {
	gate gate.Gate
	with Purging
}

var _ workspace.PurgeStore = Purges{}

// NewPurges returns a store behind the gate.
func NewPurges(g gate.Gate, with Purging) Purges {
	with.Destroy = append(with.Destroy, memberships)
	return Purges{g, with}
}

// slice is how many rows one transaction destroys: others wait no longer than
// that.
const slice = 500

// View implements workspace.PurgeStore.
func (p Purges) View(ctx context.Context, ask access.Ask, fn func(workspace.PurgeReader) error) error {
	return p.gate.View(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(purgeTx{tx{sql, g}, p.with}) })
}

// Update implements workspace.PurgeStore.
func (p Purges) Update(ctx context.Context, ask access.Ask, fn func(workspace.PurgeTx) error) error {
	return p.gate.Update(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(purgeTx{tx{sql, g}, p.with}) })
}

// Destroy implements workspace.PurgeStore.
func (p Purges) Destroy(ctx context.Context, follower access.Ask) (n int64, err error) {
	err = p.gate.Update(ctx, follower, func(sql *sqldb.Tx, g access.Grant) error {
		n = 0
		err = sql.Overwrite(ctx, func() error {
			for _, destroy := range p.with.Destroy {
				if n, err = destroy(ctx, sql, g, slice); n > 0 || err != nil {
					break
				}
			}
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		return sql.Exec(ctx, `UPDATE workspace_purge SET destroyed = destroyed + $2 WHERE workspace_id = $1`, g.Workspace(), n)
	})
	return n, err
}

// errUnnumbered is why an unsealing must come again.
var errUnnumbered = fault.Wrap(fault.Unavailable, "error.unavailable", errors.New("entries of the purged workspace wait for their numbers"))

// Unseal implements workspace.PurgeStore.
func (p Purges) Unseal(ctx context.Context, follower access.Ask) (n int64, err error) {
	waits := false
	err = p.gate.Update(ctx, follower, func(sql *sqldb.Tx, g access.Grant) error {
		err := sql.Overwrite(ctx, func() (err error) {
			n, err = auditsql.Purge(ctx, sql, g, slice)
			return err
		})
		if err != nil {
			return err
		}
		waits, err = auditsql.Unsealed(ctx, sql, g)
		return err
	})
	if err == nil && n == 0 && waits {
		err = errUnnumbered
	}
	return n, err
}

// Wipe implements workspace.PurgeStore.
func (p Purges) Wipe(ctx context.Context) error { return p.with.Wipe(ctx) }

func memberships(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	return gate.Destroy(ctx, tx, g, limit, gate.Table{Name: "workspace_membership", Key: "member_id"})
}

// purgeTx implements workspace.PurgeTx.
type purgeTx struct {
	tx
	with Purging
}

func (t purgeTx) Purge(ctx context.Context, id access.WorkspaceID) (p workspace.Purge, err error) {
	var asked, confirmed, ended int64
	err = t.sql.One(ctx, `
		SELECT asked_by, asked_at, confirmed_by, confirmed_at, destroyed, ended_at FROM workspace_purge WHERE workspace_id = $1`,
		[]any{id}, &p.AskedBy, &asked, &p.ConfirmedBy, &confirmed, &p.Destroyed, &ended)
	p.AskedAt, p.ConfirmedAt, p.EndedAt = sqldb.Time(asked), sqldb.Time(confirmed), sqldb.Time(ended)
	return p, err
}

func (t purgeTx) SavePurge(ctx context.Context, id access.WorkspaceID, p workspace.Purge) error {
	return t.sql.Exec(ctx, `
		INSERT INTO workspace_purge (workspace_id, asked_by, asked_at, confirmed_by, confirmed_at, destroyed, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id) DO UPDATE SET asked_by = excluded.asked_by, asked_at = excluded.asked_at,
			confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at, destroyed = excluded.destroyed, ended_at = excluded.ended_at`,
		id, p.AskedBy, sqldb.Micros(p.AskedAt), p.ConfirmedBy, sqldb.Micros(p.ConfirmedAt), p.Destroyed, sqldb.Micros(p.EndedAt))
}

func (t purgeTx) DropPurge(ctx context.Context, id access.WorkspaceID) error {
	return t.sql.Exec(ctx, `DELETE FROM workspace_purge WHERE workspace_id = $1`, id)
}

func (t purgeTx) Hide(ctx context.Context, id access.WorkspaceID) (bool, error) {
	n, err := t.sql.Change(ctx, `UPDATE workspace_workspace SET state = $2 WHERE workspace_id = $1`, id, access.Purged)
	return n > 0, err
}

func (t purgeTx) Seal(ctx context.Context, id access.WorkspaceID) (audit.Seal, error) {
	return auditsql.Sealing(ctx, t.sql, t.grant, id)
}

func (t purgeTx) Remove(ctx context.Context, id access.WorkspaceID) error {
	return t.sql.Exec(ctx, `DELETE FROM workspace_workspace WHERE workspace_id = $1 AND state = $2`, id, access.Purged)
}

func (t purgeTx) Queue(ctx context.Context, id access.WorkspaceID, w workspace.Work) error {
	return t.with.Queue(ctx, t.sql, id, w)
}
