// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"

	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Reader runs fn in a read-only transaction.
type Reader func(ctx context.Context, fn func(*sqldb.Tx) error) error

// Source reads the journal of a database for audit.Check and for exports, each
// part in a transaction of its own, so that none lasts.
type Source struct{ View Reader }

var _ audit.Source = Source{}

// in reads the journal through one transaction that is open.
func in(tx *sqldb.Tx) Source {
	return Source{func(_ context.Context, fn func(*sqldb.Tx) error) error { return fn(tx) }}
}

// Verify checks the journal as tx sees it: what audit.Check says of it.
func Verify(ctx context.Context, tx *sqldb.Tx, trust audit.Trust) (audit.Report, error) {
	return audit.Check(ctx, in(tx), trust)
}

// Size implements audit.Source.
func (s Source) Size(ctx context.Context) (size int64, err error) {
	err = s.View(ctx, func(tx *sqldb.Tx) error {
		size, err = Size(ctx, tx)
		return err
	})
	return size, err
}

// Checkpoints implements audit.Source.
func (s Source) Checkpoints(ctx context.Context, after int64, limit int) (list []audit.SignedCheckpoint, err error) {
	err = s.View(ctx, func(tx *sqldb.Tx) error {
		list, err = Checkpoints(ctx, tx, after, limit)
		return err
	})
	return list, err
}

// Tile implements audit.Source.
func (s Source) Tile(ctx context.Context, level int, n int64) (hashes []byte, err error) {
	err = s.View(ctx, func(tx *sqldb.Tx) error {
		hashes, err = Tile(ctx, tx, level, n)
		return err
	})
	return hashes, err
}

// Openings implements audit.Source.
func (s Source) Openings(ctx context.Context, after, last int64) (list []audit.Opening, err error) {
	err = s.View(ctx, func(tx *sqldb.Tx) error {
		list, err = Openings(ctx, tx, after, int(last-after))
		return err
	})
	return list, err
}

// NewestOrNone is Newest; ok is false where nothing was signed yet.
func NewestOrNone(ctx context.Context, tx *sqldb.Tx) (c audit.SignedCheckpoint, ok bool, err error) {
	c, err = Newest(ctx, tx)
	if fault.KindOf(err) == fault.NotFound {
		return c, false, nil
	}
	return c, err == nil, err
}
