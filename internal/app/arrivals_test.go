// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/home"
)

// inboxOf lists the kinds of what lies in a member's inbox, sorted.
func (s *stage) inboxOf(t *testing.T, member string) (kinds []home.Kind) {
	t.Helper()
	list, err := s.Inbox.List(t.Context(), gatetest.As(member), home.Filter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list.Entries {
		kinds = append(kinds, e.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// TestTheInboxForgetsWhatOneMayNoLongerRead has each kind of thing happen to an
// analyst, and takes her out of the operation.
func TestTheInboxForgetsWhatOneMayNoLongerRead(t *testing.T) {
	s := newStage(t)
	s.imports(t, "eve", "other", oneURL("http://panel.kestrel.example/"))
	topic := discussion.TopicID(s.ids["tyche topic"])
	for _, text := range []string{"An answer.", "And @ann, see this."} {
		if _, err := s.Posts.Reply(t.Context(), gatetest.As("max"), "tyche", discussion.PostDraft{Topic: topic, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	open := discussion.TopicID(s.ids["exchange topic"])
	if _, err := s.Posts.Reply(t.Context(), gatetest.As("gus"), access.Exchange, discussion.PostDraft{Topic: open, Text: "An answer."}); err != nil {
		t.Fatal(err)
	}
	all := []home.Kind{home.Found, home.Imported, home.Mentioned, home.Replied}
	if got := s.inboxOf(t, "ann"); !slices.Equal(got, all) {
		t.Errorf("ann's inbox holds %v; want %v", got, all)
	}
	if got := s.inboxOf(t, "gus"); len(got) != 0 {
		t.Errorf("a stranger's inbox holds %v", got)
	}
	s.people.Exec(t, `UPDATE workspace_membership SET state = 'ended' WHERE member_id = 'ann'`)
	if got := s.inboxOf(t, "ann"); !slices.Equal(got, []home.Kind{home.Replied}) {
		t.Errorf("after she was put out, ann's inbox holds %v", got)
	}
	s.people.Exec(t, `UPDATE member_organisation SET knowledge_until = 1`)
	if got := s.inboxOf(t, "ann"); len(got) != 0 {
		t.Errorf("without an agreement, ann's inbox holds %v", got)
	}
}
