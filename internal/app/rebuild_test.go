// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// indexed is what the index holds, and what is found by it.
func (s *stage) indexed(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := s.db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.All(t.Context(), `SELECT workspace_id, ref_id, kind, type, title, text, handling_id, batch_id, latest_id, doc_id
			FROM search_doc ORDER BY workspace_id, ref_id`, nil,
			func(scan func(...any) error) error {
				row := make([]any, 10)
				for i := range row {
					row[i] = new(string)
				}
				err := scan(row...)
				for _, cell := range row {
					fmt.Fprintf(&all, "%q ", *cell.(*string))
				}
				all.WriteString("\n")
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"panel", "kestrel", "first post", "trend", "panel.kestrel.example"} {
		for _, where := range []access.WorkspaceID{"tyche", access.Exchange} {
			found, err := s.Documents.Search(t.Context(), gatetest.As("ann"), search.Query{Text: words, Workspace: where})
			fmt.Fprintln(&all, words, where, len(found.Hits), err)
		}
	}
	return all.String()
}

// TestTheIndexIsRebuiltFromTheJournal empties the index and has it made anew,
// beside the running server: what was there before is there again.
func TestTheIndexIsRebuiltFromTheJournal(t *testing.T) {
	s := newStage(t)
	if err := s.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := s.indexed(t)
	if !strings.Contains(before, "Panel") {
		t.Fatalf("the index is empty:\n%s", before)
	}
	var out bytes.Buffer
	if err := Rebuild(t.Context(), s.config, "search", &out); err != nil || !strings.Contains(out.String(), "search rebuilt from") {
		t.Errorf("%v %s", err, out.String())
	}
	if after := s.indexed(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	if err := Rebuild(t.Context(), s.config, "nobody", io.Discard); err == nil {
		t.Error("a follower that is not there is rebuilt")
	}
}
