// SPDX-License-Identifier: Apache-2.0

package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/job"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// clock is a clock that a test moves.
type clock struct{ micros atomic.Int64 }

func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

type bench struct {
	*testing.T
	db    *sqldb.DB
	clock *clock
}

func each(t *testing.T, test func(b bench)) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := bench{t, db, &clock{}}
		b.clock.advance(time.Hour)
		test(b)
	})
}

func (b bench) runner(name string) *job.Runner { return b.leasing(name, time.Hour) }

func (b bench) leasing(name string, lease time.Duration) *job.Runner {
	return job.New(b.db, slog.New(slog.DiscardHandler), b.clock.now,
		job.Settings{Name: name, Attempts: 3, Lease: lease, Rest: 10 * time.Millisecond})
}

func (b bench) start(r *job.Runner) {
	r.Start(b.Context())
	b.Cleanup(r.Stop)
}

func (b bench) enqueue(ids ...string) {
	b.Helper()
	err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
		for _, id := range ids {
			if err := job.Enqueue(b.Context(), tx, job.Job{ID: id, Kind: "test", Workspace: "tyche", Payload: "p-" + id, RunAt: b.clock.now()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b bench) left(state string) (n int) {
	b.Helper()
	err := b.db.View(b.Context(), func(tx *sqldb.Tx) error {
		return tx.One(b.Context(), `SELECT COUNT(*) FROM job_job WHERE state = $1`, []any{state}, &n)
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// claimedUntil is when the claim on the only job ends.
func (b bench) claimedUntil() time.Time {
	b.Helper()
	var micros int64
	err := b.db.View(b.Context(), func(tx *sqldb.Tx) error {
		return tx.One(b.Context(), `SELECT claimed_until FROM job_job`, nil, &micros)
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.UnixMicro(micros).UTC()
}

// eventually waits until ok holds.
func (b bench) eventually(what string, ok func() bool) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("never: %s", what)
		}
	}
}

func TestEachJobIsDoneOnceByTwoRunners(t *testing.T) {
	each(t, func(b bench) {
		var mu sync.Mutex
		done := map[string]int{}
		work := func(_ context.Context, j job.Job) error {
			mu.Lock()
			defer mu.Unlock()
			done[j.Payload]++
			return nil
		}
		for _, name := range []string{"one", "two"} {
			r := b.runner(name)
			r.Handle("test", job.Kind{Work: work})
			b.start(r)
		}
		ids := make([]string, 40)
		for i := range ids {
			ids[i] = fmt.Sprintf("job-%02d", i)
		}
		b.enqueue(ids...)
		b.eventually("all done", func() bool { return b.left("waiting") == 0 })
		mu.Lock()
		defer mu.Unlock()
		for _, id := range ids {
			if done["p-"+id] != 1 {
				b.Errorf("%s was done %d times", id, done["p-"+id])
			}
		}
	})
}

func TestAJobIsTiedToItsTransaction(t *testing.T) {
	each(t, func(b bench) {
		boom := errors.New("boom")
		err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
			return errors.Join(job.Enqueue(b.Context(), tx, job.Job{ID: "j", Kind: "test"}), boom)
		})
		if !errors.Is(err, boom) || b.left("waiting") != 0 {
			b.Errorf("err = %v with %d jobs; want boom with none", err, b.left("waiting"))
		}
	})
}

func TestAFailureIsTriedAgainLaterAndGivenUpAtLast(t *testing.T) {
	each(t, func(b bench) {
		var tries, gaveUp atomic.Int32
		r := b.runner("one")
		r.Handle("test", job.Kind{
			Work: func(context.Context, job.Job) error {
				tries.Add(1)
				return fault.New(fault.Unavailable, "error.unavailable")
			},
			GaveUp: func(context.Context, job.Job) error { gaveUp.Add(1); return nil },
		})
		b.start(r)
		b.enqueue("j")
		b.eventually("first attempt", func() bool { return tries.Load() == 1 })
		b.eventually("given up", func() bool {
			b.clock.advance(time.Second)
			return b.left("given up") == 1
		})
		if tries.Load() != 3 || gaveUp.Load() != 1 {
			b.Errorf("%d attempts, given up %d times; want 3 and once", tries.Load(), gaveUp.Load())
		}
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	each(t, func(b bench) {
		var tries atomic.Int32
		r := b.runner("one")
		r.Handle("test", job.Kind{Work: func(context.Context, job.Job) error {
			if tries.Add(1) == 1 {
				panic("first time")
			}
			return nil
		}})
		b.start(r)
		b.enqueue("j")
		b.eventually("done at the second attempt", func() bool {
			b.clock.advance(time.Second)
			return b.left("waiting") == 0
		})
	})
}

func TestAClaimIsRenewedWhileTheWorkGoesOn(t *testing.T) {
	each(t, func(b bench) {
		var begun atomic.Int32
		release := make(chan struct{})
		for _, name := range []string{"one", "two"} {
			r := b.leasing(name, 300*time.Millisecond)
			r.Handle("test", job.Kind{Work: func(context.Context, job.Job) error { begun.Add(1); <-release; return nil }})
			b.start(r)
		}
		b.enqueue("j")
		b.eventually("begun", func() bool { return begun.Load() == 1 })
		for range 8 { // more than five leases pass, each step once the claim is renewed
			until := b.clock.now().Add(300 * time.Millisecond)
			b.eventually("renewed", func() bool { return !b.claimedUntil().Before(until) })
			b.clock.advance(200 * time.Millisecond)
		}
		close(release)
		b.eventually("done", func() bool { return b.left("waiting") == 0 })
		if begun.Load() != 1 {
			b.Errorf("begun %d times; want once", begun.Load())
		}
	})
}

func TestAnotherNodeTakesOverWhatADeadOneHeld(t *testing.T) {
	each(t, func(b bench) {
		b.enqueue("j")
		err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error { // a node claims it, and dies
			return tx.Exec(b.Context(), `UPDATE job_job SET claimed_by = $1, claimed_until = $2, attempts = 1`,
				"dead", b.clock.now().Add(time.Minute).UnixMicro())
		})
		if err != nil {
			b.Fatal(err)
		}
		done := make(chan job.Job, 1)
		r := b.runner("two")
		r.Handle("test", job.Kind{Work: func(_ context.Context, j job.Job) error { done <- j; return nil }})
		b.start(r)
		b.clock.advance(2 * time.Minute)
		if j := <-done; j.Attempts != 2 || j.Workspace != "tyche" {
			b.Errorf("job = %+v; want its second attempt", j)
		}
	})
}

func TestANodeAloneTakesUpAtOnceWhatItsLastProcessHeld(t *testing.T) {
	each(t, func(b bench) {
		b.enqueue("j")
		err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error { // the process claims it, and is killed
			return tx.Exec(b.Context(), `UPDATE job_job SET claimed_by = $1, claimed_until = $2, attempts = 1`,
				"killed", b.clock.now().Add(time.Minute).UnixMicro())
		})
		if err != nil {
			b.Fatal(err)
		}
		done := make(chan job.Job, 1)
		r := job.New(b.db, slog.New(slog.DiscardHandler), b.clock.now, job.Settings{Name: "next", Alone: true})
		r.Handle("test", job.Kind{Work: func(_ context.Context, j job.Job) error { done <- j; return nil }})
		b.start(r) // the clock stands still
		if j := <-done; j.Attempts != 2 {
			b.Errorf("job = %+v; want its second attempt", j)
		}
	})
}

func TestStopInterruptsAndGivesBack(t *testing.T) {
	each(t, func(b bench) {
		begun := make(chan struct{})
		r := b.runner("one")
		r.Handle("test", job.Kind{Work: func(ctx context.Context, _ job.Job) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}})
		r.Start(b.Context())
		b.enqueue("j")
		<-begun
		r.Stop()
		done := make(chan job.Job, 1)
		next := b.runner("two")
		next.Handle("test", job.Kind{Work: func(_ context.Context, j job.Job) error { done <- j; return nil }})
		b.start(next)
		if j := <-done; j.Attempts != 1 {
			b.Errorf("attempt %d; an interruption must not count", j.Attempts)
		}
	})
}
