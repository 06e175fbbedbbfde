// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"entente.example/internal/fault"
)

const (
	defaultConns = 32
	idleTime     = 5 * time.Minute
	// settleTime is how long a transaction may take to end.
	settleTime = 30 * time.Second
	attempts   = 40 // where many write one row on a busy machine, ten in a row may lose
	// firstPause precedes the third attempt; it doubles up to longestPause.
	firstPause   = time.Millisecond
	longestPause = 50 * time.Millisecond
)

// postgres is a PostgreSQL database behind a pool of connections.
type postgres struct {
	pool      *sql.DB
	committed func()
	meter     meter
	again     chan struct{} // holds the one token that a second attempt needs
	never     chan struct{}

	mu     sync.RWMutex // held for reading by transactions
	closed bool         // guarded by mu
}

func openPostgres(ctx context.Context, o Options, committed func()) (backend, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Readers > 0 {
		config.MaxConns = int32(min(o.Readers, 1<<15))
	} else if !strings.Contains(o.URL, "pool_max_conns") {
		config.MaxConns = defaultConns
	}
	if params := config.ConnConfig.RuntimeParams; params["application_name"] == "" {
		params["application_name"] = strings.TrimSpace("entente " + params["search_path"]) // tells those of one schema apart from others
	}
	pool := stdlib.OpenDB(*config.ConnConfig)
	pool.SetMaxOpenConns(int(config.MaxConns))
	pool.SetMaxIdleConns(int(config.MaxConns))
	pool.SetConnMaxIdleTime(idleTime)
	p := &postgres{pool: pool, committed: committed, again: make(chan struct{}, 1), never: make(chan struct{})}
	p.again <- struct{}{}
	if err := p.prepare(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), pool.Close())
	}
	return p, nil
}

func (p *postgres) prepare(ctx context.Context, o Options) error {
	if err := p.verify(ctx); err != nil || !o.Migrate {
		return err
	}
	return migrate(ctx, p.pool, PostgreSQL, migrationFiles(), o.Schema)
}

// verify refuses a database that would order or hold text otherwise than by its
// UTF-8 bytes.
func (p *postgres) verify(ctx context.Context) error {
	var name, encoding, provider, collate string
	const ask = `SELECT datname, pg_encoding_to_char(encoding), datlocprovider::text, datcollate
		FROM pg_database WHERE datname = current_database()`
	if err := p.pool.QueryRowContext(ctx, ask).Scan(&name, &encoding, &provider, &collate); err != nil {
		return classify(ctx, "connect", err)
	}
	byBytes := provider == "b" || provider == "c" && slices.Contains([]string{"C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic"}, collate)
	if encoding == "UTF8" && byBytes {
		return nil
	}
	return fmt.Errorf("database %q has encoding %s and collation %q; make one that orders text by its bytes: "+
		"CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", name, encoding, collate)
}

func (p *postgres) view(ctx context.Context, fn func(*Tx) error) error {
	tx := &Tx{engine: PostgreSQL, view: true}
	return p.transact(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", tx, fn)
}

// update runs fn until it loses to no other transaction. From the second
// attempt on only one Update of this node runs at a time: those who lost to
// each other would go on doing so.
func (p *postgres) update(ctx context.Context, fn func(*Tx) error) error {
	err := p.attempt(ctx, fn)
	if !lostRace(err) {
		return err
	}
	select {
	case <-p.again:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { p.again <- struct{}{} }()
	for n, wait := 2, firstPause; lostRace(err) && n <= attempts; n++ {
		if n > 2 {
			pause(ctx, wait)
			wait = min(2*wait, longestPause)
		}
		err = p.attempt(ctx, fn)
	}
	return err
}

// pause ends early with ctx.
func pause(ctx context.Context, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	<-ctx.Done()
}

func (p *postgres) attempt(ctx context.Context, fn func(*Tx) error) error {
	tx := &Tx{engine: PostgreSQL}
	err := p.transact(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ", tx, fn)
	if err == nil {
		p.meter.committed(1)
	}
	if err == nil && tx.wrote {
		p.committed()
	}
	return err
}

// transact runs fn with tx, and commits if neither has failed.
func (p *postgres) transact(ctx context.Context, begin string, tx *Tx, fn func(*Tx) error) (err error) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		return errClosed
	}
	begun := func() {}
	if !tx.view {
		begun = p.meter.queued()
	}
	if tx.session, err = newSession(ctx, p.pool, false); err != nil {
		return classify(ctx, "connect", err)
	}
	begun()
	// A connection that cannot even roll back is not used again: the pool sees
	// that it is not idle.
	defer tx.session.close()
	if err := tx.session.do(ctx, begin); err != nil {
		return classify(ctx, begin, err)
	}
	commits := false
	defer func() {
		tx.end()
		if !commits {
			_ = settle(ctx, tx.session, "ROLLBACK")
		}
	}()
	if err := verdict(fn(tx), tx); err != nil {
		return err
	}
	commits = true
	return commitError(settle(ctx, tx.session, "COMMIT"))
}

// settle ends a transaction, whatever has become of ctx.
func settle(ctx context.Context, s *session, how string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return s.do(ctx, how)
}

// verdict says why tx cannot be committed. That it lost to another transaction
// counts for more than how its function puts that.
func verdict(err error, tx *Tx) error {
	if lostRace(tx.err) {
		return tx.err
	}
	return cmp.Or(err, tx.err)
}

// commitError tells a refused commit from one whose outcome nobody knows.
func commitError(err error) error {
	switch {
	case err == nil:
		return nil
	case kindOf(err) == fault.Unavailable && !lostRace(err):
		return fault.Wrap(fault.Unavailable, "sqldb.commit.unknown", fmt.Errorf("the outcome of a commit is not known: %w", err))
	default:
		return classify(context.Background(), "COMMIT", err)
	}
}

func (p *postgres) metered() *meter { return &p.meter }

func (p *postgres) failed() <-chan struct{} { return p.never }

func (p *postgres) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return p.pool.Close()
}
