// SPDX-License-Identifier: Apache-2.0

package deconflictsql_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/gate"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/sqldb/sqldbtest"
)

// generous are limits that no test reaches.
func generous() deconflict.Limits {
	most := deconflict.Tally{Hits: 1 << 40, Guessable: 1 << 40}
	return deconflict.Limits{Person: most, Organisation: most, Workspace: most}
}

func (h house) matching(batch string) deconflict.Matching {
	return deconflict.Matching{Keyer: h.keyer, Limits: generous(), NewID: h.NewID, Now: h.Now(), Batch: batch, BatchSize: 1}
}

// observed are n domains, from the first on.
func observed(workspace string, first, n int) []deconflict.Observed {
	found := make([]deconflict.Observed, n)
	for i := range found {
		found[i] = deconflict.Observed{
			Object: fmt.Sprintf("%s-%d", workspace, first+i),
			Value:  observable.Value{Kind: observable.Domain, Text: fmt.Sprintf("n%d.example", first+i)},
		}
	}
	return found
}

func (h house) hitsOf(t *testing.T, member, workspace string) int {
	t.Helper()
	n, err := deconflict.NewHits(h.Store(), h.Now, h.NewID).Unseen(t.Context(), access.Actor{
		Kind: access.Person, Member: access.MemberID(member), Strength: access.Passkey}, access.WorkspaceID(workspace))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTwoThatDoNotSeeEachOtherStillMeet(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{"a value that nobody held": "", "a value that a third held": "third"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := sqldb.Open(t.Context(), pgtest.URL(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			h := newHouse(t, db)
			if before != "" {
				if err := h.Match("gus", "third", access.Unmarked("pol-es"), h.matching("b0"), observed("third", 1, 1)); err != nil {
					t.Fatal(err)
				}
			}
			h.overlap(t)
			want := 1
			if before != "" {
				want = 2
			}
			if a, b := h.hitsOf(t, "ann", "tyche"), h.hitsOf(t, "eve", "other"); a != want || b != want {
				t.Errorf("ann has %d hits, eve %d; want %d each", a, b, want)
			}
		})
	}
}

// overlap has ann and eve bring the same value in transactions of which neither
// sees the other: both have read before either writes.
func (h house) overlap(t *testing.T) {
	t.Helper()
	var both, done sync.WaitGroup
	both.Add(2)
	bring := func(member, workspace string) {
		var first sync.Once
		err := h.Gate.Update(t.Context(), write(member, access.WorkspaceID(workspace)), func(tx *sqldb.Tx, g access.Grant) error {
			first.Do(func() { both.Done(); both.Wait() })
			id, err := gate.SaveHandling(t.Context(), tx, g, access.Unmarked("pol-fr"))
			if err != nil {
				return err
			}
			found := observed(workspace, 1, 1)
			found[0].Handling = string(id)
			return deconflictsql.Match(t.Context(), tx, g, h.matching("b-"+workspace), found)
		})
		if err != nil {
			t.Error(err)
		}
	}
	done.Go(func() { bring("ann", "tyche") })
	done.Go(func() { bring("eve", "other") })
	done.Wait()
}

// TestAnUndoGivesNoPlaceAway has ann and eve bring the same value while gus takes
// back the one key of it that there was: ann still sees that key, eve no longer
// does, and they must not take different places behind each other's back.
func TestAnUndoGivesNoPlaceAway(t *testing.T) {
	t.Parallel()
	db, err := sqldb.Open(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h := newHouse(t, db)
	if err := h.Match("gus", "third", access.Unmarked("pol-es"), h.matching("b0"), observed("third", 1, 1)); err != nil {
		t.Fatal(err)
	}
	matched, undone := make(chan struct{}), make(chan error, 1)
	var first sync.Once
	err = h.Gate.Update(t.Context(), write("ann", "tyche"), func(tx *sqldb.Tx, g access.Grant) error {
		id, err := gate.SaveHandling(t.Context(), tx, g, access.Unmarked("pol-fr"))
		if err != nil {
			return err
		}
		first.Do(func() { // ann's snapshot is taken, and the undo comes before her match
			go func() { undone <- h.Forget("gus", "third", "b0"); close(matched) }()
			<-matched
			if err := h.Match("eve", "other", access.Unmarked("pol-es"), h.matching("b2"), observed("other", 1, 1)); err != nil {
				t.Error(err)
			}
		})
		found := observed("tyche", 1, 1)
		found[0].Handling = string(id)
		return deconflictsql.Match(t.Context(), tx, g, h.matching("b1"), found)
	})
	if err := errors.Join(err, <-undone); err != nil {
		t.Fatal(err)
	}
	if a, b := h.hitsOf(t, "ann", "tyche"), h.hitsOf(t, "eve", "other"); a != 1 || b != 1 {
		t.Errorf("ann has %d hits, eve %d; want one each", a, b)
	}
}

func TestAnUndoLeavesNoKey(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		if err := h.Match("ann", "tyche", access.Unmarked("pol-fr"), h.matching("b1"), observed("tyche", 1, 3)); err != nil {
			t.Fatal(err)
		}
		if err := h.Forget("ann", "tyche", "b1"); err != nil {
			t.Fatal(err)
		}
		var keys int
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM deconflict_key`, nil, &keys)
		})
		if err != nil || keys != 0 {
			t.Errorf("%d keys are left, %v", keys, err)
		}
	})
}

func TestImportsAtTheSameTimeMissNoHit(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		const values, slice = 600, 60
		var wg sync.WaitGroup
		for member, workspace := range map[string]string{"ann": "tyche", "eve": "other", "gus": "third"} {
			wg.Go(func() {
				for first := 0; first < values; first += slice {
					err := h.Match(member, access.WorkspaceID(workspace), access.Unmarked("pol-fr"), h.matching("b-"+workspace), observed(workspace, first, slice))
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var pairs int
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM deconflict_pair`, nil, &pairs)
		})
		if err != nil || pairs != 3*values {
			t.Errorf("%d pairs, %v; want %d", pairs, err, 3*values)
		}
		var hits int
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM deconflict_hit`, nil, &hits)
		})
		if err != nil || hits != 6*values {
			t.Errorf("%d hits, %v; want %d", hits, err, 6*values)
		}
	})
}

// BenchmarkMatch brings slices of 1,000 new values into a house that holds a
// million; each twentieth value is met elsewhere.
func BenchmarkMatch(b *testing.B) {
	urls := map[string]func() string{
		"sqlite":   func() string { return sqldbtest.File(b) },
		"postgres": func() string { return pgtest.URL(b) },
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db, err := sqldb.Open(b.Context(), urls[engine]())
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			h := newHouse(b, db)
			const slice, before = 1000, 1_000_000
			for first := 0; first < before; first += 10 * slice {
				h.mustMatch(b, "ann", "tyche", observed("tyche", first, 10*slice))
			}
			next := before
			for b.Loop() {
				found := observed("other", next, slice)
				for i := 0; i < slice; i += 20 {
					found[i].Value.Text = fmt.Sprintf("n%d.example", (next*7+i)%before)
				}
				h.mustMatch(b, "eve", "other", found)
				next += slice
			}
			b.ReportMetric(float64(slice*b.N)/b.Elapsed().Seconds(), "values/s")
		})
	}
}

func (h house) mustMatch(b *testing.B, member string, workspace access.WorkspaceID, found []deconflict.Observed) {
	b.Helper()
	if err := h.Match(member, workspace, access.Unmarked("pol-es"), h.matching("batch"), found); err != nil {
		b.Fatal(err)
	}
}
