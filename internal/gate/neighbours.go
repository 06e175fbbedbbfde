// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/sqldb"
)

// MatchPolicy is what the blind match must know of an operation that is not the
// grant's own: what of it may be told, and to whom to turn.
type MatchPolicy struct {
	Name    string
	Contact string
	Level   uint8 // 0 silent, 1 contact, 2 open
	State   access.WorkspaceState
}

// MatchPolicies returns the match policies of the workspaces of those ids. It
// looks past the grant: what of it a member may learn is the match's to decide.
// An id of none is absent from the result.
func MatchPolicies(ctx context.Context, tx *sqldb.Tx, ids []access.WorkspaceID) (map[access.WorkspaceID]MatchPolicy, error) {
	policies := map[access.WorkspaceID]MatchPolicy{}
	for _, id := range ids {
		if _, known := policies[id]; known {
			continue
		}
		err := tx.All(ctx, `SELECT name, contact, match_policy, state FROM workspace_workspace WHERE workspace_id = $1`,
			[]any{id}, func(scan func(...any) error) error {
				var p MatchPolicy
				err := scan(&p.Name, &p.Contact, &p.Level, &p.State)
				policies[id] = p
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return policies, nil
}

// VictimHandlings returns the handlings of the grant's workspace that are marked
// as data of victims, whoever may read them: such data is in no match.
func VictimHandlings(ctx context.Context, tx *sqldb.Tx, g access.Grant) (map[HandlingID]bool, error) {
	victims := map[HandlingID]bool{}
	err := tx.All(ctx, `SELECT handling_id FROM gate_handling WHERE workspace_id = $1 AND victim_data`,
		[]any{g.Workspace()}, func(scan func(...any) error) error {
			var id HandlingID
			err := scan(&id)
			victims[id] = true
			return err
		})
	return victims, err
}
