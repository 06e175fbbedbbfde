// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"

	"entente.example/internal/access"
	"entente.example/internal/app"
	"entente.example/internal/bench"
	"entente.example/internal/config"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/sqldb/pgtest"
)

// vault is a server with a place for its back-ups, and what opens them.
type vault struct {
	*bench.House
	cfg       config.Config
	dest      string
	recipient string
	identity  string // the file
}

// settingsOf are those of a server in a folder, with that database or SQLite.
func settingsOf(folder, database string) config.Config {
	if database == "" {
		database = filepath.Join(folder, "entente.db")
	}
	return config.Config{Data: folder, Database: database, Listen: "localhost:0", Origin: "http://localhost:8080", LogLevel: "error"}
}

func newVault(t *testing.T, database string) *vault {
	t.Helper()
	v := &vault{cfg: settingsOf(t.TempDir(), database), dest: filepath.Join(t.TempDir(), "vault")}
	v.recipient, v.identity = identity(t)
	v.House = opened(t, v.cfg)
	return v
}

func identity(t *testing.T) (recipient, file string) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "identity")
	if err := os.WriteFile(file, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return key.Recipient().String(), file
}

func opened(t *testing.T, cfg config.Config) *bench.House {
	t.Helper()
	h, err := bench.Open(t.Context(), cfg.Data, cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (v *vault) backsUp(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if err := app.Backup(t.Context(), v.cfg, v.dest, []string{v.recipient}, &out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.Fields(out.String())[1], ":")
}

func (v *vault) restoring() app.Restoring {
	return app.Restoring{Source: v.dest, Identities: v.identity, Since: filepath.Join(v.cfg.Data, "withdrawals.log")}
}

// givesKeysTo copies the keys of the server into another data folder.
func (v *vault) givesKeysTo(t *testing.T, data string) {
	t.Helper()
	for _, name := range []string{"match.key", "journal.key"} {
		key, err := os.ReadFile(filepath.Join(v.cfg.Data, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(data, name), key, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (v *vault) actor(t *testing.T, handle string) access.Actor {
	t.Helper()
	actor, err := v.Actor(t.Context(), handle)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// imported is the import of the seed.
func (v *vault) imported(t *testing.T, actor access.Actor) intel.Place {
	t.Helper()
	list, err := v.Batches.History(t.Context(), actor, v.Kestrel, "", 50)
	must(t, err)
	for _, batch := range list {
		if batch.State == intel.Done && batch.Total == 40 {
			return intel.Place{Workspace: v.Kestrel, Batch: batch.ID}
		}
	}
	t.Fatalf("no import of 40 objects among %d", len(list))
	return intel.Place{}
}

func verified(t *testing.T, cfg config.Config) {
	t.Helper()
	var told bytes.Buffer
	if err := app.Verify(t.Context(), cfg, &told); err != nil {
		t.Errorf("%v:\n%s", err, &told)
	}
}

// eachWay runs a test for a back-up of one engine that goes into another or the
// same. The databases given are fresh; empty is SQLite.
func eachWay(t *testing.T, test func(t *testing.T, from, to string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "", "") })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.URL(t), pgtest.Empty(t, asBytes)) })
	t.Run("sqlite to postgres", func(t *testing.T) { test(t, "", pgtest.Empty(t, asBytes)) })
	t.Run("postgres to sqlite", func(t *testing.T) { test(t, pgtest.URL(t), "") })
}

const asBytes = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"

func TestABackupUnderLoadComesBackWholeAndWhatWasTakenSinceStaysTaken(t *testing.T) {
	eachWay(t, func(t *testing.T, from, to string) {
		v := newVault(t, from)
		camille, claire := v.actor(t, "camille"), v.actor(t, "claire")
		must(t, v.Seed(t.Context(), bench.Amount{Objects: 40}, bench.Amount{}, io.Discard))
		org, err := v.Accounts.ByName(t.Context(), "camille")
		must(t, err)
		_, link, err := v.Invitations.Invite(t.Context(), claire, member.Draft{Org: org.Org.ID, Email: "new@bench.example", Name: "New"})
		must(t, err)
		session, err := v.Sessions.Start(t.Context(), camille.Member, access.Passkey, "a browser")
		must(t, err)

		acknowledged := v.underLoad(t, camille, func() { v.backsUp(t) })
		must(t, v.People.Suspend(t.Context(), claire, camille.Member))
		ines := v.actor(t, "ines")
		must(t, v.Memberships.End(t.Context(), ines, v.Kestrel, v.actor(t, "mateo").Member))
		undone := v.imported(t, ines)
		must(t, v.Batches.Undo(t.Context(), ines, undone))
		must(t, v.House.House().Settle(t.Context()))
		v.Close()

		restored := settingsOf(t.TempDir(), to)
		var told bytes.Buffer
		must(t, app.Restore(t.Context(), restored, v.restoring(), &told))
		if !strings.Contains(told.String(), "of 3 acts since the back-up that took something from people, 3 were done again") {
			t.Errorf("the restore tells:\n%s", &told)
		}
		v.givesKeysTo(t, restored.Data)
		verified(t, restored)
		v.House, v.cfg = opened(t, restored), restored
		defer v.Close()

		for topic, least := range acknowledged {
			thread, err := v.Posts.Thread(t.Context(), claire, access.Exchange, topic, 0)
			if err != nil || thread.Topic.Last < least {
				t.Errorf("%d posts are there, %v; %d were acknowledged before the back-up began", thread.Topic.Last, err, least)
			}
		}
		must(t, v.House.House().Settle(t.Context()))
		if view, err := v.Batches.Batch(t.Context(), ines, undone.Workspace, undone.Batch); err != nil || view.State != intel.Undone {
			t.Errorf("what was undone after the back-up is %s, %v", view.State, err)
		}
		if _, err := v.Sessions.Check(t.Context(), session); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("the session of before answers %v", err)
		}
		if _, err := v.Invitations.Accept(t.Context(), link, member.Acceptance{}); fault.KindOf(err) == 0 {
			t.Error("the invitation of before is open")
		}
		if _, err := v.Topics.Channels(t.Context(), camille, access.Exchange); err == nil {
			t.Error("who was suspended after the back-up is a member again")
		}
	})
}

// underLoad writes posts before, while and after do runs, each writer in a topic
// of its own, and returns how many were acknowledged before it began, by topic.
func (v *vault) underLoad(t *testing.T, actor access.Actor, do func()) map[discussion.TopicID]int64 {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var writers, warm sync.WaitGroup
	const each = 20
	before := map[discussion.TopicID]int64{}
	for n := range 4 {
		topic, err := v.Topic(t.Context(), actor, access.Exchange, access.Green, n, 1)
		must(t, err)
		before[topic] = each
		warm.Add(1)
		begun := sync.OnceFunc(warm.Done)
		writers.Go(func() {
			for ctx.Err() == nil {
				number, err := v.Posts.Reply(t.Context(), actor, access.Exchange, discussion.PostDraft{Topic: topic, Text: "still here"})
				if number >= each || err != nil {
					begun()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	warm.Wait()
	do()
	stop()
	writers.Wait()
	return before
}
