// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Accept decides that a batch comes in, under that handling. It fails with
// fault.Conflict for a batch that is not ready.
func (b *Batches) Accept(ctx context.Context, actor access.Actor, at Place, d Decision) error {
	decided, work := b.entry(audit.ImportDecided, at.Batch, 0), b.work(ApplyWork, at.Batch)
	return b.change(ctx, writing(actor, at.Workspace), at.Batch, func(g access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		if err := mayDecide(g, *batch); err != nil {
			return decided, nil, err
		}
		if err := must(*batch, Ready); err != nil {
			return decided, nil, err
		}
		if batch.Counts.Importable() == 0 {
			return decided, nil, fault.New(fault.Invalid, "intel.batch.nothing")
		}
		handling := d.handling(g)
		if err := g.Accepts(handling); err != nil {
			return decided, nil, err
		}
		batch.State, batch.Handling, batch.Decided = Applying, handling, actOf(g, decided.At)
		batch.Next, batch.Done, batch.Total = 0, 0, batch.Counts.Importable()
		decided.Count = batch.Total
		return decided, &work, nil
	})
}

// Refuse decides that a batch stays out, or stops its check.
func (b *Batches) Refuse(ctx context.Context, actor access.Actor, at Place) error {
	entry := b.entry(audit.ImportDecided, at.Batch, 0)
	var ended Batch
	err := b.change(ctx, writing(actor, at.Workspace), at.Batch, func(g access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		if err := mayDecide(g, *batch); err != nil {
			return entry, nil, err
		}
		if err := must(*batch, Staged, Checking, Ready); err != nil {
			return entry, nil, err
		}
		ended = *batch
		batch.State, batch.Decided, batch.EndedAt = Refused, actOf(g, entry.At), entry.At
		batch.Upload, batch.Work = "", ""
		return entry, nil, nil
	})
	if err != nil {
		return err
	}
	return b.clear(ctx, ended)
}

// Undo takes back all that a batch brought, or stops it half-way. What later
// batches brought of the same objects stays.
func (b *Batches) Undo(ctx context.Context, actor access.Actor, at Place) error {
	entry, work := b.entry(audit.ImportDecided, at.Batch, 0), b.work(UndoWork, at.Batch)
	return b.change(ctx, writing(actor, at.Workspace), at.Batch, func(g access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		if err := mayDecide(g, *batch); err != nil {
			return entry, nil, err
		}
		if err := must(*batch, Applying, Done); err != nil {
			return entry, nil, err
		}
		batch.undo("intel.batch.cancelled")
		return entry, &work, nil
	})
}

// undo makes the batch one that is being undone, for that reason. The bar of
// its progress then runs over what it brought.
func (batch *Batch) undo(reason string) {
	batch.State, batch.Reason = Undoing, reason
	batch.Total, batch.Done = batch.Done, 0
}

// Fail ends, in the platform's own name, a batch that cannot go on: what it
// brought is undone. The reason is the key of a message.
func (b *Batches) Fail(ctx context.Context, at Place, reason string) error {
	work := b.work(UndoWork, at.Batch)
	ended := b.entry(audit.ImportEnded, at.Batch, 0)
	var files Batch
	err := b.change(ctx, own(at.Workspace), at.Batch, func(_ access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		switch batch.State {
		case Staged, Checking:
			files = *batch
			batch.State, batch.Reason, batch.EndedAt = Failed, reason, ended.At
			batch.Upload, batch.Work = "", ""
			return ended, nil, nil
		case Applying:
			batch.undo(reason)
			return audit.Entry{}, &work, nil
		default:
			return audit.Entry{}, nil, nil
		}
	})
	if err != nil {
		return err
	}
	return b.clear(ctx, files)
}
