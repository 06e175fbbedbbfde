// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// Purge destroys a slice of the objects and imports of the grant's workspace. The
// files of its imports must be gone: their names go with the batches.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	return gate.Destroy(ctx, tx, g, limit,
		gate.Table{Name: "intel_verdict", Key: "batch_id, ordinal"},
		gate.Table{Name: "intel_value", Key: "object_id, kind, value"},
		gate.Table{Name: "intel_edge", Key: "object_id, property, target"},
		gate.Table{Name: "intel_version", Key: "object_id, version"},
		gate.Table{Name: "intel_object", Key: "object_id"},
		gate.Table{Name: "intel_tally", Key: "batch_id, type, handling_id, source"},
		gate.Table{Name: "intel_batch", Key: "batch_id"},
		gate.Table{Name: "intel_saved", Key: "member_id, name"},
		gate.Table{Name: "intel_clock", Key: "workspace_id"},
	)
}
