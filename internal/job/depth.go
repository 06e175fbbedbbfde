// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"time"

	"entente.example/internal/sqldb"
)

// Depth is how many jobs of a kind are in a state: due, later, running, given up.
type Depth struct {
	Kind, State string
	Count       int64
}

// mostDepths bounds what Depths returns: there are few kinds.
const mostDepths = 200

// Depths counts the jobs of all nodes.
func Depths(ctx context.Context, db *sqldb.DB, now time.Time) (depths []Depth, err error) {
	err = db.View(ctx, func(tx *sqldb.Tx) error {
		return tx.All(ctx, `
			SELECT kind, state, COUNT(*) FROM (
				SELECT kind, CASE WHEN state <> 'waiting' THEN state WHEN claimed_until > $1 THEN 'running'
					WHEN run_at > $1 THEN 'later' ELSE 'due' END AS state FROM job_job) depth
			GROUP BY kind, state ORDER BY kind, state LIMIT $2`,
			[]any{now.UnixMicro(), mostDepths}, func(scan func(...any) error) error {
				var d Depth
				err := scan(&d.Kind, &d.State, &d.Count)
				depths = append(depths, d)
				return err
			})
	})
	return depths, err
}
