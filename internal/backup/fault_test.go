// SPDX-License-Identifier: Apache-2.0

//go:build linux

package backup

import (
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/inject"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// keepEnv names the folder in which the child process keeps its withdrawals.
const keepEnv = "ENTENTE_TEST_WITHDRAWALS"

// TestAWithdrawalIsOnFileOnceAfterAFailedSync lets the syncs of the file fail: what
// is written again is not there twice, which would refuse the next start.
func TestAWithdrawalIsOnFileOnceAfterAFailedSync(t *testing.T) {
	dir := os.Getenv(keepEnv)
	if dir != "" {
		runtime.LockOSThread() // calls are counted by thread
		db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: filepath.Join(dir, "entente.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		keeps(t, db, filepath.Join(dir, "withdrawals.log"), func() {}, func() {})
		return
	}
	inject.Required(t)
	path := sqldbtest.File(t)
	dir = filepath.Dir(path)
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	acts(t, db, 1, audit.MemberSuspended, audit.MemberRestored, audit.PasskeyRemoved)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := inject.Command(inject.Fault{Call: "fsync", Error: "EIO", When: "1", Paths: []string{filepath.Join(dir, "withdrawals.log")}},
		trace, os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), keepEnv+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if inject.Hits(inject.Calls(t, trace)) == 0 {
		t.Error("no sync failed")
	}
}

// TestAWithdrawalThatWasCutShortIsWrittenWhole leaves room for half a line.
func TestAWithdrawalThatWasCutShortIsWrittenWhole(t *testing.T) {
	db := sqldbtest.Open(t)
	acts(t, db, 1, audit.MemberSuspended, audit.MemberRestored, audit.PasskeyRemoved)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	limit := func(to syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &to); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	defer limit(before)
	keeps(t, db, filepath.Join(t.TempDir(), "withdrawals.log"), func() { limit(syscall.Rlimit{Cur: 150, Max: before.Max}) }, func() { limit(before) })
}

// keeps advances a keeper that fails once, and again, and reads what it wrote.
func keeps(t *testing.T, db *sqldb.DB, path string, narrow, widen func()) {
	t.Helper()
	keeper, err := Keep(t.Context(), db, path)
	if err != nil {
		t.Fatal(err)
	}
	narrow()
	err = keeper.Advance(t.Context())
	widen()
	if err == nil {
		t.Error("the first Advance does not fail")
	}
	if err := keeper.Advance(t.Context()); err != nil {
		t.Errorf("the second Advance: %v", err)
	}
	if err := keeper.Close(); err != nil {
		t.Error(err)
	}
	if found, err := ReadWithdrawals(path); err != nil || len(found) != 3 {
		t.Errorf("%+v, %v; want three", found, err)
	}
}
