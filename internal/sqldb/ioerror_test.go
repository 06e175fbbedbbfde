// SPDX-License-Identifier: Apache-2.0

//go:build linux

package sqldb_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// ledgerEnv names the database of the child process that writes until it may not.
const ledgerEnv = "ENTENTE_TEST_LEDGER"

// child runs one test of this binary in a process of its own, whose output
// names what was acknowledged.
func child(t *testing.T, test, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), ledgerEnv+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// acknowledged returns the entries that the output names.
func acknowledged(out string) map[int64]bool {
	found := map[int64]bool{}
	for line := range strings.Lines(out) {
		var entry int64
		if n, _ := fmt.Sscanf(line, "acknowledged %d\n", &entry); n == 1 {
			found[entry] = true
		}
	}
	return found
}

// compare opens the database again and holds it against what was acknowledged.
// If what was refused must be absent, it also finds nothing more.
func compare(t *testing.T, path string, acked map[int64]bool, nothingMore bool) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for entry := range acked {
		if number(t, db, `SELECT COUNT(*) FROM ledger WHERE entry = $1`, entry) != 1 {
			t.Errorf("entry %d was acknowledged and is not there", entry)
		}
	}
	if n := number(t, db, countEntries); nothingMore && n != int64(len(acked)) {
		t.Errorf("there are %d entries; %d were acknowledged", n, len(acked))
	}
	if n := number(t, db, `SELECT COUNT(*) FROM ledger WHERE entry < 1000000 AND entry + 1000000 NOT IN (SELECT entry FROM ledger)`); n != 0 {
		t.Errorf("%d Updates are there by half", n)
	}
}

// write adds pairs of entries from many clients until goOn says no, and prints
// what is acknowledged.
func write(t *testing.T, db *sqldb.DB, from int, goOn func(client, n int, err error) bool) {
	var group sync.WaitGroup
	var mu sync.Mutex
	for client := range 8 {
		group.Go(func() {
			for n := 0; ; n++ {
				entry := from + client*10_000 + n
				err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
					note := strings.Repeat("n", 2000)
					if err := tx.Exec(t.Context(), addEntry, entry, note); err != nil {
						return err
					}
					return tx.Exec(t.Context(), addEntry, entry+1_000_000, note)
				})
				if err == nil {
					mu.Lock()
					fmt.Printf("acknowledged %d\nacknowledged %d\n", entry, entry+1_000_000)
					mu.Unlock()
				}
				if !goOn(client, n, err) {
					return
				}
			}
		})
	}
	group.Wait()
}

func TestADiskThatTakesNoMoreLosesNothing(t *testing.T) {
	path := os.Getenv(ledgerEnv)
	if path == "" {
		path = sqldbtest.File(t)
		out, err := child(t, t.Name(), path).Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		acked := acknowledged(string(out))
		if len(acked) < 100 {
			t.Errorf("only %d entries were acknowledged", len(acked))
		}
		compare(t, path, acked, true)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	db, err := sqldb.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	withLedger(t, db)
	for round := range 3 {
		limit(t, uint64(800_000*(round+1)))
		write(t, db, 100_000*(round+1), func(_, _ int, err error) bool {
			if err != nil && fault.KindOf(err) != fault.Unavailable {
				t.Errorf("a full disk gave %v; want unavailable", err)
			}
			return err == nil
		})
		number(t, db, countEntries) // reading goes on
		limit(t, 1<<40)
		write(t, db, 100_000*(round+5), func(_, n int, err error) bool {
			if err != nil {
				t.Errorf("with room again got %v", err)
			}
			return n < 3
		})
	}
}

// limit lets no file of this process grow beyond size.
func limit(t *testing.T, size uint64) {
	t.Helper()
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
	now.Cur = min(size, now.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		t.Fatal(err)
	}
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	if path := os.Getenv(ledgerEnv); path != "" {
		db, err := sqldb.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		var last int64
		if last = number(t, db, `SELECT COALESCE(MAX(entry), 0) FROM ledger WHERE entry < 1000000`); last > 900_000 {
			t.Fatal("the test has run out of entries")
		}
		write(t, db, int(last)+1, func(int, int, error) bool { return true })
		return
	}
	path := sqldbtest.File(t)
	db, err := sqldb.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	withLedger(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	acked := map[int64]bool{}
	for kill := range 5 {
		cmd := child(t, t.Name(), path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			text.WriteString(lines.Text() + "\n")
			if n == 30+kill*37 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // it was killed
		for entry := range acknowledged(text.String()) {
			acked[entry] = true
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "entente.db-wal")); err != nil {
			t.Errorf("nothing was left to recover: %v", err)
		}
		compare(t, path, acked, false)
	}
}
