// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"entente.example/internal/durable"
)

const (
	clockFile  = "clock.seen"    // in the data folder: the latest time that this node has lived through
	clockNoted = time.Minute     // how often it is noted
	clockSlack = 2 * time.Minute // how far behind a clock may be before somebody is told
)

// clock tells a time that never goes back, whatever the machine's does: what had
// ended (sessions, invitations, codes, vettings) must not come back to life. Where
// the machine's clock is set back, time goes on from where it was at its usual
// pace, until the machine has caught up; and so it does after a restart.
type clock struct {
	read func() time.Time // of the machine, with its monotonic reading
	log  *slog.Logger
	file string

	mu    sync.Mutex
	last  time.Time // what read returned last; guarded by mu
	shown time.Time // what was told then; guarded by mu
}

// openClock goes on from the time that the folder has seen.
func openClock(folder string, read func() time.Time, log *slog.Logger) (*clock, error) {
	c := &clock{read: read, log: log, file: filepath.Join(folder, clockFile)}
	c.last = read()
	c.shown = c.last.Round(0)
	text, err := os.ReadFile(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the time last seen: %w", err)
	}
	seen, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("read the time last seen in %s: %w", c.file, err)
	}
	c.goOn(seen)
	return c, nil
}

// goOn lets the time be at least seen.
func (c *clock) goOn(seen time.Time) {
	behind := seen.Sub(c.shown)
	if behind <= 0 {
		return
	}
	c.shown = seen
	if behind > clockSlack {
		c.log.Error("the clock of this machine is behind what was seen before: time goes on from there", "behind", behind.Round(time.Second).String())
	}
}

// now tells the time.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	read := c.read()
	expected := c.shown.Add(max(0, read.Sub(c.last))) // by the monotonic reading, which no setting of the clock moves
	c.last, c.shown = read, read.Round(0)
	c.goOn(expected)
	return c.shown
}

// note writes the time down, for the next start.
func (c *clock) note() error {
	return durable.Replace(c.file, []byte(c.now().UTC().Format(time.RFC3339Nano)+"\n"))
}

// keep notes the time, now and then, and once more when stop is called, which
// must be.
func (c *clock) keep(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.noted(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() {
		tick := time.NewTicker(clockNoted)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				c.noted(ctx)
			}
		}
	})
	return func() {
		cancel()
		keeping.Wait()
		c.noted(ctx)
	}
}

func (c *clock) noted(ctx context.Context) {
	if err := c.note(); err != nil {
		c.log.ErrorContext(ctx, "the time is not noted", "err", err)
	}
}
