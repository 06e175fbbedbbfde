// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"errors"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// undoneAtOnce is how many objects one transaction of an undo takes on.
const undoneAtOnce = 200

// TakeBack undoes a batch, slice by slice, in the platform's own name: the
// decision to do so is a member's, or follows from their standing. It may be
// called again after a crash.
func (b *Batches) TakeBack(ctx context.Context, at Place) error {
	batch, err := b.load(ctx, at)
	if err != nil || must(batch, Undoing) != nil {
		return err
	}
	for more := true; more; {
		if more, err = b.takeBack(ctx, at); err != nil {
			return err
		}
	}
	return b.undone(ctx, at, batch)
}

// takeBack undoes one slice, and reports whether there may be more.
func (b *Batches) takeBack(ctx context.Context, at Place) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	err = b.Ledger.Update(ctx, own(at.Workspace), func(tx LedgerTx) error {
		more = false
		if _, err := tx.Tick(ctx, 0); err != nil { // alone in the workspace
			return err
		}
		batch, err := tx.Batch(ctx, at.Batch)
		if err != nil {
			return err
		}
		rests, err := tx.Brought(ctx, at.Batch, undoneAtOnce)
		if err != nil || len(rests) == 0 {
			return err
		}
		more = true
		w := withdrawal(at.Batch, rests)
		batch.Done += int64(len(rests))
		return inOrder(
			func() error { return tx.Withdraw(ctx, w) },
			func() error { return tx.ChangeBatch(ctx, batch) },
		)
	})
	return more, err
}

func (b *Batches) undone(ctx context.Context, at Place, files Batch) error {
	entry := b.entry(audit.ImportUndone, at.Batch, files.Total)
	err := b.Ledger.Update(ctx, own(at.Workspace), func(tx LedgerTx) error {
		batch, err := tx.Batch(ctx, at.Batch)
		if err != nil {
			return err
		}
		if must(batch, Undoing) != nil {
			return errOvertaken
		}
		batch.State, batch.EndedAt, batch.Upload, batch.Work = Undone, entry.At, "", ""
		return inOrder(
			func() error { return tx.Forget(ctx, at.Batch) },
			func() error { return tx.ChangeBatch(ctx, batch) },
			func() error { return tx.Record(ctx, entry) },
		)
	})
	if err != nil && !errors.Is(err, errOvertaken) {
		return err
	}
	return b.clear(ctx, files)
}

// withdrawal says what the objects are again without the batch.
func withdrawal(id BatchID, rests []Rest) Withdrawal {
	w := Withdrawal{Batch: id, Tally: map[Tally]int64{}}
	for _, r := range rests {
		w.Tally[r.tally()]--
		if len(r.Left) == 0 {
			w.Gone = append(w.Gone, r.Object)
			continue
		}
		now := restored(r, id)
		w.Tally[Tally{Batch: now.Batch, Type: r.Type, Handling: now.Handling, Source: now.Candidate.Source}]++
		w.Restored = append(w.Restored, now)
	}
	return w
}

// restored is the object by the newest version that is left of it.
func restored(r Rest, without BatchID) Placed {
	newest, first := r.Left[0], r.Left[0]
	for _, v := range r.Left {
		if v.Version.After(newest.Version) {
			newest = v
		}
		if v.AddedAt.Before(first.AddedAt) {
			first = v
		}
	}
	from := r.Batch
	if from == without {
		from = first.Batch
	}
	return Placed{
		ID: r.Object, Audience: r.Audience, Head: newest.Version, Handling: newest.Handling, Batch: from, DateAdded: newest.AddedAt,
		Candidate: candidate(Finding{
			StixID: r.StixID, Type: r.Type, Spec: specOf(newest.Format), Version: newest.Version, Stated: newest.Stated, Source: newest.Source,
		}, newest.Raw),
	}
}

// GiveUp ends the work on a batch that has failed too often. A check fails, an
// import is undone; an undo stays as it is, for the operator.
func (b *Batches) GiveUp(ctx context.Context, at Place) error {
	err := b.Fail(ctx, at, "intel.batch.broken")
	if errors.Is(err, access.ErrHidden) {
		return nil
	}
	return err
}
