// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"sync"
)

// shared is a read-only transaction that several Views use, one after the other.
type shared struct {
	db *DB

	mu    sync.Mutex
	tx    *Tx           // guarded by mu, as are all below; nil: not open
	inUse bool          // a View runs in it
	over  bool          // no View joins it any more
	leave chan struct{} // closed to end the transaction
	ended chan error    // how it ended
}

type sharedKey struct{}

// Share lets the Views that are called with the context it returns be one
// transaction, so that they see one snapshot and need not each begin. It begins
// with the first of them and ends when end is called, or before an Update of the
// same context, after which another begins. A View that runs while another does,
// or after end, is a transaction of its own. end may be called again.
func (db *DB) Share(ctx context.Context) (sharing context.Context, end func()) {
	s := &shared{db: db}
	return context.WithValue(ctx, sharedKey{}, s), func() { s.end(true) }
}

// sharedIn returns the shared transaction of ctx, if it has one of db.
func sharedIn(ctx context.Context, db *DB) *shared {
	if s, ok := ctx.Value(sharedKey{}).(*shared); ok && s.db == db {
		return s
	}
	return nil
}

// view runs fn in the shared transaction. It reports whether it could.
func (s *shared) view(ctx context.Context, fn func(*Tx) error) (joined bool, err error) {
	tx, err := s.join(ctx)
	if tx == nil || err != nil {
		return err != nil, err
	}
	defer s.part()
	if err := fn(tx); err != nil {
		return true, err
	}
	return true, tx.err
}

// join takes the transaction for one View, and begins it where need be. It
// returns nil where the View is to be a transaction of its own.
func (s *shared) join(ctx context.Context) (*Tx, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || s.inUse {
		return nil, nil
	}
	if s.tx == nil {
		if err := s.begin(ctx); err != nil {
			return nil, err
		}
	}
	s.inUse = true
	return s.tx, nil
}

// begin lets a goroutine hold the transaction open until leave is closed.
func (s *shared) begin(ctx context.Context) error {
	leave, ended, ready := make(chan struct{}), make(chan error, 1), make(chan *Tx, 1)
	go func() {
		ended <- s.db.backend.view(ctx, func(tx *Tx) error {
			ready <- tx
			<-leave
			return nil
		})
	}()
	select {
	case s.tx = <-ready:
		s.tx.shared = true
		s.leave, s.ended = leave, ended
		return nil
	case err := <-ended:
		return err
	}
}

// part gives the transaction back. One that failed is not used again.
func (s *shared) part() {
	s.mu.Lock()
	s.inUse = false
	broken := s.tx.err != nil
	over := s.over
	s.mu.Unlock()
	if broken || over {
		s.end(over)
	}
}

// end ends the transaction, unless a View runs in it: then that ends it. If it
// is over, none begins again.
func (s *shared) end(over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = s.over || over
	if s.tx == nil || s.inUse {
		return
	}
	close(s.leave)
	<-s.ended // what the Views have read is not made wrong by how it ends
	s.tx = nil
}
