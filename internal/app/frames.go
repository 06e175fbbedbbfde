// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/workspace"
)

// frame is what is read for the frame around a member's pages: names of their
// places, and counts.
type frame struct {
	me     ui.Me
	counts []discussion.Count
	hits   map[access.WorkspaceID]int
	mine   []workspace.Head
	inbox  int
	desk   int // for officers of the desk

	counted time.Time // when the inbox was

	as     written
	at     time.Time
	places []standpoint // whose contents are counted
}

// standpoint is what a count in one place depends on, of the decision that
// opened the place.
type standpoint struct {
	workspace access.WorkspaceID
	org       access.OrgID
	kind      string
	country   access.Country
	role      access.Role
}

// written says how much had been written when something was read: here, and
// elsewhere as far as the journal has told.
type written struct{ here, heard uint64 }

// frameCache keeps the last frame of each member while nothing is written at all.
// Where the reader may be is asked anew for each page: a frame of other places
// than the reader has now is not used.
type frameCache struct {
	heard atomic.Uint64
	mu    sync.Mutex
	last  map[reader]frame // guarded by mu
}

// reader is who a frame was made for. A session that has proven less may count less.
type reader struct {
	member   access.MemberID
	strength access.Strength
}

func readerOf(a access.Actor) reader { return reader{a.Member, a.Strength} }

const (
	// frameTime is how long a frame may last: the time by which news ceases to be
	// new, and what another node marked as read, are in no journal.
	frameTime  = 10 * time.Second
	mostFrames = 4096
	// inboxTime is how long the count of the inbox may last beside what others
	// write: it asks every room, and costs more than the page around which it
	// stands. What its reader does, and a stream that tells of news, end it.
	inboxTime = 3 * time.Second
)

func (f *frameCache) find(who reader) (frame, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last, ok := f.last[who]
	return last, ok
}

func (f *frameCache) keep(who reader, last frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last == nil || len(f.last) >= mostFrames {
		f.last = map[reader]frame{}
	}
	f.last[who] = last
}

// forget has what the member wrote show in their next frame.
func (f *frameCache) forget(member access.MemberID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for strength := access.Unproven; strength <= access.Passkey; strength++ {
		delete(f.last, reader{member, strength})
	}
}

type writtenKey struct{}

func (a *App) written() written { return written{a.db.Changes(), a.frames.heard.Load()} }

// visit begins a page. The age is taken before its snapshot: what is read in it
// is no older.
func (a *App) visit(ctx context.Context) (visiting context.Context, end func()) {
	return a.gate.Visit(context.WithValue(ctx, writtenKey{}, a.written()))
}

// frame returns the frame of the actor's pages: that of the page before, where
// nothing was written since and they stand where they stood.
func (a *App) frame(ctx context.Context, actor access.Actor) (frame, error) {
	places, err := a.standpoints(ctx, actor)
	if err != nil {
		return frame{}, err
	}
	now := a.world.now()
	last, ok := a.frames.find(readerOf(actor))
	if ok && last.as == a.written() && now.Sub(last.at) < frameTime && !now.Before(last.at) && slices.Equal(last.places, places) {
		return last, nil
	}
	read, err := a.readFrame(ctx, actor)
	if err != nil {
		return frame{}, err
	}
	if age := now.Sub(last.counted); ok && age >= 0 && age < inboxTime && slices.Equal(last.places, places) && !web.AsksForCounts(ctx) {
		read.inbox, read.counted = last.inbox, last.counted
	} else if read.inbox, err = a.Inbox.Unread(ctx, actor); err == nil {
		read.counted = now
	}
	if err != nil {
		return frame{}, err
	}
	if began, ok := ctx.Value(writtenKey{}).(written); ok {
		read.as, read.at, read.places = began, now, places
		a.frames.keep(readerOf(actor), read)
	}
	return read, nil
}

// standpoints asks where the actor may be.
func (a *App) standpoints(ctx context.Context, actor access.Actor) (places []standpoint, err error) {
	grants, err := a.gate.Grants(ctx, actor, access.Read)
	for _, g := range grants {
		places = append(places, standpoint{g.Workspace(), g.Org(), g.OrgKind(), g.Country(), g.Role()})
	}
	return places, err
}

func (a *App) readFrame(ctx context.Context, actor access.Actor) (f frame, err error) {
	me, err := a.Accounts.ByID(ctx, actor.Member)
	if err != nil {
		return f, err
	}
	f.me = ui.Me{Name: me.Name, Org: me.Org.Name, Country: string(me.Org.Country), Initials: initials(me.Name)}
	if f.counts, err = a.Topics.Counts(ctx, actor); err != nil {
		return f, err
	}
	if f.hits, err = a.Hits.Waiting(ctx, actor); err != nil {
		return f, err
	}
	if f.mine, err = a.Workspaces.Mine(ctx, actor); err != nil {
		return f, err
	}
	officer, err := a.may(ctx, actor, access.Desk)
	if err == nil && officer {
		f.desk, err = a.Desk.Open(ctx, actor)
	}
	return f, err
}
