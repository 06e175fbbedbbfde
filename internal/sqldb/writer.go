// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"runtime"
	"strings"
	"time"
)

const (
	groupSize = 256                   // how many Updates share one commit at most
	groupTime = 20 * time.Millisecond // after which a group takes in no more
	patience  = time.Millisecond      // how long a group waits for others, where there were others just before
)

// writer is the one goroutine that holds the connection that writes. It gathers
// the Updates that come together into one transaction, each in a savepoint of
// its own, commits, and only then answers them all. A function runs in the
// goroutine of its caller, to whom the connection is lent for as long.
//
// When the transaction as a whole fails, each of its Updates runs again in one
// of its own, so that none fails for another's sake.
type writer struct {
	session   *session
	committed func()
	meter     meter
	queue     chan *turn    // unbuffered: who is received will be served
	quit      chan struct{} // closed by close, ends the goroutine
	ended     chan struct{} // closed by the goroutine
	broken    chan struct{} // closed when a sync has failed: nothing is written any more

	before int // how many shared the commit before; the goroutine's own
}

// turn is one Update on its way through the writer.
type turn struct {
	orders  chan order
	reports chan report

	report report // of the last run; the writer's own, as is wrote
	wrote  bool
}

// order tells an Update to run now, or else how it ended.
type order struct {
	run *Tx
	err error
}

// report says how a run went.
type report struct {
	err  error // of the function
	gone bool  // the caller's goroutine panicked or ended: nobody waits for an answer
}

func startWriter(s *session, committed func()) *writer {
	w := &writer{
		session:   s,
		committed: committed,
		queue:     make(chan *turn),
		quit:      make(chan struct{}),
		ended:     make(chan struct{}),
		broken:    make(chan struct{}),
	}
	go w.serve()
	return w
}

// update runs fn when its turn comes, and again when told so.
func (w *writer) update(ctx context.Context, fn func(*Tx) error) error {
	t := &turn{orders: make(chan order, 1), reports: make(chan report, 1)}
	if err := w.enqueue(ctx, t); err != nil {
		return err
	}
	for {
		o := <-t.orders
		if o.run == nil {
			return o.err
		}
		t.run(ctx, o.run, fn)
	}
}

// run calls fn and reports how it went, whatever way it ends.
func (t *turn) run(ctx context.Context, tx *Tx, fn func(*Tx) error) {
	r := report{gone: true}
	defer func() { t.reports <- r }()
	if err := ctx.Err(); err != nil {
		r = report{err: err}
		return
	}
	r = report{err: fn(tx)}
}

func (w *writer) enqueue(ctx context.Context, t *turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.queue <- t:
		return nil
	default:
	}
	soon, cancel := context.WithTimeout(ctx, stuck)
	defer cancel()
	select {
	case w.queue <- t:
		return nil
	case <-w.quit:
		return errClosed
	case <-soon.Done():
	}
	if ctx.Err() == nil && nested() {
		return errNested
	}
	select {
	case w.queue <- t:
		return nil
	case <-w.quit:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nested reports whether the caller's goroutine is inside two transactions.
func nested() bool {
	callers := make([]uintptr, 512)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for inside := 0; ; {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "/sqldb.(*DB).Update") || strings.HasSuffix(frame.Function, "/sqldb.(*DB).View") {
			inside++
		}
		if !more || inside > 1 {
			return inside > 1
		}
	}
}

// serve is the goroutine.
func (w *writer) serve() {
	defer close(w.ended)
	for {
		select {
		case t := <-w.queue:
			w.together(t)
		case <-w.quit:
			return
		}
	}
}

// group is the Updates that share a transaction.
type group struct {
	turns []*turn
	err   error // why nothing of any of them is there
}

// together commits first and those who come while it runs, or else each alone.
func (w *writer) together(first *turn) {
	open, cancel := context.WithTimeout(context.Background(), groupTime)
	defer cancel()
	waits := open
	if w.before > 1 {
		waits, cancel = context.WithTimeout(open, patience)
		defer cancel()
	}
	g := w.transact(first, func(n int) *turn { return w.next(open, waits, n) })
	w.before = len(g.turns)
	if g.err == nil || len(g.turns) == 1 {
		w.answer(g)
		return
	}
	for _, t := range g.turns {
		if !t.report.gone {
			w.answer(w.transact(t, func(int) *turn { return nil }))
		}
	}
}

// next returns who else joins a group of n, or nil. A group takes who is there
// while it is open, and waits for others if it is smaller than the one before.
func (w *writer) next(open, waits context.Context, n int) *turn {
	if n == groupSize || open.Err() != nil {
		return nil
	}
	select {
	case t := <-w.queue:
		return t
	default:
	}
	if n >= w.before {
		return nil
	}
	select {
	case t := <-w.queue:
		return t
	case <-waits.Done():
		return nil
	}
}

// answer tells each of g how it ended, and then those who wait for commits.
func (w *writer) answer(g group) {
	wrote := false
	for _, t := range g.turns {
		wrote = wrote || t.wrote
		t.orders <- order{err: orElse(g.err, t.report.err)}
	}
	if wrote && g.err == nil {
		w.committed()
	}
}

// transact runs first, and whom next adds, in one transaction.
func (w *writer) transact(first *turn, next func(int) *turn) group {
	g := group{turns: []*turn{first}, err: w.steer("BEGIN IMMEDIATE")}
	for t := first; t != nil && g.err == nil; {
		if g.err = w.lend(t); g.err != nil {
			break
		}
		if t = next(len(g.turns)); t != nil {
			g.turns = append(g.turns, t)
		}
	}
	if g.err == nil {
		g.err = w.steer("COMMIT")
	}
	if g.err == nil {
		w.meter.committed(len(g.turns))
	}
	if g.err != nil {
		w.abandon(g.err)
	}
	return g
}

// lend lets t run in a savepoint. An error says that the whole transaction is
// lost, or may be.
func (w *writer) lend(t *turn) error {
	t.wrote = false
	if err := w.steer("SAVEPOINT one"); err != nil {
		return err
	}
	tx := &Tx{engine: SQLite, session: w.session, shields: true}
	t.orders <- order{run: tx}
	t.report = <-t.reports
	broke := tx.err
	tx.end()
	if endsGroup(broke) {
		return broke
	}
	t.report.err = orElse(t.report.err, broke)
	if t.report.err != nil || t.report.gone {
		return orElse(w.steer("ROLLBACK TO one"), w.steer("RELEASE one"))
	}
	t.wrote = tx.wrote
	return w.steer("RELEASE one")
}

// orElse returns the first of two errors.
func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// steer runs a statement that steers the transaction.
func (w *writer) steer(statement string) error {
	select {
	case <-w.broken:
		return errSyncFailed
	default:
	}
	err := w.session.do(context.Background(), statement)
	if err != nil {
		return classify(context.Background(), statement, err)
	}
	return nil
}

// abandon ends a transaction that failed with err, unless it ended by itself.
// After a failed sync the system may have dropped what was not written and say
// nothing of it the next time, so there is no next time.
func (w *writer) abandon(err error) {
	_ = w.session.do(context.Background(), "ROLLBACK")
	if syncFailed(err) {
		close(w.broken)
	}
}

// close waits for the group that runs.
func (w *writer) close() error {
	close(w.quit)
	<-w.ended
	return w.session.close()
}
