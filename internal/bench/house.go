// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/app"
	"entente.example/internal/config"
	"entente.example/internal/demo"
	"entente.example/internal/intel"
	"entente.example/internal/loopback"
	"entente.example/internal/member"
	"entente.example/internal/workspace"
)

// House is the whole program in this process, with the invented people of the
// demonstration in it.
type House struct {
	*app.App
	Origin string

	// Two operations whose matches are told.
	Kestrel, Lantern access.WorkspaceID

	release func() // gives its address back
}

// clock shows what it is set to while the people are made, and then the time.
type clock struct {
	built demo.Clock
	real  atomic.Bool
}

func (c *clock) now() time.Time {
	if c.real.Load() {
		return time.Now()
	}
	return c.built.Now()
}

// Open opens the house that lies in a folder, and in the database of that
// address, or in SQLite where it is empty. Where there is nobody yet, it makes
// the people. Close ends it.
func Open(ctx context.Context, folder, database string) (*House, error) {
	listen, release, err := loopback.Free(ctx)
	if err != nil {
		return nil, err
	}
	cfg := config.Config{
		Data: folder, Database: cmp.Or(database, filepath.Join(folder, "entente.db")),
		Listen: listen, Origin: "http://" + listen, LogLevel: "error",
		MemberRate: 1_000_000, AddressRate: 1_000_000, AddressConnections: 1_000_000, // what is measured is the house, not its limits
	}
	c := &clock{}
	c.built.Set(time.Now())
	world := app.Real(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	world.Now = c.now
	a, err := app.New(ctx, cfg, world)
	if err != nil {
		release()
		return nil, err
	}
	h := &House{App: a, Origin: cfg.Origin, release: release}
	if err := h.start(ctx, c); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Close ends the house.
func (h *House) Close() {
	h.App.Close()
	h.release()
}

func (h *House) start(ctx context.Context, c *clock) error {
	if err := h.Start(ctx); err != nil {
		return err
	}
	if _, err := h.Accounts.ByName(ctx, "ines"); err != nil {
		if _, err := demo.Build(ctx, h.House(), &c.built); err != nil {
			return fmt.Errorf("make the people: %w", err)
		}
	}
	c.real.Store(true)
	for who, found := range map[string]struct {
		name string
		id   *access.WorkspaceID
	}{"ines": {"KESTREL", &h.Kestrel}, "haruto": {"LANTERN", &h.Lantern}} {
		actor, err := h.Actor(ctx, who)
		if err != nil {
			return err
		}
		mine, err := h.Workspaces.Mine(ctx, actor)
		if err != nil {
			return err
		}
		for _, head := range mine {
			if head.Name == found.name {
				*found.id = head.ID
			}
		}
	}
	if h.Kestrel == "" || h.Lantern == "" {
		return fmt.Errorf("the operations of the demonstration are not here")
	}
	return nil
}

// Actor is a member by name, signed in with a passkey.
func (h *House) Actor(ctx context.Context, handle string) (access.Actor, error) {
	m, err := h.Accounts.ByName(ctx, handle)
	if err != nil {
		return access.Actor{}, fmt.Errorf("find %s: %w", handle, err)
	}
	return access.Actor{Kind: access.Person, Member: m.ID, Session: "bench", Strength: access.Passkey}, nil
}

// Join brings a member more into KESTREL, vetted like all of them, and returns
// who it is. It is the same member each time.
func (h *House) Join(ctx context.Context, n int) (access.Actor, error) {
	handle := fmt.Sprintf("reader%04d", n)
	if actor, err := h.Actor(ctx, handle); err == nil {
		return actor, nil
	}
	camille, err := h.Accounts.ByName(ctx, "camille")
	if err != nil {
		return access.Actor{}, err
	}
	who := map[string]access.Actor{}
	for _, name := range []string{"claire", "linnea", "kofi", "ines"} {
		if who[name], err = h.Actor(ctx, name); err != nil {
			return access.Actor{}, err
		}
	}
	draft := member.Draft{Org: camille.Org.ID, Email: handle + "@bench.example", Name: "Reader " + handle[6:]}
	_, token, err := h.Invitations.Invite(ctx, who["claire"], draft)
	if err != nil {
		return access.Actor{}, fmt.Errorf("invite: %w", err)
	}
	made, err := h.Invitations.Accept(ctx, token, member.Acceptance{
		Handle: handle, Name: draft.Name, Post: "Officer", Email: draft.Email, Rules: member.RulesVersion,
		Settings: member.Settings{Language: "en", TimeZone: "UTC"},
	})
	if err != nil {
		return access.Actor{}, fmt.Errorf("accept: %w", err)
	}
	actor := access.Actor{Kind: access.Person, Member: made.ID, Session: "bench", Strength: access.Passkey}
	endorsement := member.Endorsement{Statement: "Invented.", LastDay: time.Now().UTC().Truncate(24*time.Hour).AddDate(1, 0, 0)}
	for _, step := range []func() error{
		func() error { return h.Vettings.Endorse(ctx, who["claire"], made.ID, endorsement) },
		func() error { return h.Vettings.Approve(ctx, who["linnea"], made.ID) },
		func() error { return h.Vettings.Approve(ctx, who["kofi"], made.ID) },
		func() error {
			return h.Memberships.Invite(ctx, who["ines"], h.Kestrel, workspace.Invitation{Who: handle, Terms: workspace.Terms{Role: access.Analyst}})
		},
		func() error { return h.Memberships.Accept(ctx, actor, h.Kestrel) },
	} {
		if err := step(); err != nil {
			return actor, fmt.Errorf("let %s in: %w", handle, err)
		}
	}
	return actor, nil
}

// Import brings a file in, from the upload until its objects are listed, and
// says how long its check and its bringing in took.
func (h *House) Import(ctx context.Context, actor access.Actor, ws access.WorkspaceID, name, text string) (check, apply time.Duration, err error) {
	began := time.Now()
	id, err := h.Batches.Stage(ctx, actor, ws, intel.Upload{Name: name, Content: strings.NewReader(text)})
	if err != nil {
		return 0, 0, err
	}
	if err := h.until(ctx, actor, ws, id, intel.Ready); err != nil {
		return 0, 0, err
	}
	checked := time.Now()
	err = h.Batches.Accept(ctx, actor, intel.Place{Workspace: ws, Batch: id},
		intel.Decision{TLP: access.AmberStrict, PAP: access.PAPAmber, Court: access.H2})
	if err == nil {
		err = h.until(ctx, actor, ws, id, intel.Done)
	}
	return checked.Sub(began), time.Since(checked), err
}

func (h *House) until(ctx context.Context, actor access.Actor, ws access.WorkspaceID, id intel.BatchID, state intel.State) error {
	for pause := time.Millisecond; ; pause = min(2*pause, 16*time.Millisecond) {
		view, err := h.Batches.Batch(ctx, actor, ws, id)
		if err != nil || view.State == state {
			return err
		}
		if !view.State.Running() && view.State != intel.Ready {
			return fmt.Errorf("the import is %s (%s)", view.State, view.Reason)
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
