// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"entente.example/internal/fault"
)

// Overwrite runs fn so that what it deletes is overwritten in the file, pages that
// become free included. Elsewhere SQLite overwrites only what it writes anyway.
// On PostgreSQL it just runs fn.
func (tx *Tx) Overwrite(ctx context.Context, fn func() error) error {
	if tx.engine != SQLite {
		return fn()
	}
	if err := tx.Exec(ctx, `PRAGMA secure_delete = 1`); err != nil {
		return err
	}
	err := fn()
	if back := tx.Exec(ctx, `PRAGMA secure_delete = FAST`); err == nil {
		err = back
	}
	return err
}

// Wipe takes what was deleted off the disk, as far as the engine does that beside
// its work: SQLite writes a small file anew and empties its log into the file,
// PostgreSQL vacuums. It fails with fault.Unavailable where a reader keeps SQLite
// from it: then it is called again.
func (db *DB) Wipe(ctx context.Context) error { return db.backend.wipe(ctx) }

// wipePatience is how long SQLite may wait for readers: writers wait meanwhile.
const wipePatience = `PRAGMA busy_timeout = 500`

var errReaders = fault.Wrap(fault.Unavailable, "error.unavailable", errors.New("a reader holds the log"))

func (l *lite) wipe(ctx context.Context) (err error) {
	conn, err := l.pools[0].Conn(ctx)
	if err != nil {
		return classify(ctx, "connect", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, wipePatience); err != nil {
		return classify(ctx, wipePatience, err)
	}
	if err := compact(ctx, conn); err != nil {
		return err
	}
	const empty = `PRAGMA wal_checkpoint(TRUNCATE)`
	var busy, pages, copied int64
	if err := conn.QueryRowContext(ctx, empty).Scan(&busy, &pages, &copied); err != nil {
		return classify(ctx, empty, err)
	}
	if busy != 0 {
		return errReaders
	}
	return nil
}

// wholeUpTo is the size, in bytes, up to which a file is written anew: in memory,
// and while others wait to write. Where rows were moved between pages, SQLite leaves
// copies in what is free within a page, which nothing else takes away.
const wholeUpTo = 128 << 20

func compact(ctx context.Context, conn *sql.Conn) error {
	const ask = `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	var size int64
	if err := conn.QueryRowContext(ctx, ask).Scan(&size); err != nil {
		return classify(ctx, ask, err)
	}
	if size > wholeUpTo {
		return nil
	}
	if _, err := conn.ExecContext(ctx, `VACUUM`); err != nil {
		return classify(ctx, `VACUUM`, err)
	}
	return nil
}

func (p *postgres) wipe(ctx context.Context) error {
	const longest = time.Hour
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	_, err := p.pool.ExecContext(ctx, `VACUUM`)
	if err != nil {
		return classify(ctx, `VACUUM`, err)
	}
	return nil
}
