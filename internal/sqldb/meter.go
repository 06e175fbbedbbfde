// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"os"
	"sync/atomic"

	"entente.example/internal/fault"
)

// Meter is told how the database is doing. Its functions must not block.
type Meter struct {
	Queued    func() (begun func()) // an Update waits for its turn; begun is called when that comes
	Committed func(updates int)     // so many Updates shared a commit
}

// meter holds the Meter, if there is one.
type meter struct{ at atomic.Pointer[Meter] }

func (m *meter) queued() (begun func()) {
	if now := m.at.Load(); now != nil {
		return now.Queued()
	}
	return func() {}
}

func (m *meter) committed(updates int) {
	if now := m.at.Load(); now != nil {
		now.Committed(updates)
	}
}

// Measure tells m from now on.
func (db *DB) Measure(m Meter) { db.backend.metered().at.Store(&m) }

// Size returns how many bytes the database takes, and on SQLite its write-ahead
// log besides.
func (db *DB) Size(ctx context.Context) (data, log int64, err error) {
	if db.engine == PostgreSQL {
		err = db.View(ctx, func(tx *Tx) error {
			return tx.One(ctx, `SELECT pg_database_size(current_database())`, nil, &data)
		})
		return data, 0, err
	}
	info, err := os.Stat(db.path)
	if err != nil {
		return 0, 0, fault.Wrap(fault.Unavailable, "error.unavailable", err)
	}
	if wal, err := os.Stat(db.path + "-wal"); err == nil {
		log = wal.Size()
	}
	return info.Size(), log, nil
}
