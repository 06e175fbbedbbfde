// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/sqldb"
)

// AppendFor queues e in the journal of a workspace that is not the grant's own,
// or of the platform where it is empty. It is for two-sided acts alone: a match is
// found in two operations by the act of a member of one. The other side must not
// learn who acted, nor where, so the entry names the deconflict follower in their
// place. The grant is the proof that somebody may act at all.
func AppendFor(ctx context.Context, tx *sqldb.Tx, _ access.Grant, workspace access.WorkspaceID, e audit.Entry) error {
	return tx.Exec(ctx, `
		INSERT INTO audit_queue (entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, e.At.UnixMicro(), "follower:deconflict", workspace, e.Verb, e.Object, e.About, e.Count, e.Concerns)
}
