// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"context"

	"entente.example/internal/audit/auditsql"
	"entente.example/internal/sqldb"
)

// mostFollowers bounds what Lag reads.
const mostFollowers = 100

// Lag returns how many entries each follower is behind the journal's end.
func (r *Runner) Lag(ctx context.Context) (lag map[string]int64, err error) {
	lag = map[string]int64{}
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		last, err := auditsql.Last(ctx, tx)
		if err != nil {
			return err
		}
		clear(lag)
		return tx.All(ctx, `SELECT name, number FROM follow_cursor ORDER BY name LIMIT $1`, []any{mostFollowers},
			func(scan func(...any) error) error {
				var name string
				var number int64
				err := scan(&name, &number)
				lag[name] = last - number
				return err
			})
	})
	return lag, err
}
