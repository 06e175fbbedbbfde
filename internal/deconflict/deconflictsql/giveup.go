// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/sqldb"
)

// GiveUp destroys what was blinded, in every workspace, under a match key that is
// lost, and records entry: what is there matches nothing any more. What was told
// stays. The grant is the console's, on the platform.
func GiveUp(ctx context.Context, tx *sqldb.Tx, g access.Grant, entry audit.Entry) (err error) {
	if entry.Count, err = tx.Change(ctx, `DELETE FROM deconflict_key`); err != nil {
		return err
	}
	if err := tx.Exec(ctx, `DELETE FROM deconflict_fingerprint`); err != nil {
		return err
	}
	return auditsql.Append(ctx, tx, g, entry)
}

// Blinded reports whether this database knows under which match key its values
// were blinded: another key is then the wrong one.
func Blinded(ctx context.Context, tx *sqldb.Tx) (yes bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM deconflict_fingerprint)`, nil, &yes)
	return yes, err
}
