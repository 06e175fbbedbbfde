// SPDX-License-Identifier: Apache-2.0

package gate_test

import (
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestAVisitIsOneSnapshotAndTheNextOneAsksAgain(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		ask := gatetest.Ask("ann", "tyche", access.Read)
		visiting, end := w.Gate.Visit(t.Context())
		if err := w.Gate.View(visiting, ask, nothing); err != nil {
			t.Fatal(err)
		}
		w.Exec(t, `UPDATE member_organisation SET suspended = $1 WHERE org_id = $2`, true, "pol-fr")
		if err := w.Gate.View(visiting, ask, nothing); err != nil {
			t.Errorf("in the same snapshot, with the same question: %v", err)
		}
		if err := w.Gate.View(t.Context(), ask, nothing); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("beside the visit: %v", err)
		}
		if err := w.Gate.Update(visiting, gatetest.Ask("ann", "tyche", access.Write), nothing); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("an Update in the visit: %v", err)
		}
		if err := w.Gate.View(visiting, ask, nothing); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("after an Update: %v", err)
		}
		end()
		again, end := w.Gate.Visit(t.Context())
		defer end()
		if err := w.Gate.View(again, ask, nothing); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("the next visit: %v", err)
		}
	})
}

func TestAVisitAnswersEachMemberApart(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		visiting, end := w.Gate.Visit(t.Context())
		defer end()
		for _, member := range []string{"ann", "eve", "ann", "eve"} {
			got := w.Gate.View(visiting, gatetest.Ask(member, "tyche", access.Read), nothing)
			if alone := w.Gate.View(t.Context(), gatetest.Ask(member, "tyche", access.Read), nothing); fault.KindOf(got) != fault.KindOf(alone) {
				t.Errorf("%s: %v; alone %v", member, got, alone)
			}
		}
	})
}
