// SPDX-License-Identifier: Apache-2.0

package intelsql_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/blob/folder"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/intel/inteltest"
	"entente.example/internal/interchange/mispjson"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// codec is mispjson as the port wants it.
type codec struct{}

func (codec) Sniff(head []byte) bool { return mispjson.Sniff(head) }

func (codec) Decode(r io.ReadSeeker, each func(intel.Converted) error) error {
	return mispjson.Decode(r, func(m mispjson.Record) error {
		return each(intel.Converted{Raw: m.Raw, Part: m.Source, Err: m.Err, Warning: m.Warning})
	})
}

// hooks keep what is queued and observed.
type hooks struct {
	mu       sync.Mutex
	queued   []inteltest.Queued
	observed []intel.Observed
}

func (h *hooks) all() intelsql.Hooks {
	return intelsql.Hooks{
		Queue: func(_ context.Context, _ *sqldb.Tx, ws access.WorkspaceID, w intel.Work) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.queued = append(h.queued, inteltest.Queued{Workspace: ws, Work: w})
			return nil
		},
		Match: func(_ context.Context, _ *sqldb.Tx, _ access.Grant, _ intel.Slice, found []intel.Observed) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.observed = append(h.observed, found...)
			return nil
		},
	}
}

func world(t testing.TB, db *sqldb.DB) inteltest.World {
	t.Helper()
	w, _ := worldAndHooks(t, db)
	return w
}

func worldAndHooks(t testing.TB, db *sqldb.DB) (inteltest.World, *hooks) {
	t.Helper()
	w, h := gatetest.New(t, db), &hooks{}
	root := filepath.Join(t.TempDir(), "files")
	files, err := folder.New(root, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	store := intelsql.New(w.Gate, h.all())
	return inteltest.World{
		Ledger: store.Ledger(), Shelf: store.Shelf(), Handled: store.Handlings(), Saved: store.Saved(), Files: files, MISP: codec{}, Now: w.Now, Advance: w.Advance, NewID: w.NewID,
		Queued: func() []inteltest.Queued {
			h.mu.Lock()
			defer h.mu.Unlock()
			queued := h.queued
			h.queued = nil
			return queued
		},
		Observed: func() []intel.Observed { return h.observed },
		Journal:  func() []audit.Verb { return journal(t, db) },
		Suspend: func(member string) {
			w.Exec(t, `UPDATE member_member SET state = 'suspended' WHERE member_id = $1`, member)
		},
		Vet: func(member string) {
			w.Exec(t, `UPDATE member_member SET vetted_until = $1 WHERE member_id = $2`, w.Now().AddDate(1, 0, 0).UnixMicro(), member)
		},
		Ceiling: func(workspace string, tlp access.TLP) {
			w.Exec(t, `UPDATE workspace_workspace SET ceiling = $1 WHERE workspace_id = $2`, tlp, workspace)
		},
		FileCount: func() int {
			entries, err := os.ReadDir(root)
			if err != nil {
				t.Fatal(err)
			}
			return len(entries)
		},
	}, h
}

func journal(t testing.TB, db *sqldb.DB) (verbs []audit.Verb) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.All(t.Context(), `SELECT verb FROM audit_queue ORDER BY at, entry_id`, nil, func(scan func(...any) error) error {
			var verb audit.Verb
			err := scan(&verb)
			verbs = append(verbs, verb)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return verbs
}

func TestStore(t *testing.T) {
	t.Parallel()
	inteltest.Store(t, func(t *testing.T, kept func(*testing.T, inteltest.World)) {
		sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) { kept(t, world(t, db)) })
	})
}

// TestStoreWhereEachTransactionRunsTwice holds the same where the first commit of
// each transaction is lost, as to a disk that failed, and its function runs again.
func TestStoreWhereEachTransactionRunsTwice(t *testing.T) {
	t.Parallel()
	inteltest.Store(t, func(t *testing.T, kept func(*testing.T, inteltest.World)) {
		w, h := worldAndHooks(t, sqldbtest.Open(t))
		w.Ledger, w.Handled = twice{w.Ledger, h}, handledTwice{w.Handled}
		kept(t, w)
	})
}

// twice is a ledger each of whose transactions is lost once.
type twice struct {
	intel.Ledger
	hooks *hooks
}

func (l twice) Update(ctx context.Context, ask access.Ask, fn func(intel.LedgerTx) error) error {
	l.hooks.mu.Lock()
	queued, observed := len(l.hooks.queued), len(l.hooks.observed)
	l.hooks.mu.Unlock()
	lost := errors.New("the commit is lost")
	err := l.Ledger.Update(ctx, ask, func(tx intel.LedgerTx) error { return cmp.Or(fn(tx), lost) })
	if !errors.Is(err, lost) {
		return err
	}
	l.hooks.mu.Lock()
	l.hooks.queued, l.hooks.observed = l.hooks.queued[:queued], l.hooks.observed[:observed]
	l.hooks.mu.Unlock()
	return l.Ledger.Update(ctx, ask, fn)
}

// handledTwice is the same of how objects are handled.
type handledTwice struct{ intel.HandlingStore }

func (h handledTwice) Update(ctx context.Context, ask access.Ask, fn func(intel.HandlingTx) error) error {
	lost := errors.New("the commit is lost")
	err := h.HandlingStore.Update(ctx, ask, func(tx intel.HandlingTx) error { return cmp.Or(fn(tx), lost) })
	if !errors.Is(err, lost) {
		return err
	}
	return h.HandlingStore.Update(ctx, ask, fn)
}

func TestFollowersAreToldWhatObjectsAreCalled(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		i := newImporter(t, db)
		at := i.stage("a.json", strings.NewReader(inteltest.LookAlike(20)))
		i.accept(at)
		i.accept(i.stage("b.json", strings.NewReader(inteltest.Bundle(inteltest.Tool(1, "a tool", "2020-01-01T00:00:00Z", "")))))
		var all []intel.Named
		for after := (time.Time{}); ; after = all[len(all)-1].DateAdded {
			var names []intel.Named
			err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
				names, err = intelsql.Names(t.Context(), tx, at.Workspace, at.Batch, after, 7)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if all = append(all, names...); len(names) < 7 {
				break
			}
		}
		if len(all) != 20 || all[11].Name != "Indicator 11" || all[11].Type != "indicator" || all[11].Handling == "" || all[11].Workspace != "tyche" ||
			len(all[11].Values) != 1 || all[11].Values[0].Text != "host-11.example" {
			t.Errorf("%d names: %+v", len(all), all)
		}
	})
}
