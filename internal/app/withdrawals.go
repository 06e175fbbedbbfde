// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/backup"
	"entente.example/internal/config"
)

// withdrawalsFile is where what was taken from people is kept apart from the
// database.
func withdrawalsFile(cfg config.Config) string {
	return cmp.Or(cfg.Withdrawals, filepath.Join(cfg.Data, "withdrawals.log"))
}

// keepWithdrawals appends what is taken from people to its file, from now until
// the function that it returns is called. It fails where the database is older
// than the file.
func (a *App) keepWithdrawals(ctx context.Context) (stop func(), err error) {
	keeper, err := backup.Keep(ctx, a.db, withdrawalsFile(a.config))
	if err != nil {
		return nil, err
	}
	wake := make(chan struct{}, 1)
	a.runner.Tail("withdrawals", func(_ context.Context, r audit.Record) {
		if !backup.Withdraws(r.Verb) {
			return
		}
		select {
		case wake <- struct{}{}:
		default:
		}
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { a.advance(ctx, keeper, wake) })
	return func() {
		cancel()
		running.Wait()
		err := keeper.Advance(context.Background()) // what was numbered at the stop
		if err := errors.Join(err, keeper.Close()); err != nil {
			a.log.Error("close the file of withdrawals", "err", err)
		}
	}, nil
}

// advance goes on until ctx ends. What cannot be written is tried again: a disk
// that is full will be emptied.
func (a *App) advance(ctx context.Context, keeper *backup.Keeper, wake <-chan struct{}) {
	const again = 5 * time.Second
	for ctx.Err() == nil {
		patience, cancel := context.WithCancel(ctx)
		if err := keeper.Advance(context.WithoutCancel(ctx)); err != nil {
			a.log.ErrorContext(ctx, "what was taken from people is not on file yet", "err", err)
			cancel()
			patience, cancel = context.WithTimeout(ctx, again)
		}
		select {
		case <-wake:
		case <-patience.Done():
		}
		cancel()
	}
}
