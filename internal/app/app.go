// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"entente.example/internal/access"
	"entente.example/internal/blob/folder"
	"entente.example/internal/bus"
	"entente.example/internal/config"
	"entente.example/internal/follow"
	"entente.example/internal/gate"
	"entente.example/internal/job"
	"entente.example/internal/live"
	"entente.example/internal/metrics"
	"entente.example/internal/signin/password"
	"entente.example/internal/sqldb"
	"entente.example/internal/web"
	"entente.example/internal/web/limit"
)

// World is what comes from outside the house: the clock, and chance.
type World struct {
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
	Derive password.Deriver // of keys of passwords
	Demo   bool             // invented people, and a sign-in page that lists them
}

// Real is the world of a server.
func Real(log *slog.Logger) World {
	return World{Now: time.Now, Random: rand.Reader, Log: log, Derive: password.Here}
}

// now is the clock in UTC, to the microsecond that tables keep.
func (w World) now() time.Time { return w.Now().UTC().Truncate(time.Microsecond) }

// newID returns a UUIDv7 in lower-case text: unique everywhere, sorted by time.
// Its time is the world's, so that what a demonstration makes lies where its
// clock says.
func (w World) newID() string {
	id, err := uuid.NewV7FromReader(w.Random)
	if err != nil {
		panic(err) // a source of randomness that fails leaves nothing to go on with
	}
	ms := w.Now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id.String()
}

// newToken returns 256 bits that nobody can guess, for an address or a cookie.
func (w World) newToken() string {
	var secret [32]byte
	if _, err := io.ReadFull(w.Random, secret[:]); err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

// App is a server ready to answer.
type App struct {
	*web.Mux
	Features

	config config.Config
	world  World
	log    *slog.Logger
	db     *sqldb.DB
	bus    *bus.Bus
	hub    live.Hub
	runner *follow.Runner
	jobs   *job.Runner

	frames  frameCache
	logKeys []string // verifier keys of the journal, that in use first

	stopKeeping      func() // of withdrawals
	stopHousekeeping func()
	unlock           func() // gives the folder of a demonstration back

	metrics *metrics.Metrics
	health  *health
	closing chan struct{}               // closed by Serve when open pages shall ask another node
	tlsEnd  atomic.Int64                // when the certificate in use ends, in seconds since 1970
	conns   atomic.Pointer[limit.Conns] // of the public listener; nil before Serve

	started bool // what runs beside the pages runs, and must be stopped
}

// console is the administrator's command line.
func console() access.Actor { return access.Actor{Kind: access.Console} }

// New opens the stores and mounts every feature. Close ends what it opened.
func New(ctx context.Context, cfg config.Config, world World) (_ *App, err error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	cfg = cfg.WithStandards()
	a := &App{config: cfg, world: world, log: world.Log, closing: make(chan struct{})}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if a.db, err = sqldb.Open(ctx, cfg.Database); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if a.bus, err = bus.Open(cfg.Bus); err != nil {
		return nil, err
	}
	a.runner = follow.New(a.db, a.bus, a.log, a.world.Random)
	if err = a.openLog(); err != nil {
		return nil, err
	}
	a.jobs = job.New(a.db, a.log, world.now, job.Settings{Name: world.newID(), Alone: a.db.Engine() == sqldb.SQLite})
	a.jobs.Handle(checkWork, job.Kind{Work: a.checkJournal, GaveUp: a.giveUpCheck})
	a.observe()
	if a.Features, err = a.features(ctx, gate.New(a.db, world.now).Telling(a.frames.forget)); err != nil {
		return nil, err
	}
	a.mount()
	return a, nil
}

// Start makes what must be there from the first day, and runs what lives beside
// the pages, until Close.
func (a *App) Start(ctx context.Context) error {
	if err := a.Workspaces.EnsureExchange(ctx, console()); err != nil {
		return fmt.Errorf("make the Knowledge Exchange: %w", err)
	}
	if a.db.Engine() == sqldb.SQLite { // several servers may share the folder of files otherwise
		if _, err := folder.New(filesFolder(a.config), a.world.Random); err != nil {
			return fmt.Errorf("open the folder of files: %w", err)
		}
	}
	a.runner.Tail("live", a.tell)
	for _, f := range a.followers() {
		a.runner.Follow(f.name, f.apply)
	}
	a.runner.Tail("warnings", a.reload)
	a.runner.Tail("figures", a.countImports)
	var err error
	if a.stopKeeping, err = a.keepWithdrawals(ctx); err != nil {
		return err
	}
	if err := a.runner.Start(ctx); err != nil {
		return err
	}
	a.jobs.Start(ctx)
	a.stopHousekeeping = a.housekeeping(ctx)
	a.started = true
	return nil
}

// Close ends what New opened and Start began.
func (a *App) Close() {
	if a.started {
		a.stopHousekeeping()
		a.jobs.Stop()
		a.runner.Stop()
	}
	if a.stopKeeping != nil {
		a.stopKeeping()
	}
	if a.bus != nil {
		a.bus.Close()
	}
	if a.db != nil {
		if err := a.db.Close(); err != nil {
			a.log.Error("close database", "err", err)
		}
	}
	if a.unlock != nil {
		a.unlock()
	}
}

// mount gives each feature its pages.
func (a *App) mount() {
	a.Mux = web.New(web.Options{
		Resume: a.resume, Check: a.recheck, Navigate: a.navigate, Watch: a.watch, Visit: a.visit,
		Hub: &a.hub, Log: a.log, NewID: a.world.newID, Now: a.world.now, After: time.After, Demo: a.world.Demo,
		Secure: a.config.Secure(), Seen: a.seen, Closing: a.closing,
	})
	for _, pages := range a.pages() {
		pages.Mount(a.Mux)
	}
}

// Run serves the platform until ctx ends. Keys of passwords are derived by derive.
func Run(ctx context.Context, cfg config.Config, derive password.Deriver, out io.Writer) error {
	if err := refuseDemo(cfg.Data); err != nil {
		return err
	}
	unlock, err := takeFolder(cfg.Data)
	if err != nil {
		return err
	}
	defer unlock()
	world := Real(Logger(cfg))
	world.Derive = derive
	clock, err := openClock(cfg.Data, world.Now, world.Log)
	if err != nil {
		return err
	}
	world.Now = clock.now
	defer clock.keep(ctx)()
	a, err := New(ctx, cfg, world)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.firstStart(ctx, out); err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	return a.Serve(ctx, out)
}

// Logger is where a server of these settings logs to: standard error.
func Logger(cfg config.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo // config has checked it
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

var errDemoFolder = errors.New("this data folder is a demonstration's: name another with ENTENTE_DATA")

var _ http.Handler = (*App)(nil)
