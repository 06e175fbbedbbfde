// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new folder")
	db, err := sqldb.Open(t.Context(), filepath.Join(folder, "entente.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	withLedger(t, db)
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnyPathWillDo(t *testing.T) {
	for _, name := range []string{"with space", "a%20b", "what?mode=memory", "part#1", "a&b=c", "ملف", ":memory:"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			db, err := sqldb.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			withLedger(t, db)
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("the data is elsewhere: %v", err)
			}
			if n := number(t, db, countEntries); n != 0 {
				t.Errorf("the readers look elsewhere: they count %d", n)
			}
		})
	}
}

func TestARelativePathWillDo(t *testing.T) {
	t.Chdir(t.TempDir())
	db, err := sqldb.Open(t.Context(), "entente.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := os.Stat("entente.db"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsAcknowledgedIsThereAfterReopening(t *testing.T) {
	path := sqldbtest.File(t)
	for round := range int64(3) {
		db, err := sqldb.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			withLedger(t, db)
		}
		if n := number(t, db, countEntries); n != round {
			t.Errorf("round %d found %d entries", round, n)
		}
		mustExec(t, db, addEntry, round, "n")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, slices.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a folder": dir, "a file of something else": junk, "below a file": filepath.Join(junk, "entente.db"),
	} {
		t.Run(name, func(t *testing.T) {
			if db, err := sqldb.Open(t.Context(), path); err == nil {
				db.Close()
				t.Error("it was opened")
			}
		})
	}
}

func TestConnectionsAreSetUp(t *testing.T) {
	db := sqldbtest.Open(t)
	ctx := t.Context()
	runs := map[string]func(func(*sqldb.Tx) error) error{
		"the writer": func(fn func(*sqldb.Tx) error) error { return db.Update(ctx, fn) },
		"a reader":   func(fn func(*sqldb.Tx) error) error { return db.View(ctx, fn) },
	}
	for name, run := range runs {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "temp_store": "2"} {
			var got string
			err := run(func(tx *sqldb.Tx) error { return tx.One(ctx, "PRAGMA "+pragma, nil, &got) })
			if err != nil || got != want {
				t.Errorf("%s has %s = %s, %v; want %s", name, pragma, got, err, want)
			}
		}
	}
}

func TestTwoProgramsMayWriteTheSameFile(t *testing.T) {
	path := sqldbtest.File(t)
	var programs []*sqldb.DB
	for range 2 {
		db, err := sqldb.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		programs = append(programs, db)
	}
	withLedger(t, programs[0])
	results := make(chan error)
	for i, db := range programs {
		go func() {
			var errs []error
			for j := range 50 {
				errs = append(errs, try(t, db, addEntry, i*100+j, "n"))
			}
			results <- errors.Join(errs...)
		}()
	}
	if err := errors.Join(<-results, <-results); err != nil {
		t.Error(err)
	}
	if n := number(t, programs[0], countEntries); n != 100 {
		t.Errorf("there are %d entries; want 100", n)
	}
}

func TestCloseLeavesNothingRunning(t *testing.T) {
	path := sqldbtest.File(t)
	before := goleak.IgnoreCurrent()
	db, err := sqldb.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	withLedger(t, db)
	number(t, db, countEntries)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", suffix, err)
		}
	}
}

func TestEnginesClassifyByCode(t *testing.T) {
	lite := map[int]fault.Kind{
		2067: fault.Conflict, 1555: fault.Conflict, 787: fault.Conflict, 2579: fault.Conflict,
		13: fault.Unavailable, 10: fault.Unavailable, 778: fault.Unavailable, 8: fault.Unavailable, 1032: fault.Unavailable,
		5: fault.Unavailable, 517: fault.Unavailable, 6: fault.Unavailable, 14: fault.Unavailable, 7: fault.Unavailable,
		1299: fault.Internal, 275: fault.Internal, 1: fault.Internal, 11: fault.Internal, 26: fault.Internal,
	}
	for code, want := range lite {
		if got := sqldb.KindOfSQLite(code); got != want {
			t.Errorf("SQLite's %d is of kind %d; want %d", code, got, want)
		}
	}
	postgres := map[string]fault.Kind{
		"23505": fault.Conflict, "23503": fault.Conflict, "23P01": fault.Conflict, "22021": fault.Invalid,
		"53100": fault.Unavailable, "53300": fault.Unavailable, "57P01": fault.Unavailable, "57P03": fault.Unavailable,
		"08006": fault.Unavailable, "25006": fault.Unavailable, "40001": fault.Unavailable, "40P01": fault.Unavailable,
		"23502": fault.Internal, "42601": fault.Internal, "XX001": fault.Internal, "": fault.Internal,
	}
	for code, want := range postgres {
		if got := sqldb.KindOfPostgres(code); got != want {
			t.Errorf("PostgreSQL's %q is of kind %d; want %d", code, got, want)
		}
	}
}

func TestAfterAFailedSyncNothingIsWrittenAnyMore(t *testing.T) {
	db := sqldbtest.Open(t)
	withLedger(t, db)
	select {
	case <-db.Failed():
		t.Error("it has failed already")
	default:
	}
	db.FailSync()
	<-db.Failed()
	if err := try(t, db, addEntry, 1, "n"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v; want unavailable", err)
	}
	if n := number(t, db, countEntries); n != 0 {
		t.Errorf("there are %d entries; want none", n)
	}
}
