// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"fmt"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// ledgerRows returns entries from..from+n-1.
func ledgerRows(from, n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{from + i, fmt.Sprintf("note %d", from+i)}
	}
	return rows
}

func insert(t testing.TB, db *sqldb.DB, rows [][]any) error {
	ctx := t.Context()
	return db.Update(ctx, func(tx *sqldb.Tx) error { return tx.Insert(ctx, "ledger", []string{"entry", "note"}, rows) })
}

func TestInsertAddsAllRows(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 31, 63, 64, 101, 10_000} {
		t.Run(fmt.Sprintf("%d of them", n), func(t *testing.T) {
			sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
				withLedger(t, db)
				if err := insert(t, db, ledgerRows(1, n)); err != nil {
					t.Fatal(err)
				}
				if got := number(t, db, `SELECT COUNT(*) FROM ledger WHERE note = 'note ' || entry`); got != int64(n) {
					t.Errorf("found %d rows; want %d", got, n)
				}
			})
		})
	}
}

func TestInsertIsAllOrNothing(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		mustExec(t, db, addEntry, 150, "there")
		tests := []struct {
			name string
			rows [][]any
			want fault.Kind
		}{
			{"few rows, one of them there", ledgerRows(149, 3), fault.Conflict},
			{"many rows, one of them there", ledgerRows(1, 200), fault.Conflict},
			{"few rows, one with NUL", append(ledgerRows(200, 3), []any{300, "\x00"}), fault.Invalid},
			{"many rows, one with NUL", append(ledgerRows(200, 100), []any{300, "\x00"}), fault.Invalid},
			{"a row that is too short", append(ledgerRows(200, 3), []any{300}), fault.Internal},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				err := insert(t, db, test.rows)
				if err == nil || fault.KindOf(err) != test.want {
					t.Errorf("got %v; want kind %d", err, test.want)
				}
				if n := number(t, db, countEntries); n != 1 {
					t.Errorf("there are %d entries; want 1", n)
				}
			})
		}
	})
}

func TestInsertTakesEveryTypeByEveryWay(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		mustExec(t, db, `CREATE TABLE value (id bigint NOT NULL PRIMARY KEY, small integer NOT NULL, yes boolean NOT NULL,
			word text NOT NULL, bytes bytea NOT NULL, maybe text)`)
		for start, n := range map[int]int{1: 3, 1000: 100} {
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{int64(start + i), i, i%2 == 0, name("w"), []byte{0, 1}, (*string)(nil)}
			}
			err := db.Update(ctx, func(tx *sqldb.Tx) error {
				return tx.Insert(ctx, "value", []string{"id", "small", "yes", "word", "bytes", "maybe"}, rows)
			})
			if err != nil {
				t.Fatalf("%d rows: %v", n, err)
			}
		}
		got := number(t, db, `SELECT COUNT(*) FROM value WHERE yes AND word = 'w' AND bytes = $1 AND maybe IS NULL`, []byte{0, 1})
		if got != 2+50 {
			t.Errorf("found %d rows; want 52", got)
		}
	})
}
