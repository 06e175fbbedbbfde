// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/config"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/journey"
	"entente.example/internal/loopback"
	"entente.example/internal/member"
	"entente.example/internal/sqldb/sqldbtest"
)

// freeAddress is one that only this test has.
func freeAddress(t *testing.T) string {
	t.Helper()
	address, release, err := loopback.Free(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return address
}

// serving is a server at an address of its own, over the world of gatetest.
func serving(t *testing.T) *stage {
	t.Helper()
	address := freeAddress(t)
	cfg := config.Config{Data: t.TempDir(), Database: sqldbtest.File(t), Listen: address, Origin: "http://" + address, LogLevel: "error",
		Checkpoint: 24 * time.Hour} // none but those a test asks for
	s := &stage{}
	var err error
	if s.App, err = New(t.Context(), cfg, Real(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.people = gatetest.New(t, s.db)
	s.people.Exec(t, `UPDATE member_member SET vetted_until = $1`, time.Now().AddDate(1, 0, 0).UnixMicro())
	s.people.Exec(t, `UPDATE member_organisation SET knowledge_until = $1, operations_until = $1`, time.Now().AddDate(1, 0, 0).UnixMicro())
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	serves(t, s.App)
	return s
}

// serves lets a answer until the test ends, and returns when it does.
func serves(t *testing.T, a *App) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, tell := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := a.Serve(ctx, tell)
		_ = tell.CloseWithError(err) // a nil one ends it
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		t.Fatal("not ready: ", err)
	}
	go func() { _, _ = io.Copy(io.Discard, ready) }() // ends with Serve
}

// joins brings in a newcomer by the link of an invitation, up to the passkey,
// and signs out again.
func (s *stage) joins(t *testing.T, b *journey.Browser, handle, name string, org access.OrgID) *journey.Person {
	t.Helper()
	_, token, err := s.Invitations.Invite(t.Context(), gatetest.As("off"), member.Draft{Org: org, Email: handle + "@" + string(org) + ".example", Name: name})
	if err != nil {
		t.Fatal(err)
	}
	p := b.Person(t, handle)
	p.Goes(member.LinkPath(token))
	p.Clicks("input[name=rules]")
	p.Clicks("form.form button[type=submit], form.form .btn-primary")
	p.Writes("input[name=post]", "Officer")
	p.Replaces("input[name=handle]", handle)
	p.Clicks("form.form .btn-primary")
	p.Arrives(member.LinkPath(token) + "/passkey")
	p.Clicks("entente-passkey .btn-primary")
	p.Sees("passkey")
	p.Leaves("/passkey")
	p.Goes("/home")
	p.Posts("/signout")
	return p
}

// signsIn proves who one is by the passkey.
func signsIn(p *journey.Person) {
	p.Goes("/signin")
	p.Clicks("entente-passkey .btn-primary")
	p.Arrives("/home")
}

// into puts a member into an operation, vetted.
func (s *stage) into(t *testing.T, handle, workspace string, role access.Role) {
	t.Helper()
	s.people.Exec(t, `UPDATE member_member SET vetted_until = $1 WHERE handle = $2`, time.Now().AddDate(1, 0, 0).UnixMicro(), handle)
	s.people.Exec(t, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
		SELECT $1, member_id, $2, 'accepted', 0, $3, 'off', 1, 1 FROM member_member WHERE handle = $4`,
		workspace, role, time.Now().AddDate(1, 0, 0).UnixMicro(), handle)
}

// shared returns a real input, or a stand-in of ours where the folder is absent.
func shared(t *testing.T, name, standIn string) string {
	t.Helper()
	root := os.Getenv("ENTENTE_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path, err := filepath.Abs(filepath.Join(root, name))
	if err == nil {
		if _, err = os.Stat(path); err == nil {
			return path
		}
	}
	path = filepath.Join(t.TempDir(), filepath.Base(name))
	if err := os.WriteFile(path, []byte(standIn), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// imports brings a file in through the pages: upload, preview, decision.
func imports(p *journey.Person, workspace, file string) {
	p.Goes("/w/" + workspace + "/import")
	p.Uploads("input[name=file]", file)
	p.Clicks("main form .btn-primary")
	p.Arrives("/w/" + workspace + "/imports/")
	p.Clicks("button[name=decision][value=accept]")
	p.SeesElement("[data-state=done]")
}

// pastes brings text in the same way.
func pastes(p *journey.Person, workspace, text string) {
	p.Goes("/w/" + workspace + "/import")
	p.Writes("textarea[name=text]", text)
	p.Clicks("main form .btn-primary")
	p.Arrives("/w/" + workspace + "/imports/")
	p.Clicks("button[name=decision][value=accept]")
	p.SeesElement("[data-state=done]")
}

// heartbeatOfStreams is how often an open stream asks by itself.
const heartbeatOfStreams = 20 * time.Second

// TestTwoCountriesAndOneValue is the journey that the product is for.
func TestTwoCountriesAndOneValue(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	amina := s.joins(t, b, "amina", "Amina Rahal", "ncb-fr")
	bruno := s.joins(t, b, "bruno", "Bruno Vidal", "ncb-es")
	s.people.Exec(t, `UPDATE workspace_workspace SET name = 'MISTRAL' WHERE workspace_id = 'tyche'`)
	s.people.Exec(t, `UPDATE workspace_workspace SET name = 'ZEPHYR' WHERE workspace_id = 'other'`)
	s.into(t, "amina", "tyche", access.Analyst)
	s.into(t, "bruno", "other", access.Analyst)
	signsIn(amina)
	signsIn(bruno)

	amina.Goes("/exchange/topics/new?channel=trends")
	amina.Writes("input[name=title]", "A wave of invoices")
	amina.Writes("textarea[name=text]", "Has anybody met this?")
	amina.Clicks("main form .btn-primary")
	amina.SeesElement("entente-thread")
	bruno.Goes(amina.Path())
	bruno.Sees("Has anybody met this?")
	amina.Writes("textarea[name=text]", "It came back this morning.")
	amina.Clicks(".composer .btn-primary")
	bruno.Sees("It came back this morning.") // without a reload

	imports(amina, "tyche", shared(t, "misp/misp-turla-crutch-event.json", mispEvent))
	amina.Goes("/w/tyche/intel")
	amina.Sees("MISTRAL")
	imports(bruno, "other", shared(t, "stix/unit42-muddled-libra.stix20.json", oneURL("http://unrelated.example/")))
	pastes(amina, "tyche", "seen at hxxp://Evil[.]example/ last night")
	pastes(bruno, "other", "seen at http://evil.example again")
	for who, where := range map[*journey.Person]string{amina: "tyche", bruno: "other"} {
		who.Goes("/w/" + where + "/hits")
		who.Sees("evil[.]example")
	}
	for _, path := range []string{"/home", "/w/tyche", "/w/tyche/hits", "/w/tyche/intel", "/operations", "/w/tyche/search?q=evil.example", "/w/other", "/w/other/hits"} {
		amina.Goes(path)
		amina.SeesNothingOf("zephyr")
		amina.SeesNothingOf("Bruno Vidal")
	}
	for _, path := range []string{"/home", "/w/other", "/w/other/hits", "/w/other/intel", "/operations", "/w/other/search?q=crutch", "/w/tyche/intel", "/w/tyche/hits"} {
		bruno.Goes(path)
		bruno.SeesNothingOf("mistral")
		bruno.SeesNothingOf("turla")
	}

	bruno.Goes("/w/other/intel")
	id, err := s.Accounts.ByName(t.Context(), "bruno")
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := s.People.Suspend(t.Context(), gatetest.As("off"), id.ID); err != nil {
		t.Fatal(err)
	}
	bruno.SeesElement(".dark-page")
	took := time.Since(begun)
	t.Logf("the open page went dark after %v", took)
	if took > heartbeatOfStreams/4 { // by then it was the stream's own rounds, not the journal, that told it
		t.Errorf("dark only after %v: nobody told the page", took)
	}
}

const mispEvent = `{"Event":{"uuid":"5f0f7a7d-4a52-4d4c-9f0c-0b0e5b8f3a11","info":"Turla Crutch look-alike","date":"2026-01-01","timestamp":"1767225600",
"published":true,"publish_timestamp":"1767225600","Orgc":{"name":"Analysts","uuid":"5f0f7a7d-4a52-4d4c-9f0c-0b0e5b8f3a12"},
"Attribute":[{"uuid":"5f0f7a7d-4a52-4d4c-9f0c-0b0e5b8f3a13","type":"domain","category":"Network activity","value":"crutch-look-alike.example","to_ids":true,"timestamp":"1767225600"}]}}`
