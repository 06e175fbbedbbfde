// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// company is a SQLite database whose writer a test holds until all are waiting
// that shall share its next commit. Time is synctest's.
type company struct {
	*sqldb.DB
	t       *testing.T
	commits int
	waiting []func()

	mu      sync.Mutex
	results map[int64]error // of who waited, by entry; guarded by mu while they do
}

// inCompany runs test in a bubble whose clock stands still while anybody works.
func inCompany(t *testing.T, test func(t *testing.T, c *company)) {
	file := sqldbtest.File(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: file})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		c := &company{DB: db, t: t, results: map[int64]error{}}
		withLedger(t, db)
		synctest.Wait()
		db.OnCommit(func() { c.commits++ })
		test(t, c)
	})
}

// joins lets an Update wait for the commit that share makes.
func (c *company) joins(ctx context.Context, entry int64, fn func(tx *sqldb.Tx) error) {
	c.waiting = append(c.waiting, func() {
		err := c.Update(ctx, fn)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.results[entry] = err
	})
}

// adds is an Update that adds the entry.
func (c *company) adds(entry int64) {
	c.joins(c.t.Context(), entry, func(tx *sqldb.Tx) error { return tx.Exec(c.t.Context(), addEntry, entry, "n") })
}

// share lets all who wait begin while the writer is held, calls meanwhile, and
// returns when all are answered.
func (c *company) share(meanwhile func()) {
	c.t.Helper()
	goOn := make(chan struct{})
	done := make(chan struct{}, len(c.waiting)+1)
	once := true
	go func() {
		_ = c.Update(c.t.Context(), func(*sqldb.Tx) error {
			if once {
				once = false
				<-goOn
			}
			return nil
		})
		done <- struct{}{}
	}()
	synctest.Wait()
	for _, begin := range c.waiting {
		go func() { begin(); done <- struct{}{} }()
		synctest.Wait() // in this order
	}
	meanwhile()
	close(goOn)
	for range len(c.waiting) + 1 {
		<-done
	}
	synctest.Wait()
}

// entries returns what another connection finds in the ledger.
func (c *company) entries() (found []int64) {
	ctx := c.t.Context()
	err := c.View(ctx, func(tx *sqldb.Tx) error {
		return tx.All(ctx, `SELECT entry FROM ledger ORDER BY entry`, nil, func(scan func(...any) error) error {
			var entry int64
			err := scan(&entry)
			found = append(found, entry)
			return err
		})
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func TestUpdatesThatComeTogetherShareACommit(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		for i := range int64(50) {
			c.adds(i)
		}
		c.share(func() {})
		if c.commits != 1 || len(c.entries()) != 50 {
			t.Errorf("%d commits made %d entries; want 1 and 50", c.commits, len(c.entries()))
		}
	})
}

func TestNobodyFailsForAnothersSake(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		c.adds(1)
		c.joins(ctx, 2, func(tx *sqldb.Tx) error { return errors.Join(tx.Exec(ctx, addEntry, 2, "n"), errMine) })
		c.adds(3)
		c.joins(ctx, 4, func(tx *sqldb.Tx) error {
			return errors.Join(tx.Exec(ctx, addEntry, 4, "n"), tx.Exec(ctx, addEntry, 1, "again"))
		})
		cancelled, cancel := context.WithCancel(ctx)
		c.joins(cancelled, 5, func(*sqldb.Tx) error { t.Error("a cancelled Update began"); return nil })
		c.waiting = append(c.waiting, func() {
			defer func() { _ = recover() }()
			_ = c.Update(ctx, func(tx *sqldb.Tx) error { _ = tx.Exec(ctx, addEntry, 6, "n"); panic("ouch") })
		})
		c.adds(7)
		c.share(cancel)
		if !errors.Is(c.results[2], errMine) || fault.KindOf(c.results[4]) != fault.Conflict || !errors.Is(c.results[5], context.Canceled) {
			t.Errorf("those who failed were told %v, %v and %v", c.results[2], c.results[4], c.results[5])
		}
		if err := errors.Join(c.results[1], c.results[3], c.results[7]); err != nil {
			t.Errorf("those who did not were told %v", err)
		}
		if got := c.entries(); c.commits != 1 || !slices.Equal(got, []int64{1, 3, 7}) {
			t.Errorf("%d commits made the entries %v; want one and 1, 3, 7", c.commits, got)
		}
	})
}

func TestWhenTheCommitFailsEachRunsAgainAlone(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		mustExec(t, c.DB, `CREATE TABLE late (entry bigint NOT NULL REFERENCES ledger (entry) DEFERRABLE INITIALLY DEFERRED)`)
		synctest.Wait()
		c.commits = 0
		c.adds(1)
		runs := 0
		c.joins(ctx, 2, func(tx *sqldb.Tx) error { // nothing is wrong with it until COMMIT
			runs++
			return tx.Exec(ctx, `INSERT INTO late (entry) VALUES (99)`)
		})
		c.adds(3)
		c.share(func() {})
		if c.results[1] != nil || c.results[3] != nil || fault.KindOf(c.results[2]) != fault.Conflict || runs != 2 {
			t.Errorf("told %v after %d runs", c.results, runs)
		}
		if got := c.entries(); !slices.Equal(got, []int64{1, 3}) || c.commits != 2 {
			t.Errorf("%d commits made the entries %v; want 2 and 1, 3", c.commits, got)
		}
		if n := number(t, c.DB, `SELECT COUNT(*) FROM late`); n != 0 {
			t.Errorf("%d orphans are there", n)
		}
	})
}

func TestWhoIsGoneWhenTheCommitFailsDoesNotRunAgain(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		mustExec(t, c.DB, `CREATE TABLE late (entry bigint NOT NULL REFERENCES ledger (entry) DEFERRABLE INITIALLY DEFERRED)`)
		runs := map[int64]int{}
		impatient, cancel := context.WithCancel(ctx)
		c.joins(impatient, 1, func(tx *sqldb.Tx) error { runs[1]++; return tx.Exec(ctx, addEntry, 1, "n") })
		c.waiting = append(c.waiting, func() {
			defer func() { _ = recover() }()
			_ = c.Update(ctx, func(*sqldb.Tx) error { runs[2]++; panic("ouch") })
		})
		c.joins(ctx, 3, func(tx *sqldb.Tx) error {
			cancel()
			return tx.Exec(ctx, `INSERT INTO late (entry) VALUES (99)`)
		})
		c.adds(4)
		c.share(func() {})
		if runs[1] != 1 || runs[2] != 1 || !errors.Is(c.results[1], context.Canceled) || c.results[4] != nil {
			t.Errorf("told %v after runs %v", c.results, runs)
		}
		if got := c.entries(); !slices.Equal(got, []int64{4}) {
			t.Errorf("the entries are %v; want 4 alone", got)
		}
	})
}

func TestWhoseFunctionEndsItsGoroutineTakesNobodyAlong(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		c.adds(1)
		c.waiting = append(c.waiting, func() {
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = c.Update(ctx, func(tx *sqldb.Tx) error { _ = tx.Exec(ctx, addEntry, 2, "n"); runtime.Goexit(); return nil })
				t.Error("its caller goes on")
			}()
			<-ended
		})
		c.adds(3)
		c.share(func() {})
		if got := c.entries(); !slices.Equal(got, []int64{1, 3}) || errors.Join(c.results[1], c.results[3]) != nil {
			t.Errorf("told %v, and the entries are %v; want 1 and 3", c.results, got)
		}
	})
}

func TestWhoFailsAfterAChangeLetsTheOthersRunOnceMore(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		fails := func(tx *sqldb.Tx) error { return errors.Join(tx.Exec(ctx, addEntry, 9, "n"), errMine) }
		for _, test := range []struct {
			name string
			fn   func(tx *sqldb.Tx) error
			want int
		}{
			{"after it added a row", fails, 2},
			{"after a statement that does not tell", func(tx *sqldb.Tx) error {
				return errors.Join(tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS ledger (entry bigint)`), errMine)
			}, 2},
			{"before any", func(*sqldb.Tx) error { return errMine }, 1},
			{"after it changed no row", func(tx *sqldb.Tx) error {
				return errors.Join(tx.Exec(ctx, `DELETE FROM ledger WHERE entry = -1`), errMine)
			}, 1},
		} {
			runs := 0
			c.waiting = nil
			c.joins(ctx, 1, func(*sqldb.Tx) error { runs++; return nil })
			c.joins(ctx, 2, test.fn)
			c.share(func() {})
			if runs != test.want || c.results[1] != nil || !errors.Is(c.results[2], errMine) {
				t.Errorf("%s: the other ran %d times; want %d; told %v", test.name, runs, test.want, c.results)
			}
		}
	})
}

func TestWhatHasBegunNeedNotNoticeTheEndOfItsContext(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx, cancel := context.WithCancel(t.Context())
		err := c.Update(ctx, func(tx *sqldb.Tx) error {
			cancel()
			return tx.Exec(ctx, addEntry, 1, "n")
		})
		if err != nil || len(c.entries()) != 1 {
			t.Errorf("told %v, and there are %d entries; want 1", err, len(c.entries()))
		}
	})
}

func TestWhenTheFileIsFullWritesAreRefusedWholeUntilThereIsRoom(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		limit := func(pages int64) { // of the connection that writes
			err := c.Update(ctx, func(tx *sqldb.Tx) error {
				return tx.One(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), nil, new(int64))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		limit(number(t, c.DB, `PRAGMA page_count`) + 4)
		big := strings.Repeat("x", 100_000)
		c.adds(1)
		c.joins(ctx, 2, func(tx *sqldb.Tx) error {
			_ = tx.Exec(ctx, addEntry, 2, big) // and does not care
			return nil
		})
		c.adds(3)
		c.share(func() {})
		if c.results[1] != nil || c.results[3] != nil || fault.KindOf(c.results[2]) != fault.Unavailable {
			t.Errorf("told %v", c.results)
		}
		if got := c.entries(); !slices.Equal(got, []int64{1, 3}) {
			t.Errorf("the entries are %v; want 1 and 3", got)
		}
		limit(1 << 30)
		mustExec(t, c.DB, addEntry, 4, big)
	})
}

func TestALoneClientNeverWaits(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		start := time.Now()
		for i := range 20 {
			mustExec(t, c.DB, addEntry, i, "n")
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("twenty Updates waited %v for company", waited)
		}
	})
}

func TestAfterCompanyAGroupWaitsOnceAndNotForLong(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		for i := range int64(10) {
			c.adds(i)
		}
		c.share(func() {})
		for i, want := range []time.Duration{time.Millisecond, 0, 0} {
			start := time.Now()
			mustExec(t, c.DB, addEntry, 100+i, "n")
			if waited := time.Since(start); waited != want {
				t.Errorf("Update %d after it waited %v; want %v", i+1, waited, want)
			}
		}
	})
}

func TestAnUpdateInsideAnUpdateFails(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx := t.Context()
		err := c.Update(ctx, func(*sqldb.Tx) error {
			return c.Update(ctx, func(*sqldb.Tx) error { t.Error("it ran"); return nil })
		})
		if err == nil {
			t.Error("it succeeded")
		}
	})
}

func TestMoreViewsInsideEachOtherThanThereAreReadersFail(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		var deeper func(n int) error
		deeper = func(n int) error {
			if n == 0 {
				return nil
			}
			return c.View(t.Context(), func(*sqldb.Tx) error { return deeper(n - 1) })
		}
		if three, ten := deeper(3), deeper(10); three != nil || ten == nil {
			t.Errorf("three gave %v, ten gave %v", three, ten)
		}
	})
}

func TestALongWaitIsNoError(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		c.adds(1)
		c.share(func() { time.Sleep(time.Minute) })
		if c.results[1] != nil {
			t.Error(c.results[1])
		}
	})
}

func TestWhatIsCancelledWhileItWaitsDoesNotRun(t *testing.T) {
	inCompany(t, func(t *testing.T, c *company) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c.joins(ctx, 1, func(*sqldb.Tx) error { t.Error("it ran"); return nil })
		c.share(func() { time.Sleep(time.Minute) })
		if !errors.Is(c.results[1], context.DeadlineExceeded) {
			t.Errorf("told %v; want the end of its time", c.results[1])
		}
	})
}
