// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"
)

const (
	defaultReaders = 4
	// stuck is how long a transaction waits before it asks whether it waits for
	// the one that it is inside of.
	stuck = 100 * time.Millisecond
)

// pragmas are set on every connection. Memory-mapped reading stays off: with it
// an I/O error would be a signal that ends the program, not an error.
// https://www.sqlite.org/pragma.html
var pragmas = []string{
	"busy_timeout(10000)", // another program may write, such as the command line
	"journal_mode(WAL)",
	"wal_autocheckpoint(4000)", // pages, 16 MB: copying them less often is a fifth more Updates
	"synchronous(FULL)",
	"secure_delete(FAST)", // what is deleted is overwritten where its page is written anyway; Tx.Overwrite does the rest
	"foreign_keys(1)",
	"temp_store(MEMORY)",
	"journal_size_limit(67108864)",
}

// lite is a SQLite database: one connection that writes, several that read.
type lite struct {
	pools   []*sql.DB
	writer  *writer
	readers chan *session // those free; nil for one that is not open yet
	quit    chan struct{} // closed by close
}

func openSQLite(ctx context.Context, o Options, committed func()) (backend, error) {
	if err := createFile(o.URL); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	// fdatasync keeps the same promise as fsync and waits for less. Where there
	// is none, fsync it is.
	_, _ = sqlite.Fdatasync(true)
	l := &lite{quit: make(chan struct{}), readers: make(chan *session, cmp.Or(max(o.Readers, 0), defaultReaders))}
	for range cap(l.readers) {
		l.readers <- nil
	}
	if err := l.open(ctx, o, committed); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), l.closePools())
	}
	return l, nil
}

func (l *lite) open(ctx context.Context, o Options, committed func()) error {
	for _, own := range [][]string{{"cache_size(-32768)"}, {"cache_size(-8192)", "query_only(1)"}} {
		pool, err := sql.Open("sqlite", address(o.URL, own))
		if err != nil {
			return err
		}
		l.pools = append(l.pools, pool)
	}
	if o.Migrate {
		if err := migrate(ctx, l.pools[0], SQLite, migrationFiles(), o.Schema); err != nil {
			return err
		}
	}
	session, err := newSession(ctx, l.pools[0], true)
	if err != nil {
		return err
	}
	l.writer = startWriter(session, committed)
	return nil
}

// createFile makes the file, and its folder, for nobody but its owner. The
// files that SQLite puts beside it follow suit.
func createFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// address is the driver's name for the file at path.
func address(path string, own []string) string {
	query := url.Values{"_pragma": slices.Concat(pragmas, own)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

func (l *lite) update(ctx context.Context, fn func(*Tx) error) error {
	begun := sync.OnceFunc(l.writer.meter.queued()) // fn may run twice
	return l.writer.update(ctx, func(tx *Tx) error {
		begun()
		return fn(tx)
	})
}

func (l *lite) view(ctx context.Context, fn func(*Tx) error) error {
	s, err := l.borrow(ctx)
	if err != nil {
		return err
	}
	tx := &Tx{engine: SQLite, session: s, view: true}
	defer func() {
		tx.end()
		l.giveBack(s)
	}()
	if err := s.do(ctx, "BEGIN"); err != nil {
		return classify(ctx, "BEGIN", err)
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.err
}

// borrow takes a reader that is free, or waits for one.
func (l *lite) borrow(ctx context.Context) (*session, error) {
	s, err := l.await(ctx)
	if err != nil || s != nil {
		return s, err
	}
	if s, err = newSession(ctx, l.pools[1], true); err != nil {
		l.readers <- nil
		return nil, classify(ctx, "connect", err)
	}
	return s, nil
}

func (l *lite) await(ctx context.Context) (*session, error) {
	select {
	case <-l.quit:
		return nil, errClosed
	case s := <-l.readers:
		return s, nil
	default:
	}
	patience, cancel := context.WithTimeout(ctx, stuck)
	defer cancel()
	select {
	case <-l.quit:
		return nil, errClosed
	case s := <-l.readers:
		return s, nil
	case <-patience.Done():
	}
	if ctx.Err() == nil && nested() {
		return nil, errNested
	}
	select {
	case <-l.quit:
		return nil, errClosed
	case s := <-l.readers:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// giveBack ends the transaction of s. A connection that cannot even do that is
// replaced.
func (l *lite) giveBack(s *session) {
	if err := s.do(context.Background(), "ROLLBACK"); err != nil {
		s.close()
		s = nil
	}
	l.readers <- s
}

func (l *lite) metered() *meter { return &l.writer.meter }

func (l *lite) failed() <-chan struct{} { return l.writer.broken }

func (l *lite) close() error {
	close(l.quit)
	var errs []error
	for range cap(l.readers) {
		if s := <-l.readers; s != nil {
			errs = append(errs, s.close())
		}
	}
	errs = append(errs, l.writer.close(), l.closePools())
	return errors.Join(errs...)
}

func (l *lite) closePools() error {
	var errs []error
	for _, pool := range l.pools {
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}
