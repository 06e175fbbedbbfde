// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Kind says how jobs of one kind are done.
type Kind struct {
	// Work does the job. It is called again after an error or a crash, and must
	// carry on from what it finds. When its ctx ends it returns soon.
	Work func(ctx context.Context, j Job) error
	// GaveUp, which may be nil, brings to an end what Work could not. It is
	// called until it returns nil.
	GaveUp func(ctx context.Context, j Job) error
}

// Settings are what a Runner goes by. The zero value of each but Name is a good
// default.
type Settings struct {
	Name     string        // of the node: no two share one
	Workers  int           // how many jobs run at once; 4
	Attempts int           // after which a job is given up; 8
	Alone    bool          // no other node shares the database: what is claimed at Start, a process that is gone had claimed
	Lease    time.Duration // how long a claim holds without being renewed; 20 seconds
	Rest     time.Duration // how long an idle worker waits to be woken; 3 seconds
}

func (s Settings) orDefaults() Settings {
	if s.Workers == 0 {
		s.Workers = 4
	}
	if s.Attempts == 0 {
		s.Attempts = 8
	}
	if s.Lease == 0 {
		s.Lease = 20 * time.Second
	}
	if s.Rest == 0 {
		s.Rest = 3 * time.Second
	}
	return s
}

// Runner does the jobs of one database on one node.
type Runner struct {
	db    *sqldb.DB
	log   *slog.Logger
	now   func() time.Time
	set   Settings
	kinds map[string]Kind
	wake  chan struct{}
	wg    sync.WaitGroup
	stop  context.CancelFunc
}

// New returns a Runner that is woken by each commit to db. Add kinds before
// Start.
func New(db *sqldb.DB, log *slog.Logger, now func() time.Time, set Settings) *Runner {
	r := &Runner{db: db, log: log, now: now, set: set.orDefaults(), kinds: map[string]Kind{}}
	r.wake = make(chan struct{}, r.set.Workers)
	db.OnCommit(r.Wake)
	return r
}

// Handle says how jobs of that kind are done. Those of a kind that no Runner
// handles wait.
func (r *Runner) Handle(kind string, how Kind) { r.kinds[kind] = how }

// Wake tells an idle worker to look for work now. It does not block.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Start begins to work; Stop ends it.
func (r *Runner) Start(ctx context.Context) {
	if r.set.Alone {
		if err := r.db.Update(ctx, func(tx *sqldb.Tx) error { return release(ctx, tx) }); err != nil {
			r.log.ErrorContext(ctx, "claims of the last run not given back: they end by themselves", "err", err)
		}
	}
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range r.set.Workers {
		r.wg.Go(func() { r.loop(ctx) })
	}
}

// Stop interrupts what runs, and waits until all of it has given back its
// claims.
func (r *Runner) Stop() {
	r.stop()
	r.wg.Wait()
}

func (r *Runner) loop(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := r.step(ctx)
		if err != nil && !errors.Is(err, context.Canceled) {
			r.log.ErrorContext(ctx, "background work stumbled", "err", err)
		}
		if !worked || err != nil {
			r.pause(ctx)
		}
	}
}

func (r *Runner) pause(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.set.Rest)
	defer cancel()
	select {
	case <-r.wake:
	case <-ctx.Done():
	}
}

// step does one job, if one is due, and reports whether it did.
func (r *Runner) step(ctx context.Context) (worked bool, err error) {
	var found bool
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		found, err = due(ctx, tx, r.now())
		return err
	})
	if err != nil || !found {
		return false, err
	}
	var j Job
	err = r.db.Update(ctx, func(tx *sqldb.Tx) error {
		j, err = claim(ctx, tx, r.set.Name, r.now(), r.now().Add(r.set.Lease))
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.do(ctx, j)
}

// do works on a claimed job and records how it ended.
func (r *Runner) do(ctx context.Context, j Job) error {
	how, known := r.kinds[j.Kind]
	work, over := how.Work, j.Attempts > r.set.Attempts
	if over {
		work = how.GaveUp
	}
	var err error
	switch {
	case !known:
		err = errUnknown
	case work != nil:
		err = r.keeping(ctx, j, work)
	}
	if err != nil && ctx.Err() == nil {
		r.log.ErrorContext(ctx, "background work failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "err", err)
	}
	return r.record(ctx, j, over, err)
}

var errUnknown = errors.New("no work of this kind is known here")

// record writes how an attempt ended, whether or not the Runner is stopping.
func (r *Runner) record(ctx context.Context, j Job, over bool, err error) error {
	stopping := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	return r.db.Update(ctx, func(tx *sqldb.Tx) error {
		switch {
		case err == nil && over:
			return abandon(ctx, tx, j, r.set.Name)
		case err == nil:
			return finish(ctx, tx, j, r.set.Name)
		case stopping:
			return postpone(ctx, tx, j, r.set.Name, r.now(), nil)
		default:
			return postpone(ctx, tx, j, r.set.Name, r.now().Add(backOff(j.Attempts)), err)
		}
	})
}

// backOff is how long to wait after that many attempts.
func backOff(attempts int) time.Duration {
	const most = 5 * time.Minute
	return min(most, time.Second<<min(attempts-1, 10))
}

// keeping calls work, and renews the claim as long as it runs. Work is
// interrupted when the claim is lost.
func (r *Runner) keeping(ctx context.Context, j Job, work func(context.Context, Job) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { cancel(r.renew(ctx, j)) })
	err := guarded(ctx, j, work)
	cancel(context.Canceled)
	renewing.Wait()
	return err
}

// guarded turns a panic of work into an error: one bad job must not end the
// node.
func guarded(ctx context.Context, j Job, work func(context.Context, Job) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p}
		}
	}()
	return work(ctx, j)
}

// renew keeps the claim until ctx ends or the claim is lost, and says which.
func (r *Runner) renew(ctx context.Context, j Job) error {
	for {
		third, cancel := context.WithTimeout(ctx, r.set.Lease/3)
		<-third.Done()
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		ours := false
		err := r.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
			ours, err = renew(ctx, tx, j, r.set.Name, r.now().Add(r.set.Lease))
			return err
		})
		if err == nil && !ours {
			return errLost
		}
	}
}

var errLost = errors.New("the claim went to another node")
