// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"
	"errors"

	"entente.example/internal/access"
	"entente.example/internal/sqldb"
)

// Table is one whose rows belong to workspaces: its name, and the columns of its
// key behind workspace_id, or workspace_id itself where there are none.
type Table struct{ Name, Key string }

// errNoPurge is the answer to a destruction that no purge can have asked for.
var errNoPurge = errors.New("only a purge destroys, and only an operation is purged")

// Destroy deletes at most limit rows of the grant's workspace, of the first of
// the tables that has any, and says how many: 0 where nothing is left in any of
// them. It is for the purge of an operation alone.
func Destroy(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int, tables ...Table) (n int64, err error) {
	if !g.SeesAll() || g.Workspace() == "" || g.Workspace() == access.Exchange {
		return 0, errNoPurge
	}
	for _, t := range tables {
		n, err := tx.Change(ctx, `DELETE FROM `+t.Name+` WHERE workspace_id = $1 AND (`+t.Key+`) IN (
			SELECT `+t.Key+` FROM `+t.Name+` WHERE workspace_id = $1 LIMIT $2)`, g.Workspace(), limit)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// Purge destroys a slice of the handlings of the grant's workspace.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	return Destroy(ctx, tx, g, limit, Table{"gate_reach", "handling_id, kind, subject"}, Table{"gate_handling", "handling_id"})
}
