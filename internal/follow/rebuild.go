// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"context"

	"entente.example/internal/sqldb"
)

// Rebuild makes anew what a follower writes: clear, which removes all of it, and
// the follower's cursor set to the beginning are one transaction; then the journal
// is applied from its first entry on, until its end. It returns the number of the
// last entry taken.
//
// It may run beside a server: the row of the cursor lets one of both go on at a
// time, and until the end is reached readers find only a part.
func (r *Runner) Rebuild(ctx context.Context, name string, clear func(context.Context, *sqldb.Tx) error, apply Apply) (last int64, err error) {
	err = r.db.Update(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Exec(ctx, `INSERT INTO follow_cursor (name, number) VALUES ($1, 0)
			ON CONFLICT (name) DO UPDATE SET number = 0`, name); err != nil {
			return err
		}
		return clear(ctx, tx)
	})
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = r.advance(ctx, name, apply)
		}
	}
	if err != nil {
		return 0, err
	}
	err = r.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		last, err = cursor(ctx, tx, name)
		return err
	})
	return last, err
}
