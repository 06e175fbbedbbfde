// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/app"
	"entente.example/internal/bench"
	"entente.example/internal/intel"
	"entente.example/internal/signin/password"
	"entente.example/internal/sqldb/pgtest"
)

// edit changes the content of the one file that matches the pattern.
func edit(t *testing.T, pattern string, change func([]byte) []byte) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	text, err := os.ReadFile(found[0])
	must(t, err)
	if text = change(text); text == nil {
		must(t, os.Remove(found[0]))
		return
	}
	must(t, os.WriteFile(found[0], text, 0o600))
}

func flip(text []byte) []byte { text[len(text)/2] ^= 1; return text }
func cut(text []byte) []byte  { return text[:len(text)-20] }
func gone([]byte) []byte      { return nil }

// stored leaves an import half done, so that there is a file to back up.
func (v *vault) stored(t *testing.T) {
	t.Helper()
	_, err := v.Batches.Stage(t.Context(), v.actor(t, "ines"), v.Kestrel, intel.Upload{Name: "a.txt", Content: strings.NewReader("198.51.100.7 and evil.example")})
	must(t, err)
	must(t, v.House.House().Settle(t.Context()))
}

func TestADamagedBackupIsRefusedByName(t *testing.T) {
	v := newVault(t, "")
	v.stored(t)
	name := v.backsUp(t)
	must(t, v.People.Suspend(t.Context(), v.actor(t, "claire"), v.actor(t, "camille").Member))
	v.Close()
	_, stranger := identity(t)
	for _, test := range []struct {
		name, pattern string
		change        func([]byte) []byte
		want          string
	}{
		{"a flipped byte in the rows", name + "/rows.age", flip, "rows.age"},
		{"rows cut short", name + "/rows.age", cut, "rows.age"},
		{"no rows", name + "/rows.age", gone, "rows.age"},
		{"a flipped byte in the manifest", name + "/manifest.age", flip, "manifest.age"},
		{"no manifest", name + "/manifest.age", gone, "manifest.age"},
		{"no sums", name + "/SHA256SUMS", gone, "SHA256SUMS"},
		{"no list of files", name + "/files.age", gone, "files.age"},
		{"a flipped byte in a file", "files/*/*.age", flip, "files"},
		{"a file that is missing", "files/*/*.age", gone, "is missing"},
		{"a file cut short", "files/*/*.age", cut, "file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dest := filepath.Join(t.TempDir(), "vault")
			must(t, os.CopyFS(dest, os.DirFS(v.dest)))
			edit(t, filepath.Join(dest, test.pattern), test.change)
			r := v.restoring()
			r.Source = dest
			into := settingsOf(t.TempDir(), "")
			err := app.Restore(t.Context(), into, r, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v; want an error that names %s", err, test.want)
			}
			if _, err := os.Stat(into.Database); err == nil {
				t.Error("something was restored")
			}
		})
	}
	t.Run("another's identity", func(t *testing.T) {
		r := v.restoring()
		r.Identities = stranger
		if err := app.Restore(t.Context(), settingsOf(t.TempDir(), ""), r, io.Discard); err == nil || !strings.Contains(err.Error(), "none of the identities") {
			t.Errorf("%v", err)
		}
	})
	t.Run("an interrupted back-up is none", func(t *testing.T) {
		dest := filepath.Join(t.TempDir(), "vault")
		must(t, os.CopyFS(dest, os.DirFS(v.dest)))
		must(t, os.Rename(filepath.Join(dest, name), filepath.Join(dest, name+".part")))
		r := v.restoring()
		r.Source = dest
		if err := app.Restore(t.Context(), settingsOf(t.TempDir(), ""), r, io.Discard); err == nil || !strings.Contains(err.Error(), "no whole back-up") {
			t.Errorf("%v", err)
		}
	})
	t.Run("over something", func(t *testing.T) {
		if err := app.Restore(t.Context(), v.cfg, v.restoring(), io.Discard); err == nil || !strings.Contains(err.Error(), "empty data folder") {
			t.Errorf("%v", err)
		}
	})
	t.Run("without the file of withdrawals nothing is restored in silence", func(t *testing.T) {
		r := v.restoring()
		r.Since = ""
		if err := app.Restore(t.Context(), settingsOf(t.TempDir(), ""), r, io.Discard); err == nil || !strings.Contains(err.Error(), "--without-since") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a restore that was interrupted keeps the server from starting, and begins again", func(t *testing.T) {
		into := settingsOf(t.TempDir(), "")
		must(t, os.WriteFile(filepath.Join(into.Data, "restoring"), nil, 0o600))
		must(t, os.WriteFile(into.Database, []byte("half"), 0o600))
		if err := app.Run(t.Context(), into, password.Here, io.Discard); err == nil || !strings.Contains(err.Error(), "not finished") {
			t.Errorf("the server answers %v", err)
		}
		must(t, app.Restore(t.Context(), into, v.restoring(), io.Discard))
	})
	t.Run("another match key; with the right one the next try still takes again what was taken since", func(t *testing.T) {
		into := settingsOf(t.TempDir(), "")
		acts, err := os.ReadFile(filepath.Join(v.cfg.Data, "withdrawals.log"))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(into.Data, "withdrawals.log"), acts, 0o600))
		must(t, os.WriteFile(filepath.Join(into.Data, "match.key"), bytes.Repeat([]byte{1}, 32), 0o600))
		r := v.restoring()
		r.Since = ""
		if err := app.Restore(t.Context(), into, r, io.Discard); err == nil || !strings.Contains(err.Error(), "match key") {
			t.Errorf("%v", err)
		}
		v.givesKeysTo(t, into.Data)
		var told bytes.Buffer
		must(t, app.Restore(t.Context(), into, r, &told))
		if !strings.Contains(told.String(), "of 1 acts") || !strings.Contains(told.String(), ", 1 were done again") {
			t.Errorf("the second try tells:\n%s", &told)
		}
	})
}

func TestNothingIsWrittenUnsealed(t *testing.T) {
	v := newVault(t, "")
	defer v.Close()
	if err := app.Backup(t.Context(), v.cfg, v.dest, nil, io.Discard); err == nil || !strings.Contains(err.Error(), "recipient") {
		t.Errorf("without a recipient: %v", err)
	}
	v.stored(t)
	v.backsUp(t)
	must(t, filepath.Walk(v.dest, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || strings.HasSuffix(path, "SHA256SUMS") || strings.HasSuffix(path, ".lock") {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && !bytes.HasPrefix(text, []byte("age-encryption.org/v1\n")) {
			t.Errorf("%s is not sealed", path)
		}
		return err
	}))
}

func TestAFileThatTheVaultHoldsIsNotWrittenAgain(t *testing.T) {
	v := newVault(t, "")
	defer v.Close()
	v.stored(t)
	v.backsUp(t)
	before := filesIn(t, v.dest)
	v.stored(t)
	v.backsUp(t)
	after := filesIn(t, v.dest)
	for path, stamp := range before {
		if after[path] != stamp {
			t.Errorf("%s was written again, or is gone", path)
		}
	}
	if len(after) <= len(before) {
		t.Errorf("%d files, then %d; want more", len(before), len(after))
	}
	must(t, app.CheckBackup(t.Context(), v.dest, "", v.identity, io.Discard))
}

func filesIn(t *testing.T, dest string) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	paths, err := filepath.Glob(filepath.Join(dest, "files", "*", "*.age"))
	must(t, err)
	for _, path := range paths {
		info, err := os.Stat(path)
		must(t, err)
		found[path] = info.ModTime().UnixNano()
	}
	return found
}

func TestDamageIsFoundWhereItLies(t *testing.T) {
	v := newVault(t, "")
	must(t, v.Seed(t.Context(), bench.Amount{Objects: 20, Posts: 20}, bench.Amount{}, io.Discard))
	v.stored(t)
	v.Close()
	verified(t, v.cfg)
	for _, test := range []struct{ name, statement, want string }{
		{"a post is gone", `DELETE FROM discussion_post WHERE number = 3`, "discussion_topic"},
		{"bytes of an object", `UPDATE intel_version SET raw = CAST(REPLACE(CAST(raw AS text), 'indicator', 'indicatos') AS blob)`, "its digest is not"},
		{"a value that is not in the bytes", `UPDATE intel_value SET value = value || 'x'`, "its values are not"},
		{"a blinded value", `UPDATE deconflict_key SET match_key = x'00112233445566778899aabbccddeeff' WHERE match_key = (SELECT MIN(match_key) FROM deconflict_key)`, "deconflict_key"},
		{"an entry of the journal", `UPDATE audit_entry SET actor = 'nobody' WHERE number = 5`, "entry 5"},
		{"the end of the journal", `DELETE FROM audit_entry WHERE number = (SELECT MAX(number) FROM audit_entry)`, "some are missing"},
		{"a file", `UPDATE intel_batch SET sha256 = 'x' WHERE file_id <> ''`, "its content is not"},
		{"a file that is missing", `UPDATE intel_batch SET work_id = '00000000000000000000000000000000' WHERE file_id <> ''`, "is missing"},
		{"what is named is not there", `UPDATE member_member SET org_id = 'nowhere' WHERE handle = 'camille'`, "member_member"},
	} {
		t.Run(test.name, func(t *testing.T) {
			damaged := settingsOf(t.TempDir(), "")
			must(t, os.CopyFS(damaged.Data, os.DirFS(v.cfg.Data)))
			db, err := sql.Open("sqlite", damaged.Database)
			must(t, err)
			result, err := db.Exec(test.statement)
			must(t, err)
			if n, _ := result.RowsAffected(); n == 0 {
				t.Fatal("nothing was damaged")
			}
			must(t, db.Close())
			must(t, os.Chmod(filepath.Join(damaged.Data, "match.key"), 0o600))
			must(t, os.Chmod(filepath.Join(damaged.Data, "journal.key"), 0o600))
			var told bytes.Buffer
			err = app.Verify(t.Context(), damaged, &told)
			if !errors.Is(err, app.ErrWrong) || !strings.Contains(told.String(), test.want) {
				t.Errorf("%v; want a finding that says %q:\n%s", err, test.want, &told)
			}
		})
	}
}

func TestAMoveLeavesBothSidesEqual(t *testing.T) {
	for name, to := range map[string]func(t *testing.T, from string) (first, second string){
		"sqlite to postgres": func(t *testing.T, _ string) (string, string) { return "", pgtest.Empty(t, asBytes) },
		"postgres to sqlite": func(t *testing.T, _ string) (string, string) {
			return pgtest.URL(t), filepath.Join(t.TempDir(), "moved.db")
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, target := to(t, "")
			v := newVault(t, from)
			camille := v.actor(t, "camille")
			topic, err := v.Topic(t.Context(), camille, access.Exchange, access.Green, 0, 30)
			must(t, err)
			must(t, v.Seed(t.Context(), bench.Amount{Objects: 30}, bench.Amount{}, io.Discard))
			v.Close()
			var told bytes.Buffer
			must(t, app.Move(t.Context(), v.cfg, target, &told))
			if !strings.Contains(told.String(), "on both sides") {
				t.Errorf("the move tells:\n%s", &told)
			}
			if err := app.Move(t.Context(), v.cfg, target, io.Discard); err == nil {
				t.Error("a second move goes over the first")
			}
			v.cfg.Database = target
			verified(t, v.cfg)
			v.House = opened(t, v.cfg)
			defer v.Close()
			if thread, err := v.Posts.Thread(t.Context(), camille, access.Exchange, topic, 0); err != nil || thread.Topic.Last != 30 {
				t.Errorf("%d posts, %v; want 30", thread.Topic.Last, err)
			}
		})
	}
}
