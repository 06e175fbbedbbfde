// SPDX-License-Identifier: Apache-2.0

package signinsql_test

import (
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/signin/signinsql"
	"entente.example/internal/signin/signintest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestSessions(t *testing.T)  { each(t, signintest.Sessions) }
func TestPasskeys(t *testing.T)  { each(t, signintest.Passkeys) }
func TestVouching(t *testing.T)  { each(t, signintest.Vouching) }
func TestPasswords(t *testing.T) { each(t, signintest.Passwords) }

// each runs a script on both engines, in the world of gatetest.
func each(t *testing.T, script func(*testing.T, signintest.World)) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		script(t, signintest.World{
			Store: signinsql.New(w.Gate), Now: w.Now, Advance: w.Advance, NewID: w.NewID,
			Journal: func(t *testing.T) []audit.Record { return journal(t, db) },
		})
	})
}

func journal(t *testing.T, db *sqldb.DB) (records []audit.Record) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
		if _, err = auditsql.Sequence(t.Context(), tx, 1000); err != nil {
			return err
		}
		records, err = auditsql.After(t.Context(), tx, 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return records
}
