// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// Names lists what the objects that a batch brought are found by, in the order
// in which they came, at most limit that came after that moment. It is for
// followers of the journal, which read without a grant: an import.applied entry
// names the batch (About), the moment of its slice's first object in
// microseconds (Object) and how many objects the slice took on (Count). What is
// no longer an object's newest version is passed over.
func Names(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, id intel.BatchID, after time.Time, limit int) ([]intel.Named, error) {
	var names []intel.Named
	var objects []intel.ObjectID
	index := map[intel.ObjectID]int{}
	err := tx.All(ctx, `
		SELECT o.object_id, o.type, o.name, o.handling_id, v.date_added FROM intel_version v
		JOIN intel_object o ON o.workspace_id = v.workspace_id AND o.object_id = v.object_id AND o.head = v.version
		WHERE v.workspace_id = $1 AND v.batch_id = $2 AND v.date_added > $3 ORDER BY v.date_added LIMIT $4`,
		[]any{ws, id, sqldb.Micros(after), limit}, func(scan func(...any) error) error {
			n := intel.Named{Workspace: ws, Batch: id}
			var added int64
			err := scan(&n.Object, &n.Type, &n.Name, &n.Handling, &added)
			n.DateAdded = sqldb.Time(added)
			index[n.Object] = len(names)
			names, objects = append(names, n), append(objects, n.Object)
			return err
		})
	if err != nil {
		return nil, err
	}
	return names, values(ctx, tx, ws, names, objects, index)
}

// NamesOf lists what those of the objects that are here are found by. It is for
// followers of the journal, like Names.
func NamesOf(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, ids []intel.ObjectID) ([]intel.Named, error) {
	var names []intel.Named
	var objects []intel.ObjectID
	index := map[intel.ObjectID]int{}
	err := in(ids, 2, func(list string, args []any) error {
		return tx.All(ctx, `
			SELECT o.object_id, o.type, o.name, o.handling_id, v.batch_id, v.date_added FROM intel_object o
			JOIN intel_version v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id AND v.version = o.head
			WHERE o.workspace_id = $1 AND o.object_id IN `+list,
			append([]any{ws}, args...), func(scan func(...any) error) error {
				n := intel.Named{Workspace: ws}
				var added int64
				err := scan(&n.Object, &n.Type, &n.Name, &n.Handling, &n.Batch, &added)
				n.DateAdded = sqldb.Time(added)
				index[n.Object] = len(names)
				names, objects = append(names, n), append(objects, n.Object)
				return err
			})
	})
	if err != nil {
		return nil, err
	}
	return names, values(ctx, tx, ws, names, objects, index)
}

// values fills in the technical values of the objects, whose places in names the
// index gives.
func values(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, names []intel.Named, objects []intel.ObjectID, index map[intel.ObjectID]int) error {
	return in(objects, 2, func(list string, args []any) error {
		return tx.All(ctx, `SELECT object_id, kind, value FROM intel_value WHERE workspace_id = $1 AND object_id IN `+list+` ORDER BY object_id, kind, value`,
			append([]any{ws}, args...), func(scan func(...any) error) error {
				var object intel.ObjectID
				var v observable.Value
				err := scan(&object, &v.Kind, &v.Text)
				n := &names[index[object]]
				n.Values = append(n.Values, v)
				return err
			})
	})
}
