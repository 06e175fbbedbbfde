// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"entente.example/internal/access"
)

// Size is how much is measured.
type Size struct {
	Name    string
	Rounds  int           // turns of figure and limit
	Objects int           // that lists, pages and search have below them
	Batches int           // of 1,000 indicators, in one round
	Event   int           // attributes of an event
	Single  int           // indicators that match, one by one: no more than a day's hits
	Posts   time.Duration // of one turn
	Pages   time.Duration // of one turn
	Streams int           // open pages
	Talk    time.Duration // for which they are told
	Keys    int           // that are matched again
}

// The sizes.
var (
	Full  = Size{"full", 5, 100_000, 20, 10_000, 40, 3 * time.Second, 2 * time.Second, 1000, 8 * time.Second, 4_000_000}
	Quick = Size{"quick", 3, 10_000, 4, 2_000, 20, time.Second, 700 * time.Millisecond, 300, 3 * time.Second, 1_000_000}
	Tiny  = Size{"tiny", 1, 40, 1, 20, 2, 30 * time.Millisecond, 30 * time.Millisecond, 5, 100 * time.Millisecond, 1_000}
)

// Engine is a database to measure on: "sqlite", or "postgres" with the addresses
// of two empty databases, of the house and of the limit.
type Engine struct {
	Name        string
	House, Bare string
}

// run is the measurement of one engine.
type run struct {
	Size
	engine Engine
	house  *House
	bare   *sql.DB
	dir    string
	log    io.Writer

	writer access.Actor // who posts and imports in KESTREL
	other  access.Actor // who imports in LANTERN
	rows   []Row
}

// Measure measures all on one engine. It says on log what it is at.
func Measure(ctx context.Context, size Size, engine Engine, only string, log io.Writer) (rows []Row, err error) {
	dir, err := os.MkdirTemp("", "entente-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r := &run{Size: size, engine: engine, dir: dir, log: log}
	if r.house, err = Open(ctx, filepath.Join(dir, "house"), engine.House); err != nil {
		return nil, err
	}
	defer r.house.Close()
	if r.bare, err = openBare(ctx, engine, filepath.Join(dir, "bare.db")); err != nil {
		return nil, err
	}
	defer r.bare.Close()
	if err := r.people(ctx); err != nil {
		return nil, err
	}
	served, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	ready, telling := io.Pipe()
	go func() {
		err := r.house.Serve(served, telling)
		telling.CloseWithError(err) // or who waits for it to be ready waits for ever
		ended <- err
	}()
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		stop()
		return nil, err
	}
	go io.Copy(io.Discard, ready)
	err = r.all(ctx, only)
	stop()
	<-ended
	for i := range r.rows {
		r.rows[i].Engine = engine.Name
	}
	return r.rows, err
}

func (r *run) people(ctx context.Context) (err error) {
	if r.writer, err = r.house.Actor(ctx, "ines"); err != nil {
		return err
	}
	r.other, err = r.house.Actor(ctx, "haruto")
	return err
}

// work is something that is measured.
type work struct {
	name    string
	measure func(context.Context) error
}

func (r *run) works() []work {
	return []work{
		{"hit", r.hits}, {"import", r.imports}, {"event", r.events}, {"seed", r.seed}, {"pages", r.pages},
		{"posts", r.posts}, {"streams", r.streams}, {"blind", r.blind},
	}
}

// Works names what can be measured.
func Works() string {
	var names []string
	for _, w := range (&run{}).works() {
		names = append(names, w.name)
	}
	return strings.Join(names, ",")
}

// all measures one work after the other. One that fails does not keep the others
// from being measured.
func (r *run) all(ctx context.Context, only string) (err error) {
	for _, w := range r.works() {
		if only != "" && !strings.Contains(","+only+",", ","+w.name+",") {
			continue
		}
		began := time.Now()
		if failed := w.measure(ctx); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", w.name, failed))
			fmt.Fprintf(r.log, "%s: %s failed: %v\n", r.engine.Name, w.name, failed)
			if ctx.Err() != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(r.log, "%s: %s in %.1f s\n", r.engine.Name, w.name, time.Since(began).Seconds())
	}
	return err
}

func (r *run) add(row Row) { r.rows = append(r.rows, row) }

// seed brings what the pages have below them.
func (r *run) seed(ctx context.Context) error {
	return r.house.Seed(ctx, Amount{Objects: r.Objects, Posts: min(2*postsEach, r.Objects)}, Amount{}, r.log)
}

// ms is a duration in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
