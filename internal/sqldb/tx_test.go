// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

type name string

func TestValuesComeBackAsTheyWentIn(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		mustExec(t, db, `CREATE TABLE value (id bigint NOT NULL PRIMARY KEY, yes boolean NOT NULL, whole bigint NOT NULL,
			word text NOT NULL, bytes bytea NOT NULL, maybe_yes boolean, maybe_whole bigint, maybe_word text, maybe_bytes bytea)`)
		const insert = `INSERT INTO value (id, yes, whole, word, bytes, maybe_yes, maybe_whole, maybe_word, maybe_bytes)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
		word, whole := "ضابط\n'--", int64(-1)<<63
		mustExec(t, db, insert, 1, true, whole, name("custom"), []byte{0, 255, 0}, true, &whole, &word, []byte("x"))
		mustExec(t, db, insert, 2, false, int64(1)<<62, "", []byte{}, nil, (*int64)(nil), (*string)(nil), nil)
		mustExec(t, db, insert, 3, true, 7, "", []byte{1}, sql.NullBool{}, sql.NullInt64{Int64: 5, Valid: true},
			sql.Null[string]{V: "v", Valid: true}, []byte(nil))

		type row struct {
			yes        bool
			whole      int64
			word       name
			bytes      []byte
			maybeYes   sql.NullBool
			maybeWhole *int64
			maybeWord  *string
			maybeBytes []byte
		}
		var rows []row
		err := db.View(ctx, func(tx *sqldb.Tx) error {
			return tx.All(ctx, `SELECT yes, whole, word, bytes, maybe_yes, maybe_whole, maybe_word, maybe_bytes FROM value ORDER BY id`, nil,
				func(scan func(...any) error) error {
					var r row
					err := scan(&r.yes, &r.whole, &r.word, &r.bytes, &r.maybeYes, &r.maybeWhole, &r.maybeWord, &r.maybeBytes)
					rows = append(rows, r)
					return err
				})
		})
		if err != nil || len(rows) != 3 {
			t.Fatalf("got %d rows, %v", len(rows), err)
		}
		full, empty, mixed := rows[0], rows[1], rows[2]
		if !full.yes || full.whole != whole || full.word != "custom" || !bytes.Equal(full.bytes, []byte{0, 255, 0}) {
			t.Errorf("the full row came back as %+v", full)
		}
		if !full.maybeYes.Bool || *full.maybeWhole != whole || *full.maybeWord != word || string(full.maybeBytes) != "x" {
			t.Errorf("what may be empty came back as %+v", full)
		}
		if empty.yes || empty.whole != int64(1)<<62 || empty.word != "" || len(empty.bytes) != 0 {
			t.Errorf("the empty row came back as %+v", empty)
		}
		if empty.maybeYes.Valid || empty.maybeWhole != nil || empty.maybeWord != nil || empty.maybeBytes != nil {
			t.Errorf("NULL came back as %+v", empty)
		}
		if mixed.maybeYes.Valid || *mixed.maybeWhole != 5 || *mixed.maybeWord != "v" || mixed.maybeBytes != nil {
			t.Errorf("the nullable types came back as %+v", mixed)
		}
	})
}

func TestArgumentsMayComeInAnyOrderAndTwice(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		mustExec(t, db, `INSERT INTO ledger (note, entry) VALUES ($2, $1)`, 4, "four")
		n := number(t, db, `SELECT COUNT(*) FROM ledger WHERE note = $2 AND entry = $1 AND ($1 = 4 OR note <> $2)`, 4, "four")
		if n != 1 {
			t.Errorf("found %d rows; want 1", n)
		}
	})
}

func TestTextOrdersByItsBytes(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		words := []string{"b", "B", "a", "é", "Z", "_", "ض", "0", "a b", "ab", "😀", "�"}
		for i, word := range words {
			mustExec(t, db, addEntry, i, word)
		}
		var got []string
		err := db.View(ctx, func(tx *sqldb.Tx) error {
			return tx.All(ctx, `SELECT note FROM ledger ORDER BY note`, nil, func(scan func(...any) error) error {
				var word string
				err := scan(&word)
				got = append(got, word)
				return err
			})
		})
		slices.Sort(words)
		if err != nil || !slices.Equal(got, words) {
			t.Errorf("got %q, %v; want %q", got, err, words)
		}
	})
}

func TestErrorsAreFaults(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		mustExec(t, db, addEntry, 1, "one")
		mustExec(t, db, `CREATE TABLE child (entry bigint NOT NULL REFERENCES ledger (entry), word text NOT NULL UNIQUE)`)
		mustExec(t, db, `INSERT INTO child (entry, word) VALUES ($1, $2)`, 1, "w")
		tests := []struct {
			name  string
			query string
			args  []any
			kind  fault.Kind
			key   string
		}{
			{"a primary key that is there", addEntry, []any{1, "again"}, fault.Conflict, "error.conflict"},
			{"a unique value that is there", `INSERT INTO child (entry, word) VALUES ($1, $2)`, []any{1, "w"}, fault.Conflict, "error.conflict"},
			{"a parent that is not there", `INSERT INTO child (entry, word) VALUES ($1, $2)`, []any{9, "x"}, fault.Conflict, "error.conflict"},
			{"a parent that still has children", `DELETE FROM ledger WHERE entry = $1`, []any{1}, fault.Conflict, "error.conflict"},
			{"NUL in text", addEntry, []any{2, "a\x00b"}, fault.Invalid, "sqldb.text.invalid"},
			{"text that is not UTF-8", addEntry, []any{2, "a\xffb"}, fault.Invalid, "sqldb.text.invalid"},
			{"NUL in text of a type of its own", addEntry, []any{2, name("\x00")}, fault.Invalid, "sqldb.text.invalid"},
			{"a column left empty", addEntry, []any{2, nil}, fault.Internal, "error.internal"},
			{"a table that is not there", `DELETE FROM nowhere`, nil, fault.Internal, "error.internal"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				f := fault.Of(try(t, db, test.query, test.args...))
				if f.Kind != test.kind || f.Key != test.key {
					t.Errorf("got kind %d, %v; want kind %d, %s", f.Kind, f, test.kind, test.key)
				}
			})
		}
		if n := number(t, db, countEntries); n != 1 {
			t.Errorf("there are %d entries; want the one of before", n)
		}
	})
}

func TestAnErrorTellsTheOperatorTheStatementButNoValue(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		mustExec(t, db, addEntry, 1, "secret")
		err := try(t, db, addEntry, 1, "secret")
		if !strings.Contains(err.Error(), "INSERT INTO ledger") || strings.Contains(err.Error(), "secret") {
			t.Errorf("the error reads %q", err)
		}
	})
}

func TestNothingFoundIsNotFoundAndEndsNothing(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			var note string
			err := tx.One(ctx, `SELECT note FROM ledger WHERE entry = $1`, []any{1}, &note)
			if f := fault.Of(err); f.Kind != fault.NotFound || f.Key != "error.not_found" {
				t.Errorf("got %v; want error.not_found", err)
			}
			return tx.Exec(ctx, addEntry, 1, "one")
		})
		if err != nil || number(t, db, countEntries) != 1 {
			t.Errorf("the entry was not added: %v", err)
		}
	})
}

func TestAnErrorOfAStatementEndsItsTransaction(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		mustExec(t, db, addEntry, 1, "one")
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			first := tx.Exec(ctx, addEntry, 1, "again")
			if second := tx.Exec(ctx, addEntry, 2, "two"); !errors.Is(second, first) {
				t.Errorf("what follows fails with %v; want %v", second, first)
			}
			return nil
		})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("got %v; want the conflict that the function kept to itself", err)
		}
		err = db.View(ctx, func(tx *sqldb.Tx) error {
			_ = tx.One(ctx, `SELECT nothing FROM ledger`, nil, new(int64))
			return nil
		})
		if err == nil {
			t.Error("a View succeeded that could not read")
		}
		if n := number(t, db, countEntries); n != 1 {
			t.Errorf("there are %d entries; want 1", n)
		}
	})
}

func TestChangeCountsRows(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		for i := range 3 {
			mustExec(t, db, addEntry, i, "n")
		}
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			for _, step := range []struct{ above, want int64 }{{0, 2}, {9, 0}} {
				n, err := tx.Change(ctx, `UPDATE ledger SET note = 'm' WHERE entry > $1`, step.above)
				if err != nil || n != step.want {
					t.Errorf("changed %d rows above %d, %v; want %d", n, step.above, err, step.want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAViewChangesNothing(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		attempts := map[string]func(tx *sqldb.Tx) error{
			"by Exec": func(tx *sqldb.Tx) error { return tx.Exec(ctx, addEntry, 1, "n") },
			"by Insert": func(tx *sqldb.Tx) error {
				return tx.Insert(ctx, "ledger", []string{"entry", "note"}, ledgerRows(1, 100))
			},
			"by One": func(tx *sqldb.Tx) error {
				var entry int64
				return tx.One(ctx, addEntry+` RETURNING entry`, []any{1, "n"}, &entry)
			},
		}
		for name, attempt := range attempts {
			t.Run(name, func(t *testing.T) {
				if err := db.View(ctx, attempt); err == nil {
					t.Error("the attempt succeeded")
				}
			})
		}
		if n := number(t, db, countEntries); n != 0 {
			t.Errorf("there are %d entries; want none", n)
		}
	})
}

func TestRowFunctions(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		for i := range 5 {
			mustExec(t, db, addEntry, i, "n")
		}
		all := func(t *testing.T, row func(tx *sqldb.Tx, scan func(...any) error) error) (after, err error) {
			err = db.View(ctx, func(tx *sqldb.Tx) error {
				err := tx.All(ctx, `SELECT entry FROM ledger`, nil, func(scan func(...any) error) error { return row(tx, scan) })
				var n int64
				after = tx.One(ctx, countEntries, nil, &n)
				return err
			})
			return after, err
		}
		t.Run("an error of the row function stops All, not the transaction", func(t *testing.T) {
			rows := 0
			after, err := all(t, func(*sqldb.Tx, func(...any) error) error { rows++; return errMine })
			if !errors.Is(err, errMine) || rows != 1 || after != nil {
				t.Errorf("got %v after %d rows, then %v", err, rows, after)
			}
		})
		t.Run("a statement inside the row function is an error on every engine", func(t *testing.T) {
			_, err := all(t, func(tx *sqldb.Tx, _ func(...any) error) error {
				var n int64
				return tx.One(ctx, countEntries, nil, &n)
			})
			if err == nil {
				t.Error("it succeeded")
			}
		})
		t.Run("a value that does not fit is an error", func(t *testing.T) {
			_, err := all(t, func(_ *sqldb.Tx, scan func(...any) error) error {
				var a, b int64
				return scan(&a, &b)
			})
			if err == nil {
				t.Error("two values were read from one column")
			}
		})
	})
}

func TestATransactionCannotBeKept(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		var kept []*sqldb.Tx
		keep := func(tx *sqldb.Tx) error { kept = append(kept, tx); return nil }
		if err := errors.Join(db.View(ctx, keep), db.Update(ctx, keep)); err != nil {
			t.Fatal(err)
		}
		for _, tx := range kept {
			var n int64
			if err := tx.One(ctx, countEntries, nil, &n); err == nil {
				t.Error("a transaction could be used after its end")
			}
		}
	})
}

func TestManyStatements(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for round := range 2 {
			for i := range 300 { // more than a connection keeps compiled
				query := `SELECT ` + strings.Repeat("1 + ", i) + `1`
				if got := number(t, db, query); got != int64(i+1) {
					t.Fatalf("round %d: got %d; want %d", round, got, i+1)
				}
			}
		}
	})
}

func TestAConnectionKeepsFewStatements(t *testing.T) {
	db := sqldbtest.Open(t)
	ctx := t.Context()
	err := db.Update(ctx, func(tx *sqldb.Tx) error {
		for i := range 400 {
			if err := tx.One(ctx, fmt.Sprintf(`SELECT %d`, i), nil, new(int64)); err != nil {
				return err
			}
		}
		return nil
	})
	if n := db.Compiled(); err != nil || n != 256 {
		t.Errorf("it keeps %d, %v; want 256", n, err)
	}
}

func TestACompiledStatementSeesANewSchema(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		if n := number(t, db, countEntries); n != 0 {
			t.Fatalf("counted %d; want 0", n)
		}
		mustExec(t, db, `ALTER TABLE ledger ADD COLUMN more bigint`)
		mustExec(t, db, addEntry, 1, "one")
		mustExec(t, db, `DROP TABLE ledger`)
		withLedger(t, db)
		mustExec(t, db, addEntry, 1, "one")
		if n := number(t, db, countEntries); n != 1 {
			t.Errorf("counted %d; want 1", n)
		}
	})
}

func TestTheEndOfAContextPassesThrough(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		t.Run("before the function began", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			ran := func(*sqldb.Tx) error { t.Error("the function ran"); return nil }
			for _, err := range []error{db.View(ctx, ran), db.Update(ctx, ran)} {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("got %v; want context.Canceled", err)
				}
			}
		})
		t.Run("in the middle of a long query", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := db.View(ctx, func(tx *sqldb.Tx) error {
				const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n`
				return tx.All(ctx, endless, nil, func(func(...any) error) error { cancel(); return nil })
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v; want context.Canceled", err)
			}
			if n := number(t, db, countEntries); n != 0 {
				t.Errorf("afterwards counted %d; want 0", n)
			}
		})
	})
}
