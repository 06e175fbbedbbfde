// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/gate"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// Match blinds the values that found brings into the grant's workspace, at most
// a slice of a batch at a time, keeps their keys, and makes the hits of both
// sides where another operation holds one. It is part of the transaction that
// brings the values in. In the Knowledge Exchange it does nothing.
//
// Each run is one entry in the journal of the platform, whatever it finds.
func Match(ctx context.Context, tx *sqldb.Tx, g access.Grant, m deconflict.Matching, found []deconflict.Observed) error {
	if g.Workspace() == "" || g.Workspace() == access.Exchange {
		return nil
	}
	run := m.NewID()
	pairs, err := match(ctx, tx, g, m, run, found)
	if err != nil {
		return err
	}
	return record(ctx, tx, g, m, run, pairs)
}

// match returns how many pairs there are that never were before.
func match(ctx context.Context, tx *sqldb.Tx, g access.Grant, m deconflict.Matching, run string, found []deconflict.Observed) (pairs int, err error) {
	if found, err = withoutVictims(ctx, tx, g, found); err != nil {
		return 0, err
	}
	values := m.Blind(found)
	held, err := holdings(ctx, tx, keysOf(values))
	if err != nil {
		return 0, err
	}
	if err := keep(ctx, tx, g.Workspace(), m, values, held); err != nil {
		return 0, err
	}
	return tell(ctx, tx, g, m, run, meetings(g.Workspace(), values, held))
}

// Forget takes the keys of an undone batch of the grant's workspace back; what
// was told was told, and what it drew is spent.
func Forget(ctx context.Context, tx *sqldb.Tx, g access.Grant, batch string) error {
	return tx.Exec(ctx, `DELETE FROM deconflict_key WHERE workspace_id = $1 AND batch_id = $2`, g.Workspace(), batch)
}

// Rehandle follows a change of an item's handling: its hits are then for those
// who may see the item now, and the data of victims leaves the match.
func Rehandle(ctx context.Context, tx *sqldb.Tx, g access.Grant, keyer deconflict.Keyer, object string, values []observable.Value, handling gate.HandlingID) error {
	err := tx.Exec(ctx, `UPDATE deconflict_hit SET handling_id = $3 WHERE workspace_id = $1 AND object_id = $2`,
		g.Workspace(), object, handling)
	if err != nil {
		return err
	}
	victims, err := gate.VictimHandlings(ctx, tx, g)
	if err != nil {
		return err
	}
	const these = ` WHERE match_key = $1 AND workspace_id = $2 AND object_id = $3`
	for _, v := range values {
		key := keyer.Key(v)
		if victims[handling] {
			err = tx.Exec(ctx, `DELETE FROM deconflict_key`+these, key[:], g.Workspace(), object)
		} else {
			err = tx.Exec(ctx, `UPDATE deconflict_key SET handling_id = $4`+these, key[:], g.Workspace(), object, handling)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Closed has hits and keys of an item follow when it is closed to all but its
// originator's organisation, where the match key is not at hand. It reads all keys.
func Closed(ctx context.Context, tx *sqldb.Tx, g access.Grant, object string, handling gate.HandlingID) error {
	for _, table := range []string{"deconflict_hit", "deconflict_key"} {
		err := tx.Exec(ctx, `UPDATE `+table+` SET handling_id = $3 WHERE workspace_id = $1 AND object_id = $2`, g.Workspace(), object, handling)
		if err != nil {
			return err
		}
	}
	return nil
}

func withoutVictims(ctx context.Context, tx *sqldb.Tx, g access.Grant, found []deconflict.Observed) ([]deconflict.Observed, error) {
	victims, err := gate.VictimHandlings(ctx, tx, g)
	if err != nil || len(victims) == 0 {
		return found, err
	}
	kept := make([]deconflict.Observed, 0, len(found))
	for _, o := range found {
		if !victims[gate.HandlingID(o.Handling)] {
			kept = append(kept, o)
		}
	}
	return kept, nil
}

// meeting is a value that the grant's workspace did not hold before and that
// another one holds.
type meeting struct {
	deconflict.Blinded
	other holding
}

// meetings finds, for each value that is new to the workspace, the first holding
// of each other one. A value that it held already has met them all before.
func meetings(workspace access.WorkspaceID, values []deconflict.Blinded, held map[blind.Key][]holding) (met []meeting) {
	for _, v := range values {
		others, known := map[access.WorkspaceID]bool{}, false
		first := len(met)
		for _, h := range held[v.Key] {
			switch {
			case h.workspace == workspace:
				known = true
			case !others[h.workspace]:
				others[h.workspace] = true
				met = append(met, meeting{v, h})
			}
		}
		if known {
			met = met[:first]
		}
	}
	return met
}
