// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict/blind"
)

// Store keeps what the match found. Each transaction is opened in somebody's
// name, and is bound to the place that the ask names. deconflicttest.Store
// states what a Store must do.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	// ViewAll gives fn a reader of each workspace in which the actor may act so.
	ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func([]Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
}

// Reader reads within one transaction.
type Reader interface {
	// Grant returns the proof under which this transaction was opened.
	Grant() access.Grant
	// Hits returns at most limit hits of the workspace that the grant's holder may
	// see, newest first, before the hit of that id, or from the newest if it is empty.
	Hits(ctx context.Context, before string, limit int) ([]Hit, error)
	// Unseen counts, up to most, the hits that Hits would list and the holder has
	// not seen.
	Unseen(ctx context.Context, most int) (int, error)
	// NewestUnseen returns the newest of those, without their number, or fails with
	// access.ErrHidden where there is none. A value that Hits would withhold it
	// withholds.
	NewestUnseen(ctx context.Context) (News, error)
	// Days counts, by day of UTC and the newest first, those of the newest limit hits
	// that Hits would list, and names the newest of each as NewestUnseen does.
	Days(ctx context.Context, limit int) ([]Day, error)
	// Pairs returns at most limit pairs of a pile of which the sides were not told,
	// with their acts, newest first, before the pair of that id, or from the newest if
	// it is empty.
	Pairs(ctx context.Context, pile Pile, before string, limit int) ([]Pair, error)
	// OpenPairs counts, up to most, those of the open pile.
	OpenPairs(ctx context.Context, most int) (int, error)
	// WarningLists returns the lists as they were loaded, by name.
	WarningLists(ctx context.Context) ([][]byte, error)
}

// Tx reads and writes within one transaction.
type Tx interface {
	Reader
	// MarkSeen notes that the holder has seen a hit, and returns 0 where they had
	// before. It fails with access.ErrHidden for a hit that Hits would not list.
	MarkSeen(ctx context.Context, hit string, at time.Time) (int64, error)
	// MarkAllSeen notes the same of all hits that Hits would list, up to the one of
	// that id, and returns how many were not seen before.
	MarkAllSeen(ctx context.Context, last string, at time.Time) (int64, error)
	// LockPair keeps others from changing a pair until the end of the transaction,
	// and says whether it is closed. It fails with access.ErrHidden for one that Pairs
	// would not list.
	LockPair(ctx context.Context, id string) (closed bool, err error)
	// InsertAct keeps what was noted of a pair, which that closes or opens.
	InsertAct(ctx context.Context, a Act) error
	// ReplaceWarningList keeps a list in place of the one of the same name.
	ReplaceWarningList(ctx context.Context, name string, list []byte, at time.Time) error
	// Fingerprint returns the blinded form of a fixed value that was first kept
	// here; where there is none it keeps given.
	Fingerprint(ctx context.Context, given blind.Key) (blind.Key, error)
	Record(ctx context.Context, e audit.Entry) error
}
