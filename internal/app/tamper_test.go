// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/audittest"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/audit/witness"
	"entente.example/internal/config"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/sqldb/sqldbtest"
)

// ledgerBook is a data folder with a journal of several checkpoints.
type ledgerBook struct {
	cfg  config.Config
	key  string
	held map[int]string // files with the checkpoints, by how many runs there were
}

// runs starts a server, records n acts, and stops it, which signs a checkpoint.
func (b *ledgerBook) runs(t *testing.T, n int) {
	t.Helper()
	a, err := New(t.Context(), b.cfg, Real(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	b.key = a.logKeys[0]
	if len(b.held) == 0 {
		gatetest.New(t, a.db)
	}
	err = a.gate.Update(t.Context(), gatetest.Ask("off", string(access.Exchange), access.Write), func(tx *sqldb.Tx, g access.Grant) error {
		for range n {
			e := audit.Entry{ID: a.world.newID(), At: a.world.now(), Verb: audit.PostPublished, Object: a.world.newID(), Count: 7}
			if err := auditsql.Append(t.Context(), tx, g, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.Close()
	memory, err := os.ReadFile(filepath.Join(b.cfg.Data, journalMemory))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "held")
	if err := os.WriteFile(name, memory, 0o600); err != nil {
		t.Fatal(err)
	}
	b.held[len(b.held)] = name
}

// newBook makes three runs; who checks holds the checkpoint of the second.
func newBook(t *testing.T, database string) *ledgerBook {
	t.Helper()
	dir := t.TempDir()
	b := &ledgerBook{held: map[int]string{}, cfg: config.Config{Data: dir, Database: database, Listen: "localhost:0", Origin: "http://localhost:8080", LogLevel: "error"}}
	if database == "" {
		b.cfg.Database = filepath.Join(dir, "entente.db")
		content, err := os.ReadFile(sqldbtest.File(t))
		if err == nil {
			err = os.WriteFile(b.cfg.Database, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b.runs(t, 300)
	b.runs(t, 300)
	b.runs(t, 50)
	return b
}

func (b *ledgerBook) exec(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: b.cfg.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(t.Context(), s) }); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *ledgerBook) exports(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "export")
	if err := ExportJournal(t.Context(), b.cfg, dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	return dir
}

// verifies runs the command over a folder, as one who holds that checkpoint.
func (b *ledgerBook) verifies(t *testing.T, dir string, held int) (said string, code int) {
	t.Helper()
	cmd := exec.Command(binary(t), "audit", "verify", dir, "--checkpoint", b.held[held], "--key", b.key)
	cmd.Env = append(os.Environ(), "ENTENTE_DATA="+b.cfg.Data, "ENTENTE_DATABASE="+b.cfg.Database, "ENTENTE_LISTEN="+b.cfg.Listen, "ENTENTE_ORIGIN="+b.cfg.Origin)
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// reads has the second reader read an export.
func (b *ledgerBook) reads(t *testing.T, dir string, held int) error {
	t.Helper()
	text, err := os.ReadFile(b.held[held])
	if err != nil {
		t.Fatal(err)
	}
	return audittest.Read(dir, b.key, string(text))
}

func eachEngine(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.URL(t)) })
}

func TestAWholeJournalVerifiesInPlaceAndAsAnExport(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := newBook(t, database)
		if said, code := b.verifies(t, b.cfg.Data, 1); code != 0 || !strings.Contains(said, "the journal verifies") {
			t.Errorf("in place: %d %s", code, said)
		}
		dir := b.exports(t)
		for held := range 3 {
			if said, code := b.verifies(t, dir, held); code != 0 || !strings.Contains(said, "that still hold: 1") {
				t.Errorf("export, checkpoint %d: %d %s", held, code, said)
			}
			if err := b.reads(t, dir, held); err != nil {
				t.Errorf("second reading, checkpoint %d: %v", held, err)
			}
		}
	})
}

// TestTamperingWithTheDatabaseIsFound changes rows behind the program's back. It
// is found in place, and in the export of what was tampered with.
func TestTamperingWithTheDatabaseIsFound(t *testing.T) {
	for _, test := range []struct {
		name, says string
		doing      []string
	}{
		{"flip", "entry 17 is not what its leaf commits to", []string{`UPDATE audit_entry SET actor = 'eve' WHERE number = 17`}},
		{"delete", "entry 300 is missing", []string{`DELETE FROM audit_entry WHERE number = 300`}},
		{"reorder", "entry 5 is not what its leaf commits to", []string{
			`UPDATE audit_entry SET number = 0 WHERE number = 5`, `UPDATE audit_entry SET number = 5 WHERE number = 6`, `UPDATE audit_entry SET number = 6 WHERE number = 0`,
		}},
		{"truncate", "is missing", []string{`DELETE FROM audit_entry WHERE number > 600`, `DELETE FROM audit_salt WHERE number > 600`, `UPDATE audit_head SET number = 600`}},
		{"leaves are put in the place of others", "tile/1/000.p/2 is not what", []string{
			`UPDATE audit_tile SET hashes = (SELECT t.hashes FROM audit_tile t WHERE t.level = -1 AND t.tile = 1) WHERE level = -1 AND tile = 0`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, database string) {
				b := newBook(t, database)
				b.exec(t, test.doing...)
				for place, dir := range map[string]string{"in place": b.cfg.Data, "export": b.exports(t)} {
					if said, code := b.verifies(t, dir, 1); code != 2 || !strings.Contains(said, test.says) {
						t.Errorf("%s: %d %s", place, code, said)
					}
					if err := b.reads(t, dir, 1); err == nil {
						t.Errorf("%s: the second reading finds nothing", place)
					}
				}
			})
		})
	}
}

// rollback sets the tables back to the first checkpoint, and the memory with them.
func (b *ledgerBook) rollback(t *testing.T) {
	t.Helper()
	first := b.size(t, 0)
	for _, table := range []string{"audit_entry", "audit_salt"} {
		b.exec(t, fmt.Sprintf(`DELETE FROM %s WHERE number > %d`, table, first))
	}
	b.exec(t, fmt.Sprintf(`DELETE FROM audit_checkpoint WHERE size > %d`, first), fmt.Sprintf(`UPDATE audit_tree SET size = %d, slot = 0`, first),
		fmt.Sprintf(`UPDATE audit_head SET number = %d`, first), `DELETE FROM audit_queue`)
	memory, err := os.ReadFile(b.held[0])
	if err == nil {
		err = os.WriteFile(filepath.Join(b.cfg.Data, journalMemory), memory, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (b *ledgerBook) size(t *testing.T, held int) int64 {
	t.Helper()
	text, err := os.ReadFile(b.held[held])
	if err != nil {
		t.Fatal(err)
	}
	c, err := merkle.Peek(text)
	if err != nil {
		t.Fatal(err)
	}
	return c.Size
}

// TestAnOperatorWhoHasTheKeyCannotRewriteWhatOthersHold has the operator set the
// journal back, and go on from there, with everything that the server has.
func TestAnOperatorWhoHasTheKeyCannotRewriteWhatOthersHold(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		b := newBook(t, database)
		held := b.size(t, 1)
		b.rollback(t)
		find := func(want string) {
			t.Helper()
			for place, dir := range map[string]string{"in place": b.cfg.Data, "export": b.exports(t)} {
				if said, code := b.verifies(t, dir, 1); code != 2 || !strings.Contains(said, want) {
					t.Errorf("%s: %d %s; want %q", place, code, said, want)
				}
				if place == "export" && b.reads(t, dir, 1) == nil {
					t.Errorf("the second reading finds nothing")
				}
			}
		}
		find(fmt.Sprintf("the journal was cut: the checkpoint that you hold has %d entries", held))
		more := &ledgerBook{cfg: b.cfg, held: map[int]string{0: b.held[0]}}
		more.runs(t, 700) // the fork
		find(fmt.Sprintf("the journal was rewritten: its first %d entries are not those", held))
		if said, code := b.verifies(t, b.cfg.Data, 0); code != 0 {
			t.Errorf("who holds only what came before the fork finds nothing wrong: %d %s", code, said)
		}
	})
}

// TestTamperingWithAnExportIsFound changes the files of an export.
func TestTamperingWithAnExportIsFound(t *testing.T) {
	eachEngine(t, tampersWithAnExport)
}

func tampersWithAnExport(t *testing.T, database string) {
	b := newBook(t, database)
	whole := b.exports(t)
	text := func(t *testing.T, dir, name string) string {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	edit := func(name string, change func(string) string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			changed := change(text(t, dir, name))
			if err := os.WriteFile(filepath.Join(dir, name), []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	lines := func(change func([]string) []string) func(string) string {
		return func(s string) string { return strings.Join(change(strings.SplitAfter(s, "\n")), "") }
	}
	flip := func(s string) string { return s[:40] + string([]byte{s[40] ^ 1}) + s[41:] }
	for _, test := range []struct {
		name, says string
		doing      func(*testing.T, string)
	}{
		{"an opening is changed", "entry 1 is not what", edit("openings.jsonl", func(s string) string { return strings.Replace(s, `"count":7`, `"count":8`, 1) })},
		{"an opening is deleted", "entry 3 is missing", edit("openings.jsonl", lines(func(l []string) []string { return append(l[:2:2], l[3:]...) }))},
		{"two openings change places", "entry 3 is missing", edit("openings.jsonl", lines(func(l []string) []string { l[2], l[3] = l[3], l[2]; return l }))},
		{"openings are cut", "is missing", edit("openings.jsonl", lines(func(l []string) []string { return l[:600] }))},
		{"a bundle is changed", "entry 2 is not what", edit("tile/entries/000", flip)},
		{"a bundle is deleted", "tile/entries/001 is not what", func(t *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, "tile/entries/001")) }},
		{"a tile is changed", "tile/0/001 is not what", edit("tile/0/001", flip)},
		{"an upper tile is changed", "tile/1/000.p/2 is not what", edit("tile/1/000.p/2", flip)},
		{"a checkpoint is changed", "is not signed", edit("checkpoints.jsonl", func(s string) string { return strings.Replace(s, `log\n3`, `log\n4`, 1) })},
		{"it is cut to the first checkpoint", "the journal was cut", func(t *testing.T, dir string) {
			edit("checkpoints.jsonl", lines(func(l []string) []string { return l[:1] }))(t, dir)
			edit("checkpoint", func(string) string { return text(t, filepath.Dir(b.held[0]), "held") })(t, dir)
			last := b.size(t, 0) - 256
			for _, kind := range []string{"tile/entries/001", "tile/0/001"} {
				data := text(t, dir, kind)
				each := int64(len(data)) / 256
				if err := os.MkdirAll(filepath.Join(dir, kind+".p"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, kind+".p", fmt.Sprint(last)), []byte(data[:last*each]), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "export")
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			test.doing(t, dir)
			if said, code := b.verifies(t, dir, 1); code != 2 || !strings.Contains(said, test.says) {
				t.Errorf("%d %s; want %q", code, said, test.says)
			}
			if b.reads(t, dir, 1) == nil {
				t.Error("the second reading finds nothing")
			}
		})
	}
}

// TestAWitnessCosignsWhatContinues runs both ends: a server that signs, and the
// witness of a partner.
func TestAWitnessCosignsWhatContinues(t *testing.T) {
	b := newBook(t, "")
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	said, done := newPipe(), make(chan error, 1)
	go func() {
		done <- RunWitness(ctx, Witnessing{Dir: dir, Key: b.key, Name: "witness.example/w1", Listen: "localhost:0"}, said)
	}()
	address, key := said.field(t, "ready at "), said.field(t, "key: ")
	b.cfg.Witnesses, b.cfg.Checkpoint = address+" "+key, 50*time.Millisecond
	a, err := New(t.Context(), b.cfg, Real(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, err := merkle.NewWitness(key)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		var newest audit.SignedCheckpoint
		err := a.db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
			newest, err = auditsql.Newest(t.Context(), tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if opened, err := merkle.Open(newest.Note, b.key, w); err == nil && len(opened.Witnesses) == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("not cosigned: %s", newest.Note)
		}
		<-time.After(10 * time.Millisecond) // nothing tells when a witness has answered
	}
	a.Close()
	export := b.exports(t)
	var out bytes.Buffer
	if err := VerifyJournal(t.Context(), b.cfg, Verification{Dir: export, Keys: []string{b.key}, Witnesses: []string{key}}, &out); err != nil || !strings.Contains(out.String(), "that you named: 1") {
		t.Errorf("%v %s", err, out.String())
	}

	b.rollback(t) // the operator starts another history
	fork := &ledgerBook{cfg: b.cfg, held: map[int]string{0: b.held[0]}}
	fork.cfg.Witnesses = ""
	fork.runs(t, 900)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	offer(t, b, dir, key)
	if after, err := os.ReadFile(filepath.Join(dir, "checkpoint")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the witness cosigned a fork: %s, %v", after, err)
	}
}

// offer shows the journal to the witness in that folder, and expects it to refuse.
func offer(t *testing.T, b *ledgerBook, dir, key string) {
	t.Helper()
	secret, err := os.ReadFile(filepath.Join(dir, "witness.key"))
	if err != nil {
		t.Fatal(err)
	}
	cosigner, err := merkle.NewCosigner(strings.TrimSpace(string(secret)), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server, err := witness.NewServer(b.key, cosigner, filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server)
	defer srv.Close()
	client, err := witness.NewClient(srv.URL, key)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: b.cfg.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	known := int64(0)
	for range 2 {
		var a merkle.Addition
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			newest, err := auditsql.Newest(t.Context(), tx)
			if err == nil {
				a, err = auditsql.Addition(t.Context(), tx, known, newest)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Cosign(t.Context(), a)
		var other *merkle.SizeError
		if known == 0 && !errors.As(err, &other) {
			t.Fatalf("asked from nothing: %v; want the size that the witness knows", err)
		}
		if known > 0 && (err == nil || !strings.Contains(err.Error(), "422")) {
			t.Errorf("a fork: %v; want it refused", err)
		}
		if other != nil {
			known = other.Size
		}
	}
}

// pipe is what a command prints, read while it runs.
type pipe struct {
	r *io.PipeReader
	*io.PipeWriter
}

func newPipe() pipe {
	r, w := io.Pipe()
	return pipe{r, w}
}

// field returns what stands behind a mark, up to the end of its line.
func (p pipe) field(t *testing.T, mark string) string {
	t.Helper()
	var line strings.Builder
	for one := make([]byte, 1); ; {
		if _, err := p.r.Read(one); err != nil {
			t.Fatal(err)
		}
		if one[0] != '\n' {
			line.Write(one)
			continue
		}
		if _, rest, ok := strings.Cut(line.String(), mark); ok {
			return rest
		}
		line.Reset()
	}
}
