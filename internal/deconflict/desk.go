// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
	"entente.example/internal/page"
)

// Pair is a match that its sides were not told of, as the Directorate's desk
// sees it: who, when and why, but never the value.
type Pair struct {
	ID        string // sorts by time
	One, Two  Party
	Kind      observable.Kind
	Reason    Reason
	BatchSize int64
	At        time.Time
	ClosedAt  time.Time // zero: it waits for the desk
	Acts      []Act     // what officers noted of it, the first first
}

// Party is an operation of a Pair.
type Party struct {
	Workspace access.WorkspaceID
	Name      string
	Contact   string
}

// Outcome is what an officer of the desk says of a pair. It is stored: never
// rename one.
type Outcome string

// The outcomes. Looked and Reopened leave a pair to the desk; the others close it.
const (
	Looked   Outcome = "seen"
	Called   Outcome = "called" // both sides
	NoAction Outcome = "none"   // is needed
	Reopened Outcome = "reopened"
)

func (o Outcome) known() bool { return o == Looked || o == Called || o == NoAction || o == Reopened }

// Closes reports whether nothing is left to do after o.
func (o Outcome) Closes() bool { return o == Called || o == NoAction }

// Key names the outcome in the catalogues of words.
func (o Outcome) Key() string { return "deconflict.outcome." + string(o) }

// Act is what one officer noted of a pair. The two sides are told nothing of it.
type Act struct {
	ID      string // sorts by time
	Pair    string
	Outcome Outcome
	Note    string
	Officer access.MemberID
	By      access.Card // who that is, when read
	At      time.Time
}

// longestNote is how long a note may be, in characters.
const longestNote = 1000

// Pile is a part of what the desk has.
type Pile string

// The piles.
const (
	OpenPile   Pile = "open"   // what waits for the desk
	ClosedPile Pile = "closed" // what it is done with
)

// Desk shows the Directorate's deconfliction desk what it alone is told, and keeps
// what its officers did about it.
type Desk struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewDesk returns the desk over that store, which reads the time from now and names
// things by newID.
func NewDesk(store Store, now func() time.Time, newID func() string) *Desk {
	return &Desk{store, now, newID}
}

// Pairs lists the matches of a pile that went to the desk, newest first, and the
// cursor of the next page, or none. It is for officers of the Directorate.
func (d *Desk) Pairs(ctx context.Context, actor access.Actor, pile Pile, after page.Cursor) (pairs []Pair, next page.Cursor, err error) {
	key, err := after.Key(1)
	if err != nil {
		return nil, "", err
	}
	err = d.store.View(ctx, desks(actor), func(r Reader) error {
		pairs, err = r.Pairs(ctx, pile, key[0], pageSize+1)
		return err
	})
	if len(pairs) > pageSize {
		pairs = pairs[:pageSize]
		next = page.After(pairs[pageSize-1].ID)
	}
	return pairs, next, err
}

// Open counts what waits for the desk, up to a thousand. It is for officers of the
// Directorate.
func (d *Desk) Open(ctx context.Context, actor access.Actor) (n int, err error) {
	err = d.store.View(ctx, desks(actor), func(r Reader) error {
		n, err = r.OpenPairs(ctx, mostUnseen)
		return err
	})
	return n, err
}

// Newest counts likewise, and returns the newest of it: the zero Pair where nothing
// waits.
func (d *Desk) Newest(ctx context.Context, actor access.Actor) (newest Pair, n int, err error) {
	err = d.store.View(ctx, desks(actor), func(r Reader) error {
		if n, err = r.OpenPairs(ctx, mostUnseen); err != nil || n == 0 {
			return err
		}
		pairs, err := r.Pairs(ctx, OpenPile, "", 1)
		if err == nil && len(pairs) > 0 {
			newest = pairs[0]
		}
		return err
	})
	return newest, n, err
}

// Note keeps what an officer did about a pair. It fails with access.ErrHidden for
// one that did not go to the desk, and with fault.Conflict where another officer was
// faster.
func (d *Desk) Note(ctx context.Context, actor access.Actor, act Act) error {
	act.ID, act.At, act.Officer, act.Note = d.newID(), d.now(), actor.Member, strings.TrimSpace(act.Note)
	entry := audit.Entry{ID: d.newID(), At: act.At, Verb: audit.MatchNoted, Object: act.Pair}
	return d.store.Update(ctx, desks(actor), func(tx Tx) error {
		closed, err := tx.LockPair(ctx, act.Pair)
		if err != nil {
			return err
		}
		if err := act.fits(closed); err != nil {
			return err
		}
		if err := tx.InsertAct(ctx, act); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// fits reports why an act cannot be noted of a pair that is closed, or open.
func (a Act) fits(closed bool) error {
	switch {
	case !a.Outcome.known():
		return fault.New(fault.Invalid, "deconflict.outcome.unknown").On("outcome")
	case utf8.RuneCountInString(a.Note) > longestNote:
		return fault.New(fault.Invalid, "deconflict.note.long").On("note").With("limit", longestNote)
	case closed != (a.Outcome == Reopened):
		return fault.New(fault.Conflict, "deconflict.desk.moved_on")
	}
	return nil
}

func desks(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Platform(), Action: access.Desk}
}
