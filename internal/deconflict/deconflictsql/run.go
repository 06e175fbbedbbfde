// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// mostSides is how many operations one run tells of at once; a value that is
// worked on in more is found by reading the hits.
const mostSides = 1000

// Sides returns the operations that a run of the match told something. It is for
// the journal's followers: its entry names none.
func Sides(ctx context.Context, tx *sqldb.Tx, run string) (sides []access.WorkspaceID, err error) {
	err = tx.All(ctx, `SELECT DISTINCT workspace_id FROM deconflict_hit WHERE run_id = $1 ORDER BY workspace_id LIMIT $2`,
		[]any{run, mostSides}, func(scan func(...any) error) error {
			var side access.WorkspaceID
			err := scan(&side)
			sides = append(sides, side)
			return err
		})
	return sides, err
}

// HandlingsOf returns how the items are handled on which a run told the grant's
// workspace a hit.
func HandlingsOf(ctx context.Context, tx *sqldb.Tx, g access.Grant, run string) (ids []gate.HandlingID, err error) {
	err = tx.All(ctx, `SELECT DISTINCT handling_id FROM deconflict_hit WHERE run_id = $1 AND workspace_id = $2 ORDER BY handling_id LIMIT $3`,
		[]any{run, g.Workspace(), mostSides}, func(scan func(...any) error) error {
			var id gate.HandlingID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}
