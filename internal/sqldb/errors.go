// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"entente.example/internal/fault"
)

// errNoRow is the answer to One where there is nothing.
var errNoRow = fault.Wrap(fault.NotFound, "error.not_found", sql.ErrNoRows)

// errClosed is the answer to what begins after Close.
var errClosed = fault.Wrap(fault.Unavailable, "error.unavailable", errors.New("the database is closed"))

// errNested is the answer to an Update inside an Update that waits for itself.
var errNested = errors.New("a transaction inside a transaction of the same goroutine")

// errSyncFailed is the answer to every Update after a sync has failed.
var errSyncFailed = fault.Wrap(fault.Unavailable, "error.unavailable", errors.New("the disk has failed to sync; restart"))

// Result codes of SQLite. The lower eight bits are the primary code.
// https://www.sqlite.org/rescode.html
const (
	liteBusy       = 5
	liteLocked     = 6
	liteNoMem      = 7
	liteReadOnly   = 8
	liteInterrupt  = 9
	liteIOErr      = 10
	liteCorrupt    = 11
	liteFull       = 13
	liteCantOpen   = 14
	liteConstraint = 19

	liteForeignKey = liteConstraint | 3<<8
	litePrimaryKey = liteConstraint | 6<<8
	liteUnique     = liteConstraint | 8<<8
	liteRowID      = liteConstraint | 10<<8
	liteSync       = liteIOErr | 4<<8
	liteDirSync    = liteIOErr | 5<<8
)

// SQLSTATE codes of PostgreSQL; of two characters, a whole class.
// https://www.postgresql.org/docs/15/errcodes-appendix.html
const (
	pgConnection    = "08"
	pgResources     = "53"
	pgDiskFull      = "53100"
	pgReadOnly      = "25006"
	pgBadText       = "22021"
	pgForeignKey    = "23503"
	pgUnique        = "23505"
	pgExclusion     = "23P01"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
	pgLockTimeout   = "55P03"
	pgShutdown      = "57P01"
	pgCrash         = "57P02"
	pgStarting      = "57P03"
)

// classify turns what an engine reports into what a room may act on. The cause,
// for the operator, begins with the statement's first words; it has no values,
// for those are arguments. The end of ctx passes through.
func classify(ctx context.Context, query string, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	cause := fmt.Errorf("%s: %w", firstWords(query), err)
	if diskFull(err) {
		return fault.Wrap(fault.Unavailable, "error.disk_full", cause)
	}
	switch kindOf(err) {
	case fault.Conflict:
		return fault.Wrap(fault.Conflict, "error.conflict", cause)
	case fault.Invalid:
		return fault.Wrap(fault.Invalid, "sqldb.text.invalid", cause)
	case fault.Unavailable:
		return fault.Wrap(fault.Unavailable, "error.unavailable", cause)
	default:
		return cause
	}
}

func kindOf(err error) fault.Kind {
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return kindOfSQLite(lite.Code())
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return kindOfPostgres(pg.Code)
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return fault.Unavailable
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fault.Unavailable
	}
	for _, lost := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, lost) {
			return fault.Unavailable
		}
	}
	return fault.Internal
}

func kindOfSQLite(code int) fault.Kind {
	switch code {
	case liteUnique, litePrimaryKey, liteRowID, liteForeignKey:
		return fault.Conflict
	}
	switch code & 0xff {
	case liteBusy, liteLocked, liteNoMem, liteReadOnly, liteIOErr, liteFull, liteCantOpen:
		return fault.Unavailable
	}
	return fault.Internal
}

func kindOfPostgres(code string) fault.Kind {
	switch code {
	case pgUnique, pgForeignKey, pgExclusion:
		return fault.Conflict
	case pgBadText:
		return fault.Invalid
	case pgSerialization, pgDeadlock, pgLockTimeout, pgReadOnly, pgShutdown, pgCrash, pgStarting:
		return fault.Unavailable
	}
	switch code[:min(2, len(code))] {
	case pgConnection, pgResources:
		return fault.Unavailable
	}
	return fault.Internal
}

// lostRace reports whether the transaction lost to another and may run again.
func lostRace(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == pgSerialization || pg.Code == pgDeadlock)
}

// diskFull reports whether there is no room left for what was to be written.
func diskFull(err error) bool {
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code()&0xff == liteFull
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == pgDiskFull
}

// syncFailed reports whether the disk may not hold what was written to it.
func syncFailed(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && (lite.Code() == liteSync || lite.Code() == liteDirSync)
}

// endsGroup reports whether SQLite may have rolled back the whole transaction,
// savepoints and all.
// https://www.sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"
func endsGroup(err error) bool {
	lite, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch lite.Code() & 0xff {
	case liteFull, liteIOErr, liteNoMem, liteBusy, liteInterrupt, liteCorrupt, liteCantOpen:
		return true
	}
	return false
}

// firstWords shortens a statement to what tells which one it is.
func firstWords(query string) string {
	const enough = 8
	words := strings.Fields(query)
	if len(words) > enough {
		words = append(words[:enough], "…")
	}
	return strings.Join(words, " ")
}
