// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
)

func openPostgres(t *testing.T, options ...string) *sqldb.DB {
	t.Helper()
	url := pgtest.URL(t)
	for _, option := range options {
		url += "&" + option
	}
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestAnUpdateThatLosesRunsAgain(t *testing.T) {
	db := openPostgres(t)
	ctx := t.Context()
	withLedger(t, db)
	mustExec(t, db, addEntry, 1, "")
	step := func(tx *sqldb.Tx, meanwhile func()) error {
		var note string
		if err := tx.One(ctx, `SELECT note FROM ledger WHERE entry = 1`, nil, &note); err != nil {
			return err
		}
		meanwhile()
		err := tx.Exec(ctx, `UPDATE ledger SET note = $1 WHERE entry = 1`, note+"x")
		if err != nil {
			return errMine // as a room might, that says it in its own words
		}
		return nil
	}
	runs := 0
	err := db.Update(ctx, func(tx *sqldb.Tx) error {
		runs++
		return step(tx, func() {
			if runs > 1 {
				return
			}
			other := db.Update(ctx, func(tx *sqldb.Tx) error { return step(tx, func() {}) })
			if other != nil {
				t.Error(other)
			}
		})
	})
	if err != nil || runs != 2 {
		t.Errorf("after %d runs got %v; want success after 2", runs, err)
	}
	if n := number(t, db, `SELECT LENGTH(note) FROM ledger`); n != 2 {
		t.Errorf("the two increments made %d", n)
	}
}

func TestADeadlockIsResolved(t *testing.T) {
	db := openPostgres(t, "deadlock_timeout=50")
	ctx := t.Context()
	withLedger(t, db)
	mustExec(t, db, addEntry, 1, "")
	mustExec(t, db, addEntry, 2, "")
	var met sync.WaitGroup
	met.Add(2)
	var group sync.WaitGroup
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		group.Go(func() {
			first := true
			err := db.Update(ctx, func(tx *sqldb.Tx) error {
				for _, entry := range order {
					if err := tx.Exec(ctx, `UPDATE ledger SET note = note || 'x' WHERE entry = $1`, entry); err != nil {
						return err
					}
					if first {
						first = false
						met.Done()
						met.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := number(t, db, `SELECT COUNT(*) FROM ledger WHERE note = 'xx'`); n != 2 {
		t.Errorf("%d of 2 rows were changed twice", n)
	}
}

func TestOneThatAlwaysLosesGivesUp(t *testing.T) {
	db := openPostgres(t)
	ctx := t.Context()
	withLedger(t, db)
	mustExec(t, db, addEntry, 1, "")
	runs := 0
	err := db.Update(ctx, func(tx *sqldb.Tx) error {
		runs++
		var note string
		if err := tx.One(ctx, `SELECT note FROM ledger`, nil, &note); err != nil {
			return err
		}
		mustExec(t, db, `UPDATE ledger SET note = 'other'`)
		return tx.Exec(ctx, `UPDATE ledger SET note = 'mine'`)
	})
	if fault.KindOf(err) != fault.Unavailable || runs != 40 {
		t.Errorf("after %d runs got %v; want unavailable after 40", runs, err)
	}
}

func TestRetriesEndWithTheirContext(t *testing.T) {
	db := openPostgres(t)
	withLedger(t, db)
	mustExec(t, db, addEntry, 1, "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	runs := 0
	err := db.Update(ctx, func(tx *sqldb.Tx) error {
		runs++
		var note string
		if err := tx.One(ctx, `SELECT note FROM ledger`, nil, &note); err != nil {
			return err
		}
		mustExec(t, db, `UPDATE ledger SET note = 'other'`)
		err := tx.Exec(ctx, `UPDATE ledger SET note = 'mine'`)
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) || runs != 1 {
		t.Errorf("after %d runs got %v; want context.Canceled after 1", runs, err)
	}
}

func TestADatabaseThatOrdersOtherwiseIsRefused(t *testing.T) {
	tests := map[string]string{
		"by the rules of a language": "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en'",
		"in another encoding":        "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
	}
	for name, options := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sqldb.Open(t.Context(), pgtest.Empty(t, options))
			if err == nil || !strings.Contains(err.Error(), "CREATE DATABASE") {
				t.Errorf("got %v; want an error that says how to make one", err)
			}
		})
	}
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, url := range []string{"postgres://nobody@127.0.0.1:1/none?sslmode=disable", "postgres:///none?host=" + t.TempDir()} {
		if _, err := sqldb.Open(ctx, url); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: got %v; want unavailable", url, err)
		}
	}
}

func TestAConnectionThatIsLostIsReplaced(t *testing.T) {
	db := openPostgres(t)
	ctx := t.Context()
	withLedger(t, db)
	err := db.Update(ctx, func(tx *sqldb.Tx) error {
		var pid int64
		if err := tx.One(ctx, `SELECT pg_backend_pid()`, nil, &pid); err != nil {
			return err
		}
		if ended := number(t, db, `SELECT COUNT(*) FROM (SELECT pg_terminate_backend($1::integer)) x`, pid); ended != 1 {
			t.Error("the connection was not ended")
		}
		return tx.Exec(ctx, addEntry, 1, "n")
	})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v; want unavailable", err)
	}
	mustExec(t, db, addEntry, 2, "n")
	if n := number(t, db, countEntries); n != 1 {
		t.Errorf("there are %d entries; want 1", n)
	}
}

func TestEveryWayToSendAQueryWorks(t *testing.T) {
	for _, mode := range []string{"cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			db := openPostgres(t, "default_query_exec_mode="+mode)
			withLedger(t, db)
			mustExec(t, db, addEntry, 1, "it's")
			for _, n := range []int{3, 100} {
				if err := insert(t, db, ledgerRows(n*100, n)); err != nil {
					t.Errorf("%d rows: %v", n, err)
				}
			}
			if n := number(t, db, `SELECT COUNT(*) FROM ledger WHERE entry >= $1`, 1); n != 104 {
				t.Errorf("found %d entries; want 104", n)
			}
		})
	}
}

func TestThePoolIsAsLargeAsAskedFor(t *testing.T) {
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: pgtest.URL(t), Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	nothing := func(*sqldb.Tx) error { return nil }
	err = db.View(ctx, func(*sqldb.Tx) error {
		return db.View(ctx, func(*sqldb.Tx) error { return db.View(ctx, nothing) })
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third transaction got %v; want the end of its time", err)
	}
}
