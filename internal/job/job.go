// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Job is one piece of work. Its payload holds ids, never content.
type Job struct {
	ID        string
	Kind      string
	Workspace access.WorkspaceID
	Payload   string
	RunAt     time.Time // not before
	Attempts  int       // including the one that runs
}

// Enqueue queues j; it is there, or not, with what else tx does.
func Enqueue(ctx context.Context, tx *sqldb.Tx, j Job) error {
	return tx.Exec(ctx, `
		INSERT INTO job_job (job_id, kind, workspace_id, payload, state, run_at, attempts, claimed_until, claimed_by, error, created_at)
		VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0, '', '', $5)`,
		j.ID, j.Kind, j.Workspace, j.Payload, j.RunAt.UnixMicro())
}

// due reports whether a job could be claimed now.
func due(ctx context.Context, tx *sqldb.Tx, now time.Time) (found bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM job_job WHERE state = 'waiting' AND run_at <= $1 AND claimed_until <= $1)`,
		[]any{now.UnixMicro()}, &found)
	return found, err
}

// Waiting reports whether there is work that is not done, due or not.
func Waiting(ctx context.Context, tx *sqldb.Tx) (yes bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM job_job WHERE state = 'waiting')`, nil, &yes)
	return yes, err
}

// claim takes the job that has waited longest. It fails with fault.NotFound
// where there is none, or others have them all.
func claim(ctx context.Context, tx *sqldb.Tx, by string, now, until time.Time) (j Job, err error) {
	next := `SELECT job_id FROM job_job WHERE state = 'waiting' AND run_at <= $3 AND claimed_until <= $3 ORDER BY run_at, job_id LIMIT 1`
	if tx.Engine() == sqldb.PostgreSQL {
		next += ` FOR UPDATE SKIP LOCKED`
	}
	var runAt int64
	err = tx.One(ctx, `
		UPDATE job_job SET claimed_by = $1, claimed_until = $2, attempts = attempts + 1 WHERE job_id = (`+next+`)
		RETURNING job_id, kind, workspace_id, payload, run_at, attempts`,
		[]any{by, until.UnixMicro(), now.UnixMicro()}, &j.ID, &j.Kind, &j.Workspace, &j.Payload, &runAt, &j.Attempts)
	j.RunAt = sqldb.Time(runAt)
	return j, err
}

// renew keeps the claim on a job, and reports whether it still was by's.
func renew(ctx context.Context, tx *sqldb.Tx, j Job, by string, until time.Time) (bool, error) {
	n, err := tx.Change(ctx, `UPDATE job_job SET claimed_until = $3 WHERE job_id = $1 AND claimed_by = $2 AND state = 'waiting'`,
		j.ID, by, until.UnixMicro())
	return n == 1, err
}

// finish forgets a job that is done.
func finish(ctx context.Context, tx *sqldb.Tx, j Job, by string) error {
	return tx.Exec(ctx, `DELETE FROM job_job WHERE job_id = $1 AND claimed_by = $2`, j.ID, by)
}

// postpone gives the claim back. An attempt that was only interrupted does not
// count.
func postpone(ctx context.Context, tx *sqldb.Tx, j Job, by string, runAt time.Time, why error) error {
	counted, key := 1, ""
	if why == nil {
		counted = 0
	} else {
		key = fault.Of(why).Key
	}
	return tx.Exec(ctx, `
		UPDATE job_job SET claimed_until = 0, claimed_by = '', run_at = $3, error = $4, attempts = attempts - 1 + $5
		WHERE job_id = $1 AND claimed_by = $2`, j.ID, by, runAt.UnixMicro(), key, counted)
}

// Forget forgets the jobs of a workspace, but those of that kind, and says how
// many there were: for its purge, which is a job itself.
func Forget(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, but string) (int64, error) {
	return tx.Change(ctx, `DELETE FROM job_job WHERE workspace_id = $1 AND kind <> $2`, ws, but)
}

// release gives all claims back: of a process that was killed nobody else could.
func release(ctx context.Context, tx *sqldb.Tx) error {
	return tx.Exec(ctx, `UPDATE job_job SET claimed_until = 0, claimed_by = '' WHERE state = 'waiting' AND claimed_until > 0`)
}

// abandon keeps a job that is given up, for the operator to see.
func abandon(ctx context.Context, tx *sqldb.Tx, j Job, by string) error {
	return tx.Exec(ctx, `UPDATE job_job SET state = 'given up', claimed_until = 0 WHERE job_id = $1 AND claimed_by = $2`, j.ID, by)
}
