// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// Purge destroys a slice of what the match holds of the grant's workspace: its
// keys, its hits, its meetings at the desk with what was noted of them, what it drew of the budget. What other
// operations were told stays theirs.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (n int64, err error) {
	n, err = gate.Destroy(ctx, tx, g, limit,
		gate.Table{Name: "deconflict_key", Key: "match_key, place"},
		gate.Table{Name: "deconflict_seen", Key: "member_id, hit_id"},
		gate.Table{Name: "deconflict_hit", Key: "hit_id"},
	)
	if n > 0 || err != nil {
		return n, err
	}
	n, err = tx.Change(ctx, `DELETE FROM deconflict_act WHERE (pair_id, act_id) IN (
		SELECT a.pair_id, a.act_id FROM deconflict_act a JOIN deconflict_pair p ON p.pair_id = a.pair_id AND p.reason <> 'told'
		WHERE p.one = $1 OR p.two = $1 LIMIT $2)`, g.Workspace(), limit)
	if n > 0 || err != nil {
		return n, err
	}
	n, err = tx.Change(ctx, `DELETE FROM deconflict_pair WHERE (match_key, one, two) IN (
		SELECT match_key, one, two FROM deconflict_pair WHERE one = $1 OR two = $1 LIMIT $2)`, g.Workspace(), limit)
	if n > 0 || err != nil {
		return n, err
	}
	return tx.Change(ctx, `DELETE FROM deconflict_budget WHERE holder = 'workspace' AND subject = $1`, g.Workspace())
}
