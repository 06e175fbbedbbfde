// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"context"
	"errors"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestViewsThatShareSeeOneSnapshot(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		count := func(ctx context.Context) (n int) {
			t.Helper()
			err := db.View(ctx, func(tx *sqldb.Tx) error { return tx.One(ctx, countEntries, nil, &n) })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		add := func(ctx context.Context, entry int) {
			t.Helper()
			if err := db.Update(ctx, func(tx *sqldb.Tx) error { return tx.Exec(ctx, addEntry, entry, "note") }); err != nil {
				t.Fatal(err)
			}
		}
		sharing, end := db.Share(t.Context())
		for _, step := range []struct {
			what string
			act  func() int
			want int
		}{
			{"the first View begins the snapshot", func() int { return count(sharing) }, 0},
			{"another's Update is not seen in it", func() int { add(t.Context(), 1); return count(sharing) }, 0},
			{"who does not share sees it", func() int { return count(t.Context()) }, 1},
			{"after an Update of its own it sees all", func() int { add(sharing, 2); return count(sharing) }, 2},
			{"and is one snapshot again", func() int { add(t.Context(), 3); return count(sharing) }, 2},
			{"after its end each View is its own", func() int { end(); end(); return count(sharing) }, 3},
		} {
			if got := step.act(); got != step.want {
				t.Errorf("%s: %d entries; want %d", step.what, got, step.want)
			}
		}
	})
}

func TestASharedViewThatFailsDoesNotFailTheNext(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		withLedger(t, db)
		ctx, end := db.Share(t.Context())
		defer end()
		if err := db.View(ctx, func(*sqldb.Tx) error { return errMine }); !errors.Is(err, errMine) {
			t.Errorf("got %v", err)
		}
		if err := db.View(ctx, func(tx *sqldb.Tx) error { return tx.Exec(ctx, addEntry, 1, "note") }); err == nil {
			t.Error("a shared View wrote")
		}
		broken := func(tx *sqldb.Tx) error {
			var n int
			return tx.One(ctx, `SELECT nothing FROM nowhere`, nil, &n)
		}
		if err := db.View(ctx, broken); err == nil || fault.KindOf(err) == fault.NotFound {
			t.Errorf("a broken statement gave %v", err)
		}
		var n int
		if err := db.View(ctx, func(tx *sqldb.Tx) error { return tx.One(ctx, countEntries, nil, &n) }); err != nil {
			t.Errorf("the View after a broken one: %v", err)
		}
	})
}
