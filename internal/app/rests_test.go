// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/config"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

// marks are words that only the operation says, by where it says them.
var marks = map[string]string{
	"title": "qwtitlemark", "post": "qwpostmark", "value": "qwvaluemark", "file": "qwfilemark", "purpose": "qwpurposemark",
}

// marked says in which files of the server a word stands, and how often.
func (s *stage) marked(t *testing.T, mark string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(s.config.Data, "files"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found = append(found, occurrences(t, path, mark)...)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-wal"} {
		found = append(found, occurrences(t, s.config.Database+part, mark)...)
	}
	return found
}

func occurrences(t *testing.T, path, mark string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(raw, []byte(mark)); n > 0 {
		return []string{fmt.Sprintf("%d in %s", n, filepath.Base(path))}
	}
	return nil
}

// TestNoByteOfAPurgedOperationIsLeft looks for what an operation said in the bytes
// of the files themselves: rows that are gone leave theirs in free space, in the
// log and in the index, where nobody took them away. (On PostgreSQL they stay until
// the space is used again; see docs/security.md.)
func TestNoByteOfAPurgedOperationIsLeft(t *testing.T) {
	s := newStage(t)
	ctx, ann, eve := t.Context(), gatetest.As("ann"), gatetest.As("eve")
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	s.people.Exec(t, `UPDATE workspace_workspace SET purpose = $1 WHERE workspace_id = 'tyche'`, marks["purpose"])
	theirs, err := s.Topics.Open(ctx, ann, "tyche", discussion.TopicDraft{Channel: "general", Title: marks["title"], Text: "First.", Audience: discussion.Audience{TLP: access.Amber}})
	must(err)
	others, err := s.Topics.Open(ctx, eve, "other", discussion.TopicDraft{Channel: "general", Title: "Stays", Text: "First.", Audience: discussion.Audience{TLP: access.Amber}})
	must(err)
	for n := range 150 { // in turns, so that pages hold rows of both
		text := strings.Repeat("something else ", n%40)
		_, err := s.Posts.Reply(ctx, ann, "tyche", discussion.PostDraft{Topic: theirs, Text: fmt.Sprintf("%s %d %s", marks["post"], n, text)})
		must(err)
		_, err = s.Posts.Reply(ctx, eve, "other", discussion.PostDraft{Topic: others, Text: fmt.Sprintf("theirs %d %s", n, text)})
		must(err)
	}
	s.imports(t, "ann", "tyche", strings.ReplaceAll(oneURL("http://"+marks["value"]+".example/"), "0d8f3a11", "0d8f3a12"))
	_, err = s.Batches.Stage(ctx, ann, "tyche", intel.Upload{Name: "left.json", Content: strings.NewReader(oneURL("http://" + marks["file"] + ".example/"))})
	must(err)
	archived(t, s)
	must(s.Indexed(ctx))
	for where, mark := range marks {
		if len(s.marked(t, mark)) == 0 {
			t.Errorf("the %s is in no file before the purge: the test looks at the wrong place", where)
		}
	}
	must(s.Purges.Ask(ctx, gatetest.As("max"), "tyche"))
	must(s.Purges.Confirm(ctx, ann, "tyche"))
	s.purged(t)
	for where, mark := range marks {
		if found := s.marked(t, mark); len(found) > 0 {
			t.Errorf("the %s is still there: %s", where, strings.Join(found, ", "))
		}
	}
	if thread, err := s.Posts.Thread(ctx, eve, "other", others, 0); err != nil || thread.Topic.Last != 151 {
		t.Errorf("another operation lost something by it: %d posts, %v", thread.Topic.Last, err)
	}
}

// TestFilesThatNoRowNamesAreSweptAway leaves files as a kill between an upload and
// its row does.
func TestFilesThatNoRowNamesAreSweptAway(t *testing.T) {
	s := newStage(t)
	_, err := s.Batches.Stage(t.Context(), gatetest.As("ann"), "tyche", intel.Upload{Name: "wanted.json", Content: strings.NewReader(oneURL("http://left.example/"))})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(s.config.Data, "files")
	wanted, err := os.ReadDir(files)
	if err != nil || len(wanted) == 0 {
		t.Fatalf("%d files, %v", len(wanted), err)
	}
	long := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{strings.Repeat("ab", 16), strings.Repeat("cd", 16) + ".part", "notes.txt", wanted[0].Name()} {
		path := filepath.Join(files, name)
		if _, err := os.Stat(path); err != nil {
			err = os.WriteFile(path, []byte("an upload"), 0o600)
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	young := filepath.Join(files, strings.Repeat("ef", 16))
	if err := os.WriteFile(young, []byte("an upload under way"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.sweep(t.Context()); err != nil || n != 2 {
		t.Errorf("%d files swept away, %v; want 2", n, err)
	}
	for _, name := range []string{wanted[0].Name(), "notes.txt", filepath.Base(young)} {
		if _, err := os.Stat(filepath.Join(files, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestNoNewMatchKeyIsMadeForALostOne starts a server whose key is gone.
func TestNoNewMatchKeyIsMadeForALostOne(t *testing.T) {
	cfg := config.Config{Data: t.TempDir(), Listen: "localhost:0", Origin: "http://localhost:8080", LogLevel: "error"}
	cfg.Database = filepath.Join(cfg.Data, "entente.db")
	start := func() error {
		a, err := New(t.Context(), cfg, Real(slog.New(slog.DiscardHandler)))
		if err == nil {
			a.Close()
		}
		return err
	}
	if err := start(); err != nil {
		t.Fatal(err)
	}
	if err := GiveUpMatchKey(t.Context(), cfg); err == nil {
		t.Error("a key that is there is given up")
	}
	if err := os.Remove(matchKeyFile(cfg)); err != nil {
		t.Fatal(err)
	}
	err := start()
	if err == nil || !strings.Contains(err.Error(), matchKeyFile(cfg)) || !strings.Contains(err.Error(), "--new-match-key") {
		t.Errorf("the start says %v", err)
	}
	if _, err := os.Stat(matchKeyFile(cfg)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a wrong key lies there: %v", err)
	}
	if err := GiveUpMatchKey(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if err := start(); err != nil {
		t.Error(err)
	}
	db, err := existing(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	told := 0
	err = db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), `SELECT (SELECT COUNT(*) FROM audit_entry WHERE verb = $1) + (SELECT COUNT(*) FROM audit_queue WHERE verb = $1)`,
			[]any{audit.MatchesGivenUp}, &told)
	})
	if err != nil || told != 1 {
		t.Errorf("the journal tells %d times that matches were given up, %v; want once", told, err)
	}
}

// TestACommandLeavesAnUploadOfTheServerAlone opens the house beside a server.
func TestACommandLeavesAnUploadOfTheServerAlone(t *testing.T) {
	s := newStage(t)
	part := filepath.Join(s.config.Data, "files", strings.Repeat("ab", 16)+".part")
	if err := os.WriteFile(part, []byte("half an upload"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := withApp(t.Context(), s.config, func(*App) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(part); err != nil {
		t.Error(err)
	}
}
