// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/app"
	"entente.example/internal/config"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

const (
	exchange = string(access.Exchange)
	one      = "00000000-0000-7000-8000-0000000000a1" // an operation
	two      = "00000000-0000-7000-8000-0000000000a2" // another, which meets it
	writers  = 16
	signIns  = 24 // of each writer, to be ended
	guests   = 60 // of each manager, to be invited
)

// seed makes the people before the first start: those who write, in two
// operations, each with a session to write by and others to end.
func seed(t *testing.T, cfg config.Config, objects int, notes *notes, chance *rand.Rand) []*client {
	t.Helper()
	ctx := t.Context()
	a, err := app.New(ctx, cfg, app.Real(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	db, err := sqldb.OpenWith(ctx, sqldb.Options{URL: cfg.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(ctx, func(tx *sqldb.Tx) error { return people(ctx, tx, time.Now()) }); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if objects > 0 {
		before(t, a, objects, chance)
	}
	var clients []*client
	for i := range writers {
		c := newClient("", "")
		c.member, c.workspace, c.notes = writer(i), workspaceOf(i), notes
		c.chance = rand.New(rand.NewPCG(chance.Uint64(), uint64(i)))
		c.manages, c.imports = i == 0 || i == 10, i < 4 || i == 10 || i == 11
		if c.manages {
			for n := range guests {
				c.guests = append(c.guests, guest(i, n))
			}
		}
		sessions(t, a, db, c)
		clients = append(clients, c)
	}
	return clients
}

func writer(i int) string   { return fmt.Sprintf("writer-%02d", i) }
func guest(i, n int) string { return fmt.Sprintf("guest-%02d-%02d", i, n) }

func workspaceOf(i int) string {
	if i < 10 {
		return one
	}
	return two
}

func sessions(t *testing.T, a *app.App, db *sqldb.DB, c *client) {
	t.Helper()
	ctx := t.Context()
	for i := range signIns + 1 {
		label := "to end"
		if i == 0 {
			label = "to write by"
		}
		token, err := a.Sessions.Start(ctx, access.MemberID(c.member), access.Passkey, label)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			c.token = token
		}
	}
	err := db.View(ctx, func(tx *sqldb.Tx) error {
		return tx.All(ctx, `SELECT session_id FROM signin_session WHERE member_id = $1 AND agent = 'to end'`, []any{c.member},
			func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				c.sessions = append(c.sessions, id)
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// people writes the members straight into their tables: how they come in is
// tested elsewhere.
func people(ctx context.Context, tx *sqldb.Tx, now time.Time) error {
	later := now.AddDate(1, 0, 0).UnixMicro()
	errs := []error{tx.Exec(ctx, `INSERT INTO member_organisation (org_id, name, kind, country, knowledge_until, operations_until, suspended, created_at)
		VALUES ('police', 'Police', 'law_enforcement', 'FR', $1, $1, FALSE, $2)`, later, now.UnixMicro())}
	member := func(id string) {
		errs = append(errs, tx.Exec(ctx, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
			language, time_zone, theme, created_at) VALUES ($1, 'police', $1, $1, 'Officer', $2, 'active', '', $3, 0, 'en', 'UTC', '', $4)`,
			id, id+"@police.example", later, now.UnixMicro()))
	}
	for _, id := range []string{one, two} {
		errs = append(errs, tx.Exec(ctx, `INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact,
			review_at, created_by, created_at) VALUES ($1, $1, 'Purpose', 'Basis', 'active', $2, 1, 'The desk', $3, 'nobody', $4)`,
			id, access.AmberStrict, later, now.UnixMicro()))
	}
	for i := range writers {
		member(writer(i))
		role := access.Analyst
		if i == 0 || i == 10 {
			role = access.Manager
			for n := range guests {
				member(guest(i, n))
			}
		}
		errs = append(errs, tx.Exec(ctx, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until,
			invited_by, invited_at, accepted_at) VALUES ($1, $2, $3, 'accepted', 0, 0, 'nobody', $4, $4)`,
			workspaceOf(i), writer(i), role, now.UnixMicro()))
	}
	return errors.Join(errs...)
}

// before brings that many objects in, so that the server starts over a database
// that has some size.
func before(t *testing.T, a *app.App, objects int, chance *rand.Rand) {
	t.Helper()
	ctx := t.Context()
	actor := access.Actor{Kind: access.Person, Member: access.MemberID(writer(0)), Strength: access.Passkey}
	id, err := a.Batches.Stage(ctx, actor, one, intel.Upload{Name: "before.json", Content: bytes.NewReader(bundle(chance.IntN(shared), objects))})
	if err != nil {
		t.Fatal(err)
	}
	at := intel.Place{Workspace: one, Batch: id}
	until := func(state intel.State) {
		for {
			view, err := a.Batches.Batch(ctx, actor, one, id)
			if err != nil || !view.State.Running() && view.State != state {
				t.Fatalf("%s, %v; want %s", view.State, err, state)
			}
			if view.State == state {
				return
			}
			sleep(ctx, 20*time.Millisecond)
		}
	}
	until(intel.Ready)
	if err := a.Batches.Accept(ctx, actor, at, intel.Decision{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2}); err != nil {
		t.Fatal(err)
	}
	until(intel.Done)
}
