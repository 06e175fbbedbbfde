// SPDX-License-Identifier: Apache-2.0

package deconflictsql_test

import (
	"context"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/deconflict/deconflicttest"
	"entente.example/internal/gate"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	deconflicttest.Match(t, each)
}

func TestStore(t *testing.T) {
	t.Parallel()
	deconflicttest.Store(t, each)
}

// each runs a test on a fresh world of each engine.
func each(t *testing.T, test func(*testing.T, deconflicttest.World)) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, newHouse(t, db)) })
}

// house is a deconflicttest.World over a database.
type house struct {
	*gatetest.World
	keyer *blind.Keyer
}

var _ deconflicttest.World = house{}

func newHouse(t testing.TB, db *sqldb.DB) house {
	h := house{gatetest.New(t, db), blind.NewKeyer([32]byte{7})}
	start := h.Now()
	later := start.AddDate(1, 0, 0).UnixMicro()
	h.Exec(t, `INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact,
			review_at, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		"third", "THIRD", "Purpose", "Basis", access.Active, access.Red, 1, "", later, "off", start.UnixMicro())
	h.Exec(t, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		"third", "gus", access.Manager, "accepted", 0, later, "off", start.UnixMicro(), start.UnixMicro())
	return h
}

func (h house) Store() deconflict.Store      { return deconflictsql.New(h.Gate) }
func (h house) Keyer() deconflict.Keyer      { return h.keyer }
func (h house) OtherKeyer() deconflict.Keyer { return blind.NewKeyer([32]byte{8}) }
func (h house) NewID() string                { return h.World.NewID() }
func (h house) Now() time.Time               { return h.World.Now() }
func (h house) Advance(d time.Duration)      { h.World.Advance(d) }
func write(member string, workspace access.WorkspaceID) access.Ask {
	return gatetest.Ask(member, string(workspace), access.Write)
}

// Match implements deconflicttest.World.
func (h house) Match(member string, workspace access.WorkspaceID, handling access.Handling, m deconflict.Matching, found []deconflict.Observed) error {
	if workspace == access.Exchange {
		handling.TLP = access.Clear
	}
	ctx := context.Background()
	return h.Gate.Update(ctx, write(member, workspace), func(tx *sqldb.Tx, g access.Grant) error {
		id, err := gate.SaveHandling(ctx, tx, g, handling)
		if err != nil {
			return err
		}
		for i := range found {
			found[i].Handling = string(id)
		}
		return deconflictsql.Match(ctx, tx, g, m, found)
	})
}

// Forget implements deconflicttest.World.
func (h house) Forget(member string, workspace access.WorkspaceID, batch string) error {
	return h.Gate.Update(context.Background(), write(member, workspace), func(tx *sqldb.Tx, g access.Grant) error {
		return deconflictsql.Forget(context.Background(), tx, g, batch)
	})
}

// Rehandle implements deconflicttest.World.
func (h house) Rehandle(member string, workspace access.WorkspaceID, object string, v observable.Value, handling access.Handling) error {
	return h.Gate.Update(context.Background(), write(member, workspace), func(tx *sqldb.Tx, g access.Grant) error {
		id, err := gate.SaveHandling(context.Background(), tx, g, handling)
		if err != nil {
			return err
		}
		return deconflictsql.Rehandle(context.Background(), tx, g, h.keyer, object, []observable.Value{v}, id)
	})
}

// Set implements deconflicttest.World.
func (h house) Set(t *testing.T, workspace access.WorkspaceID, side deconflict.Side) {
	h.Exec(t, `UPDATE workspace_workspace SET name = $2, contact = $3, match_policy = $4, state = $5 WHERE workspace_id = $1`,
		workspace, side.Name, side.Contact, side.Policy, side.State)
}

// Journal implements deconflicttest.World.
func (h house) Journal(t *testing.T, workspace access.WorkspaceID) (entries []audit.Record) {
	t.Helper()
	err := h.DB.Update(t.Context(), func(tx *sqldb.Tx) error {
		if _, err := auditsql.Sequence(t.Context(), tx, 1000); err != nil {
			return err
		}
		records, err := auditsql.After(t.Context(), tx, 0, 1000)
		entries = nil
		for _, r := range records {
			if r.Workspace == workspace {
				entries = append(entries, r)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
