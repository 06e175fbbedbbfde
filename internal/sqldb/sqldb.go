// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// Engine names what is underneath. It is for the few statements that have no
// form common to both.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Options says which database to open, and how.
type Options struct {
	URL     string // a postgres:// address, or the path of a file
	Readers int    // how many Views run at once on SQLite, or transactions on PostgreSQL; 0 is a good default
	Migrate bool   // bring the schema up to date first
	Schema  int64  // with Migrate: bring it to that version, and no further; 0 is the newest
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	backend backend
	engine  Engine
	path    string       // of the file, on SQLite
	close   func() error // of the backend, once

	changes atomic.Uint64 // grows with each Update that succeeded

	mu    sync.Mutex
	hooks []func() // guarded by mu
}

// backend is what an engine must do.
type backend interface {
	view(ctx context.Context, fn func(*Tx) error) error
	update(ctx context.Context, fn func(*Tx) error) error
	metered() *meter
	wipe(ctx context.Context) error
	// failed is closed once nothing can be written any more.
	failed() <-chan struct{}
	close() error
}

// Open opens the database at url, a postgres:// address or the path of a file,
// and brings its schema up to date.
func Open(ctx context.Context, url string) (*DB, error) {
	return OpenWith(ctx, Options{URL: url, Migrate: true})
}

// OpenWith opens a database.
func OpenWith(ctx context.Context, o Options) (*DB, error) {
	db := &DB{engine: engineOf(o.URL), path: o.URL}
	open := openSQLite
	if db.engine == PostgreSQL {
		open = openPostgres
	}
	backend, err := open(ctx, o, db.committed)
	if err != nil {
		return nil, err
	}
	db.backend, db.close = backend, sync.OnceValue(backend.close)
	return db, nil
}

// engineOf returns the engine that url names.
func engineOf(url string) Engine {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return PostgreSQL
	}
	return SQLite
}

// Close waits for the transactions that run, and closes the database. What
// begins after it fails as fault.Unavailable. It may be called again.
func (db *DB) Close() error { return db.close() }

// Engine says what is underneath.
func (db *DB) Engine() Engine { return db.engine }

// View runs fn in a read-only transaction, which ends with ctx. A View inside a
// View, or inside an Update, sees another snapshot, and may wait for ever.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	if s := sharedIn(ctx, db); s != nil {
		if joined, err := s.view(ctx, fn); joined {
			return err
		}
	}
	return db.backend.view(ctx, fn)
}

// Update runs fn in a transaction and commits it when fn returns nil. fn may
// run again; it does not begin once ctx is done, and from then on need not
// notice ctx. An Update inside an Update is an error. What fn panics with
// reaches the caller, and nothing of fn remains.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	if s := sharedIn(ctx, db); s != nil {
		s.end(false)
	}
	err := db.backend.update(ctx, fn)
	if err == nil {
		db.changes.Add(1)
	}
	return err
}

// Changes grows with each Update of this program that has returned: what was read
// in a View that began after one call of it is still so at another that returns
// the same, but for what other programs, and Updates that have yet to return,
// have written.
func (db *DB) Changes() uint64 { return db.changes.Load() }

type patientKey struct{}

// Patient marks the Updates that are called with the context it returns as those
// that nobody waits for, such as a follower's.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patientKey{}, true) }

func patient(ctx context.Context) bool { return ctx.Value(patientKey{}) != nil }

// OnCommit adds a function to be called after each commit that wrote something;
// several Updates may share one commit. It must not block, and may use db only
// from another goroutine.
func (db *DB) OnCommit(fn func()) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.hooks = append(db.hooks, fn)
}

// Failed is closed when a sync of the file has failed: what the disk holds is
// then uncertain, every Update fails, and the program should end.
func (db *DB) Failed() <-chan struct{} { return db.backend.failed() }

func (db *DB) committed() {
	db.mu.Lock()
	hooks := db.hooks
	db.mu.Unlock()
	for _, hook := range hooks {
		hook()
	}
}
