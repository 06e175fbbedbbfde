// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// Journal is the journal as people read it: each their own acts, with proof; the
// managers of an operation those of the operation, but for acts on what is closed
// to them; the Directorate those of the platform, and of operations only that there
// are entries.
type Journal struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewJournal returns the journal over its store.
func NewJournal(store Store, now func() time.Time, newID func() string) *Journal {
	return &Journal{store, now, newID}
}

// Narrow is what a list of entries is asked for; an empty part asks for all.
type Narrow struct {
	Actor       string
	Verb        Verb
	Since, Till time.Time // Till is not in it
}

// Empty reports whether nothing was asked for.
func (n Narrow) Empty() bool { return n == Narrow{} }

// Line is an entry in a list.
type Line struct {
	Opening
	Open   bool      // the reader may see what it says; otherwise only its number counts
	Name   string    // of what it is about, where the reader may read that now
	Signed time.Time // when the first checkpoint over it was signed; zero: not yet
}

// List is one page of lines, the newest first.
type List struct {
	Lines  []Line
	Next   page.Cursor
	Signed int64 // the size of the newest checkpoint
}

const pageSize = 50

// Mine returns what the actor did. An entry of an operation that they may not read
// now is closed to them.
func (j *Journal) Mine(ctx context.Context, actor access.Actor, after page.Cursor) (list List, err error) {
	before, err := numberIn(after)
	if err != nil {
		return list, err
	}
	err = j.store.ViewAll(ctx, actor, access.Read, func(r Reading, grants []access.Grant) error {
		found, err := r.By(ctx, actor.Member, before, pageSize+1)
		if err != nil {
			return err
		}
		if list, err = listed(ctx, r, found, func(o Line) bool { return within(o, grants) }); err != nil {
			return err
		}
		return name(ctx, r, list, grants...)
	})
	if err != nil {
		return list, err
	}
	return list, j.nameOnPlatform(ctx, actor, list)
}

// name says of the open lines what they are about, as far as the holder of the
// grants may read it. It asks once for each place that a line is of.
func name(ctx context.Context, r Reading, list List, grants ...access.Grant) error {
	for _, g := range grants {
		var numbers []int64
		for _, l := range list.Lines {
			if l.Open && l.Workspace == g.Workspace() {
				numbers = append(numbers, l.Number)
			}
		}
		if len(numbers) == 0 {
			continue
		}
		names, err := r.Names(ctx, g, numbers)
		if err != nil {
			return err
		}
		for i := range list.Lines {
			if called, ok := names[list.Lines[i].Number]; ok {
				list.Lines[i].Name = called
			}
		}
	}
	return nil
}

// nameOnPlatform does so of what was done on the platform, for who admits people
// there; to others its things do not exist.
func (j *Journal) nameOnPlatform(ctx context.Context, actor access.Actor, list List) error {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Admit}
	err := j.store.View(ctx, ask, func(r Reading, g access.Grant) error { return name(ctx, r, list, g) })
	return orNone(err)
}

// within reports whether the entry is of the platform, or of a workspace of the
// grants.
func within(l Line, grants []access.Grant) bool {
	place := l.place()
	return place == "" || slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Workspace() == place })
}

// place is the workspace that the entry tells of. That somebody opened one, or took
// a place in it, is recorded on the platform, and is the workspace's to know.
func (l Line) place() access.WorkspaceID {
	if l.Workspace == "" && !slices.Contains(PlatformVerbs(), l.Verb) {
		return access.WorkspaceID(l.Object)
	}
	return l.Workspace
}

func (l Line) foundNothing() bool { return l.Verb == MatchRun && l.Count == 0 }

// Platform returns the entries of all places for the Directorate: those of the
// platform in clear, and of workspaces that the actor runs what Workspace shows
// them; of all others that they are there. Narrowed, it holds those of the platform
// alone. A run of the match that found nothing stays closed: it would say when
// operations bring something in.
func (j *Journal) Platform(ctx context.Context, actor access.Actor, narrow Narrow, after page.Cursor) (list List, check CheckResult, err error) {
	before, err := numberIn(after)
	if err != nil {
		return list, check, err
	}
	var run []access.Grant
	if err := j.store.ViewAll(ctx, actor, access.Manage, func(_ Reading, grants []access.Grant) error { run = grants; return nil }); err != nil {
		return list, check, err
	}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Direct}
	err = j.store.View(ctx, ask, func(r Reading, g access.Grant) error {
		if list, err = everywhere(ctx, r, run, narrow, before); err != nil {
			return err
		}
		if err := name(ctx, r, list, append(run, g)...); err != nil {
			return err
		}
		check, err = r.LastCheck(ctx)
		return orNone(err)
	})
	return list, check, err
}

// everywhere lists entries of all places for who runs those workspaces. That a
// sealed entry fits what was asked for would unseal it: a narrowed list is made
// without them, so that not even its end tells of any.
func everywhere(ctx context.Context, r Reading, run []access.Grant, narrow Narrow, before int64) (list List, err error) {
	if !narrow.Empty() {
		var of []access.WorkspaceID
		for _, g := range run {
			of = append(of, g.Workspace())
		}
		found, err := r.Platform(ctx, of, narrow, before, pageSize+1)
		if err != nil {
			return list, err
		}
		return listed(ctx, r, found, func(Line) bool { return true })
	}
	found, err := r.All(ctx, before, pageSize+1)
	if err != nil {
		return list, err
	}
	known, err := knownOf(ctx, r, found, run)
	if err != nil {
		return list, err
	}
	return listed(ctx, r, found, func(l Line) bool {
		return l.Workspace == "" && within(l, run) && !l.foundNothing() || known[l.Number]
	})
}

// knownOf returns which of the lines tell who runs those workspaces of them.
func knownOf(ctx context.Context, r Reading, lines []Line, run []access.Grant) (map[int64]bool, error) {
	known := map[int64]bool{}
	if len(lines) == 0 {
		return known, nil
	}
	for _, g := range run {
		some, err := r.Known(ctx, g, lines[len(lines)-1].Number, lines[0].Number)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, some)
	}
	return known, nil
}

// Workspace returns the entries of a workspace to those who run it, as far as they
// may know of them (Reading.Within). Of the others there is no trace: that somebody
// acted on an item closed to them would tell that it exists.
func (j *Journal) Workspace(ctx context.Context, actor access.Actor, id access.WorkspaceID, narrow Narrow, after page.Cursor) (list List, err error) {
	before, err := numberIn(after)
	if err != nil {
		return list, err
	}
	err = j.store.View(ctx, access.Ask{Actor: actor, Place: access.In(id), Action: access.Manage}, func(r Reading, g access.Grant) error {
		found, err := r.Within(ctx, g, narrow, before, pageSize+1)
		if err != nil {
			return err
		}
		if list, err = listed(ctx, r, found, func(Line) bool { return true }); err != nil {
			return err
		}
		return name(ctx, r, list, g)
	})
	return list, err
}

func listed(ctx context.Context, r Reading, found []Line, open func(Line) bool) (list List, err error) {
	if len(found) > pageSize {
		found = found[:pageSize]
		list.Next = page.After(strconv.FormatInt(found[pageSize-1].Number, 10))
	}
	newest, err := r.Newest(ctx)
	if err = orNone(err); err != nil {
		return list, err
	}
	list.Signed = newest.Size
	for _, line := range found {
		if line.Open = open(line) && !line.Purged(); !line.Open {
			line.Opening = Opening{Record: Record{Number: line.Number}}
		}
		list.Lines = append(list.Lines, line)
	}
	return list, nil
}

func orNone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func numberIn(after page.Cursor) (int64, error) {
	key, err := after.Key(1)
	if err != nil || key[0] == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(key[0], 10, 64)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	return n, nil
}

// Proven is an entry of the actor's own with its proof. Without a checkpoint over
// it there is none yet.
type Proven struct {
	Line
	Checkpoint []byte
	Path       []merkle.Hash
}

// Proof returns the proof as a file that can be carried away, with the opening as
// what is extra; nil while there is none.
func (p Proven) Proof() ([]byte, error) {
	if p.Checkpoint == nil {
		return nil, nil
	}
	opening, err := p.MarshalLine()
	if err != nil {
		return nil, err
	}
	return merkle.Proof{Extra: opening, Index: p.Number - 1, Path: p.Path, Checkpoint: p.Checkpoint}.Encode(), nil
}

// Prove returns one of the actor's own entries with its proof. Those of others,
// and of operations that the actor may not read now, are hidden.
func (j *Journal) Prove(ctx context.Context, actor access.Actor, number int64) (p Proven, err error) {
	err = j.store.ViewAll(ctx, actor, access.Read, func(r Reading, grants []access.Grant) error {
		line, err := r.One(ctx, number)
		if err != nil {
			return err
		}
		if line.Actor != string(actor.Member) || !within(line, grants) {
			return access.ErrHidden
		}
		one := List{Lines: []Line{line}}
		one.Lines[0].Open = true
		if err := name(ctx, r, one, grants...); err != nil {
			return err
		}
		p.Line = one.Lines[0]
		newest, err := r.Newest(ctx)
		if err = orNone(err); err != nil || newest.Size < number {
			return err
		}
		p.Signed, p.Checkpoint = newest.At, newest.Note
		p.Path, err = merkle.Inclusion(newest.Size, number-1, func(level int, n int64) ([]byte, error) { return r.Tile(ctx, level, n) })
		return err
	})
	return p, err
}

// Checkpoint returns the newest checkpoint, to any member.
func (j *Journal) Checkpoint(ctx context.Context, actor access.Actor) (c SignedCheckpoint, err error) {
	err = j.store.View(ctx, access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}, func(r Reading, _ access.Grant) error {
		c, err = r.Newest(ctx)
		if fault.KindOf(err) == fault.NotFound {
			return access.ErrHidden
		}
		return err
	})
	return c, err
}

// Tile returns the first w hashes of a tile, to any member. A tile that is not so
// wide yet is hidden, as one that will never be.
func (j *Journal) Tile(ctx context.Context, actor access.Actor, level int, n int64, w int) (hashes []byte, err error) {
	err = j.store.View(ctx, access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}, func(r Reading, _ access.Grant) error {
		hashes, err = r.Tile(ctx, level, n)
		if wide := w * len(merkle.Hash{}); err == nil && len(hashes) < wide {
			err = access.ErrHidden
		} else if err == nil {
			hashes = hashes[:wide]
		}
		return err
	})
	return hashes, err
}

// CheckBegun is a check of the whole journal that was begun.
type CheckBegun struct {
	ID string
	At time.Time
}

// CheckResult is a check with what it found, once it has ended.
type CheckResult struct {
	CheckBegun
	Ended  time.Time // zero while it runs
	Report Report
	Failed bool // it could not be carried through
}

// Verify begins a check of the whole journal; its result stands on the platform's
// page of the journal.
func (j *Journal) Verify(ctx context.Context, actor access.Actor) error {
	s := CheckBegun{ID: j.newID(), At: j.now()}
	e := Entry{ID: j.newID(), At: s.At, Verb: JournalChecked, Object: s.ID}
	return j.store.Begin(ctx, access.Ask{Actor: actor, Place: access.Platform(), Action: access.Direct}, s, e)
}
