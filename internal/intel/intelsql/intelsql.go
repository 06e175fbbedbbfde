// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"math"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// Hooks are what others do in the transactions of imports. Each may be nil but
// Queue.
type Hooks struct {
	// Match holds the values of a slice against those of other workspaces.
	Match func(ctx context.Context, tx *sqldb.Tx, g access.Grant, s intel.Slice, found []intel.Observed) error
	// Forget takes what a batch brought out of the match.
	Forget func(ctx context.Context, tx *sqldb.Tx, g access.Grant, id intel.BatchID) error
	// Rehandle has the match and the index follow a change of an object's handling;
	// values are those of all its versions.
	Rehandle func(ctx context.Context, tx *sqldb.Tx, g access.Grant, id intel.ObjectID, values []observable.Value, handling gate.HandlingID) error
	// Queue asks for background work in a workspace.
	Queue func(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, w intel.Work) error
}

// Store is where objects and imports lie, behind the gate.
type Store struct {
	gate  gate.Gate
	hooks Hooks
}

// New returns a store behind the gate.
func New(g gate.Gate, hooks Hooks) Store { return Store{g, hooks} }

// Ledger returns the store as the port of imports.
func (s Store) Ledger() Ledger { return Ledger{s} }

// Shelf returns the store as the port of objects.
func (s Store) Shelf() Shelf { return Shelf{s} }

// bound is a transaction in the one workspace that its grant names.
type bound struct {
	sql   *sqldb.Tx
	grant access.Grant
}

// Grant implements intel.LedgerReader and intel.ShelfReader.
func (b bound) Grant() access.Grant { return b.grant }

// Cards implements intel.LedgerReader and intel.ShelfReader.
func (b bound) Cards(ctx context.Context, ids []access.MemberID) (map[access.MemberID]access.Card, error) {
	return gate.Cards(ctx, b.sql, ids)
}

// OrgCards implements intel.ShelfReader and intel.HandlingReader.
func (b bound) OrgCards(ctx context.Context, ids []access.OrgID) (map[access.OrgID]access.Card, error) {
	return gate.OrgCards(ctx, b.sql, ids)
}

// chunk is how many names one IN list holds: always the same number, so that few
// statements are compiled.
const chunk = 64

// in calls fn with the list in pieces: each an IN list whose placeholders begin
// at first, and its arguments.
func in[T ~string](list []T, first int, fn func(sql string, args []any) error) error {
	for len(list) > 0 {
		n := min(chunk, len(list))
		args := make([]any, chunk)
		for i := range args {
			args[i] = string(list[min(i, n-1)])
		}
		if err := fn("("+sqldb.Placeholders(first, chunk)+")", args); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// noVersion stands for the version of an object that has none of its own; 0 is
// a moment in 1970, which objects do bear.
const noVersion = math.MinInt64

func versionMicros(t time.Time) int64 {
	if t.IsZero() {
		return noVersion
	}
	return t.UnixMicro()
}

func versionAt(micros int64) time.Time {
	if micros == noVersion {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
