// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestAFunctionThatFailsLeavesNothing(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		add := func(tx *sqldb.Tx) {
			if err := tx.Exec(ctx, addEntry, 1, "one"); err != nil {
				t.Error(err)
			}
		}
		t.Run("with an error", func(t *testing.T) {
			err := db.Update(ctx, func(tx *sqldb.Tx) error { add(tx); return errMine })
			if !errors.Is(err, errMine) {
				t.Errorf("got %v; want the function's own error", err)
			}
		})
		t.Run("with a panic, which reaches the caller", func(t *testing.T) {
			defer func() {
				if got := recover(); got != "ouch" {
					t.Errorf("recovered %v; want ouch", got)
				}
			}()
			_ = db.Update(ctx, func(tx *sqldb.Tx) error { add(tx); panic("ouch") })
		})
		t.Run("by ending its goroutine", func(t *testing.T) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = db.Update(ctx, func(tx *sqldb.Tx) error { add(tx); runtime.Goexit(); return nil })
			}()
			<-done
		})
		if n := number(t, db, countEntries); n != 0 {
			t.Errorf("there are %d entries; want none", n)
		}
		mustExec(t, db, addEntry, 1, "one") // and the writer goes on
	})
}

func TestAViewIsASnapshot(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		mustExec(t, db, addEntry, 1, "one")
		count := func(tx *sqldb.Tx) (n int64) {
			if err := tx.One(ctx, countEntries, nil, &n); err != nil {
				t.Error(err)
			}
			return n
		}
		err := db.View(ctx, func(tx *sqldb.Tx) error {
			before := count(tx)
			mustExec(t, db, addEntry, 2, "two")
			if after := count(tx); before != 1 || after != 1 {
				t.Errorf("counted %d, then %d; want 1 both times", before, after)
			}
			return nil
		})
		if err != nil || number(t, db, countEntries) != 2 {
			t.Errorf("the next View does not see the change; %v", err)
		}
	})
}

func TestAnUpdateReadsWhatItWrote(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			var note string
			return errors.Join(
				tx.Exec(ctx, addEntry, 1, "one"),
				tx.One(ctx, `UPDATE ledger SET note = note || '!' WHERE entry = 1 RETURNING note`, nil, &note),
				func() error {
					if note != "one!" {
						t.Errorf("read %q", note)
					}
					return nil
				}())
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A counter that each raises by what it read of it: nobody's step is lost.
func TestNoUpdateIsLost(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		const clients, steps = 32, 5
		ctx := t.Context()
		mustExec(t, db, `CREATE TABLE counter (one bigint NOT NULL PRIMARY KEY, value bigint NOT NULL)`)
		mustExec(t, db, `INSERT INTO counter (one, value) VALUES (1, 0)`)
		var group sync.WaitGroup
		for range clients {
			group.Go(func() {
				for range steps {
					err := db.Update(ctx, func(tx *sqldb.Tx) error {
						var value int64
						if err := tx.One(ctx, `SELECT value FROM counter WHERE one = 1`, nil, &value); err != nil {
							return err
						}
						return tx.Exec(ctx, `UPDATE counter SET value = $1 WHERE one = 1`, value+1)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if got := number(t, db, `SELECT value FROM counter`); got != clients*steps {
			t.Errorf("the counter shows %d; want %d", got, clients*steps)
		}
	})
}

func TestOnCommit(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		var first, second atomic.Int64
		db.OnCommit(func() { first.Add(1) })
		db.OnCommit(func() { second.Add(1) })
		read := func(query string) func(tx *sqldb.Tx) error {
			return func(tx *sqldb.Tx) error {
				return tx.All(ctx, query, nil, func(func(...any) error) error { return nil })
			}
		}
		tests := []struct {
			name string
			fn   func(tx *sqldb.Tx) error
			want int64
		}{
			{"is called for a row that was added", func(tx *sqldb.Tx) error { return tx.Exec(ctx, addEntry, 1, "one") }, 1},
			{"is called for a statement that returns what it changed", read(`UPDATE ledger SET note = 'n' RETURNING entry`), 1},
			{"is called for many rows", func(tx *sqldb.Tx) error {
				return tx.Insert(ctx, "ledger", []string{"entry", "note"}, ledgerRows(1000, 100))
			}, 1},
			{"is not called for reading", read(`SELECT entry FROM ledger`), 0},
			{"is not called where nothing changed", func(tx *sqldb.Tx) error { return tx.Exec(ctx, `DELETE FROM ledger WHERE entry = -1`) }, 0},
			{"is not called where nothing was claimed", read(`DELETE FROM ledger WHERE entry = -1 RETURNING entry`), 0},
			{"is not called for what was undone", func(tx *sqldb.Tx) error {
				return errors.Join(tx.Exec(ctx, addEntry, 2, "two"), errMine)
			}, 0},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				before := first.Load()
				if err := db.Update(ctx, test.fn); err != nil && !errors.Is(err, errMine) {
					t.Fatal(err)
				}
				mustExec(t, db, `DELETE FROM ledger WHERE entry = -1`) // the answer may be a moment ahead of the call
				if got := first.Load() - before; got != test.want {
					t.Errorf("called %d times; want %d", got, test.want)
				}
			})
		}
		if first.Load() != second.Load() {
			t.Errorf("one was called %d times, the other %d", first.Load(), second.Load())
		}
	})
}

func TestCloseWaitsForWhatRunsAndRefusesWhatComes(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		withLedger(t, db)
		running, goOn := make(chan struct{}, 2), make(chan struct{})
		results := make(chan error, 2)
		fn := func(query string) func(tx *sqldb.Tx) error {
			return func(tx *sqldb.Tx) error {
				running <- struct{}{}
				<-goOn
				return tx.All(ctx, query, nil, func(func(...any) error) error { return nil })
			}
		}
		go func() { results <- db.Update(ctx, fn(`INSERT INTO ledger (entry, note) VALUES (1, 'one')`)) }()
		go func() { results <- db.View(ctx, fn(countEntries)) }()
		<-running
		<-running
		closed := make(chan error)
		go func() { closed <- db.Close() }()
		select {
		case <-closed:
			t.Error("Close did not wait")
		default:
		}
		close(goOn)
		for range 2 {
			if err := <-results; err != nil {
				t.Errorf("what ran failed with %v", err)
			}
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		nothing := func(*sqldb.Tx) error { t.Error("it ran after Close"); return nil }
		for _, err := range []error{db.View(ctx, nothing), db.Update(ctx, nothing)} {
			if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("after Close got %v; want unavailable", err)
			}
		}
		if err := db.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		const clients, each = 16, 20
		withLedger(t, db)
		var acknowledged atomic.Int64
		var group sync.WaitGroup
		for client := range clients {
			group.Go(func() {
				for i := range each {
					ctx, cancel := context.WithCancel(t.Context())
					if i%5 == 4 {
						cancel()
					}
					err := db.Update(ctx, func(tx *sqldb.Tx) error {
						if err := tx.Exec(ctx, addEntry, client*each+i, "n"); err != nil || i%5 != 3 {
							return err
						}
						return errMine
					})
					if err == nil {
						acknowledged.Add(1)
					}
					cancel()
					number(t, db, countEntries)
				}
			})
		}
		group.Wait()
		if got, want := number(t, db, countEntries), int64(clients*each*3/5); got != want || acknowledged.Load() != want {
			t.Errorf("%d entries are there and %d were acknowledged; want %d", got, acknowledged.Load(), want)
		}
	})
}
