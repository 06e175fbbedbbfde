// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"

	"entente.example/internal/access"
)

// DropFiles removes the files that imports of a workspace have left, before its
// purge destroys the batches that name them. It may be called again.
func (b *Batches) DropFiles(ctx context.Context, ws access.WorkspaceID) error {
	const atOnce = 100
	for before := BatchID(""); ; {
		var batches []Batch
		err := b.Ledger.View(ctx, own(ws), func(tx LedgerReader) (err error) {
			batches, err = tx.Batches(ctx, before, atOnce)
			return err
		})
		if err != nil || len(batches) == 0 {
			return err
		}
		for _, batch := range batches {
			if err := b.clear(ctx, batch); err != nil {
				return err
			}
			before = batch.ID
		}
	}
}
