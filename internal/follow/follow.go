// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/bus"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

const (
	subject      = "journal"       // of the bus: the newest number
	batch        = 500             // entries taken at once
	rest         = 2 * time.Second // how long a lost message can cost
	lastPatience = 5 * time.Second // at a stop
)

// Apply takes the next entries of the journal, in order, in the transaction that
// also moves its cursor. It may run twice.
type Apply func(ctx context.Context, tx *sqldb.Tx, records []audit.Record) error

// Runner runs the sequencer, the followers and the tails of one node.
type Runner struct {
	db     *sqldb.DB
	bus    *bus.Bus
	log    *slog.Logger
	random io.Reader // of the salts
	loops  []func(context.Context)
	seq    chan struct{} // something was committed
	wg     sync.WaitGroup
	stop   context.CancelFunc
	signer *signer // nil: no checkpoints are signed here

	started int64 // the last number when Start was called
}

// New returns a Runner that numbers entries as they are committed to db, and hides
// each behind a salt from random, a cryptographic source. Add followers, tails and
// the signer before Start.
func New(db *sqldb.DB, b *bus.Bus, log *slog.Logger, random io.Reader) *Runner {
	r := &Runner{db: db, bus: b, log: log, random: random, seq: make(chan struct{}, 1)}
	db.OnCommit(func() { nudge(r.seq) })
	r.loops = append(r.loops, func(ctx context.Context) { r.loop(ctx, "sequencer", r.seq, r.sequence) })
	return r
}

// Follow adds a follower under that name, which keeps its cursor from run to run.
func (r *Runner) Follow(name string, apply Apply) {
	wake := make(chan struct{}, 1)
	r.loops = append(r.loops, func(ctx context.Context) {
		r.listen(ctx, wake)
		r.loop(ctx, name, wake, func(ctx context.Context) (bool, error) { return r.advance(ctx, name, apply) })
	})
}

// Tail adds a reader that is told of what is numbered from Start on, on each
// node, and keeps nothing.
func (r *Runner) Tail(name string, tell func(context.Context, audit.Record)) {
	wake := make(chan struct{}, 1)
	r.loops = append(r.loops, func(ctx context.Context) {
		r.listen(ctx, wake)
		number := r.started
		r.loop(ctx, name, wake, func(ctx context.Context) (more bool, err error) {
			number, more, err = r.tail(ctx, number, tell)
			return more, err
		})
	})
}

// Start begins to run; Stop ends it.
func (r *Runner) Start(ctx context.Context) error {
	err := r.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		r.started, err = auditsql.Last(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("find the end of the journal: %w", err)
	}
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	for _, loop := range r.loops {
		r.wg.Go(func() { loop(ctx) })
	}
	return nil
}

// Stop waits until all have ended, numbers what still waits, and signs it. What
// cannot be done in a few seconds, the next start does.
func (r *Runner) Stop() {
	r.stop()
	r.wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), lastPatience)
	defer cancel()
	if err := r.Drain(ctx); err != nil {
		r.log.ErrorContext(ctx, "last entries of the journal not numbered", "err", err)
	}
	if r.signer == nil {
		return
	}
	if err := r.Checkpoint(ctx); err != nil {
		r.log.ErrorContext(ctx, "last checkpoint not signed", "err", err)
	}
}

// loop calls step as long as it says that there is more, then rests until woken.
// A step that has begun is let finish: it is short.
func (r *Runner) loop(ctx context.Context, name string, wake <-chan struct{}, step func(context.Context) (bool, error)) {
	for ctx.Err() == nil {
		more, err := step(sqldb.Patient(context.WithoutCancel(ctx)))
		if err != nil {
			r.log.ErrorContext(ctx, "journal follower stumbled", "name", name, "err", err)
		}
		if !more || err != nil {
			pause(ctx, wake)
		}
	}
}

func pause(ctx context.Context, wake <-chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, rest)
	defer cancel()
	select {
	case <-wake:
	case <-ctx.Done():
	}
}

func (r *Runner) listen(ctx context.Context, wake chan struct{}) {
	cancel, err := r.bus.Listen(subject, func(string) { nudge(wake) })
	if err != nil {
		r.log.ErrorContext(ctx, "bus is not heard: followers go by the clock", "err", err)
		return
	}
	context.AfterFunc(ctx, cancel)
}

func nudge(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// sequence numbers what waits, takes it into the log, and tells the followers of
// all nodes.
func (r *Runner) sequence(ctx context.Context) (more bool, err error) {
	waiting := false
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		waiting, err = auditsql.Waiting(ctx, tx)
		return err
	})
	if err != nil || !waiting {
		return false, err
	}
	salts, err := r.salts()
	if err != nil {
		return false, err
	}
	var last int64
	err = r.db.Update(ctx, func(tx *sqldb.Tx) error {
		n, err := auditsql.Sequence(ctx, tx, batch)
		if err != nil {
			return err
		}
		logged, err := auditsql.Log(ctx, tx, salts)
		if err != nil {
			return err
		}
		more = n == batch || logged == batch
		last, err = auditsql.Last(ctx, tx)
		return err
	})
	if err != nil {
		return false, err
	}
	return more, r.bus.Publish(subject, strconv.FormatInt(last, 10))
}

// Drain numbers what still waits, so that a program which ends leaves no act of
// its own without its number.
func (r *Runner) Drain(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = r.sequence(ctx); err != nil {
			return err
		}
	}
	return nil
}

// salts are made before the transaction, which may run twice.
func (r *Runner) salts() ([]audit.Salt, error) {
	salts := make([]audit.Salt, batch)
	for i := range salts {
		if _, err := io.ReadFull(r.random, salts[i][:]); err != nil {
			return nil, fmt.Errorf("make salts: %w", err)
		}
	}
	return salts, nil
}

// Behind returns how many committed entries the follower of that name has not
// taken yet.
func (r *Runner) Behind(ctx context.Context, name string) (n int64, err error) {
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		number, err := cursor(ctx, tx, name)
		if err != nil {
			return err
		}
		last, err := auditsql.Last(ctx, tx)
		if err != nil {
			return err
		}
		waiting, err := auditsql.Waiting(ctx, tx)
		if n = last - number; waiting {
			n++
		}
		return err
	})
	return n, err
}

func (r *Runner) advance(ctx context.Context, name string, apply Apply) (more bool, err error) {
	behind := false
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		number, err := cursor(ctx, tx, name)
		if err != nil {
			return err
		}
		last, err := auditsql.Last(ctx, tx)
		behind = number < last
		return err
	})
	if err != nil || !behind {
		return false, err
	}
	err = r.db.Update(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Exec(ctx, `INSERT INTO follow_cursor (name, number) VALUES ($1, 0)
			ON CONFLICT (name) DO UPDATE SET number = follow_cursor.number`, name); err != nil {
			return err
		}
		number, err := cursor(ctx, tx, name)
		if err != nil {
			return err
		}
		records, err := auditsql.After(ctx, tx, number, batch)
		if err != nil || len(records) == 0 {
			return err
		}
		more = len(records) == batch
		if err := apply(ctx, tx, records); err != nil {
			return err
		}
		return tx.Exec(ctx, `UPDATE follow_cursor SET number = $1 WHERE name = $2`, records[len(records)-1].Number, name)
	})
	return more, err
}

func cursor(ctx context.Context, tx *sqldb.Tx, name string) (number int64, err error) {
	err = tx.One(ctx, `SELECT number FROM follow_cursor WHERE name = $1`, []any{name}, &number)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	return number, err
}

// tail tells what came after number.
func (r *Runner) tail(ctx context.Context, number int64, tell func(context.Context, audit.Record)) (int64, bool, error) {
	var records []audit.Record
	err := r.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		records, err = auditsql.After(ctx, tx, number, batch)
		return err
	})
	if err != nil {
		return number, false, err
	}
	for _, record := range records {
		tell(ctx, record)
		number = record.Number
	}
	return number, len(records) == batch, nil
}
