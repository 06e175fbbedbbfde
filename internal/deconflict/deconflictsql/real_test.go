// SPDX-License-Identifier: Apache-2.0

package deconflictsql_test

import (
	"os"
	"path/filepath"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// sharedLists are the public warning lists that lie beside the repository.
func sharedLists(t *testing.T) []string {
	t.Helper()
	folder := os.Getenv("ENTENTE_SHARED_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	paths, err := filepath.Glob(filepath.Join(folder, "warninglists", "*", "list.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("shared data is not beside the repository")
	}
	return paths
}

func TestPublicWarningListsKeepTheirValuesFromMatching(t *testing.T) {
	t.Parallel()
	paths := sharedLists(t)
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		h := newHouse(t, db)
		lists := deconflict.NewLists(h.Store(), h.Now, h.NewID)
		n, err := lists.Load(t.Context(), access.Actor{Kind: access.Console}, func(yield func(deconflict.File, error) bool) {
			for _, path := range paths {
				raw, err := os.ReadFile(path)
				if !yield(deconflict.File{Name: path, Raw: raw}, err) {
					return
				}
			}
		})
		if err != nil || n != len(paths) {
			t.Fatalf("%d lists of %d, %v", n, len(paths), err)
		}
		warnings, err := lists.Warnings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m := h.matching("batch")
		m.Warnings = warnings
		found := []deconflict.Observed{
			{Object: "resolver", Value: observable.Value{Kind: observable.IPv4, Text: "8.8.8.8"}},
			{Object: "private", Value: observable.Value{Kind: observable.IPv4, Text: "10.1.2.3"}},
			{Object: "evil", Value: observable.Value{Kind: observable.Domain, Text: "evil-panel-71.xyz"}},
		}
		for member, workspace := range map[string]access.WorkspaceID{"ann": "tyche", "eve": "other"} {
			if err := h.Match(member, workspace, access.Unmarked("pol-fr"), m, found); err != nil {
				t.Fatal(err)
			}
		}
		hits, _, err := deconflict.NewHits(h.Store(), h.Now, h.NewID).In(t.Context(), access.Actor{
			Kind: access.Person, Member: "ann", Strength: access.Passkey}, "tyche", "")
		if err != nil || len(hits) != 1 || hits[0].Value.Text != "evil-panel-71.xyz" {
			t.Errorf("hits = %+v, %v; want the one value that no list knows", hits, err)
		}
	})
}
