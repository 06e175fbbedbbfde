// SPDX-License-Identifier: Apache-2.0

//go:build linux

package ledger

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entente.example/internal/inject"
)

const (
	fewestFaults = 12                     // unless FAULTS says more
	underFault   = 600 * time.Millisecond // of writing, in each round
	stopsIn      = 10 * time.Second       // after a failed sync
	fewClients   = 4                      // who all bring files
)

// failing are calls that fail, the k-th of each thread in round k. Those with a
// "+" go on failing.
var failing = []struct {
	call, err, after string
	files            []string // of the data folder; of any, if there are none
}{
	{"fdatasync", "EIO", "", []string{"entente.db-wal"}},
	{"pwrite64", "EIO", "", []string{"entente.db", "entente.db-wal"}},
	{"pwrite64", "ENOSPC", "+", []string{"entente.db", "entente.db-wal"}},
	{"fsync", "EIO", "", nil},
	{"renameat", "EIO", "", nil},
	{"ftruncate", "EIO", "", nil},
}

// TestNothingAcknowledgedIsLostToAFailingDisk lets the k-th write, sync and rename
// of the program fail.
func TestNothingAcknowledgedIsLostToAFailingDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: each fault takes two seconds")
	}
	inject.Required(t)
	dir := t.TempDir()
	l := newLedger(t, filepath.Join(dir, "entente.db"), dir)
	l.clients = l.clients[:fewClients]
	hits, ends := make([]int, len(failing)), make([]int, len(failing))
	for n := range setting(t, "FAULTS", fewestFaults) {
		kind := n % len(failing)
		f := failing[kind]
		of := inject.Fault{Call: f.call, Error: f.err, When: strconv.Itoa(1+n/len(failing)) + f.after, Seen: []string{"pwrite64"}}
		for _, name := range f.files {
			of.Paths = append(of.Paths, filepath.Join(dir, name))
		}
		hit, ended := l.suffers(t, of)
		hits[kind] += hit
		if ended {
			ends[kind]++
		}
		l.ready = append(l.ready, l.start(t, l.home(), l.clients[0].token))
		l.holds(t, rules)
		if t.Failed() {
			t.Fatalf("after %v; the server said:\n%s", of, l.said())
		}
		l.kill()
	}
	l.start(t, l.home(), l.clients[0].token)
	l.settles(t)
	l.holds(t, slices.Concat(rules, settled, found))
	for i, f := range failing {
		t.Logf("| %-9s %-6s %-2s %v | failed %3d times | ended the server %d times |", f.call, f.err, f.after, f.files, hits[i], ends[i])
		if hits[i] == 0 {
			t.Errorf("no %s of %v failed: the run proves less than it should", f.call, f.files)
		}
	}
	l.report(t, 0)
	l.kill()
}

// suffers runs the server under f while clients write, and says how often f
// struck and whether the server ended by itself.
func (l *ledger) suffers(t *testing.T, f inject.Fault) (hits int, ended bool) {
	t.Helper()
	before := l.saidBytes(t)
	trace := filepath.Join(t.TempDir(), "trace")
	s := l.launch(t, inject.Command(f, trace, l.binary, "serve"))
	if s.answers(l.home(), l.clients[0].token) {
		l.writes(t, s)
	}
	calls := inject.Calls(t, trace)
	hits = inject.Hits(calls)
	if syncLost(calls) && !s.endsBy(stopsIn) {
		t.Errorf("%v: a sync failed, and the server is still there %v later", f, stopsIn)
	}
	if !s.endsBy(0) {
		l.goesOn(t, f)
		s.kill()
		return hits, false
	}
	said := string(l.saidBytes(t)[len(before):])
	if s.cmd.ProcessState.ExitCode() <= 0 || !strings.Contains(said, "entente: error: ") {
		t.Errorf("%v: the server ended with %v and the words %q", f, s.cmd.ProcessState, said)
	}
	if syncLost(calls) && !strings.Contains(said, "sync") && !strings.Contains(said, "disk") {
		t.Errorf("%v: the server does not say that it was a sync: %q", f, said)
	}
	return hits, true
}

func (l *ledger) saidBytes(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(l.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// syncLost reports whether the sync of a commit failed: one of the log, with
// something written to it since the one before. That of a checkpoint may fail
// without harm: SQLite copies the same pages again from the log, which is on disk.
func syncLost(calls []inject.Call) bool {
	wrote := false
	for _, c := range calls {
		if !strings.Contains(c.Args, "entente.db-wal>") {
			continue
		}
		if c.Name == "fdatasync" && c.Failed && wrote {
			return true
		}
		wrote = c.Name == "pwrite64"
	}
	return false
}

// writes lets the clients write for a while, or until the server is gone.
func (l *ledger) writes(t *testing.T, s *suffering) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), underFault)
	defer cancel()
	var writing sync.WaitGroup
	for _, c := range l.clients {
		writing.Go(func() { c.work(ctx) })
	}
	writing.Wait()
}

// goesOn asks a server that has survived f to read, and to write where f is over.
func (l *ledger) goesOn(t *testing.T, f inject.Fault) {
	t.Helper()
	c := l.clients[0]
	if status, _, err := c.get(l.home()); err != nil || status != http.StatusOK {
		t.Errorf("%v: reading after it: %d, %v", f, status, err)
	}
	if strings.HasSuffix(f.When, "+") {
		return
	}
	before := acked(l.notes.snapshot())[opensTopic]
	for range 100 { // each thread has its own k-th call
		if err := c.open(); err != nil {
			t.Errorf("%v: writing after it: %v", f, err)
			return
		}
		if acked(l.notes.snapshot())[opensTopic] > before {
			return
		}
	}
	t.Errorf("%v: nothing is written any more", f)
}

// suffering is a server that may end by itself.
type suffering struct {
	cmd     *exec.Cmd
	address string
	ended   chan struct{}
}

func (l *ledger) launch(t *testing.T, cmd *exec.Cmd) *suffering {
	t.Helper()
	s := &suffering{cmd: l.settle(cmd), address: l.address(), ended: make(chan struct{})}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait() // how it ended is asked of its state
	}()
	t.Cleanup(s.kill)
	return s
}

// answers waits until the server answers, and reports false if it ends instead.
func (s *suffering) answers(path, token string) bool {
	client := newClient(s.address, token)
	defer client.http.CloseIdleConnections()
	for begun := time.Now(); time.Since(begun) < patience && !s.endsBy(2*time.Millisecond); {
		if status, _, err := client.get(path); err == nil && status == http.StatusOK {
			return true
		}
	}
	return false
}

// endsBy reports whether the server has ended, or does so in that time.
func (s *suffering) endsBy(d time.Duration) bool {
	select {
	case <-s.ended:
		return true
	case <-time.After(d):
	}
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

func (s *suffering) kill() {
	_ = s.cmd.Process.Kill() // it may be gone already
	<-s.ended
}
