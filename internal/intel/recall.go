// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

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
