// SPDX-License-Identifier: Apache-2.0

// Package gatetest builds the small world in which the stores of features are
// tested: a few organisations, people and workspaces, written straight into the
// tables that the gate reads.
package gatetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// start is what a new World's clock shows.
var start = time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)

// World is a database with people in it. Ids are plain names: the operations
// "tyche" and "other" (ceiling TLP:RED) and the Knowledge Exchange;
//
//	max  manager of tyche   ncb-fr  (ncb, FR)
//	ann  analyst of tyche   pol-fr  (law_enforcement, FR)
//	bob  reader of tyche    pol-es  (law_enforcement, ES)
//	acm  analyst of tyche   acme    (private, DE): starts closed
//	sus  analyst of tyche, suspended
//	exp  analyst of tyche, whose vetting has ended
//	eve  manager of other   pol-es
//	gus  member of no operation, pol-es
//	off  officer of the Directorate (secretariat), in no operation
type World struct {
	Gate gate.Gate
	DB   *sqldb.DB
	now  atomic.Int64
	ids  atomic.Int64
}

// New fills db, which must be migrated and empty.
func New(t testing.TB, db *sqldb.DB) *World {
	t.Helper()
	w := &World{DB: db}
	w.now.Store(start.UnixMicro())
	w.Gate = gate.New(db, w.Now)
	if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return fill(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	return w
}

// Now is the world's clock; Advance moves it.
func (w *World) Now() time.Time { return time.UnixMicro(w.now.Load()).UTC() }

// Advance moves the clock.
func (w *World) Advance(d time.Duration) { w.now.Add(d.Microseconds()) }

// NewID returns ids that sort in the order in which they were made.
func (w *World) NewID() string {
	return fmt.Sprintf("01900000-0000-7000-8000-%012d", w.ids.Add(1))
}

// As is the member of that id, signed in with a passkey.
func As(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "session-" + member, Strength: access.Passkey}
}

// Ask is a question by the member of that id about a workspace.
func Ask(member, workspace string, action access.Action) access.Ask {
	return access.Ask{Actor: As(member), Place: access.In(access.WorkspaceID(workspace)), Action: action}
}

// Exec runs a statement past the gate, for what a test arranges.
func (w *World) Exec(t testing.TB, query string, args ...any) {
	t.Helper()
	err := w.DB.Update(t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(t.Context(), query, args...) })
	if err != nil {
		t.Fatal(err)
	}
}

func fill(ctx context.Context, tx *sqldb.Tx) error {
	later := start.AddDate(1, 0, 0).UnixMicro()
	org := func(id, kind, country string) error {
		return tx.Exec(ctx, `INSERT INTO member_organisation (org_id, name, kind, country, knowledge_until, operations_until, suspended, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, id, "Organisation "+id, kind, country, later, later, false, start.UnixMicro())
	}
	member := func(id, org, state, officer string, vetted int64) error {
		return tx.Exec(ctx, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
				language, time_zone, theme, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			id, org, id, "Member "+id, "Officer", id+"@"+org+".example", state, officer, vetted, 0, "en", "UTC", "", start.UnixMicro())
	}
	workspace := func(id, name string) error {
		return tx.Exec(ctx, `INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact,
				review_at, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, name, "Purpose", "Basis", access.Active, access.Red, 1, "", later, "off", start.UnixMicro())
	}
	in := func(workspace, member string, role access.Role) error {
		return tx.Exec(ctx, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			workspace, member, role, "accepted", 0, later, "off", start.UnixMicro(), start.UnixMicro())
	}
	const active, gone = "active", 1
	return errors.Join(
		org("sec", "secretariat", "FR"), org("ncb-fr", "ncb", "FR"), org("pol-fr", "law_enforcement", "FR"),
		org("ncb-es", "ncb", "ES"), org("pol-es", "law_enforcement", "ES"), org("acme", "private", "DE"),
		member("max", "ncb-fr", active, "", later), member("ann", "pol-fr", active, "", later),
		member("bob", "pol-es", active, "", later), member("acm", "acme", active, "", later),
		member("sus", "pol-fr", "suspended", "", later), member("exp", "pol-fr", active, "", gone),
		member("eve", "pol-es", active, "", later), member("gus", "pol-es", active, "", later),
		member("off", "sec", active, "confirmed", later),
		workspace("tyche", "TYCHE"), workspace("other", "OTHER"),
		in("tyche", "max", access.Manager), in("tyche", "ann", access.Analyst), in("tyche", "bob", access.Reader),
		in("tyche", "acm", access.Analyst), in("tyche", "sus", access.Analyst), in("tyche", "exp", access.Analyst),
		in("other", "eve", access.Manager),
	)
}
