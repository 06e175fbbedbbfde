// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/search"
)

func TestATopicIsFoundByItsTitleAndAnAnswerByItsText(t *testing.T) {
	s := newStage(t)
	topic := discussion.TopicID(s.ids["exchange topic"])
	_, err := s.Posts.Reply(t.Context(), gatetest.As("ann"), access.Exchange, discussion.PostDraft{Topic: topic, Text: "An answer about ledgers."})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Indexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]search.Kind{"trend": search.Topic, "ledgers": search.Post} {
		found, err := s.Documents.Search(t.Context(), gatetest.As("ann"), search.Query{Text: query, Workspace: access.Exchange, Kind: want})
		if err != nil || len(found.Hits) != 1 || found.Hits[0].Topic != string(topic) {
			t.Errorf("%q among %ss: %+v, %v; want the one", query, want, found.Hits, err)
		}
	}
}
