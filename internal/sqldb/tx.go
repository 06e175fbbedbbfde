// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
)

// Tx is a running transaction, for one goroutine at a time and until the
// function that it was given to returns. Its errors are classified faults.
type Tx struct {
	engine  Engine
	session *session
	view    bool          // reads only
	shared  bool          // several Views read in it
	waiting *atomic.Int64 // how many wait until it ends, nil where none has to
	shields bool          // statements run to their end even if their context does not live so long

	wrote   bool  // something may have changed
	touched bool  // a statement ran that does not tell what it changes
	rows    bool  // All is at its rows
	err     error // what ended the transaction
}

var (
	errEnded  = errors.New("the transaction has ended")
	errInRows = errors.New("a statement inside the row function of All")
	errView   = errors.New("a View changes nothing")
)

// Engine says what is underneath.
func (tx *Tx) Engine() Engine { return tx.engine }

// Shared reports whether tx is one that several Views share (DB.Share).
func (tx *Tx) Shared() bool { return tx.shared }

// Awaited reports whether somebody waits for tx to end so that they may write:
// then it should not be made longer than it must be. Those who are Patient do not
// count. Where each has a transaction of its own it is always so, for a long one
// conflicts with many.
func (tx *Tx) Awaited() bool { return tx.waiting == nil || tx.waiting.Load() > 0 }

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.Change(ctx, query, args...)
	return err
}

// Change runs a statement that returns no rows, and says how many it changed.
func (tx *Tx) Change(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, err := tx.begin(ctx, args)
	if err != nil {
		return 0, err
	}
	if tx.view {
		return 0, errView
	}
	tx.touched = tx.touched || !tells(query)
	result, err := tx.session.exec(ctx, query, args...)
	if err != nil {
		return 0, tx.fail(ctx, query, err)
	}
	n, err := result.RowsAffected()
	tx.wrote = tx.wrote || n > 0
	return n, tx.fail(ctx, query, err)
}

// One reads a single row into dest; it fails with fault.NotFound when there is
// none. Of several rows it reads the first.
func (tx *Tx) One(ctx context.Context, query string, args []any, dest ...any) error {
	found := false
	err := tx.read(ctx, query, args, func(rows cursor) error {
		if found = rows.next(); found {
			return rows.scan(dest...)
		}
		return nil
	})
	if err == nil && !found {
		return errNoRow
	}
	return err
}

// All calls row for every row found. row may not run statements; when it
// returns an error, All stops and returns it.
func (tx *Tx) All(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	return tx.read(ctx, query, args, func(rows cursor) error {
		for rows.next() {
			if err := row(rows.scan); err != nil {
				return err
			}
		}
		return nil
	})
}

// cursor goes through the rows of a query.
type cursor struct {
	next func() bool
	scan func(...any) error
}

// read runs a query and each on its rows. An error of each is returned as it
// is; one of the engine ends the transaction.
func (tx *Tx) read(ctx context.Context, query string, args []any, each func(cursor) error) error {
	ctx, err := tx.begin(ctx, args)
	if err != nil {
		return err
	}
	tx.touched = tx.touched || !tells(query)
	rows, err := tx.session.query(ctx, query, args...)
	if err != nil {
		return tx.fail(ctx, query, err)
	}
	tx.rows = true
	defer func() { rows.Close(); tx.rows = false }()
	changes := returning(query)
	next := func() bool {
		more := ctx.Err() == nil && rows.Next()
		tx.wrote = tx.wrote || more && changes
		return more
	}
	if err := each(cursor{next, rows.Scan}); err != nil {
		return err
	}
	return tx.fail(ctx, query, errors.Join(ctx.Err(), rows.Err(), rows.Close()))
}

// returning reports whether query changes the rows that it returns.
func returning(query string) bool {
	return strings.Contains(query, "RETURNING") || strings.Contains(query, "returning")
}

// tells reports whether it is known what query changes once it has run: nothing,
// or the rows that it counts or returns.
func tells(query string) bool {
	query = strings.TrimLeft(query, " \t\n")
	for _, verb := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
		if strings.HasPrefix(query, verb) {
			return true
		}
	}
	return false
}

// begin says whether a statement with args may run, and under which context.
func (tx *Tx) begin(ctx context.Context, args []any) (context.Context, error) {
	switch {
	case tx.err != nil:
		return ctx, tx.err
	case tx.rows:
		return ctx, errInRows
	}
	if tx.shields {
		ctx = context.WithoutCancel(ctx)
	}
	return ctx, storable(args)
}

// fail ends the transaction with err, unless it is nil.
func (tx *Tx) fail(ctx context.Context, query string, err error) error {
	if err == nil {
		return nil
	}
	tx.err = classify(ctx, query, err)
	return tx.err
}

// end closes tx to those who kept it.
func (tx *Tx) end() { tx.err = errEnded }
