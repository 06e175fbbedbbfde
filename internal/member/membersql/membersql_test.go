// SPDX-License-Identifier: Apache-2.0

package membersql_test

import (
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/member/membersql"
	"entente.example/internal/member/membertest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestInvitations(t *testing.T)   { each(t, true, membertest.Invitations) }
func TestFirstStart(t *testing.T)    { each(t, false, membertest.FirstStart) }
func TestOrganisations(t *testing.T) { each(t, true, membertest.Organisations) }
func TestPeople(t *testing.T)        { each(t, true, membertest.People) }
func TestFilters(t *testing.T)       { each(t, true, membertest.Filters) }
func TestProfiles(t *testing.T)      { each(t, true, membertest.Profiles) }
func TestQueue(t *testing.T)         { each(t, true, membertest.Queue) }
func TestVetting(t *testing.T)       { each(t, true, membertest.Vetting) }

// each runs a script on both engines, in the world of gatetest or an empty one.
func each(t *testing.T, peopled bool, script func(*testing.T, membertest.World)) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		for _, officer := range []string{"olga", "omar", "otto"} {
			w.Exec(t, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
					language, time_zone, theme, created_at)
				VALUES ($1, 'sec', $1, $1, 'Desk', $2, 'active', 'confirmed', 0, 0, 'en', 'UTC', '', 1)`, officer, officer+"@sec.example")
		}
		if !peopled {
			for _, table := range []string{"workspace_membership", "member_member", "member_organisation"} {
				w.Exec(t, `DELETE FROM `+table)
			}
		}
		script(t, membertest.World{
			Store: membersql.New(w.Gate), Now: w.Now, Advance: w.Advance, NewID: w.NewID,
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
