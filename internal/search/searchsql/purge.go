// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// Purge takes a slice of the documents of the grant's workspace out of the index.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	n, err := gate.Destroy(ctx, tx, g, limit, gate.Table{Name: "search_batch", Key: "batch_id"})
	if n > 0 || err != nil {
		return n, err
	}
	var ids []string
	err = tx.All(ctx, `SELECT ref_id FROM search_doc WHERE workspace_id = $1 LIMIT $2`, []any{g.Workspace(), limit},
		func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return int64(len(ids)), writer{tx, g.Workspace(), search.Analyser{}}.remove(ctx, ids)
}
