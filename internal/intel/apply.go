// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// What one transaction of an import takes on: others wait no longer than that.
const (
	sliceTime  = 20 * time.Millisecond
	sliceAlone = 100 * time.Millisecond // where nobody waits
	sliceMost  = 1_000                  // objects
	sliceFirst = 200
	sliceLeast = 20
	sliceBytes = 8 << 20 // of objects in memory
)

// Apply brings an accepted batch in, slice by slice, in the name of who decided
// it. It may be called again after a crash, and goes on behind the last slice.
// When the decider no longer may, the whole batch is undone.
func (b *Batches) Apply(ctx context.Context, at Place) error {
	batch, err := b.load(ctx, at)
	if err != nil || must(batch, Applying) != nil {
		return err
	}
	err = b.apply(ctx, at, batch)
	switch {
	case errors.Is(err, errOvertaken):
		return nil
	case err != nil && refused(err):
		return b.Fail(ctx, at, "intel.batch.standing")
	}
	return err
}

func (b *Batches) apply(ctx context.Context, at Place, batch Batch) (err error) {
	file, err := b.Files.Open(ctx, batch.Work)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	a := applying{b: b, ask: writing(batch.Decided.actor(), at.Workspace), batch: batch, file: file, size: sliceFirst}
	for {
		more, err := a.slice(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return a.end(ctx)
}

// applying is a batch that is being brought in.
type applying struct {
	b     *Batches
	ask   access.Ask
	batch Batch
	file  io.ReadSeeker
	size  int
}

// slice brings in the next objects, and reports whether there were any.
func (a *applying) slice(ctx context.Context) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	candidates, err := a.next(ctx)
	if err != nil || len(candidates) == 0 {
		return false, err
	}
	ids := make([]ObjectID, len(candidates))
	for i := range ids {
		ids[i] = ObjectID(a.b.NewID())
	}
	entry := a.b.entry(audit.ImportApplied, a.batch.ID, int64(len(candidates)))
	took, awaited, after := time.Duration(0), false, a.batch
	err = a.b.Ledger.Update(ctx, a.ask, func(tx LedgerTx) (err error) {
		began := a.b.Now()
		defer func() { took, awaited = a.b.Now().Sub(began), awaited || tx.Awaited() }()
		awaited = tx.Awaited()
		after, err = a.write(ctx, tx, candidates, ids, entry)
		return err
	})
	a.adapt(took, len(candidates), awaited)
	if err == nil {
		a.batch = after
	}
	return true, err
}

// next reads the objects of the next slice.
func (a *applying) next(ctx context.Context) ([]Candidate, error) {
	var findings []Finding
	err := a.b.Ledger.View(ctx, a.ask, func(tx LedgerReader) (err error) {
		findings, err = tx.Findings(ctx, a.batch.ID, Wanted{[]Verdict{New, Changed, Warned}, Stated(access.Red), a.batch.Next, a.size})
		return err
	})
	if err != nil {
		return nil, err
	}
	var candidates []Candidate
	room := int64(sliceBytes)
	for _, f := range findings {
		if room -= f.Length; room < 0 && len(candidates) > 0 {
			break
		}
		raw := make([]byte, f.Length)
		if _, err := a.file.Seek(f.Start, io.SeekStart); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(a.file, raw); err != nil {
			return nil, err
		}
		candidates = append(candidates, candidate(f, raw))
	}
	return candidates, nil
}

// write is what the transaction of a slice does, and returns the batch as it is
// after it. It may run twice, and so leaves a as it is.
func (a *applying) write(ctx context.Context, tx LedgerTx, candidates []Candidate, ids []ObjectID, entry audit.Entry) (batch Batch, err error) {
	if batch, err = tx.Batch(ctx, a.batch.ID); err != nil {
		return batch, err
	}
	if must(batch, Applying) != nil || batch.Next != a.batch.Next {
		return batch, errOvertaken
	}
	first, err := tx.Tick(ctx, len(candidates))
	if err != nil {
		return batch, err
	}
	p := placing{batch: batch, grant: tx.Grant(), handlings: map[Stated]marked{}}
	if err := p.prepare(ctx, tx, candidates); err != nil {
		return batch, err
	}
	for i, c := range candidates {
		p.place(c, ids[i], first.Add(time.Duration(i)*time.Microsecond))
	}
	batch.Next = candidates[len(candidates)-1].Ordinal + 1
	batch.Done += int64(len(candidates))
	entry.Object = strconv.FormatInt(first.UnixMicro(), 10)
	return batch, inOrder(
		func() error { return tx.Place(ctx, p.slice()) },
		func() error { return tx.ChangeBatch(ctx, batch) },
		func() error { return tx.Record(ctx, entry) },
	)
}

// adapt chooses the size of the next slice by how long this one took, and whether
// somebody waited for it.
func (a *applying) adapt(took time.Duration, objects int, awaited bool) {
	if took <= 0 {
		return
	}
	allowed := sliceAlone
	if awaited {
		allowed = sliceTime
	}
	fitting := int(float64(objects) * float64(allowed) / float64(took))
	a.size = max(sliceLeast, min(sliceMost, fitting))
}

// end makes what came in visible.
func (a *applying) end(ctx context.Context) error {
	entry := a.b.entry(audit.ImportEnded, a.batch.ID, a.batch.Done)
	files := a.batch
	err := a.b.change(ctx, a.ask, a.batch.ID, func(_ access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		if must(*batch, Applying) != nil {
			return entry, nil, errOvertaken
		}
		batch.State, batch.EndedAt = Done, entry.At
		batch.Upload, batch.Work = "", ""
		return entry, nil, nil
	})
	if err != nil {
		return err
	}
	return a.b.clear(ctx, files)
}
