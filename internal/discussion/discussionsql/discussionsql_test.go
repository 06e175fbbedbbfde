// SPDX-License-Identifier: Apache-2.0

package discussionsql_test

import (
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/discussion"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/discussion/discussiontest"
	"entente.example/internal/fault"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestStore(t *testing.T) {
	discussiontest.Store(t, func(t *testing.T, play func(*testing.T, discussion.Store, discussiontest.World)) {
		sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
			world := gatetest.New(t, db)
			play(t, discussionsql.New(world.Gate), world)
		})
	})
}

func TestJournalLeadsToTheText(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		world := gatetest.New(t, db)
		none := func(string) []string { return nil }
		store := discussionsql.New(world.Gate)
		topics := discussion.NewTopics(store, none, world.Now, world.NewID)
		posts := discussion.NewPosts(store, none, world.Now, world.NewID)
		topic, err := topics.Open(t.Context(), gatetest.As("ann"), "tyche", discussion.TopicDraft{
			Channel: "general", Title: "Panel", Text: "one", Audience: discussion.Audience{TLP: access.Amber},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := posts.Reply(t.Context(), gatetest.As("max"), "tyche", discussion.PostDraft{Topic: topic, Text: "two"}); err != nil {
			t.Fatal(err)
		}
		var records []audit.Record
		err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := auditsql.Sequence(t.Context(), tx, 10); err != nil {
				return err
			}
			records, err = auditsql.After(t.Context(), tx, 0, 10)
			return err
		})
		if err != nil || len(records) != 3 {
			t.Fatalf("journal = %+v, %v", records, err)
		}
		last := records[2]
		if last.Verb != audit.PostPublished || last.About != string(topic) || last.Count != 2 || last.Actor != "max" || last.Workspace != "tyche" {
			t.Errorf("entry = %+v", last)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			text, err := store.Text(t.Context(), tx, last.Workspace, discussion.PostID(last.Object))
			if text.Topic != topic || text.Title != "Panel" || text.Text != "two" || text.Number != 2 || text.Handling == "" || !text.At.Equal(world.Now()) {
				t.Errorf("text = %+v", text)
			}
			if err != nil {
				return err
			}
			_, err = store.Text(t.Context(), tx, "other", discussion.PostID(last.Object))
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("a post is found in another workspace: %v", err)
		}
	})
}
