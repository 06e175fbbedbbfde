// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/sqldb/sqldbtest"
)

// onEach runs a benchmark on both engines.
func onEach(b *testing.B, bench func(b *testing.B, db *sqldb.DB)) {
	b.Run("sqlite", func(b *testing.B) {
		db := sqldbtest.Open(b)
		withLedger(b, db)
		bench(b, db)
	})
	b.Run("postgres", func(b *testing.B) {
		db, err := sqldb.OpenWith(b.Context(), sqldb.Options{URL: pgtest.URL(b)})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		withLedger(b, db)
		bench(b, db)
	})
}

// journal is what SQLite's journal grows to before it is used anew; a commit
// that must make it grow takes five times as long as one that need not.
const journal = 17 << 20

func BenchmarkUpdate(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			onEach(b, func(b *testing.B, db *sqldb.DB) { benchUpdates(b, db, clients) })
		})
	}
}

func benchUpdates(b *testing.B, db *sqldb.DB, clients int) {
	ctx := b.Context()
	warm := strings.Repeat("x", journal)
	mustExec(b, db, addEntry, -1, warm)
	var next, commits atomic.Int64
	db.OnCommit(func() { commits.Add(1) })
	b.ResetTimer()
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				err := db.Update(ctx, func(tx *sqldb.Tx) error { return tx.Exec(ctx, addEntry, n, "a note of some words") })
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
	b.ReportMetric(float64(b.N)/float64(max(1, commits.Load())), "updates/commit")
}

// BenchmarkBareDriver is the limit for a single client: the driver in a loop,
// with the same settings and compiled statements.
func BenchmarkBareDriver(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bare.db")
	pool, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	ctx := b.Context()
	if _, err := pool.ExecContext(ctx, `CREATE TABLE ledger (entry bigint NOT NULL PRIMARY KEY, note text NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	add, err := pool.PrepareContext(ctx, addEntry)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := add.ExecContext(ctx, -1, strings.Repeat("x", journal)); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := range b.N {
		tx, err := pool.BeginTx(ctx, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := tx.StmtContext(ctx, add).ExecContext(ctx, n, "a note of some words"); err != nil {
			b.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

func BenchmarkPointRead(b *testing.B) {
	onEach(b, func(b *testing.B, db *sqldb.DB) {
		ctx := b.Context()
		if err := insert(b, db, ledgerRows(0, 10_000)); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for n := range b.N {
			err := db.View(ctx, func(tx *sqldb.Tx) error {
				var note string
				return tx.One(ctx, `SELECT note FROM ledger WHERE entry = $1`, []any{n % 10_000}, &note)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "views/s")
	})
}

func BenchmarkInsert(b *testing.B) {
	const rows = 1000
	onEach(b, func(b *testing.B, db *sqldb.DB) {
		for n := range b.N {
			if err := insert(b, db, ledgerRows(n*rows, rows)); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	})
}
