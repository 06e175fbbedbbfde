// SPDX-License-Identifier: Apache-2.0

package home

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

const (
	inboxPage = 50               // entries of one page
	regret    = 10 * time.Minute // how long all that was marked at once can be unmarked
	memory    = 90 * 24 * time.Hour
)

// Marks is what a member has marked as read in their inbox.
type Marks struct {
	Until  time.Time // all that is not later; zero: nothing yet
	Before time.Time // what Until was before, if CanGoBack
	// CanGoBack says that Before is to be had.
	CanGoBack bool
	Single    map[string]bool // ids of matters
}

func (m Marks) read(matter Matter) bool {
	return matter.Seen || !matter.At.After(m.Until) || m.Single[matter.ID]
}

// Store keeps the marks of members, each transaction those of its actor alone.
// hometest.Store states what a Store must do.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
}

// Reader reads the actor's marks.
type Reader interface {
	// Marks returns them: the zero Marks of who has none.
	Marks(ctx context.Context) (Marks, error)
}

// Tx reads and writes the actor's marks.
type Tx interface {
	Reader
	// MarkRead keeps the mark of one matter; again it changes nothing.
	MarkRead(ctx context.Context, m Matter, at time.Time) error
	// SetUntil keeps Until, and Before if it can be gone back to.
	SetUntil(ctx context.Context, m Marks) error
	// Forget drops single marks that are older than that.
	Forget(ctx context.Context, before time.Time) error
}

// Inbox is what happened to a member in all their workspaces.
type Inbox struct {
	store   Store
	now     func() time.Time
	sources []Source
}

// NewInbox returns the inbox of what the sources tell, whose marks are in store.
func NewInbox(store Store, now func() time.Time, sources ...Source) *Inbox {
	return &Inbox{store, now, sources}
}

// Filter narrows an inbox. Its zero value lists all of it.
type Filter struct {
	Kind      Kind
	Workspace access.WorkspaceID
	Unread    bool
}

func (f Filter) takes(e Entry) bool {
	return (f.Kind == "" || e.Kind == f.Kind) && (f.Workspace == "" || e.Workspace == f.Workspace) && !(f.Unread && e.Read)
}

// Entry is a matter as it lies in the inbox.
type Entry struct {
	Matter
	Read bool
}

// Tally is how much of an inbox is of one kind or workspace, whatever else it is
// narrowed to.
type Tally struct {
	Kind      Kind
	Workspace access.WorkspaceID
	Entries   int
	Place     string // of one of its entries
}

// List is one page of an inbox: what is unread first, the newest first.
type List struct {
	Entries    []Entry
	Next       page.Cursor // behind its last entry; empty on the last page
	Unread     int         // of all
	Kinds      []Tally
	Workspaces []Tally
	At         time.Time // what is later is not in it
	CanGoBack  bool      // the last marking of all can be undone
}

// List returns a page of the actor's inbox.
func (b *Inbox) List(ctx context.Context, actor access.Actor, f Filter, after page.Cursor) (l List, err error) {
	from, err := placeOf(after)
	if err != nil {
		return List{}, err
	}
	marks, err := b.marks(ctx, actor)
	if err != nil {
		return List{}, err
	}
	l.At = b.now()
	l.CanGoBack = marks.CanGoBack && l.At.Sub(marks.Until) < regret
	all, err := b.gather(ctx, actor, marks)
	if err != nil {
		return List{}, err
	}
	l.count(all)
	for _, e := range all {
		switch {
		case !f.takes(e) || after != "" && from.compare(placeBehind(e)) >= 0:
		case len(l.Entries) == inboxPage:
			l.Next = placeBehind(l.Entries[inboxPage-1]).cursor()
			return l, nil
		default:
			l.Entries = append(l.Entries, e)
		}
	}
	return l, nil
}

// Keep leaves out what the actor has marked as read of those that are news: what
// waits for them, or is urgent, stays until it is done.
func (b *Inbox) Keep(ctx context.Context, actor access.Actor, matters []Matter) ([]Matter, error) {
	marks, err := b.marks(ctx, actor)
	return slices.DeleteFunc(slices.Clone(matters), func(m Matter) bool {
		return m.ID != "" && m.Weight == News && marks.read(m)
	}), err
}

// Unread counts what the actor has not read.
func (b *Inbox) Unread(ctx context.Context, actor access.Actor) (n int, err error) {
	marks, err := b.marks(ctx, actor)
	if err != nil {
		return 0, err
	}
	all, err := b.gather(ctx, actor, marks)
	for _, e := range all {
		if !e.Read {
			n++
		}
	}
	return n, err
}

// Mark notes that the actor has read one matter. It fails with access.ErrHidden
// for what is not in their inbox.
func (b *Inbox) Mark(ctx context.Context, actor access.Actor, id string) error {
	all, err := b.gather(ctx, actor, Marks{})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return access.ErrHidden
	}
	at := b.now()
	return b.store.Update(ctx, own(actor), func(tx Tx) error { return tx.MarkRead(ctx, all[i].Matter, at) })
}

// MarkAll notes that the actor has read all that is not later than until: what
// came after the page that they saw stays new.
func (b *Inbox) MarkAll(ctx context.Context, actor access.Actor, until time.Time) error {
	now := b.now()
	if until.After(now) {
		until = now
	}
	return b.store.Update(ctx, own(actor), func(tx Tx) error {
		marks, err := tx.Marks(ctx)
		if err != nil || !until.After(marks.Until) {
			return err
		}
		if err := tx.Forget(ctx, now.Add(-memory)); err != nil {
			return err
		}
		return tx.SetUntil(ctx, Marks{Until: until, Before: marks.Until, CanGoBack: true})
	})
}

// GoBack undoes the last MarkAll. What was marked one by one stays so.
func (b *Inbox) GoBack(ctx context.Context, actor access.Actor) error {
	return b.store.Update(ctx, own(actor), func(tx Tx) error {
		marks, err := tx.Marks(ctx)
		if err != nil || !marks.CanGoBack {
			return err
		}
		return tx.SetUntil(ctx, Marks{Until: marks.Before})
	})
}

func (b *Inbox) marks(ctx context.Context, actor access.Actor) (marks Marks, err error) {
	err = b.store.View(ctx, own(actor), func(tx Reader) error {
		marks, err = tx.Marks(ctx)
		return err
	})
	return marks, err
}

// gather asks each source, and puts what is unread first, the newest first.
func (b *Inbox) gather(ctx context.Context, actor access.Actor, marks Marks) (all []Entry, err error) {
	for _, source := range b.sources {
		matters, err := source(ctx, actor)
		if err != nil {
			return nil, err
		}
		for _, m := range matters {
			if m.ID != "" {
				all = append(all, Entry{m, marks.read(m)})
			}
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return placeBehind(a).compare(placeBehind(b)) })
	return all, nil
}

func (l *List) count(all []Entry) {
	kinds, places := map[Kind]int{}, map[access.WorkspaceID]Tally{}
	for _, e := range all {
		if !e.Read {
			l.Unread++
		}
		kinds[e.Kind]++
		if e.Workspace != "" {
			places[e.Workspace] = Tally{Workspace: e.Workspace, Entries: places[e.Workspace].Entries + 1, Place: e.Place}
		}
	}
	for _, kind := range Kinds() {
		if n := kinds[kind]; n > 0 {
			l.Kinds = append(l.Kinds, Tally{Kind: kind, Entries: n})
		}
	}
	for _, t := range places {
		l.Workspaces = append(l.Workspaces, t)
	}
	slices.SortFunc(l.Workspaces, func(a, b Tally) int {
		return cmp.Or(b.Entries-a.Entries, cmp.Compare(a.Workspace, b.Workspace))
	})
}

// place is the key by which an inbox goes on.
type place struct {
	read bool
	at   int64
	id   string
}

func placeBehind(e Entry) place { return place{e.Read, e.At.UnixMicro(), e.ID} }

// compare puts what is unread first, then the newest.
func (p place) compare(other place) int {
	if p.read != other.read {
		if p.read {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(other.at, p.at), cmp.Compare(other.id, p.id))
}

func (p place) cursor() page.Cursor {
	return page.After(strconv.FormatBool(p.read), strconv.FormatInt(p.at, 10), p.id)
}

func placeOf(c page.Cursor) (p place, err error) {
	key, err := c.Key(3)
	if err != nil || c == "" {
		return p, err
	}
	read, err := strconv.ParseBool(key[0])
	if err != nil {
		return p, badCursor(err)
	}
	at, err := strconv.ParseInt(key[1], 10, 64)
	if err != nil {
		return p, badCursor(err)
	}
	return place{read, at, key[2]}, nil
}

func badCursor(err error) error { return fault.Wrap(fault.Invalid, "error.cursor", err).On("after") }

func own(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Self(), Action: access.Own}
}
