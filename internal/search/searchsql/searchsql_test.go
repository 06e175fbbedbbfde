// SPDX-License-Identifier: Apache-2.0

package searchsql_test

import (
	"context"
	"sync"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/gate"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/search"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/search/searchtest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

var analyser = search.NewAnalyser(searchsql.Values{})

func TestStore(t *testing.T) {
	searchtest.Store(t, analyser, func(t *testing.T, play func(*testing.T, search.Store, searchtest.World)) {
		sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
			w := newWorld(t, db)
			play(t, searchsql.New(w.Gate), w)
		})
	})
}

// world holds texts, and an index that follows what it is told of them.
type world struct {
	*gatetest.World
	indexer searchsql.Indexer

	mu    sync.Mutex
	texts map[access.WorkspaceID]map[string]search.Text // guarded by mu
}

func newWorld(t testing.TB, db *sqldb.DB) *world {
	w := &world{World: gatetest.New(t, db), texts: map[access.WorkspaceID]map[string]search.Text{}}
	w.indexer = searchsql.NewIndexer(analyser, w, w)
	return w
}

func (w *world) Handling(t testing.TB, member string, workspace access.WorkspaceID, h access.Handling) (id string) {
	t.Helper()
	if workspace == access.Exchange {
		w.Exec(t, `INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact,
			review_at, created_by, created_at) VALUES ($1, '', '', '', 'active', 1, 1, '', 0, '', 0) ON CONFLICT DO NOTHING`, access.Exchange)
	}
	err := w.Gate.Update(t.Context(), gatetest.Ask(member, string(workspace), access.Write), func(tx *sqldb.Tx, g access.Grant) error {
		saved, err := gate.SaveHandling(t.Context(), tx, g, h)
		id = string(saved)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) Keep(workspace access.WorkspaceID, text search.Text) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.texts[workspace] == nil {
		w.texts[workspace] = map[string]search.Text{}
	}
	w.texts[workspace][placed(text.Kind, text.ID)] = text
}

// placed tells apart items of one id in different rooms.
func placed(kind search.Kind, id string) string {
	if kind == search.Object {
		return "object " + id
	}
	return "post " + id
}

// Drop forgets the texts of that id or title.
func (w *world) Drop(workspace access.WorkspaceID, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, text := range w.texts[workspace] {
		if text.ID == id || text.Title == id {
			delete(w.texts[workspace], key)
		}
	}
}

func (w *world) Tell(t testing.TB, workspace access.WorkspaceID, verb audit.Verb, object, about string) {
	t.Helper()
	record := audit.Record{Workspace: workspace, Entry: audit.Entry{Verb: verb, Object: object, About: about}}
	err := w.DB.Update(t.Context(), func(tx *sqldb.Tx) error {
		return w.indexer.Apply(t.Context(), tx, []audit.Record{record})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Text implements searchsql.Posts.
func (w *world) Text(_ context.Context, _ *sqldb.Tx, workspace access.WorkspaceID, post string) (search.Text, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text, ok := w.texts[workspace][placed(search.Post, post)]; ok {
		return text, nil
	}
	return search.Text{}, access.ErrHidden
}

// Brought implements searchsql.Objects.
func (w *world) Brought(_ context.Context, _ *sqldb.Tx, slice audit.Record) (texts []search.Text, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range w.texts[slice.Workspace] {
		if text.Kind == search.Object && text.Latest == slice.About {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

// Texts implements searchsql.Objects.
func (w *world) Texts(_ context.Context, _ *sqldb.Tx, workspace access.WorkspaceID, objects []string) (texts []search.Text, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range objects {
		if text, ok := w.texts[workspace][placed(search.Object, id)]; ok {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

func TestAnIndexIsCleared(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.Exec(t, `INSERT INTO search_batch (workspace_id, batch_id) VALUES ('tyche', 'one')`)
		indexer := searchsql.NewIndexer(search.NewAnalyser(searchsql.Values{}), w, w)
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return indexer.Clear(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		left := 0
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			return tx.One(t.Context(), `SELECT (SELECT COUNT(*) FROM search_batch) + (SELECT COUNT(*) FROM search_doc)`, nil, &left)
		})
		if err != nil || left != 0 {
			t.Errorf("%d rows left, %v", left, err)
		}
	})
}
