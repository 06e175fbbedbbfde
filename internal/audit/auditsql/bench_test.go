// SPDX-License-Identifier: Apache-2.0

package auditsql_test

import (
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// BenchmarkLog says what the log costs the sequencer, an entry: numbered entries
// are taken in, 500 at once, as it does.
func BenchmarkLog(b *testing.B) {
	const batch = 500
	db := sqldbtest.Open(b)
	w := gatetest.New(b, db)
	for done := 0; done < b.N; done += batch {
		w.Exec(b, `INSERT INTO audit_entry (number, entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
			WITH RECURSIVE n (i) AS (SELECT $1 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 + 500)
			SELECT i, 'entry-' || i, 1767225600000000, 'ann', 'tyche', 'post.published', 'object', 'about', 0, '' FROM n`, done)
	}
	salts := make([]audit.Salt, batch)
	b.ResetTimer()
	for done := 0; done < b.N; done += batch {
		err := db.Update(b.Context(), func(tx *sqldb.Tx) error {
			_, err := auditsql.Log(b.Context(), tx, salts)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
