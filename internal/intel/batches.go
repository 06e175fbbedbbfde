// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"io"
	"slices"
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
	Most     int64 // objects that a file may hold: MostObjects
	// Undecided is how many bytes of uploads an organisation may have in a workspace
	// that nobody has decided on: MostUndecided.
	Undecided int64
	// Room fails where no more uploads are taken, because the disk fills up. Without
	// it there always is.
	Room func() error
}

// Batches stages, checks, decides and applies imports.
type Batches struct {
	Importing
}

// MostObjects is how many objects, and parts that are none, a file may hold.
const MostObjects = 1_000_000

// MostUndecided is how many bytes of uploads may wait for an organisation's
// decision in one workspace.
const MostUndecided = 8 * MaxUpload

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
		views, err := viewsOf(ctx, tx, []Batch{batch}, byType)
		if err == nil {
			view = views[0]
		}
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

// viewsOf shows batches to the holder of the transaction's grant. What of them is
// for others leaves no trace in the figures, which are those that told makes of
// counts by type.
func viewsOf(ctx context.Context, tx LedgerReader, batches []Batch, told func(Counts) Counts) (views []BatchView, err error) {
	g := tx.Grant()
	var people []access.MemberID
	var partly []BatchID
	for _, b := range batches {
		people = append(people, b.Staged.By, b.Decided.By)
		if b.upTo(g) < access.Red {
			partly = append(partly, b.ID)
		}
	}
	cards, err := tx.Cards(ctx, people)
	if err != nil {
		return nil, err
	}
	red, err := tx.Red(ctx, partly)
	for _, b := range batches {
		view := BatchView{
			Batch: b, StagedBy: cards[b.Staged.By], DecidedBy: cards[b.Decided.By],
			MayInspect: MayInspect(g, b), MayDecide: mayDecide(g, b) == nil && g.Role() >= access.Analyst,
			Ceiling: g.Ceiling(),
		}
		view.leaveOut(told(red[b.ID]))
		views = append(views, view)
	}
	return views, err
}

func byType(c Counts) Counts { return c }

// leaveOut takes what the reader may not know of out of the figures, and what is no
// object here for who may not look into the preview.
func (v *BatchView) leaveOut(red Counts) {
	all := v.Counts.Importable()
	v.Counts = v.Counts.without(red)
	if !v.MayInspect {
		v.Counts = v.Counts.imported()
	}
	if left := v.Counts.Importable(); v.decided() && left < all && v.Total > 0 {
		v.Done, v.Total = v.Done*left/v.Total, left // as much of it as of the whole
	}
}

// History lists the batches of a workspace that the actor may see, before that
// one, the newest first.
func (b *Batches) History(ctx context.Context, actor access.Actor, ws access.WorkspaceID, before BatchID, limit int) (views []BatchView, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		batches, err := tx.Batches(ctx, before, limit)
		if err != nil {
			return err
		}
		views, err = viewsOf(ctx, tx, batches, Counts.Whole)
		return err
	})
	return views, err
}

// Brief is an import in a line: without its figures, which not everybody may know.
type Brief struct {
	ID        BatchID
	State     State
	File      string
	At        time.Time // when it was staged
	By        access.Card
	MayDecide bool // it waits, and for the reader
	Org       access.OrgID
	Member    access.MemberID // who staged it
}

// Latest lists at most limit batches of a workspace that the actor may see, in
// brief: those that wait first, then the newest.
func (b *Batches) Latest(ctx context.Context, actor access.Actor, ws access.WorkspaceID, limit int) (list []Brief, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		if list, err = tx.Briefs(ctx, limit); err != nil || len(list) == 0 {
			return err
		}
		g, people := tx.Grant(), []access.MemberID{}
		for _, l := range list {
			people = append(people, l.Member)
		}
		cards, err := tx.Cards(ctx, people)
		for i, l := range list {
			list[i].By = cards[l.Member]
			list[i].MayDecide = l.State == Ready && g.Role() >= access.Analyst && mayDecide(g, Batch{Org: l.Org}) == nil
		}
		return err
	})
	return list, err
}

// Concerning lists the batches of a workspace that concern the actor, the newest
// first: those that wait for a decision which they may take, and of the others
// those that they staged or decided.
func (b *Batches) Concerning(ctx context.Context, actor access.Actor, ws access.WorkspaceID, limit int) (views []BatchView, err error) {
	err = b.Ledger.View(ctx, reading(actor, ws), func(tx LedgerReader) error {
		found, err := tx.BatchesOf(ctx, limit)
		if err != nil {
			return err
		}
		views, err = viewsOf(ctx, tx, found, Counts.Whole)
		views = slices.DeleteFunc(views, func(v BatchView) bool { return v.State == Ready && !v.MayDecide })
		return err
	})
	return views, err
}

// Findings lists what the check says of objects of the batch, with one of those
// verdicts, from that ordinal on. It fails with fault.Forbidden for who may not
// look into the preview. After the decision each finding is told to who may read its
// object, and of what is sensitive its verdict alone.
func (b *Batches) Findings(ctx context.Context, actor access.Actor, at Place, of []Verdict, from int64, limit int) (findings []Finding, err error) {
	err = b.Ledger.View(ctx, reading(actor, at.Workspace), func(tx LedgerReader) error {
		batch, err := tx.Batch(ctx, at.Batch)
		if err != nil {
			return err
		}
		if !MayInspect(tx.Grant(), batch) {
			return fault.New(fault.Forbidden, "intel.batch.others")
		}
		findings, err = tx.Findings(ctx, at.Batch, Wanted{of, Stated(batch.upTo(tx.Grant())), from, limit})
		for i, f := range findings {
			findings[i] = f.told(batch)
		}
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
