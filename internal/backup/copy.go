// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"entente.example/internal/backup/rows"
	"entente.example/internal/sqldb"
)

// CopyRows fills an empty database of the same schema with the rows of another,
// projections excepted, and compares the two as they then are: rows and SHA-256 of
// each table. No more than a few thousand rows are in memory at once.
func CopyRows(ctx context.Context, from, to *sqldb.DB, tell func(line string)) error {
	var read, loaded []rows.Sum
	err := from.View(ctx, func(tx *sqldb.Tx) error {
		out, in := io.Pipe()
		dumped := make(chan error, 1)
		go func() {
			var err error
			read, err = dump(ctx, tx, in, nothing)
			dumped <- err
			in.CloseWithError(err)
		}()
		var err error
		loaded, err = load(ctx, to, out, nothing)
		out.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // lets a dump end that nobody reads
		return errors.Join(err, unlessClosed(<-dumped))
	})
	if err != nil {
		return err
	}
	if err := compare(read, loaded, "the old database has", "what went over had"); err != nil {
		return err
	}
	tell("all rows are there; reading them back")
	var kept []rows.Sum
	err = to.View(ctx, func(tx *sqldb.Tx) (err error) {
		kept, err = sumsOf(ctx, tx, nothing)
		return err
	})
	if err != nil {
		return err
	}
	if err := compare(read, kept, "the old database has", "the new one has"); err != nil {
		return err
	}
	total := int64(0)
	for _, s := range kept {
		total += s.Rows
		tell(fmt.Sprintf("equal: %-28s %10d rows  sha256 %s", s.Table, s.Rows, s.SHA256))
	}
	tell(fmt.Sprintf("equal: %d rows in %d tables on both sides", total, len(kept)))
	return to.Update(ctx, func(tx *sqldb.Tx) error { return RewindProjections(ctx, tx) })
}

// unlessClosed forgets that a dump had nobody to write to: why is in another error.
func unlessClosed(err error) error {
	if errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}

// looks is how often CheckAlone looks again, a tenth of a second apart: the connections
// of a server that has just been stopped take a moment to leave PostgreSQL.
const looks = 50

// CheckAlone fails where other processes use a PostgreSQL database, and go on using it:
// what they write would not go over. A SQLite file is guarded by the lock of its
// folder.
func CheckAlone(ctx context.Context, db *sqldb.DB) error {
	if db.Engine() == sqldb.SQLite {
		return nil
	}
	var others int
	for range looks {
		err := db.View(ctx, func(tx *sqldb.Tx) error {
			return tx.One(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
				AND application_name = current_setting('application_name')`, nil, &others)
		})
		if err != nil || others == 0 {
			return err
		}
		var slept bool
		if err := db.View(ctx, func(tx *sqldb.Tx) error { return tx.One(ctx, `SELECT pg_sleep(0.1) IS NOT NULL`, nil, &slept) }); err != nil {
			return err
		}
	}
	return fmt.Errorf("%d connections of servers use the database: stop them first", others)
}
