// SPDX-License-Identifier: Apache-2.0

package follow_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/bus"
	"entente.example/internal/follow"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// record queues n entries, one Update each.
func record(t *testing.T, w *gatetest.World, n int) {
	t.Helper()
	for range n {
		e := audit.Entry{ID: w.NewID(), At: w.Now(), Verb: audit.PostPublished}
		err := w.Gate.Update(t.Context(), gatetest.Ask("ann", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
			return auditsql.Append(t.Context(), tx, g, e)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func runner(t *testing.T, db *sqldb.DB) *follow.Runner {
	t.Helper()
	b, err := bus.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return follow.New(db, b, slog.New(slog.DiscardHandler), rand.Reader)
}

func start(t *testing.T, r *follow.Runner) {
	t.Helper()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
}

func number(t *testing.T, got <-chan int64) int64 {
	t.Helper()
	select {
	case n := <-got:
		return n
	case <-time.After(10 * time.Second):
		t.Fatal("the follower is told nothing")
		return 0
	}
}

func TestAFollowerTakesEachEntryOnceInOrder(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		record(t, w, 3)
		got := make(chan int64, 100)
		var stumbled atomic.Bool
		apply := func(_ context.Context, _ *sqldb.Tx, records []audit.Record) error {
			if !stumbled.Swap(true) {
				return errors.New("stumbles once")
			}
			for _, r := range records {
				got <- r.Number
			}
			return nil
		}
		first := runner(t, db)
		first.Follow("test", apply)
		start(t, first)
		for want := int64(1); want <= 3; want++ {
			if n := number(t, got); n != want {
				t.Fatalf("entry %d; want %d", n, want)
			}
		}
		first.Stop()
		record(t, w, 2)
		again := runner(t, db)
		again.Follow("test", apply)
		start(t, again)
		if n := number(t, got); n != 4 {
			t.Errorf("after a restart: entry %d; want 4", n)
		}
	})
}

func TestATailIsToldOfWhatComesNext(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		record(t, w, 2)
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			_, err := auditsql.Sequence(t.Context(), tx, 10)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r := runner(t, db)
		got := make(chan int64, 100)
		r.Tail("live", func(_ context.Context, r audit.Record) { got <- r.Number })
		start(t, r)
		record(t, w, 1)
		if n := number(t, got); n != 3 {
			t.Errorf("told of %d; want 3", n)
		}
	})
}

func TestStopLeavesNothingRunning(t *testing.T) {
	db := sqldbtest.Open(t)
	r := runner(t, db)
	ignore := goleak.IgnoreCurrent()
	r.Follow("test", func(context.Context, *sqldb.Tx, []audit.Record) error { return nil })
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Stop()
	goleak.VerifyNone(t, ignore)
}

func TestAFollowerIsRebuiltFromZeroBesideARunningOne(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		record(t, w, 3)
		w.Exec(t, `CREATE TABLE test_kept (number bigint NOT NULL PRIMARY KEY)`)
		apply := func(ctx context.Context, tx *sqldb.Tx, records []audit.Record) error {
			for _, r := range records {
				if err := tx.Exec(ctx, `INSERT INTO test_kept (number) VALUES ($1)`, r.Number); err != nil {
					return err // a number that is taken twice fails
				}
			}
			return nil
		}
		kept := func() (n int64) {
			t.Helper()
			err := db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.One(t.Context(), `SELECT COUNT(*) FROM test_kept`, nil, &n) })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		r := runner(t, db)
		r.Follow("test", apply)
		got := make(chan int64, 100)
		r.Follow("after", func(_ context.Context, _ *sqldb.Tx, records []audit.Record) error {
			got <- records[len(records)-1].Number
			return nil
		})
		start(t, r)
		for n := int64(0); n < 3; n = number(t, got) {
		}
		clear := func(ctx context.Context, tx *sqldb.Tx) error { return tx.Exec(ctx, `DELETE FROM test_kept`) }
		last, err := runner(t, db).Rebuild(t.Context(), "test", clear, apply)
		if err != nil || last != 3 || kept() != 3 {
			t.Errorf("rebuilt to %d with %d kept, %v; want 3", last, kept(), err)
		}
	})
}
