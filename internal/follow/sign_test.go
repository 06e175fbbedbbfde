// SPDX-License-Identifier: Apache-2.0

package follow_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/follow"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func signing(t *testing.T) follow.Signing {
	t.Helper()
	secret, err := merkle.NewKey(rand.Reader, "entente.example/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := merkle.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return follow.Signing{Signer: signer, Every: time.Hour, Now: time.Now, Memory: filepath.Join(t.TempDir(), "checkpoint")}
}

// signedBy runs a node with that signer until the end of its journal is signed.
func signedBy(t *testing.T, db *sqldb.DB, s follow.Signing) error {
	t.Helper()
	r := runner(t, db)
	r.Sign(s)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Stop()
	return r.Refused()
}

func newest(t *testing.T, db *sqldb.DB) (c audit.SignedCheckpoint) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
		c, _, err = auditsql.NewestOrNone(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAStopSignsWhatWasLoggedLast(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w, s := gatetest.New(t, db), signing(t)
		record(t, w, 3)
		if err := signedBy(t, db, s); err != nil {
			t.Fatal(err)
		}
		c := newest(t, db)
		opened, err := merkle.Open(c.Note, s.Signer.Key())
		if err != nil || opened.Size != 3 {
			t.Fatalf("%+v, %v", opened, err)
		}
		record(t, w, 2)
		if err := signedBy(t, db, s); err != nil || newest(t, db).Size != 5 {
			t.Errorf("after more: %v, %d", err, newest(t, db).Size)
		}
		memory, err := os.ReadFile(s.Memory)
		if err != nil || string(memory) != string(newest(t, db).Note) {
			t.Errorf("remembered: %q, %v", memory, err)
		}
	})
}

// TestNothingIsSignedOverAJournalThatWasTamperedWith tries what a signature would
// hide.
func TestNothingIsSignedOverAJournalThatWasTamperedWith(t *testing.T) {
	for _, test := range []struct {
		name  string
		doing []string
	}{
		{"the table was set back", []string{
			`DELETE FROM audit_entry WHERE number > 2`, `DELETE FROM audit_salt WHERE number > 2`, `UPDATE audit_tree SET size = 2`,
			`UPDATE audit_head SET number = 2`, `DELETE FROM audit_checkpoint`,
		}},
		{"the table was set back, and went on", []string{
			`DELETE FROM audit_entry`, `DELETE FROM audit_salt`, `DELETE FROM audit_tile`, `UPDATE audit_tree SET size = 0`,
			`UPDATE audit_head SET number = 0`, `DELETE FROM audit_checkpoint`,
		}},
		{"a tile was changed", []string{`UPDATE audit_tile SET hashes = (SELECT salt FROM audit_salt WHERE number = 1)`}},
		{"a checkpoint was slipped in", []string{`UPDATE audit_checkpoint SET note = 'x'`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
				w, s := gatetest.New(t, db), signing(t)
				record(t, w, 4)
				if err := signedBy(t, db, s); err != nil {
					t.Fatal(err)
				}
				for _, statement := range test.doing {
					w.Exec(t, statement)
				}
				before := newest(t, db)
				record(t, w, 6)
				if err := signedBy(t, db, s); !errors.Is(err, follow.ErrRefused) {
					t.Errorf("signed all the same: %v", err)
				}
				if after := newest(t, db); after.Size != before.Size {
					t.Errorf("a checkpoint of %d entries was signed", after.Size)
				}
			})
		})
	}
}

func TestAKeyThatIsRetiredStillVouchesForWhatItSigned(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w, old, fresh := gatetest.New(t, db), signing(t), signing(t)
		fresh.Memory = old.Memory
		record(t, w, 3)
		if err := signedBy(t, db, old); err != nil {
			t.Fatal(err)
		}
		record(t, w, 3)
		if err := signedBy(t, db, fresh); !errors.Is(err, follow.ErrRefused) {
			t.Errorf("another key goes on without a word: %v", err)
		}
		fresh.Retired = []string{old.Signer.Key()}
		if err := signedBy(t, db, fresh); err != nil || newest(t, db).Size != 6 {
			t.Errorf("%v, %d", err, newest(t, db).Size)
		}
	})
}

// outsider is a witness beside the test.
type outsider struct {
	cosigner merkle.Cosigner
	last     merkle.Checkpoint
	asked    chan int64 // the size that it was shown
}

func (o *outsider) Name() string { return "witness.example/w" }

func (o *outsider) Cosign(_ context.Context, a merkle.Addition) (c audit.Cosignature, err error) {
	if a.Old != o.last.Size {
		return c, &merkle.SizeError{Size: o.last.Size}
	}
	now, err := merkle.Peek(a.Checkpoint)
	if err != nil {
		return c, err
	}
	if err := merkle.CheckConsistency(a.Proof, o.last, now); err != nil && o.last.Size > 0 {
		return c, err
	}
	o.last = now
	o.asked <- now.Size
	return audit.Cosignature{Size: now.Size, Witness: o.Name(), At: time.Unix(1, 0), Line: o.cosigner.Cosign(now.Text())}, nil
}

func TestAWitnessIsAskedAtTheTime(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w, s := gatetest.New(t, db), signing(t)
		secret, err := merkle.NewWitnessKey(rand.Reader, "witness.example/w")
		if err != nil {
			t.Fatal(err)
		}
		cosigner, err := merkle.NewCosigner(secret, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		witness, err := merkle.NewWitness(cosigner.Key())
		if err != nil {
			t.Fatal(err)
		}
		o := &outsider{cosigner: cosigner, asked: make(chan int64, 100)}
		s.Every, s.Witnesses = 20*time.Millisecond, []follow.Witness{o}
		record(t, w, 300)
		r := runner(t, db)
		r.Sign(s)
		start(t, r)
		for _, more := range []int{0, 5, 300} {
			record(t, w, more)
			for want := newestNumber(t, db); ; {
				if n := number(t, o.asked); n == want {
					break
				}
			}
		}
		r.Stop()
		c := newest(t, db)
		opened, err := merkle.Open(c.Note, s.Signer.Key(), witness)
		if err != nil || opened.Size != 605 || len(opened.Witnesses) != 1 {
			t.Errorf("%+v, %v; want 605 entries and one cosignature", opened.Checkpoint, err)
		}
	})
}

// newestNumber is the number that the newest entry has, or will have.
func newestNumber(t *testing.T, db *sqldb.DB) (n int64) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), `SELECT h.number + (SELECT COUNT(*) FROM audit_queue) FROM audit_head h`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
