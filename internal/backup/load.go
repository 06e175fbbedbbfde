// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"entente.example/internal/backup/rows"
	"entente.example/internal/sqldb"
)

// What goes into the database at once: enough for speed, little enough for memory.
const (
	rowsAtOnce  = 2000
	bytesAtOnce = 8 << 20
)

// load fills the tables of a database that was just migrated to the schema of
// what was dumped, and returns what each then held according to the input. What
// the migrations put into them is replaced.
//
// In PostgreSQL it is one transaction: all is there, or nothing. A SQLite file is
// filled in pieces, and counts for nothing until its maker gives it its name.
func load(ctx context.Context, db *sqldb.DB, in io.Reader, skip skipping) (sums []rows.Sum, err error) {
	if db.Engine() == sqldb.SQLite {
		return loadBy(ctx, db.Update, in, skip)
	}
	ran := false
	err = db.Update(ctx, func(tx *sqldb.Tx) error {
		if ran {
			return errors.New("the database was used by others while it was filled")
		}
		ran = true
		sums, err = loadBy(ctx, func(_ context.Context, fn func(*sqldb.Tx) error) error { return fn(tx) }, in, skip)
		return err
	})
	return sums, err
}

type transact func(ctx context.Context, fn func(*sqldb.Tx) error) error

func loadBy(ctx context.Context, update transact, in io.Reader, skip skipping) (sums []rows.Sum, err error) {
	dec, err := rows.NewDecoder(in)
	if err != nil {
		return nil, err
	}
	waiting, err := cleared(ctx, update, skip)
	if err != nil {
		return nil, err
	}
	for {
		t, err := dec.Table()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(waiting, func(s stored) bool { return s.Name == t.Name })
		if i < 0 || !alike(waiting[i].Table, t) {
			return nil, fmt.Errorf("table %s is not here, there twice, or has other columns here", t.Name)
		}
		waiting = slices.Delete(waiting, i, i+1)
		if err := fill(ctx, update, t, dec); err != nil {
			return nil, fmt.Errorf("fill table %s: %w", t.Name, err)
		}
		sums = append(sums, dec.Sum())
	}
	if len(waiting) > 0 {
		return nil, fmt.Errorf("%w: nothing for table %s", rows.ErrDamaged, waiting[0].Name)
	}
	return sums, nil
}

// cleared empties the tables that will be filled, and returns them.
func cleared(ctx context.Context, update transact, skip skipping) (found []stored, err error) {
	err = update(ctx, func(tx *sqldb.Tx) error {
		if found, err = tables(ctx, tx); err != nil {
			return err
		}
		for _, t := range slices.Backward(found) {
			if err := tx.Exec(ctx, `DELETE FROM `+t.Name); err != nil {
				return err
			}
		}
		found = slices.DeleteFunc(found, func(t stored) bool { return skip(t.Name) })
		return nil
	})
	return found, err
}

// alike reports whether two tables have the same columns, in whatever order.
func alike(a, b rows.Table) bool {
	return len(a.Columns) == len(b.Columns) && !slices.ContainsFunc(a.Columns, func(c rows.Column) bool { return !slices.Contains(b.Columns, c) })
}

func fill(ctx context.Context, update transact, t rows.Table, dec *rows.Decoder) error {
	for ended := false; !ended; {
		var waiting [][]any
		for size := 0; len(waiting) < rowsAtOnce && size < bytesAtOnce && !ended; {
			values, err := dec.Row()
			if ended = errors.Is(err, io.EOF); ended {
				break
			}
			if err != nil {
				return err
			}
			waiting, size = append(waiting, values), size+dec.Size()
		}
		if len(waiting) == 0 {
			return nil
		}
		if err := update(ctx, func(tx *sqldb.Tx) error { return tx.Insert(ctx, t.Name, t.Names(), waiting) }); err != nil {
			return err
		}
	}
	return nil
}
