// SPDX-License-Identifier: Apache-2.0

package workspacesql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/sqldb"
)

// Leaderless returns those of the operations, unless they were purged, of which
// nobody is a manager: for a restore, which may leave one so.
func Leaderless(ctx context.Context, tx *sqldb.Tx, of []access.WorkspaceID) (left []access.WorkspaceID, err error) {
	for _, id := range of {
		alone := false
		err := tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM workspace_workspace WHERE workspace_id = $1 AND state <> $2)
			AND NOT EXISTS (SELECT 1 FROM workspace_membership WHERE workspace_id = $1 AND state = 'accepted' AND role = $3)`,
			[]any{id, access.Purged, access.Manager}, &alone)
		if err != nil {
			return nil, err
		}
		if alone {
			left = append(left, id)
		}
	}
	return left, nil
}
