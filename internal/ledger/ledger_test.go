// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/config"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
)

const (
	fewest    = 10 // kills of each engine, unless KILLS says more
	readyIn   = 2 * time.Second
	settlesIn = 90 * time.Second
)

func setting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// TestNothingAcknowledgedIsLostToAKill runs the ledger on SQLite and PostgreSQL.
func TestNothingAcknowledgedIsLostToAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: twenty kills take more than a minute")
	}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		l := newLedger(t, filepath.Join(dir, "entente.db"), dir)
		l.run(t, setting(t, "KILLS", fewest))
		l.findsWhatIsBroken(t)
	})
	t.Run("postgres", func(t *testing.T) {
		pgtest.Required(t)
		server, err := pgtest.StartDurable(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		database, err := server.Database("ledger")
		if err != nil {
			t.Fatal(err)
		}
		l := newLedger(t, database, t.TempDir())
		l.server = server
		l.run(t, setting(t, "KILLS", fewest))
	})
}

// ledger is one engine's run.
type ledger struct {
	*program
	notes   *notes
	clients []*client
	chance  *rand.Rand
	server  *pgtest.Server // to be killed too; nil on SQLite
	ready   []time.Duration
	killed  int    // of the server
	key     string // that the journal's checkpoints are signed by
	held    []byte // the newest checkpoint seen before the last kill, as an outsider holds it
}

func newLedger(t *testing.T, database, data string) *ledger {
	t.Helper()
	number := uint64(setting(t, "SEED", int(time.Now().UnixNano()&0xffffff)))
	t.Logf("SEED=%d", number)
	l := &ledger{notes: newNotes(t, filepath.Join(t.TempDir(), "notes.jsonl")), chance: rand.New(rand.NewPCG(number, 0))}
	l.program = newProgram(t, data, database)
	l.env = []string{"ENTENTE_CHECKPOINT=1s"}
	cfg := config.Config{Data: data, Database: database, Listen: l.listen, Origin: l.address(), LogLevel: "error"}
	l.clients = seed(t, cfg, setting(t, "OBJECTS", 0), l.notes, l.chance)
	for _, c := range l.clients {
		c.address = l.address()
	}
	text, err := os.ReadFile(filepath.Join(data, "journal.key"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := merkle.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	l.key = signer.Key()
	return l
}

// run kills the server that often.
func (l *ledger) run(t *testing.T, kills int) {
	l.start(t, l.home(), l.clients[0].token)
	for n := range kills {
		l.round(t)
		l.ready = append(l.ready, l.start(t, l.home(), l.clients[0].token))
		l.holds(t, rules)
		if t.Failed() {
			t.Fatalf("after kill %d; the server said:\n%s", n+1, l.said())
		}
		if (n+1)%25 == 0 {
			t.Logf("%d kills", n+1)
		}
	}
	l.completes(t)
	l.settles(t)
	l.holds(t, slices.Concat(rules, settled, found))
	l.report(t, kills)
	l.kill()
}

func (l *ledger) home() string { return place(one) + "/topics" }

// round lets the clients write and kills the server among it.
func (l *ledger) round(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var writing sync.WaitGroup
	for _, c := range l.clients {
		writing.Go(func() { c.work(ctx) })
	}
	sleep(ctx, time.Duration(50+l.chance.IntN(1950))*time.Millisecond)
	if l.server != nil && l.chance.IntN(3) == 0 {
		if err := l.server.Kill(); err != nil {
			t.Error(err)
		}
		l.killed++
		sleep(ctx, time.Duration(l.chance.IntN(500))*time.Millisecond)
	}
	l.kill()
	cancel()
	writing.Wait()
	if l.server != nil {
		if err := l.server.Await(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// holds compares, while the server does what a restart leaves it to do.
func (l *ledger) holds(t *testing.T, of []rule) {
	t.Helper()
	l.reads(t)
	for _, find := range l.finds(t, l.database, of) {
		t.Error(find)
	}
	for _, fail := range l.notes.fails {
		t.Error(fail)
	}
}

// finds returns what is wrong with a database.
func (l *ledger) finds(t *testing.T, database string, of []rule) (all []string) {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: database, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *sqldb.Tx) error {
		now, err := read(t.Context(), tx)
		if err != nil {
			return err
		}
		broken, err := breaks(t.Context(), tx, of)
		if err != nil {
			return err
		}
		tampered, err := l.verifies(t.Context(), tx)
		all = slices.Concat(compare(now, l.notes.snapshot()), broken, tampered)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// verifies checks the journal's Merkle log, and that it continues the checkpoint
// that was seen before.
func (l *ledger) verifies(ctx context.Context, tx *sqldb.Tx) (finds []string, err error) {
	trust := audit.Trust{Keys: []string{l.key}}
	if l.held != nil {
		trust.Held = [][]byte{l.held}
	}
	report, err := auditsql.Verify(ctx, tx, trust)
	if err != nil {
		return nil, err
	}
	for _, f := range report.Findings {
		finds = append(finds, "the journal's log: "+f.String())
	}
	if newest, known, err := auditsql.NewestOrNone(ctx, tx); err == nil && known {
		l.held = newest.Note
	}
	return finds, nil
}

// reads asks the server for the newest post that each client was told is there.
func (l *ledger) reads(t *testing.T) {
	t.Helper()
	for _, c := range l.clients {
		if len(c.posts) == 0 {
			continue
		}
		p := c.posts[len(c.posts)-1]
		status, text, err := c.get(fmt.Sprintf("%s/topics/%s/posts?after=%d", place(p.workspace), p.id, p.number-1))
		if err != nil || status != http.StatusOK || !strings.Contains(string(text), c.member+" writes ") {
			t.Errorf("%s does not read post %d of %s back: %d, %v", c.member, p.number, p.id, status, err)
		}
	}
}

// settles waits until imports have ended and the followers have caught up.
func (l *ledger) settles(t *testing.T) {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: l.database, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	begun := time.Now()
	for time.Since(begun) < settlesIn {
		var waits []string
		err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
			waits, err = breaks(t.Context(), tx, settled)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(waits) == 0 {
			t.Logf("settled within %v", time.Since(begun).Round(time.Millisecond))
			return
		}
		sleep(t.Context(), 50*time.Millisecond)
	}
}

// completes has the two managers do whatever a short run may not have come to.
func (l *ledger) completes(t *testing.T) {
	t.Helper()
	for _, c := range []*client{l.clients[0], l.clients[10]} {
		acts := []func() error{c.open, c.reply, c.edit, func() error { return c.bring(t.Context(), 0, accepts) }}
		if len(c.sessions) > 0 {
			acts = append(acts, c.signOut)
		}
		if len(c.guests) > 0 {
			acts = append(acts, c.invite)
		}
		for _, act := range acts {
			if err := act(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// report prints the table.
func (l *ledger) report(t *testing.T, kills int) {
	t.Helper()
	counts := acked(l.notes.snapshot())
	slices.Sort(l.ready)
	at := func(share float64) time.Duration {
		return l.ready[int(share*float64(len(l.ready)-1))].Round(time.Millisecond)
	}
	t.Logf("| kills %d (server of the database: %d) | ready p50 %v, p99 %v, max %v |", kills, l.killed, at(.5), at(.99), at(1))
	for _, a := range []act{opensTopic, replies, edits, stages, accepts, refuses, undoes, invites, signsOut} {
		t.Logf("| %-12s | %6d acknowledged |", a, counts[a])
		if counts[a] == 0 && kills >= 5*fewest {
			t.Errorf("no client %s: the run proves less than it should", a)
		}
	}
	if most := at(1); os.Getenv("KILLS") != "" && l.server == nil && most > readyIn { // where it is measured, on a machine of its own
		t.Errorf("ready after %v; want %v", most, readyIn)
	}
}
