// SPDX-License-Identifier: Apache-2.0

package deconflictsql_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb/sqldbtest"
)

// model is the blind match without blinding: who holds what by which batch, and
// which pairs have ever met.
type model struct {
	holders map[string]map[string]map[string]bool // value, workspace, batch
	met     map[[3]string]bool                    // value and both workspaces
	hits    map[string]int
}

func (m *model) brings(workspace, batch string, values []string) {
	for _, v := range values {
		if m.holders[v] == nil {
			m.holders[v] = map[string]map[string]bool{}
		}
		for other, batches := range m.holders[v] {
			pair := [3]string{v, min(workspace, other), max(workspace, other)}
			if other != workspace && len(batches) > 0 && !m.met[pair] {
				m.met[pair] = true
				m.hits[workspace]++
				m.hits[other]++
			}
		}
		if m.holders[v][workspace] == nil {
			m.holders[v][workspace] = map[string]bool{}
		}
		m.holders[v][workspace][batch] = true
	}
}

func (m *model) forgets(workspace, batch string) {
	for _, workspaces := range m.holders {
		delete(workspaces[workspace], batch)
	}
}

func TestTheMatchIsThatOfANaiveModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t, sqldbtest.Open(t))
		m := model{map[string]map[string]map[string]bool{}, map[[3]string]bool{}, map[string]int{}}
		members := map[string]string{"tyche": "ann", "other": "eve", "third": "gus"}
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			workspace := rapid.SampledFrom([]string{"tyche", "other", "third"}).Draw(rt, "workspace")
			batch := rapid.SampledFrom([]string{"b1", "b2"}).Draw(rt, "batch")
			member := members[workspace]
			if rapid.IntRange(0, 3).Draw(rt, "act") == 0 {
				m.forgets(workspace, batch)
				if err := h.Forget(member, access.WorkspaceID(workspace), batch); err != nil {
					rt.Fatal(err)
				}
				continue
			}
			values := rapid.SliceOfN(rapid.SampledFrom([]string{"a.example", "b.example", "c.example"}), 1, 4).Draw(rt, "values")
			m.brings(workspace, batch, values)
			var found []deconflict.Observed
			for i, v := range values {
				found = append(found, deconflict.Observed{Object: fmt.Sprint(i), Value: observable.Value{Kind: observable.Domain, Text: v}})
			}
			if err := h.Match(member, access.WorkspaceID(workspace), access.Unmarked("pol-fr"), h.matching(batch), found); err != nil {
				rt.Fatal(err)
			}
		}
		for workspace, member := range members {
			if got := h.hitsOf(t, member, workspace); got != m.hits[workspace] {
				rt.Fatalf("%s has %d hits; the model %d", workspace, got, m.hits[workspace])
			}
		}
	})
}
