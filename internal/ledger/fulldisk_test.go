// SPDX-License-Identifier: Apache-2.0

//go:build linux

package ledger

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/uuid"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

const (
	diskSize = "64m"
	mega     = 1 << 20
)

// TestAFullDiskRefusesAndRecovers runs the program in a file system that fills up,
// and is given room again while it runs.
func TestAFullDiskRefusesAndRecovers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it seeds a server")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+diskSize); err != nil {
		t.Skipf("no small file system could be mounted, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	l := newLedger(t, filepath.Join(dir, "entente.db"), dir)
	l.clients = l.clients[:fewClients]
	l.start(t, l.home(), l.clients[0].token)
	if err := l.clients[0].open(); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		ballast := fill(t, dir, round*mega/2)
		l.fillsUp(t)
		l.reads(t)
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		before := acked(l.notes.snapshot())[opensTopic]
		if err := l.clients[1].open(); err != nil || acked(l.notes.snapshot())[opensTopic] != before+1 {
			t.Errorf("with room again nothing is written: %v", err)
		}
		l.holds(t, rules)
	}
	l.settles(t)
	l.holds(t, slices.Concat(rules, settled, found))
	l.kill()
	l.start(t, l.home(), l.clients[0].token)
	l.holds(t, rules)
	l.kill()
}

// fill takes the room of a file system but for so many bytes.
func fill(t *testing.T, dir string, but int) (ballast string) {
	t.Helper()
	ballast = filepath.Join(dir, "ballast")
	file, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	block, written := make([]byte, 4096), int64(0)
	for {
		n, err := file.Write(block)
		written += int64(n)
		if err != nil {
			break // it is full
		}
	}
	if err := file.Truncate(max(0, written-int64(but))); err != nil {
		t.Fatal(err)
	}
	return ballast
}

// fillsUp writes until it is refused, by the page that says why.
func (l *ledger) fillsUp(t *testing.T) {
	t.Helper()
	c := l.clients[0]
	for range 500 {
		id := uuid.Must(uuid.NewV7()).String()
		n := note{Act: opensTopic, Workspace: c.workspace, Topic: discussion.IDOf(id, access.MemberID(c.member), c.workspace), Text: strings.TrimSpace(strings.Repeat("long words ", 1500))}
		c.notes.write(n)
		form := url.Values{"id": {id}, "channel": {"general"}, "title": {"Long"}, "text": {n.Text}, "tlp": {"AMBER"}, "audience": {"all"}}
		status, _, text, err := c.send(http.MethodPost, l.home(), "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		switch {
		case err != nil:
			t.Fatal(err)
		case status == http.StatusSeeOther:
			n.Acked, n.Number = true, 1
			c.notes.write(n)
		case status == http.StatusServiceUnavailable && bytes.Contains(text, []byte("no room left")):
			return
		default:
			t.Fatalf("%d %.400s; want 503, and why", status, text)
		}
	}
	t.Error("the disk does not fill up")
}
