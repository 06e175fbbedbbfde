// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"entente.example/internal/access"
)

// machine is a machine whose clock can be set. Its times have no monotonic
// reading, so an hour that passes is told by both.
type machine struct{ at time.Time }

func (m *machine) read() time.Time { return m.at }

func (m *machine) opens(t *testing.T, folder string) *clock {
	t.Helper()
	c, err := openClock(folder, m.read, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTimeNeverGoesBack(t *testing.T) {
	start := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	folder, m := t.TempDir(), &machine{start}
	c := m.opens(t, folder)
	stop := c.keep(t.Context())
	before := c.now()
	for _, jump := range []time.Duration{time.Hour, -time.Minute, -365 * 24 * time.Hour, time.Second, 10 * time.Minute, -time.Nanosecond} {
		m.at = m.at.Add(jump)
		after := c.now()
		if after.Before(before) {
			t.Errorf("after a jump of %v it is %v; it was %v", jump, after, before)
		}
		if jump > 0 && after.Sub(before) < min(jump, time.Second) {
			t.Errorf("time stands still: %v after %v", after.Sub(before), jump)
		}
		before = after
	}
	stop() // an orderly one, sooner than the time is noted by itself
	if after := m.opens(t, folder).now(); after.Before(before) {
		t.Errorf("after a restart it is %v; it was %v", after, before)
	}
	m.at = start.AddDate(3, 0, 0)
	if after := m.opens(t, folder).now(); !after.Equal(m.at) {
		t.Errorf("a clock that has caught up shows %v; want %v", after, m.at)
	}
}

// TestNoSessionComesBackToLifeWithTheClock ends sessions by time, and sets the
// clock of the machine back.
func TestNoSessionComesBackToLifeWithTheClock(t *testing.T) {
	m := &machine{time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
	folder := t.TempDir()
	c := m.opens(t, folder)
	s := newStage(t)
	s.Sessions.Now = c.now
	for name, lasts := range map[string]time.Duration{"idle": 31 * time.Minute, "whole": 12 * time.Hour} {
		token, err := s.Sessions.Start(t.Context(), "ann", access.Passkey, name)
		if err != nil {
			t.Fatal(err)
		}
		m.at = m.at.Add(lasts)
		c.now()
		if err := c.note(); err != nil {
			t.Fatal(err)
		}
		for _, back := range []time.Duration{time.Minute, lasts, 365 * 24 * time.Hour} {
			m.at = m.at.Add(-back)
			if _, err := s.Sessions.Resume(t.Context(), token); !errors.Is(err, access.ErrNobody) {
				t.Errorf("%s: with the clock %v back: %v", name, back, err)
			}
			s.Sessions.Now = m.opens(t, folder).now // a restart
			if _, err := s.Sessions.Resume(t.Context(), token); !errors.Is(err, access.ErrNobody) {
				t.Errorf("%s: with the clock %v back, after a restart: %v", name, back, err)
			}
			m.at = m.at.Add(back)
		}
		s.Sessions.Now = c.now
	}
}
