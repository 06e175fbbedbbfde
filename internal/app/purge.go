// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/gate"
	"entente.example/internal/home/homesql"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/job"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/sqldb"
	"entente.example/internal/workspace"
	"entente.example/internal/workspace/workspacesql"
)

// purging builds the purge of operations. Whoever adds a table of workspaces adds
// it to its room's Purge; TestAPurgeLeavesNothing finds what is missing.
func (a *App) purging(f *Features, g gate.Gate) {
	f.Purges = workspace.NewPurges(purgeStore(g, a.wipe), f.Batches.DropFiles, a.world.now, a.world.newID)
	purge := func(ctx context.Context, j job.Job) error { return f.Purges.Destroy(ctx, j.Workspace) }
	a.jobs.Handle(workspace.PurgeWork, job.Kind{Work: purge, GaveUp: purge}) // it is never given up
}

// wipe takes what a purge deleted off the disk: the tokens that the index still
// has, and what lies in the log of the database.
func (a *App) wipe(ctx context.Context) error {
	for more := true; more; {
		err := a.db.Update(sqldb.Patient(ctx), func(tx *sqldb.Tx) error {
			return tx.Overwrite(ctx, func() (err error) {
				more, err = searchsql.Merge(ctx, tx)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	return a.db.Wipe(ctx)
}

func purgeStore(g gate.Gate, wipe func(context.Context) error) workspacesql.Purges {
	return workspacesql.NewPurges(g, workspacesql.Purging{
		Queue: func(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, w workspace.Work) error {
			return job.Enqueue(ctx, tx, job.Job{ID: w.ID, Kind: w.Kind, Workspace: ws, RunAt: w.At})
		},
		Destroy: destroyers(), Wipe: wipe,
	})
}

// destroyers destroy what each room holds of a workspace.
func destroyers() []workspacesql.Destroyer {
	return []workspacesql.Destroyer{otherJobs, discussionsql.Purge, intelsql.Purge, deconflictsql.Purge, homesql.Purge, searchsql.Purge, gate.Purge}
}

func otherJobs(ctx context.Context, tx *sqldb.Tx, g access.Grant, _ int) (int64, error) {
	return job.Forget(ctx, tx, g.Workspace(), workspace.PurgeWork)
}
