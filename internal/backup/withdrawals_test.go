// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"os"
	"path/filepath"
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// acts adds entries to the journal, numbered from first on.
func acts(t *testing.T, db *sqldb.DB, first int64, verbs ...audit.Verb) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		for i, verb := range verbs {
			err := tx.Exec(t.Context(), `
				INSERT INTO audit_entry (number, entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
				VALUES ($1, $2, 1, 'console', '', $3, 'ann', '', 0, 'ann')`, first+int64(i), "entry-"+string(rune('a'+first+int64(i))), string(verb))
			if err != nil {
				return err
			}
		}
		return tx.Exec(t.Context(), `UPDATE audit_head SET number = $1 WHERE one = 1`, first+int64(len(verbs))-1)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func kept(t *testing.T, db *sqldb.DB, path string) {
	t.Helper()
	keeper, err := Keep(t.Context(), db, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Advance(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := keeper.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsTakenFromPeopleIsKeptOnceAndInOrder(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		path := filepath.Join(t.TempDir(), "withdrawals.log")
		acts(t, db, 1, audit.PostPublished, audit.MemberSuspended, audit.SignedIn)
		kept(t, db, path)
		kept(t, db, path)
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(`{"number":9,"ent`); err != nil { // a crash in the middle of a line
			t.Fatal(err)
		}
		file.Close()
		acts(t, db, 4, audit.MemberRestored, audit.PasskeyRemoved)
		kept(t, db, path)
		found, err := ReadWithdrawals(path)
		if err != nil || len(found) != 3 || found[0].Number != 2 || found[1].Number != 4 || found[2].Verb != audit.PasskeyRemoved {
			t.Errorf("%+v, %v", found, err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v; want a file for its owner alone", info.Mode(), err)
		}
	})
}

func TestADatabaseThatWasSetBackIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "withdrawals.log")
	now, before := sqldbtest.Open(t), sqldbtest.Open(t)
	acts(t, now, 1, audit.PostPublished, audit.MemberSuspended)
	acts(t, before, 1, audit.PostPublished)
	kept(t, now, path)
	if _, err := Keep(t.Context(), before, path); err == nil {
		t.Error("a database from before a suspension opens beside the file that knows of it")
	}
}

func TestAFileOfAnotherServerIsRefused(t *testing.T) {
	mine := sqldbtest.Open(t)
	acts(t, mine, 1, audit.MemberSuspended)
	head := Head{Number: 1}
	if _, err := Since(t.Context(), mine, head, []Withdrawal{{Number: 1, Entry: "another", Verb: audit.MemberSuspended}}); err == nil {
		t.Error("acts of another server are done again here")
	}
	later := Withdrawal{Number: 5, Entry: "later", Verb: audit.MemberLeft}
	found, err := Since(t.Context(), mine, head, []Withdrawal{{Number: 1, Entry: "entry-b", Verb: audit.MemberSuspended}, later})
	if err != nil || len(found) != 1 || found[0] != later {
		t.Errorf("%+v, %v; want the later act alone", found, err)
	}
}

func TestADamagedFileOfWithdrawalsIsNamedByItsLine(t *testing.T) {
	good := `{"number":1,"entry":"a","at":1,"verb":"member.suspended","actor":"x"}` + "\n"
	for name, text := range map[string]string{
		"not JSON":          good + "oops\n",
		"out of order":      good + good,
		"unknown field":     good + `{"number":2,"entry":"b","verb":"v","sudo":true}` + "\n",
		"nothing in a line": good + "{}\n",
	} {
		path := filepath.Join(t.TempDir(), "w")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadWithdrawals(path); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
}
