// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"entente.example/internal/config"
	"entente.example/internal/demo"
	"entente.example/internal/job"
	"entente.example/internal/loopback"
	"entente.example/internal/signin/password"
	"entente.example/internal/signin/signinweb"
	"entente.example/internal/sqldb"
)

// marker is the file that makes a data folder a demonstration's, for good.
const marker = "this-is-a-demonstration"

// refuseDemo keeps a server with real people out of a demonstration's folder.
func refuseDemo(folder string) error {
	_, err := os.Stat(filepath.Join(folder, marker))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		return errDemoFolder
	}
	return err
}

// RunDemo serves invented people in a folder of its own, anew at each start, to
// this machine alone.
func RunDemo(ctx context.Context, cfg config.Config, derive password.Deriver, folder string, out io.Writer) error {
	a, err := openDemo(ctx, cfg, derive, folder, out)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, out)
}

// openDemo starts a server over a world that it has just made.
func openDemo(ctx context.Context, cfg config.Config, derive password.Deriver, folder string, out io.Writer) (a *App, err error) {
	cfg, unlock, err := demoConfig(cfg, folder)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unlock()
		}
	}()
	clock := &demoClock{}
	clock.built.Set(time.Now())
	world := Real(Logger(cfg))
	world.Now, world.Demo, world.Derive = clock.now, true, derive
	if a, err = New(ctx, cfg, world); err != nil {
		return nil, err
	}
	a.unlock = unlock
	if err = a.Start(ctx); err == nil {
		fmt.Fprintln(out, "entente: making the demonstration's people and cases …")
		_, err = demo.Build(ctx, a.House(), &clock.built)
	}
	if err != nil {
		a.Close()
		return nil, fmt.Errorf("build the demonstration: %w", err)
	}
	clock.real.Store(true)
	return a, nil
}

// demoConfig holds a demonstration to this machine and to a folder of its own,
// which it empties, and has to itself until unlock is called.
func demoConfig(cfg config.Config, folder string) (_ config.Config, unlock func(), err error) {
	host, _, err := net.SplitHostPort(cfg.Listen)
	if err != nil || !loopback.Is(host) {
		return cfg, nil, fmt.Errorf("a demonstration listens on this machine alone, not on %s", cfg.Listen)
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cfg, nil, err
	}
	if len(entries) > 0 && !errors.Is(refuseDemo(folder), errDemoFolder) {
		return cfg, nil, fmt.Errorf("folder %s holds something that is no demonstration: name another with --data", folder)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return cfg, nil, err
	}
	// The marker comes before the lock, so that what is left here is a demonstration's at any moment.
	if err := os.WriteFile(filepath.Join(folder, marker), []byte("Invented people and cases. No other server opens this folder.\n"), 0o600); err != nil {
		return cfg, nil, err
	}
	if unlock, err = lockFolder(folder); err != nil {
		return cfg, nil, err
	}
	for _, e := range entries {
		if e.Name() == lockFile || e.Name() == marker {
			continue
		}
		if err := os.RemoveAll(filepath.Join(folder, e.Name())); err != nil {
			unlock()
			return cfg, nil, err
		}
	}
	cfg.Data, cfg.Database, cfg.Bus, cfg.Withdrawals = folder, filepath.Join(folder, "entente.db"), "", ""
	return cfg, unlock, nil
}

// demoClock is set back while the world is made, and then tells the time.
type demoClock struct {
	built demo.Clock
	real  atomic.Bool
}

func (c *demoClock) now() time.Time {
	if c.real.Load() {
		return time.Now()
	}
	return c.built.Now()
}

// House is what an invented world is made through.
func (a *App) House() demo.House {
	return demo.House{
		Organisations: a.Organisations, People: a.People, Invitations: a.Invitations, Officers: a.Officers, Vettings: a.Vettings, Accounts: a.Accounts,
		Workspaces: a.Workspaces, Memberships: a.Memberships, Topics: a.Topics, Posts: a.Posts, Batches: a.Batches, Lists: a.Lists,
		Settle: a.settle,
	}
}

// personas are the people whom the sign-in page of a demonstration lists.
func (a *App) personas(ctx context.Context) (list []signinweb.DemoPerson, err error) {
	persons, err := demo.Persons(ctx, a.House())
	for _, p := range persons {
		list = append(list, signinweb.DemoPerson{Member: p.Member, Name: p.Name, Org: p.Org, Country: string(p.Country), Look: p.Look})
	}
	return list, err
}

// settle waits until no work waits in the background.
func (a *App) settle(ctx context.Context) error {
	for {
		waiting := true
		err := a.db.View(ctx, func(tx *sqldb.Tx) (err error) {
			waiting, err = job.Waiting(ctx, tx)
			return err
		})
		if err != nil || !waiting {
			return err
		}
		a.jobs.Wake()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Indexed waits until search knows all that was committed before.
func (a *App) Indexed(ctx context.Context) error {
	for {
		behind, err := a.runner.Behind(ctx, "search")
		if err != nil || behind == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// door lets into a demonstration only what comes from this machine, straight.
func door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopback.Is(strings.Trim(host, "[]")) || forwarded(r.Header) {
			http.Error(w, "This is a demonstration: it answers on this machine alone.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func forwarded(h http.Header) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}
