// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"io"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
)

// Warnings are the warning lists: values that everybody meets.
type Warnings interface {
	// Match returns a list that v is on.
	Match(v observable.Value) (list string, ok bool)
}

// Codec reads a format that is not STIX as STIX objects.
type Codec interface {
	// Sniff reports whether a file that begins so may be of the format.
	Sniff(head []byte) bool
	// Decode calls each with what it makes of the file, the same each time.
	Decode(r io.ReadSeeker, each func(Converted) error) error
}

// Converted is an object made from a part of a file, or what is to be said of
// the part, or both.
type Converted struct {
	Raw     []byte
	Part    string       // of the file, e.g. "Attribute 12"
	Err     *fault.Error // why it makes no object
	Warning *fault.Error // what was left out or assumed
}

// Importing is what Batches are made of.
type Importing struct {
	Ledger   Ledger
	Files    Files
	MISP     Codec
	Warnings Warnings
	Now      func() time.Time
	NewID    func() string
}

// Batches stages, checks, decides and applies imports.
type Batches struct {
	Importing
}

// NewBatches returns Batches made of these; all are required.
func NewBatches(with Importing) *Batches { return &Batches{with} }

// Batch returns a batch and whether the actor may look into its preview and
// decide about it.
func (b *Batches) Batch(ctx context.Context, actor access.Actor, ws access.WorkspaceID, id BatchID) (view BatchView, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		batch, err := tx.Batch(ctx, id)
		if err != nil {
			return err
		}
		view, err = viewOf(ctx, tx, batch)
		return err
	})
	return view, err
}

// BatchView is a batch as one reader sees it.
type BatchView struct {
	Batch
	StagedBy, DecidedBy access.Card
	MayInspect          bool
	MayDecide           bool
	Ceiling             access.TLP
}

func viewOf(ctx context.Context, tx LedgerReader, batch Batch) (BatchView, error) {
	g := tx.Grant()
	cards, err := tx.Cards(ctx, []access.MemberID{batch.Staged.By, batch.Decided.By})
	return BatchView{
		Batch: batch, StagedBy: cards[batch.Staged.By], DecidedBy: cards[batch.Decided.By],
		MayInspect: MayInspect(g, batch), MayDecide: mayDecide(g, batch) == nil && g.Role() >= access.Analyst,
		Ceiling: g.Ceiling(),
	}, err
}

// History lists the batches of a workspace that the actor may see, before that
// one, the newest first.
func (b *Batches) History(ctx context.Context, actor access.Actor, ws access.WorkspaceID, before BatchID, limit int) (views []BatchView, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		views = nil
		batches, err := tx.Batches(ctx, before, limit)
		if err != nil {
			return err
		}
		for _, batch := range batches {
			view, err := viewOf(ctx, tx, batch)
			if err != nil {
				return err
			}
			views = append(views, view)
		}
		return nil
	})
	return views, err
}

// Own lists the batches of a workspace that the actor staged or decided, the
// newest first.
func (b *Batches) Own(ctx context.Context, actor access.Actor, ws access.WorkspaceID, limit int) (batches []Batch, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		batches, err = tx.BatchesBy(ctx, limit)
		return err
	})
	return batches, err
}

// Findings lists what the check says of objects of the batch, with one of those
// verdicts, from that ordinal on. It fails with fault.Forbidden for who may not
// look into the preview.
func (b *Batches) Findings(ctx context.Context, actor access.Actor, at Place, of []Verdict, from int64, limit int) (findings []Finding, err error) {
	err = b.Ledger.View(ctx, reading(actor, at.Workspace), func(tx LedgerReader) error {
		batch, err := tx.Batch(ctx, at.Batch)
		if err != nil {
			return err
		}
		if !MayInspect(tx.Grant(), batch) {
			return fault.New(fault.Forbidden, "intel.batch.others")
		}
		findings, err = tx.Findings(ctx, at.Batch, of, from, limit)
		return err
	})
	return findings, err
}

// Place names a batch in its workspace.
type Place struct {
	Workspace access.WorkspaceID
	Batch     BatchID
}

func reading(actor access.Actor, ws access.WorkspaceID) access.Ask {
	return access.Ask{Actor: actor, Place: access.In(ws), Action: access.Read}
}

func writing(actor access.Actor, ws access.WorkspaceID) access.Ask {
	return access.Ask{Actor: actor, Place: access.In(ws), Action: access.Write}
}

// own is the platform's own name, in which it ends what a member no longer may.
// A follower's ask is to read: what it writes is the state of the batch alone.
func own(ws access.WorkspaceID) access.Ask {
	return reading(access.Actor{Kind: access.Follower, Name: "imports"}, ws)
}

// entry is a journal entry about a batch.
func (b *Batches) entry(verb audit.Verb, id BatchID, count int64) audit.Entry {
	return audit.Entry{ID: b.NewID(), At: b.Now(), Verb: verb, Object: string(id), About: string(id), Count: count}
}

func (b *Batches) work(kind string, id BatchID) Work {
	return Work{ID: b.NewID(), Kind: kind, Batch: id, At: b.Now()}
}

// change moves a batch on: it reads it, lets fn change it, and writes it with
// the journal entry that fn returns, and the work.
func (b *Batches) change(ctx context.Context, ask access.Ask, id BatchID, fn func(access.Grant, *Batch) (audit.Entry, *Work, error)) error {
	return b.Ledger.Update(ctx, ask, func(tx LedgerTx) error {
		batch, err := tx.Batch(ctx, id)
		if err != nil {
			return err
		}
		entry, work, err := fn(tx.Grant(), &batch)
		if err != nil {
			return err
		}
		if err := tx.ChangeBatch(ctx, batch); err != nil {
			return err
		}
		if work != nil {
			if err := tx.Queue(ctx, *work); err != nil {
				return err
			}
		}
		if entry.Verb == "" {
			return nil
		}
		return tx.Record(ctx, entry)
	})
}

// clear removes the files of a batch that has ended.
func (b *Batches) clear(ctx context.Context, batch Batch) error {
	for _, id := range []string{batch.Work, batch.Upload} {
		if id == "" {
			continue
		}
		if err := b.Files.Delete(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// refused reports whether err says that a member no longer may do what work in
// their name needs.
func refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.NotFound:
		return true
	default:
		return false
	}
}
