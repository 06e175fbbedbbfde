// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	groupSize = 256                   // how many Updates share one commit at most
	groupTime = 20 * time.Millisecond // after which a group takes in no more
	patience  = time.Millisecond      // how long a group waits for others, where there were others just before
)

// writer is the one goroutine that holds the connection that writes. It gathers
// the Updates that come together into one transaction, runs their functions
// itself, one after the other, commits, and only then answers them all.
//
// At first none has a savepoint of its own. When a function fails that has
// changed something, the others of its group run again, each in a savepoint.
// When the transaction as a whole fails, each of its Updates runs again in one
// of its own. So none fails for another's sake.
type writer struct {
	session   *session
	committed func()
	meter     meter
	queue     chan *turn    // unbuffered: who is received will be served
	quit      chan struct{} // closed by close, ends the goroutine
	ended     chan struct{} // closed by the goroutine
	broken    chan struct{} // closed when a sync has failed: nothing is written any more
	waiting   atomic.Int64  // how many wait for their turn that are not patient

	// The goroutine's own.
	before int     // how many shared the commit before
	open   []*turn // those received and not answered yet
	over   bool    // it was told to quit
}

// turn is one Update on its way through the writer, whose own it is until done.
type turn struct {
	ctx  context.Context //nolint:containedctx // of the one call that waits for this turn
	fn   func(*Tx) error
	done chan error

	// Of the last run.
	err      error
	broke    error // what an engine made of a statement
	panicked any
	exited   bool // the function ended its goroutine
	wrote    bool
}

// errSpoilt says that a function failed after it had changed something.
var errSpoilt = errors.New("a function has failed that shares its transaction")

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

// update waits for its turn and for the commit. How fn ended, its caller ends.
func (w *writer) update(ctx context.Context, fn func(*Tx) error) error {
	t := &turn{ctx: ctx, fn: fn, done: make(chan error, 1)}
	if err := w.join(ctx, t); err != nil {
		return err
	}
	err := <-t.done
	if t.panicked != nil {
		panic(t.panicked)
	}
	if t.exited {
		runtime.Goexit()
	}
	return err
}

// run calls the function with tx, which ends whatever way the function does.
func (t *turn) run(tx *Tx) {
	t.err, t.panicked, t.exited, t.wrote = nil, nil, true, false
	defer func() {
		if t.panicked = recover(); t.panicked != nil {
			t.exited = false
		}
		t.broke = tx.err
		tx.end()
	}()
	if t.err = t.ctx.Err(); t.err == nil {
		t.err = t.fn(tx)
	}
	t.exited = false
}

// gone reports that the function panicked or ended its goroutine: it does not run
// again.
func (t *turn) gone() bool { return t.panicked != nil || t.exited }

// join waits until t is received, and lets who writes meanwhile know.
func (w *writer) join(ctx context.Context, t *turn) error {
	if !patient(ctx) {
		w.waiting.Add(1)
		defer w.waiting.Add(-1)
	}
	return w.enqueue(ctx, t)
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

// nested reports whether the caller's goroutine is inside two transactions. That
// of the writer is inside one.
func nested() bool {
	callers := make([]uintptr, 512)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for inside := 0; ; {
		frame, more := frames.Next()
		for _, opens := range []string{"/sqldb.(*DB).Update", "/sqldb.(*DB).View", "/sqldb.(*writer).serve"} {
			if strings.HasSuffix(frame.Function, opens) {
				inside++
			}
		}
		if !more || inside > 1 {
			return inside > 1
		}
	}
}

// serve is the goroutine.
func (w *writer) serve() {
	defer w.leave()
	w.again(true)
	for {
		select {
		case t := <-w.queue:
			w.together(t)
		case <-w.quit:
			w.over = true
			return
		}
	}
}

// leave ends the goroutine. If a function did that to it, as the end of a test
// does, another serves the rest.
func (w *writer) leave() {
	if w.over {
		close(w.ended)
		return
	}
	w.abandon(nil)
	go w.serve()
}

// group is the Updates that share a transaction.
type group struct {
	turns []*turn
	err   error // why nothing of any of them is there
}

// together commits first and those who come while it runs, or else lets them run
// again.
func (w *writer) together(first *turn) {
	next, end := w.comers()
	defer end()
	g := w.transact(first, false, next)
	w.before = len(g.turns)
	if g.err == nil || len(g.turns) == 1 {
		w.answer(g)
		return
	}
	w.again(errors.Is(g.err, errSpoilt))
}

// again runs those who are not answered once more: if together, in one
// transaction with those who come, and each alone where that fails.
func (w *writer) again(together bool) {
	for _, t := range slices.Clone(w.open) {
		if t.gone() {
			w.answer(group{turns: []*turn{t}})
		}
	}
	if together && len(w.open) > 0 {
		turns := slices.Clone(w.open)
		comers, end := w.comers()
		defer end()
		g := w.transact(turns[0], true, func(n int) *turn {
			if n < len(turns) {
				return turns[n]
			}
			return comers(n)
		})
		if g.err == nil {
			w.answer(g)
			return
		}
		if len(g.turns) == 1 { // it was alone already
			w.answer(g)
		}
	}
	for _, t := range slices.Clone(w.open) {
		if t.gone() {
			w.answer(group{turns: []*turn{t}})
		} else {
			w.answer(w.transact(t, false, func(int) *turn { return nil }))
		}
	}
}

// comers returns who joins a group of n that begins now, or nil, and what to call
// when it has ended.
func (w *writer) comers() (next func(n int) *turn, end func()) {
	until := time.Now().Add(groupTime) //nolint:forbidigo // how long others wait, not what time it is
	var waits <-chan time.Time
	end = func() {}
	if w.before > 1 {
		timer := time.NewTimer(patience) //nolint:forbidigo // the same
		waits, end = timer.C, func() { timer.Stop() }
	}
	return func(n int) *turn {
		if n == groupSize || time.Now().After(until) { //nolint:forbidigo // the same
			return nil
		}
		return w.next(waits, n)
	}, end
}

// next returns who else joins a group of n, or nil. A group takes who is there,
// and waits for others if it is smaller than the one before.
func (w *writer) next(waits <-chan time.Time, n int) *turn {
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
	case <-waits:
		return nil
	}
}

// answer tells each of g how it ended, and then those who wait for commits.
func (w *writer) answer(g group) {
	wrote := false
	for _, t := range g.turns {
		wrote = wrote || t.wrote
		err := t.err
		if !errors.Is(g.err, errSpoilt) {
			err = cmp.Or(g.err, err)
		}
		t.done <- err
	}
	w.open = slices.DeleteFunc(w.open, func(t *turn) bool { return slices.Contains(g.turns, t) })
	if wrote && g.err == nil {
		w.committed()
	}
}

// transact runs first, and whom next adds, in one transaction; if shielded, each
// in a savepoint.
func (w *writer) transact(first *turn, shielded bool, next func(int) *turn) group {
	g := group{err: w.steer("BEGIN IMMEDIATE")}
	for t := first; t != nil; t = next(len(g.turns)) {
		g.turns = append(g.turns, t)
		if !slices.Contains(w.open, t) {
			w.open = append(w.open, t)
		}
		if g.err == nil {
			g.err = w.run(t, shielded)
		}
		if g.err != nil {
			break
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

// run gives t its turn. An error says that the whole transaction is lost, or may
// be.
func (w *writer) run(t *turn, shielded bool) error {
	if shielded {
		if err := w.steer("SAVEPOINT one"); err != nil {
			return err
		}
	}
	tx := &Tx{engine: SQLite, session: w.session, shields: true, waiting: &w.waiting}
	t.run(tx)
	if endsGroup(t.broke) {
		return t.broke
	}
	t.err = cmp.Or(t.err, t.broke)
	failed := t.err != nil || t.gone()
	t.wrote = tx.wrote && !failed
	switch {
	case shielded && failed:
		return cmp.Or(w.steer("ROLLBACK TO one"), w.steer("RELEASE one"))
	case shielded:
		return w.steer("RELEASE one")
	case failed && (tx.wrote || tx.touched):
		return errSpoilt
	}
	return nil
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
