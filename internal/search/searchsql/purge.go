// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// Merge merges a part of the index, so that tokens of documents that were taken
// out are gone from it too, and says whether there is more to do. FTS5 keeps them
// until then; of PostgreSQL the tokens go with their row.
func Merge(ctx context.Context, tx *sqldb.Tx) (more bool, err error) {
	if tx.Engine() != sqldb.SQLite {
		return false, nil
	}
	const pages = 200 // a few milliseconds
	changes := func() (n int64) {
		if err == nil {
			err = tx.One(ctx, `SELECT total_changes()`, nil, &n)
		}
		return n
	}
	before := changes()
	if err == nil {
		err = tx.Exec(ctx, `INSERT INTO search_token (search_token, rank) VALUES ('merge', $1)`, -pages)
	}
	after := changes()
	return after-before >= 2, err // https://www.sqlite.org/fts5.html, "The 'merge' Command"
}

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
