// SPDX-License-Identifier: Apache-2.0

package auditsql_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditfile"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/audittest"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

// book is a journal that a test writes and then checks.
type book struct {
	*gatetest.World
	signer merkle.Signer
}

func open(t *testing.T, db *sqldb.DB) *book {
	t.Helper()
	secret, err := merkle.NewKey(rand.Reader, "entente.example/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := merkle.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return &book{gatetest.New(t, db), signer}
}

func (b *book) update(t *testing.T, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := b.DB.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// records queues n entries and gives them their numbers, and no leaves yet.
func (b *book) records(t *testing.T, n int) {
	t.Helper()
	err := b.Gate.Update(t.Context(), gatetest.Ask("ann", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
		for i := range n {
			e := audit.Entry{ID: b.NewID(), At: b.Now(), Verb: audit.PostPublished, Object: "post", About: "topic", Count: int64(i)}
			if err := auditsql.Append(t.Context(), tx, g, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.update(t, func(tx *sqldb.Tx) error {
		_, err := auditsql.Sequence(t.Context(), tx, n)
		return err
	})
}

// tells records an entry of the platform's journal about an operation.
func (b *book) tells(t *testing.T, member string, verb audit.Verb, workspace string) {
	t.Helper()
	ask := access.Ask{Actor: gatetest.As(member), Place: access.Platform(), Action: access.Enter}
	err := b.Gate.Update(t.Context(), ask, func(tx *sqldb.Tx, g access.Grant) error {
		return auditsql.Append(t.Context(), tx, g, audit.Entry{ID: b.NewID(), At: b.Now(), Verb: verb, Object: workspace, Concerns: access.MemberID(member)})
	})
	if err != nil {
		t.Fatal(err)
	}
	b.update(t, func(tx *sqldb.Tx) error {
		_, err := auditsql.Sequence(t.Context(), tx, 10)
		return err
	})
}

func salts(t *testing.T, n int) []audit.Salt {
	t.Helper()
	list := make([]audit.Salt, n)
	for i := range list {
		if _, err := io.ReadFull(rand.Reader, list[i][:]); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// logs takes what is numbered into the log, at most that many at once.
func (b *book) logs(t *testing.T, most int) {
	t.Helper()
	for more := true; more; {
		random := salts(t, most)
		b.update(t, func(tx *sqldb.Tx) error {
			n, err := auditsql.Log(t.Context(), tx, random)
			more = n > 0
			return err
		})
	}
}

// signs signs the log as it is and returns the checkpoint.
func (b *book) signs(t *testing.T) (signed []byte) {
	t.Helper()
	b.update(t, func(tx *sqldb.Tx) error {
		c, err := auditsql.Propose(t.Context(), tx, 0)
		if err != nil {
			return err
		}
		if signed, err = b.signer.Sign(c.Size, c.Root); err != nil {
			return err
		}
		return auditsql.Keep(t.Context(), tx, audit.SignedCheckpoint{Size: c.Size, At: b.Now(), Note: signed})
	})
	return signed
}

func (b *book) check(t *testing.T, held ...[]byte) (r audit.Report) {
	t.Helper()
	err := b.DB.View(t.Context(), func(tx *sqldb.Tx) (err error) {
		r, err = auditsql.Verify(t.Context(), tx, audit.Trust{Keys: []string{b.signer.Key()}, Held: held})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAJournalIsLoggedAndVerifies(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := open(t, db)
		b.records(t, 700) // as in a database that is older than the log
		b.logs(t, 300)
		first := b.signs(t)
		for range 3 {
			b.records(t, 1)
			b.logs(t, 500)
		}
		b.signs(t)
		b.records(t, 600)
		b.logs(t, 500)
		r := b.check(t, first)
		if !r.OK() || r.Size != 1303 || r.Opened != 1303 || r.Checkpoints != 2 || r.Signed != 703 || r.Held != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// purges destroys what is behind the leaves of tyche, and returns the seal from
// before.
func (b *book) purges(t *testing.T) (seal audit.Seal) {
	t.Helper()
	err := b.Gate.Update(t.Context(), gatetest.Ask("max", "tyche", access.Manage), func(tx *sqldb.Tx, g access.Grant) (err error) {
		if seal, err = auditsql.Sealing(t.Context(), tx, g, "tyche"); err != nil {
			return err
		}
		for n := int64(1); n > 0; {
			if n, err = auditsql.Purge(t.Context(), tx, g, 100); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seal
}

// certifies says in the journal of the platform that tyche was purged.
func (b *book) certifies(t *testing.T, entries ...audit.Entry) {
	t.Helper()
	platform := access.Ask{Actor: access.Actor{Kind: access.Follower, Name: "purge"}, Place: access.Platform(), Action: access.Read}
	err := b.Gate.Update(t.Context(), platform, func(tx *sqldb.Tx, g access.Grant) error {
		for _, e := range entries {
			e.At, e.Object = b.Now(), "tyche"
			if e.ID == "" {
				e.ID = b.NewID()
			}
			if err := auditsql.Append(t.Context(), tx, g, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.update(t, func(tx *sqldb.Tx) error {
		_, err := auditsql.Sequence(t.Context(), tx, 10)
		return err
	})
	b.logs(t, 500)
	b.signs(t)
}

// peopled is a journal of tyche and of another operation.
func peopled(t *testing.T, db *sqldb.DB) (b *book, held []byte) {
	b = open(t, db)
	b.tells(t, "ann", audit.MembershipAccepted, "tyche")
	b.tells(t, "eve", audit.MembershipAccepted, "other")
	b.tells(t, "bob", audit.MembershipEnded, "tyche")
	b.records(t, 300)
	b.logs(t, 500)
	return b, b.signs(t)
}

func (b *book) seals(t *testing.T, seal audit.Seal) {
	t.Helper()
	id := b.NewID()
	b.certifies(t, audit.Entry{Verb: audit.WorkspacePurged, About: audit.SealPrefix + id}, audit.Entry{ID: id, Verb: audit.JournalSealed, About: seal.Sum(), Count: seal.Count})
}

func TestAPurgedWorkspaceLeavesItsLeaves(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b, held := peopled(t, db)
		seal := b.purges(t)
		if r := b.check(t, held); r.OK() || r.Findings[0].Kind != audit.EntryUnopenable {
			t.Errorf("entries destroyed without a word pass: %+v", r)
		}
		b.seals(t, seal)
		if r := b.check(t, held); !r.OK() || r.Purged != 302 || r.Opened != 3 || r.Held != 1 || r.Unbounded != 0 {
			t.Errorf("after a purge: %+v", r)
		}
		var named int
		b.update(t, func(tx *sqldb.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM audit_entry WHERE actor IN ('ann', 'bob') OR concerns IN ('ann', 'bob')
				OR object = 'tyche' AND verb NOT IN ('workspace.purged', 'journal.sealed')`, nil, &named)
		})
		if named != 0 {
			t.Errorf("%d entries still say who was in it", named)
		}
	})
}

// blanks makes of an entry one that seems to be of a purged workspace.
func blanks(where string) []string {
	return []string{
		`DELETE FROM audit_salt WHERE number IN (SELECT number FROM audit_entry WHERE ` + where + `)`,
		`UPDATE audit_entry SET entry_id = '', at = 0, actor = '', workspace_id = 'tyche', verb = '', object = '', about = '', count = 0, concerns = '' WHERE ` + where,
	}
}

// TestAPurgeExplainsWhatItsSealNamesAlone erases entries behind the program's back,
// in the name of a workspace that was really purged.
func TestAPurgeExplainsWhatItsSealNamesAlone(t *testing.T) {
	for name, test := range map[string]struct {
		erased []string // each a condition
		want   audit.Finding
	}{
		"an entry of before the seal":  {[]string{`number = 2`}, audit.Finding{Kind: audit.EntryUnopenable, Number: 2}},
		"two entries":                  {[]string{`number = 2`, `verb = 'session.refused'`}, audit.Finding{Kind: audit.SealWrong, Number: 305}},
		"an entry of after the seal":   {[]string{`number = 307`}, audit.Finding{Kind: audit.EntryUnopenable, Number: 307}},
		"the seal":                     {[]string{`verb = 'journal.sealed'`}, audit.Finding{Kind: audit.SealWrong, Number: 306}},
		"the certificate and the seal": {[]string{`verb = 'journal.sealed'`, `verb = 'workspace.purged'`}, audit.Finding{Kind: audit.EntryUnopenable, Number: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
				b, held := peopled(t, db)
				b.certifies(t, audit.Entry{Verb: audit.SignInFailed})
				b.seals(t, b.purges(t))
				b.tells(t, "eve", audit.MembershipEnded, "other")
				b.logs(t, 500)
				b.signs(t)
				if r := b.check(t, held); !r.OK() {
					t.Fatalf("before: %v", r.Findings)
				}
				if r, err := b.exported(t, held); !r.OK() || err != nil {
					t.Fatalf("before, an export: %v; second reading: %v", r.Findings, err)
				}
				for _, where := range test.erased {
					for _, statement := range blanks(where) {
						b.Exec(t, statement)
					}
				}
				if r := b.check(t, held); !slices.Contains(r.Findings, test.want) {
					t.Errorf("want %v, have %v", test.want, r.Findings)
				}
				if r, err := b.exported(t, held); !slices.Contains(r.Findings, test.want) || err == nil {
					t.Errorf("an export: want %v, have %v; second reading: %v", test.want, r.Findings, err)
				}
			})
		})
	}
}

// exported writes the journal out, and has it read by the check and by the second
// reader.
func (b *book) exported(t *testing.T, held []byte) (r audit.Report, second error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "export")
	if _, err := auditfile.Write(t.Context(), auditsql.Source{View: b.DB.View}, b.signer.Key(), dir); err != nil {
		t.Fatal(err)
	}
	folder, err := auditfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if r, err = audit.Check(t.Context(), folder, audit.Trust{Keys: []string{b.signer.Key()}, Held: [][]byte{held}}); err != nil {
		t.Fatal(err)
	}
	return r, audittest.Read(dir, b.signer.Key(), string(held))
}

func TestAPurgeFromBeforeThereWereSealsIsSaidToHaveNoBound(t *testing.T) {
	b, held := peopled(t, sqldbtest.Open(t))
	b.purges(t)
	b.certifies(t, audit.Entry{Verb: audit.WorkspacePurged, About: "max"})
	if r := b.check(t, held); !r.OK() || r.Unbounded != 302 {
		t.Errorf("%+v", r)
	}
}

// TestWhatIsDoneToTheTablesIsFound changes rows behind the program's back, and
// holds the log against a checkpoint from before.
func TestWhatIsDoneToTheTablesIsFound(t *testing.T) {
	for _, test := range []struct {
		name  string
		doing []string
		want  audit.Finding
	}{
		{"an entry is changed", []string{`UPDATE audit_entry SET actor = 'eve' WHERE number = 17`}, audit.Finding{Kind: audit.EntryWrong, Number: 17}},
		{"an entry is deleted", []string{`DELETE FROM audit_entry WHERE number = 300`}, audit.Finding{Kind: audit.EntryMissing, Number: 300}},
		{"two entries change places", []string{
			`UPDATE audit_entry SET number = 0 WHERE number = 5`, `UPDATE audit_entry SET number = 5 WHERE number = 6`,
			`UPDATE audit_entry SET number = 6 WHERE number = 0`,
		}, audit.Finding{Kind: audit.EntryWrong, Number: 5}},
		{"a salt is deleted", []string{`DELETE FROM audit_salt WHERE number = 9`}, audit.Finding{Kind: audit.EntryUnopenable, Number: 9}},
		{"an entry is said to be purged", []string{
			`UPDATE audit_entry SET entry_id = '', at = 0, actor = '', verb = '', object = '', about = '', count = 0 WHERE number = 9`,
			`DELETE FROM audit_salt WHERE number = 9`,
		}, audit.Finding{Kind: audit.EntryUnopenable, Number: 9}},
		{"a tile is changed", []string{`UPDATE audit_tile SET hashes = (SELECT hashes FROM audit_tile WHERE level = -1 AND tile = 1) WHERE level = -1 AND tile = 0`},
			audit.Finding{Kind: audit.HeldRewritten, Size: 600}},
		{"an upper tile is changed", []string{`UPDATE audit_tile SET hashes = (SELECT hashes FROM audit_tile WHERE level = -1 AND tile = 1) WHERE level = 1`},
			audit.Finding{Kind: audit.TileWrong, Tile: "tile/1/000.p/2"}},
		{"a tile is deleted", []string{`DELETE FROM audit_tile WHERE level = -1 AND tile = 1`}, audit.Finding{Kind: audit.TileWrong, Tile: "tile/entries/001"}},
		{"the log is cut", []string{
			`DELETE FROM audit_entry WHERE number > 520`, `DELETE FROM audit_salt WHERE number > 520`, `UPDATE audit_tree SET size = 520`,
			`UPDATE audit_head SET number = 520`, `DELETE FROM audit_checkpoint`,
		}, audit.Finding{Kind: audit.HeldBeyond, Size: 600}},
		{"the log is cut, and its checkpoints stay", []string{`UPDATE audit_tree SET size = 520`}, audit.Finding{Kind: audit.CheckpointBeyond, Size: 650}},
		{"a checkpoint is changed", []string{`UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 600) WHERE size = 650`},
			audit.Finding{Kind: audit.CheckpointUnsigned, Size: 650}},
	} {
		t.Run(test.name, func(t *testing.T) {
			sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
				b := open(t, db)
				b.records(t, 600)
				b.logs(t, 500)
				held := b.signs(t)
				b.records(t, 50)
				b.logs(t, 500)
				b.signs(t)
				for _, statement := range test.doing {
					b.Exec(t, statement)
				}
				if r := b.check(t, held); !slices.Contains(r.Findings, test.want) {
					t.Errorf("want %v, have %.300v", test.want, r.Findings)
				}
			})
		})
	}
}

// TestAForkIsFound has the operator, who has the key, write another journal.
func TestAForkIsFound(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := open(t, db)
		b.records(t, 600)
		b.logs(t, 500)
		held := b.signs(t)
		for _, table := range []string{"audit_entry", "audit_salt", "audit_tile", "audit_checkpoint"} {
			b.Exec(t, `DELETE FROM `+table)
		}
		b.Exec(t, `UPDATE audit_tree SET size = 0`)
		b.Exec(t, `UPDATE audit_head SET number = 0`)
		b.records(t, 650)
		b.logs(t, 500)
		b.signs(t)
		if r := b.check(t); !r.OK() {
			t.Errorf("by itself the fork is whole: %v", r.Findings)
		}
		if r := b.check(t, held); fmt.Sprint(r.Findings) != fmt.Sprint([]audit.Finding{{Kind: audit.HeldRewritten, Size: 600}}) {
			t.Errorf("who holds an earlier checkpoint finds %v", r.Findings)
		}
	})
}

func TestAnEntryNamesNothingAtLength(t *testing.T) {
	b := open(t, sqldbtest.Open(t))
	for name, e := range map[string]audit.Entry{
		"object": {Object: strings.Repeat("<", 1_401)}, "about": {About: strings.Repeat("<", 200_000)}, "concerns": {Concerns: access.MemberID(strings.Repeat("x", 1_401))},
	} {
		e.ID, e.At, e.Verb = b.NewID(), b.Now(), audit.MatchSeen
		err := b.Gate.Update(t.Context(), gatetest.Ask("ann", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
			return auditsql.Append(t.Context(), tx, g, e)
		})
		if err == nil {
			t.Errorf("an entry whose %s has no end is queued", name)
		}
	}
}
