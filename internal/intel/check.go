// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"bytes"
	"cmp"
	"context"
	"errors"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

const (
	// checkedAtOnce is how many findings one transaction of a check writes, and
	// forgottenAtOnce how many one forgets.
	checkedAtOnce   = 500
	forgottenAtOnce = 5_000
)

var (
	// errOvertaken ends work on a batch that somebody has decided otherwise meanwhile.
	errOvertaken = errors.New("the batch has moved on")
	errTooMany   = errors.New("the file holds too many objects")
)

// Check reads a staged file, in the name of who brought it, and makes the
// preview. It may be called again after a crash, and then begins anew.
func (b *Batches) Check(ctx context.Context, at Place) error {
	batch, err := b.load(ctx, at)
	if err != nil || must(batch, Staged, Checking) != nil {
		return err
	}
	err = b.check(ctx, at, batch)
	switch {
	case errors.Is(err, errOvertaken):
		return nil
	case errors.Is(err, errTooMany):
		return errors.Join(b.Fail(ctx, at, "intel.batch.many"), b.forget(ctx, at, Failed))
	case err != nil && refused(err):
		return b.Fail(ctx, at, "intel.batch.standing")
	}
	return err
}

// forget drops the findings of a batch that is in one of those states, a slice at
// a time: nobody waits for a million of them.
func (b *Batches) forget(ctx context.Context, at Place, in ...State) error {
	for n := int64(1); n > 0; {
		err := b.Ledger.Update(ctx, own(at.Workspace), func(tx LedgerTx) error {
			batch, err := tx.Batch(ctx, at.Batch)
			if err != nil {
				return err
			}
			if must(batch, in...) != nil {
				return errOvertaken
			}
			n, err = tx.DropFindings(ctx, at.Batch, forgottenAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// load reads a batch in the platform's own name.
func (b *Batches) load(ctx context.Context, at Place) (batch Batch, err error) {
	err = b.Ledger.View(ctx, own(at.Workspace), func(tx LedgerReader) error {
		batch, err = tx.Batch(ctx, at.Batch)
		return err
	})
	return batch, err
}

func (b *Batches) check(ctx context.Context, at Place, batch Batch) error {
	if batch.Work != "" && batch.Work != batch.Upload { // of an attempt that broke off
		if err := b.Files.Delete(ctx, batch.Work); err != nil {
			return err
		}
	}
	if err := b.forget(ctx, at, Staged, Checking); err != nil { // likewise
		return err
	}
	work, err := b.convert(ctx, batch)
	if err != nil {
		return err
	}
	c := &checking{b: b, ask: writing(batch.Staged.actor(), at.Workspace), batch: batch, seen: sightings{}}
	if err := c.begin(ctx, work); err != nil {
		return errors.Join(err, b.clearUnless(ctx, work, batch.Upload))
	}
	if c.legend, err = b.legend(ctx, batch); err != nil {
		return err
	}
	if err := b.parts(ctx, batch, func(p part) error { return c.take(ctx, p) }); err != nil {
		return err
	}
	return c.end(ctx)
}

func (b *Batches) clearUnless(ctx context.Context, id, keep string) error {
	if id == keep {
		return nil
	}
	return b.Files.Delete(context.WithoutCancel(ctx), id)
}

// checking is the check of one batch.
type checking struct {
	b       *Batches
	ask     access.Ask
	batch   Batch
	legend  legend
	org     string // the name of the organisation that imports
	seen    sightings
	waiting []waiting
}

// waiting is a finding that is not yet held against what is known.
type waiting struct {
	Finding
	markings []stix.StixID // that the legend does not know
}

func (c *checking) begin(ctx context.Context, work string) error {
	return c.b.Ledger.Update(ctx, c.ask, func(tx LedgerTx) error {
		batch, err := tx.Batch(ctx, c.batch.ID)
		if err != nil {
			return err
		}
		if must(batch, Staged, Checking) != nil {
			return errOvertaken
		}
		if c.org, err = organisation(ctx, tx, batch); err != nil {
			return err
		}
		batch.State, batch.Work, batch.Done, batch.Counts = Checking, work, 0, Counts{}
		c.batch = batch
		return tx.ChangeBatch(ctx, batch)
	})
}

// organisation is the name of the one that brought the batch.
func organisation(ctx context.Context, tx LedgerReader, batch Batch) (string, error) {
	cards, err := tx.Cards(ctx, []access.MemberID{batch.Staged.By})
	return cards[batch.Staged.By].OrgName, err
}

// take makes a finding of one part of the file.
func (c *checking) take(ctx context.Context, p part) error {
	if p.ordinal >= c.b.Most {
		return errTooMany
	}
	c.waiting = append(c.waiting, c.read(p))
	if len(c.waiting) < checkedAtOnce {
		return nil
	}
	return c.flush(ctx)
}

// read looks at one part by itself.
func (c *checking) read(p part) waiting {
	w := waiting{Finding: Finding{
		Ordinal: p.ordinal, Start: p.start, Length: p.length, Spec: p.spec, Stated: Unstated, Source: c.batch.File,
	}}
	if p.err != nil || len(p.raw) == 0 {
		if p.err != nil {
			w.Finding = w.because(Malformed, p.err)
		} else {
			w.Finding = w.because(LeftOut, cmp.Or(p.warning, &fault.Error{}))
		}
		w.Length = 0
		return w
	}
	object, problems := stix.Parse(p.raw, p.spec)
	w.StixID, w.Type = object.ID, object.Type
	w.Stated, w.markings = c.legend.stated(object) // of what is broken, too: it says who is told what is wrong with it
	if broken := stix.Unusable(problems); broken != nil {
		w.Finding = w.because(Malformed, broken)
		return w
	}
	w.Version, w.Digest = object.Version(timeZero), stix.Digest(p.raw)
	w.Source = c.source(object.CreatedByRef, w.Stated)
	if problem := c.warning(object, p, problems); problem != nil {
		w.Finding = w.because(Warned, problem)
	}
	return w
}

// source names who made an object that states s: its maker, where the file lets
// the name be seen by whoever sees the object; else the organisation that imported
// it. Without a maker it is the file.
func (c *checking) source(maker stix.StixID, s Stated) string {
	made, told := c.legend.makers[maker]
	if !told || made.name == "" {
		return c.batch.File
	}
	if own, unknown := c.legend.stated(stix.Object{Refs: made.marks}); own > max(s, Stated(access.Clear)) || len(unknown) > 0 {
		return cmp.Or(c.org, c.batch.File)
	}
	return made.name
}

// warning returns what one should look at before the object is taken in.
func (c *checking) warning(object stix.Object, p part, problems []stix.Problem) *fault.Error {
	for _, v := range stix.Observables(object, p.raw) {
		if list, ok := c.b.Warnings.Match(v); ok {
			return fault.New(fault.Invalid, "intel.warned.list").With("list", list).With("value", observable.Defang(v))
		}
	}
	if p.warning != nil {
		return p.warning
	}
	if len(problems) > 0 {
		return problems[0].Error
	}
	return nil
}

// flush holds what waits against what is known, and writes it.
func (c *checking) flush(ctx context.Context) error {
	if len(c.waiting) == 0 {
		return nil
	}
	err := c.b.Ledger.Update(ctx, c.ask, func(tx LedgerTx) error {
		batch, err := tx.Batch(ctx, c.batch.ID)
		if err != nil {
			return err
		}
		if must(batch, Checking) != nil {
			return errOvertaken
		}
		findings, err := c.judged(ctx, tx)
		if err != nil {
			return err
		}
		for i, f := range findings {
			findings[i].Type = batch.Counts.KindOf(f.Type)
			batch.Counts.Add(findings[i].Type, f.Verdict)
		}
		batch.Done = max(batch.Done, findings[len(findings)-1].Start)
		return inOrder(
			func() error { return tx.InsertFindings(ctx, batch.ID, findings) },
			func() error { return tx.ChangeBatch(ctx, batch) },
		)
	})
	for _, w := range c.waiting {
		c.seen.add(w.Finding)
	}
	c.waiting = c.waiting[:0]
	return err
}

// judged gives verdicts to what waits. It changes nothing: it may run twice.
func (c *checking) judged(ctx context.Context, tx LedgerReader) ([]Finding, error) {
	var ids, markings []stix.StixID
	for _, w := range c.waiting {
		if w.StixID != "" {
			ids = append(ids, w.StixID)
		}
		markings = append(markings, w.markings...)
	}
	held, err := tx.Held(ctx, ids, nil)
	if err != nil {
		return nil, err
	}
	stated, err := tx.Markings(ctx, markings)
	if err != nil {
		return nil, err
	}
	findings := make([]Finding, len(c.waiting))
	earlier := sightings{}
	for i, w := range c.waiting {
		f := w.Finding
		for _, id := range w.markings {
			if s, here := stated[id]; here {
				f.Stated = max(f.Stated, s)
			} else if f.Verdict == "" {
				f = f.because(Warned, fault.New(fault.Invalid, "intel.warned.marking").On("object_marking_refs"))
			}
		}
		inFile := append(c.seen.of(f), earlier.of(f)...)
		findings[i] = judge(f, tx.Grant().Ceiling(), append(inFile, held[f.StixID]...))
		earlier.add(f)
	}
	return findings, nil
}

// end makes the preview ready.
func (c *checking) end(ctx context.Context) error {
	if err := c.flush(ctx); err != nil {
		return err
	}
	return c.b.change(ctx, c.ask, c.batch.ID, func(_ access.Grant, batch *Batch) (audit.Entry, *Work, error) {
		if must(*batch, Checking) != nil {
			return audit.Entry{}, nil, errOvertaken
		}
		batch.State, batch.Done, batch.Total = Ready, 0, batch.Counts.Importable()
		return audit.Entry{}, nil, nil
	})
}

// legend is what a file says about its own markings and makers.
type legend struct {
	markings map[stix.StixID]Stated
	makers   map[stix.StixID]maker
}

// maker is an identity that a file holds, with all references of all its versions.
type maker struct {
	name  string
	marks []stix.Ref
}

// maxLegend bounds the legend: no real file has as many makers or markings.
const maxLegend = 10_000

// legend reads it from the whole file: what is referred to may come last.
func (b *Batches) legend(ctx context.Context, batch Batch) (legend, error) {
	l := legend{map[stix.StixID]Stated{}, map[stix.StixID]maker{}}
	return l, b.parts(ctx, batch, func(p part) error {
		if p.err == nil {
			l.add(p.raw, p.spec)
		}
		return nil
	})
}

func (l legend) add(raw []byte, spec string) {
	marking, identity := bytes.Contains(raw, []byte(`"marking-definition"`)), bytes.Contains(raw, []byte(`"identity"`))
	if !marking && !identity || len(l.markings)+len(l.makers) >= maxLegend {
		return
	}
	object, problems := stix.Parse(raw, spec)
	switch {
	case stix.Unusable(problems) != nil:
	case object.Type == "marking-definition":
		l.markings[object.ID] = StatedBy(raw)
	case object.Type == "identity":
		l.makers[object.ID] = maker{object.Name, append(l.makers[object.ID].marks, object.Refs...)}
	}
}

// StatedBy returns the TLP that a marking definition stands for.
func StatedBy(raw []byte) Stated {
	if tlp, ok := stix.DeclaredTLP(raw); ok {
		return Unstated.with(tlp)
	}
	return Unstated
}

// stated returns the narrowest TLP that an object states, for any part of it,
// and which of its markings nobody has explained yet.
func (l legend) stated(o stix.Object) (s Stated, unknown []stix.StixID) {
	s = Unstated
	for _, ref := range o.Refs {
		if ref.Target.Type() != "marking-definition" {
			continue
		}
		if tlp, fixed := stix.TLPOf(ref.Target); fixed {
			s = s.with(tlp)
		} else if told, here := l.markings[ref.Target]; here {
			s = max(s, told)
		} else {
			unknown = append(unknown, ref.Target)
		}
	}
	return s, unknown
}
