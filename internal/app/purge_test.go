// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/workspace"
	"entente.example/internal/workspace/workspacesql"
)

func eachStage(t *testing.T, test func(*testing.T, *stage)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newStage(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, newStageOn(t, pgtest.URL(t))) })
}

// archived brings tyche to its archive, with one of each thing in it and two
// managers.
func archived(t *testing.T, s *stage) {
	t.Helper()
	s.people.Exec(t, `UPDATE workspace_membership SET role = 3 WHERE member_id = 'ann'`)
	s.imports(t, "eve", "other", oneURL("http://panel.kestrel.example/"))
	if err := s.Memberships.Invite(t.Context(), gatetest.As("max"), "tyche", workspace.Invitation{Who: "gus", Terms: workspace.Terms{Role: access.Reader}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Memberships.Accept(t.Context(), gatetest.As("gus"), "tyche"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Batches.Stage(t.Context(), gatetest.As("ann"), "tyche", intel.Upload{Name: "left.json", Content: strings.NewReader(oneURL("http://left.example/"))})
	if err == nil {
		err = s.settle(t.Context())
	}
	if err == nil {
		err = s.Workspaces.Move(t.Context(), gatetest.As("max"), "tyche", access.Archived)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.people.Exec(t, `INSERT INTO deconflict_pair (match_key, one, two, pair_id, kind, reason, batch_size, found_at, run_id, closed_at)
		VALUES ('k', 'other', 'tyche', 'silent', 'domain', 'silent', 1, 1, 'r', 1)`)
	s.people.Exec(t, `INSERT INTO deconflict_act (pair_id, act_id, outcome, note, officer_id, acted_at) VALUES ('silent', 'a', 'called', 'tyche', 'off', 1)`)
	for table, columns := range columnsOf(t, s.db) {
		if slices.ContainsFunc(columns, func(c column) bool { return c.name == "workspace_id" }) && !outlives[table] && s.count(t, table, "workspace_id") == 0 {
			s.people.Exec(t, filler(table, columns))
		}
	}
}

// outlives are the tables with rows about a workspace that outlive it.
var outlives = map[string]bool{
	"audit_entry":     true, // the workspace's id, beside its leaves
	"audit_queue":     true,
	"workspace_purge": true,
}

type column struct{ name, kind string }

// columnsOf returns the columns of each ordinary table.
func columnsOf(t *testing.T, db *sqldb.DB) map[string][]column {
	t.Helper()
	tables := map[string][]column{}
	for _, line := range sqldbtest.Outline(t, db) {
		name, kind, _ := strings.Cut(line, " ")
		table, field, _ := strings.Cut(name, ".")
		tables[table] = append(tables[table], column{field, kind})
	}
	return tables
}

// filler inserts a row of tyche into a table that has none: a table that is new
// must be purged too.
func filler(table string, columns []column) string {
	names, values := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
		switch {
		case c.name == "workspace_id":
			values[i] = "'tyche'"
		case strings.HasPrefix(c.kind, "text"):
			values[i] = "'x'"
		case strings.HasPrefix(c.kind, "bytea"):
			values[i] = "'x'"
		case strings.HasPrefix(c.kind, "bool"):
			values[i] = "FALSE"
		default:
			values[i] = "1"
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(values, ", "))
}

// count says how many rows of a table name tyche in a column.
func (s *stage) count(t *testing.T, table, column string) (n int64) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*) FROM `+table+` WHERE `+column+` = 'tyche'`, nil, &n)
	})
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return n
}

// left says where a database still names tyche.
func (s *stage) left(t *testing.T) (places []string) {
	t.Helper()
	for table, columns := range columnsOf(t, s.db) {
		for _, c := range columns {
			if !outlives[table] && strings.HasPrefix(c.kind, "text") && s.count(t, table, c.name) > 0 {
				places = append(places, table+"."+c.name)
			}
		}
	}
	slices.Sort(places)
	return places
}

// TestAPurgeLeavesNothing purges an operation that has rows in every table of
// workspaces, through its pages, and looks for what is left of it.
func TestAPurgeLeavesNothing(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		archived(t, s)
		max, ann, files := caller{"max", "max", access.Passkey}, caller{"ann", "ann", access.Passkey}, filepath.Join(s.config.Data, "files")
		if left, err := os.ReadDir(files); err != nil || len(left) == 0 {
			t.Fatalf("no file to purge: %v", err)
		}
		for _, step := range []struct {
			by   caller
			path string
			want int
		}{
			{ann, "/purge/confirm", http.StatusNotFound}, // nobody has asked
			{max, "/purge", http.StatusSeeOther},
			{ann, "/purge", http.StatusConflict},
			{max, "/purge/confirm", http.StatusForbidden},
			{max, "/purge/withdraw", http.StatusSeeOther},
			{ann, "/purge/confirm", http.StatusNotFound},
			{ann, "/purge", http.StatusSeeOther},
			{max, "/purge/confirm", http.StatusSeeOther},
		} {
			if got := s.knock(t, step.by, http.MethodPost, "/w/tyche"+step.path).Code; got != step.want {
				t.Fatalf("%s at %s: %d; want %d", step.by.name, step.path, got, step.want)
			}
		}
		for _, c := range []caller{max, ann, {"bob", "bob", access.Passkey}} {
			purged, absent := s.knock(t, c, http.MethodGet, "/w/tyche"), s.knock(t, c, http.MethodGet, "/w/nemo1")
			if a, b := said(purged, "tyche"), said(absent, "nemo1"); a != b {
				t.Errorf("to %s the purged is not as the absent:\n%s\n%s", c.name, a, b)
			}
		}
		s.purged(t)
		if left := s.left(t); len(left) > 0 {
			t.Errorf("left of it: %q", left)
		}
		if left, err := os.ReadDir(files); err != nil || len(left) != 0 {
			t.Errorf("%d files left, %v", len(left), err)
		}
		s.certified(t)
		if got := s.knock(t, caller{"eve", "eve", access.Passkey}, http.MethodGet, "/w/other/intel"); !strings.Contains(got.Body.String(), "Panel") {
			t.Error("another operation lost something by it")
		}
	})
}

// purged waits until the work of the purge is done.
func (s *stage) purged(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); s.count(t, "job_job", "workspace_id") > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the purge does not end")
		}
		s.people.Advance(time.Second) // what is tried again later is later now
		s.jobs.Wake()
	}
}

// certified holds the journal to its word after a purge: whole, proven, and
// without anything of the operation.
func (s *stage) certified(t *testing.T) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sqldb.Tx) error {
		report, err := auditsql.Verify(t.Context(), tx, audit.Trust{Keys: s.logKeys})
		if err != nil {
			return err
		}
		if !report.OK() || report.Purged == 0 || report.Unbounded != 0 {
			t.Errorf("the journal: %v, %d entries purged", report.Findings, report.Purged)
		}
		var open, certificates, rows int64
		if err := tx.One(t.Context(), `SELECT COUNT(*) FROM audit_entry WHERE workspace_id = 'tyche' AND (verb <> '' OR object <> '' OR actor <> '')`, nil, &open); err != nil {
			return err
		}
		err = tx.One(t.Context(), `SELECT COUNT(*), COALESCE(MAX(count), 0) FROM (SELECT count, verb, object FROM audit_entry UNION ALL SELECT count, verb, object FROM audit_queue) e
			WHERE verb = 'workspace.purged' AND object = 'tyche'`, nil, &certificates, &rows)
		if open != 0 || certificates != 1 || rows < 20 {
			t.Errorf("%d entries can be opened, %d certificates, of %d rows", open, certificates, rows)
		}
		if err != nil {
			return err
		}
		err = tx.One(t.Context(), `SELECT COUNT(*) FROM audit_entry WHERE object = 'tyche' AND verb NOT IN ('workspace.purged', 'journal.sealed', 'workspace.purge_confirmed')`, nil, &open)
		if open != 0 {
			t.Errorf("%d entries of the platform still tell of it", open)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAPurgeGoesOnAfterACrash breaks a purge off before each of its slices, and
// begins it anew each time.
func TestAPurgeGoesOnAfterACrash(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		archived(t, s)
		crash := errors.New("crash")
		slices, reached := 0, 0
		var crashing []workspacesql.Destroyer
		for _, destroy := range destroyers() {
			crashing = append(crashing, func(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
				n, err := destroy(ctx, tx, g, min(limit, 3))
				if slices++; n > 0 && slices > reached {
					reached = slices
					return n, crash // after its statements, before their commit
				}
				return n, err
			})
		}
		queue := func(context.Context, *sqldb.Tx, access.WorkspaceID, workspace.Work) error { return nil }
		purges := workspace.NewPurges(workspacesql.NewPurges(s.gate, workspacesql.Purging{Queue: queue, Destroy: crashing, Wipe: s.wipe}), s.Batches.DropFiles, s.world.now, s.world.newID)
		must := func(err error) {
			if err != nil {
				t.Helper()
				t.Fatal(err)
			}
		}
		must(purges.Ask(t.Context(), gatetest.As("max"), "tyche"))
		must(purges.Confirm(t.Context(), gatetest.As("ann"), "tyche"))
		crashes := 0
		for {
			slices = 0
			err := purges.Destroy(t.Context(), "tyche")
			if err == nil {
				break
			}
			if crashes++; !errors.Is(err, crash) && fault.KindOf(err) != fault.Unavailable {
				t.Fatal(err)
			}
		}
		if left := s.left(t); len(left) > 0 || crashes < 5 {
			t.Errorf("after %d crashes, left of it: %q", crashes, left)
		}
		s.certified(t)
	})
}

// TestThePurgeIsReplayedAfterARestore destroys what an older back-up brought
// back, from the console.
func TestThePurgeIsReplayedAfterARestore(t *testing.T) {
	s := newStage(t)
	archived(t, s)
	if _, err := s.Purges.Again(t.Context(), gatetest.As("off"), "tyche"); !errors.Is(err, access.ErrHidden) {
		t.Errorf("an officer purges: %v", err)
	}
	for _, want := range []bool{true, false} {
		if there, err := s.Purges.Again(t.Context(), console(), "tyche"); err != nil || there != want {
			t.Fatalf("it was there: %v, %v; want %v", there, err, want)
		}
		s.purged(t)
	}
	if left := s.left(t); len(left) > 0 {
		t.Errorf("left of it: %q", left)
	}
	s.certified(t)
}
