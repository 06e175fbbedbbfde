// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"

	"entente.example/internal/sqldb"
)

// Clear empties the index, for it to be built anew from the journal.
func (x Indexer) Clear(ctx context.Context, tx *sqldb.Tx) error {
	if tx.Engine() == sqldb.SQLite { // of PostgreSQL the tokens are a column of the document
		if err := tx.Exec(ctx, `INSERT INTO search_token (search_token) VALUES ('delete-all')`); err != nil {
			return err
		}
	}
	if err := tx.Exec(ctx, `DELETE FROM search_batch`); err != nil {
		return err
	}
	return tx.Exec(ctx, `DELETE FROM search_doc`)
}
