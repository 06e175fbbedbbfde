// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// CloseAgain closes an object to all but the organisation of its originator, in the
// platform's own name, on a database that came back from a back-up and has forgotten
// how its handling was changed. Where it is closed so, or not there, it says that
// there was nothing to do.
func (h *Handlings) CloseAgain(ctx context.Context, ws access.WorkspaceID, id ObjectID) (done bool, err error) {
	entry := audit.Entry{ID: h.newID(), At: h.now(), Verb: audit.HandlingChanged, Object: string(id)}
	err = h.store.Update(ctx, own(ws), func(tx HandlingTx) error {
		done = false
		objects, err := tx.Objects(ctx, []ObjectID{id})
		if err != nil || len(objects) == 0 {
			return err
		}
		originator := objects[0].Handling.Originator
		cards, err := tx.OrgCards(ctx, []access.OrgID{originator})
		if err != nil {
			return err
		}
		closed := cards[originator].StartsClosed(tx.Grant())
		entry.About, err = tx.Close(ctx, id, func(now access.Handling) string { return Audience(now, closed) })
		if done = entry.About != ""; err != nil || !done {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return done && err == nil, err
}

// UndoAgain has a batch undone anew, in the platform's own name, on a database
// that came back from a back-up and has forgotten that it was. Where the batch
// brought nothing, or is not there, it says that there was nothing to do.
func (b *Batches) UndoAgain(ctx context.Context, at Place) (done bool, err error) {
	entry, work := b.entry(audit.ImportDecided, at.Batch, 0), b.work(UndoWork, at.Batch)
	err = b.change(ctx, own(at.Workspace), at.Batch, func(_ access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		done = batch.State == Applying || batch.State == Done
		if !done {
			return audit.Entry{}, nil, nil
		}
		batch.undo("intel.batch.cancelled")
		return entry, &work, nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return done && err == nil, err
}
