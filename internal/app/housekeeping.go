// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"sync"
	"time"

	"entente.example/internal/backup"
	"entente.example/internal/blob/folder"
	"entente.example/internal/sqldb"
)

const (
	tidyEvery = 24 * time.Hour
	// orphaned is the age from which a file that no row names belongs to no work
	// either: an upload takes minutes.
	orphaned = 24 * time.Hour
)

// housekeeping tidies now and once a day, until the function that it returns is
// called. Several nodes may do so at once.
func (a *App) housekeeping(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() {
		daily := time.NewTicker(tidyEvery)
		defer daily.Stop()
		for ctx.Err() == nil {
			if n, err := a.sweep(ctx); err != nil && ctx.Err() == nil {
				a.log.ErrorContext(ctx, "files that no row names were not removed: tomorrow again", "err", err)
			} else if n > 0 {
				a.log.InfoContext(ctx, "files that no row names were removed", "files", n)
			}
			select {
			case <-daily.C:
			case <-ctx.Done():
			}
		}
	})
	return func() { cancel(); running.Wait() }
}

// sweep removes files that no row names: a process was killed between the upload
// and its row.
func (a *App) sweep(ctx context.Context) (n int, err error) {
	var wanted map[string]bool
	err = a.db.View(ctx, func(tx *sqldb.Tx) error {
		wanted, err = backup.FilesNamed(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return folder.Beside(filesFolder(a.config), a.world.Random).Sweep(ctx, orphaned, func(id string) bool { return wanted[id] })
}
