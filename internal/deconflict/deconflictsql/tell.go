// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// pairKey names a match: a value and the two operations, the lesser id first.
type pairKey struct {
	key      blind.Key
	one, two access.WorkspaceID
}

func pairOf(key blind.Key, a, b access.WorkspaceID) pairKey {
	return pairKey{key, min(a, b), max(a, b)}
}

// telling gathers what one slice tells, and to whom.
type telling struct {
	grant    access.Grant
	matching deconflict.Matching
	run      string
	sides    map[access.WorkspaceID]deconflict.Side
	spent    deconflict.Spent
	drawn    deconflict.Spent

	pairs, hits [][]any
}

// tell makes the hits of the meetings that never were before, and returns how many
// pairs those are.
func tell(ctx context.Context, tx *sqldb.Tx, g access.Grant, m deconflict.Matching, run string, met []meeting) (pairs int, err error) {
	met, err = firstTime(ctx, tx, g.Workspace(), met)
	if err != nil || len(met) == 0 {
		return 0, err
	}
	t := telling{grant: g, matching: m, run: run}
	if t.sides, err = sidesOf(ctx, tx, g.Workspace(), met); err != nil {
		return 0, err
	}
	if t.spent, err = readBudget(ctx, tx, g, m.Now); err != nil {
		return 0, err
	}
	for _, meet := range met {
		t.add(meet)
	}
	return len(t.pairs), t.write(ctx, tx)
}

// firstTime leaves out the meetings of which there is a pair already.
func firstTime(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, met []meeting) ([]meeting, error) {
	keys := make([]blind.Key, len(met))
	for i, meet := range met {
		keys[i] = meet.Key
	}
	known := map[pairKey]bool{}
	err := eachChunk(slices.Compact(keys), func(list string, args []any) error {
		return tx.All(ctx, `SELECT match_key, one, two FROM deconflict_pair WHERE match_key IN (`+list+`)`,
			args, func(scan func(...any) error) error {
				var key []byte
				var p pairKey
				if err := scan(&key, &p.one, &p.two); err != nil {
					return err
				}
				p.key = blind.Key(key)
				known[p] = true
				return nil
			})
	})
	return slices.DeleteFunc(met, func(meet meeting) bool {
		return known[pairOf(meet.Key, workspace, meet.other.workspace)]
	}), err
}

func sidesOf(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, met []meeting) (map[access.WorkspaceID]deconflict.Side, error) {
	ids := []access.WorkspaceID{workspace}
	for _, meet := range met {
		ids = append(ids, meet.other.workspace)
	}
	policies, err := gate.MatchPolicies(ctx, tx, ids)
	sides := map[access.WorkspaceID]deconflict.Side{}
	for id, p := range policies {
		sides[id] = deconflict.Side{Name: p.Name, Contact: p.Contact, Policy: deconflict.Level(p.Level), State: p.State}
	}
	return sides, err
}

func (t *telling) add(meet meeting) {
	mine, theirs := t.grant.Workspace(), meet.other.workspace
	if !t.sides[theirs].Present() {
		return
	}
	level, reason := t.matching.Limits.Tell(t.sides[mine], t.sides[theirs], meet.Value.Kind, meet.Guessed, t.spent)
	pair := pairOf(meet.Key, mine, theirs)
	t.pairs = append(t.pairs, []any{pair.key[:], pair.one, pair.two, t.matching.NewID(), meet.Value.Kind, reason,
		t.matching.BatchSize, t.matching.Now.UnixMicro(), t.run})
	if reason != deconflict.Told {
		return
	}
	t.spent, t.drawn = t.spent.Draw(meet.Value.Kind), t.drawn.Draw(meet.Value.Kind)
	t.hit(mine, theirs, meet, meet.Object, meet.Handling, level)
	t.hit(theirs, mine, meet, meet.other.object, meet.other.handling, level)
}

// hit tells one side: its own item, and of the other what the level shows.
func (t *telling) hit(side, other access.WorkspaceID, meet meeting, object, handling string, level deconflict.Level) {
	name, contact := level.Shown(t.sides[other])
	t.hits = append(t.hits, []any{side, t.matching.NewID(), object, handling, meet.Value.Kind, meet.Value.Text, level,
		name, contact, side == t.grant.Workspace(), t.matching.BatchSize, t.matching.Now.UnixMicro(), t.run})
}

func (t *telling) write(ctx context.Context, tx *sqldb.Tx) error {
	err := tx.Insert(ctx, "deconflict_pair",
		[]string{"match_key", "one", "two", "pair_id", "kind", "reason", "batch_size", "found_at", "run_id"}, t.pairs)
	if err != nil {
		return err
	}
	err = tx.Insert(ctx, "deconflict_hit", []string{"workspace_id", "hit_id", "object_id", "handling_id", "kind", "value", "level",
		"other_name", "other_contact", "ours", "batch_size", "found_at", "run_id"}, t.hits)
	if err != nil {
		return err
	}
	return drawBudget(ctx, tx, t.grant, t.matching.Now, t.drawn)
}

// record is the one entry of a run, the same number of them whether and how often
// something was met: members see how fast the journal grows. What was found is in
// its count, behind the salt, and in the rows that bear the run's id. It names no
// operation: whose run it was is theirs to know.
func record(ctx context.Context, tx *sqldb.Tx, g access.Grant, m deconflict.Matching, run string, pairs int) error {
	return auditsql.AppendMatch(ctx, tx, g, audit.Entry{ID: m.NewID(), At: m.Now, Verb: audit.MatchRun, Object: run, Count: int64(pairs)})
}
