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
	ids := map[room][]string{}
	err = tx.All(ctx, `SELECT ref_id, kind = 'object' FROM search_doc WHERE workspace_id = $1 LIMIT $2`, []any{g.Workspace(), limit},
		func(scan func(...any) error) error {
			var id string
			var object bool
			err := scan(&id, &object)
			of := map[bool]room{true: ofObjects, false: ofPosts}[object]
			ids[of] = append(ids[of], id)
			return err
		})
	for of, some := range ids {
		if err == nil {
			err = writer{tx, g.Workspace(), search.Analyser{}}.remove(ctx, of, some)
		}
	}
	return int64(len(ids[ofPosts]) + len(ids[ofObjects])), err
}
