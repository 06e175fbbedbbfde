// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"errors"
	"testing"

	"entente.example/internal/sqldb"
)

var errMine = errors.New("the function's own error")

// mustExec runs one statement in an Update of its own.
func mustExec(t testing.TB, db *sqldb.DB, query string, args ...any) {
	t.Helper()
	if err := try(t, db, query, args...); err != nil {
		t.Fatal(err)
	}
}

func try(t testing.TB, db *sqldb.DB, query string, args ...any) error {
	t.Helper()
	ctx := t.Context()
	return db.Update(ctx, func(tx *sqldb.Tx) error { return tx.Exec(ctx, query, args...) })
}

// number reads one integer in a View of its own.
func number(t testing.TB, db *sqldb.DB, query string, args ...any) (n int64) {
	t.Helper()
	ctx := t.Context()
	if err := db.View(ctx, func(tx *sqldb.Tx) error { return tx.One(ctx, query, args, &n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// withLedger makes a table of acknowledged writes.
func withLedger(t testing.TB, db *sqldb.DB) {
	t.Helper()
	mustExec(t, db, `CREATE TABLE ledger (entry bigint NOT NULL PRIMARY KEY, note text NOT NULL)`)
}

const (
	addEntry     = `INSERT INTO ledger (entry, note) VALUES ($1, $2)`
	countEntries = `SELECT COUNT(*) FROM ledger`
)
