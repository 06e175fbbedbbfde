// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"

	"entente.example/internal/access"
)

// Store opens the journal in somebody's name.
type Store interface {
	// View runs fn if the policy grants ask.
	View(ctx context.Context, ask access.Ask, fn func(Reading, access.Grant) error) error
	// ViewAll runs fn with a grant for each workspace in which the actor may now act
	// so.
	ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func(Reading, []access.Grant) error) error
	// Begin records an entry and queues a check of the whole journal with it.
	Begin(ctx context.Context, ask access.Ask, check CheckBegun, e Entry) error
}

// Reading reads the journal inside one transaction. Lists go from the newest
// entry down, and hold what comes before that number; 0 is the end. Their lines are
// not open: that is for the reader's rights to say.
type Reading interface {
	// By returns the entries that a member acted in.
	By(ctx context.Context, member access.MemberID, before int64, limit int) ([]Line, error)
	// Within returns those entries of the grant's workspace that its holder may know
	// of: what was done to the workspace, to its members and with it as a whole, what
	// the holder did, and what was done with items that they may read; as far as
	// narrow asks for them.
	Within(ctx context.Context, g access.Grant, narrow Narrow, before int64, limit int) ([]Line, error)
	// Names returns, by number, what the things are called that those entries are
	// about: entries of the grant's workspace, or of the platform where it is for that.
	// Absent is what its holder may not read now, what is gone, and what has no name.
	Names(ctx context.Context, g access.Grant, numbers []int64) (map[int64]string, error)
	// Known returns which of the entries from one number to another are of the
	// grant's workspace, and its holder may know of.
	Known(ctx context.Context, g access.Grant, from, to int64) (map[int64]bool, error)
	// Platform returns the entries of the platform, and those of workspaces that are
	// recorded there, as far as they are of these.
	Platform(ctx context.Context, of []access.WorkspaceID, narrow Narrow, before int64, limit int) ([]Line, error)
	// All returns entries of every place.
	All(ctx context.Context, before int64, limit int) ([]Line, error)
	// One returns the entry of that number. It fails with fault.NotFound.
	One(ctx context.Context, number int64) (Line, error)

	// Newest returns the newest checkpoint. It fails with fault.NotFound.
	Newest(ctx context.Context) (SignedCheckpoint, error)
	// Tile returns the hashes of a tile, as many as there are.
	Tile(ctx context.Context, level int, n int64) ([]byte, error)
	// LastCheck returns the check that was begun last. It fails with
	// fault.NotFound.
	LastCheck(ctx context.Context) (CheckResult, error)
}
