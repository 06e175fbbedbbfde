// SPDX-License-Identifier: Apache-2.0

package discussiontest

import (
	"fmt"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
)

// above lists what stands pinned above all topics of tyche for who.
func (s *script) above(who string, f discussion.Filter) (titles []string) {
	s.Helper()
	list, err := s.topics.List(s.Context(), as(who), tyche, f, "")
	s.must(err)
	for _, t := range list.Pinned {
		titles = append(titles, t.Title)
	}
	return titles
}

func pinned(s *script) {
	quiet := draft("Quiet", "one")
	quiet.Audience = discussion.Audience{TLP: access.Amber, Restricted: true, Orgs: []access.OrgID{"ncb-fr"}}
	drafts := []discussion.TopicDraft{draft("First", "one"), quiet, draft("Third", "one"), draft("Fourth", "one"), draft("Fifth", "one")}
	var topics []discussion.TopicID
	for _, d := range drafts {
		topics = append(topics, s.open("ann", d))
	}
	s.open("ann", draft("Latest", "one"))
	for _, topic := range topics[:3] {
		s.must(s.topics.Pin(s.Context(), as("max"), tyche, topic))
	}
	for who, want := range map[string][]string{"max": {"Third", "Quiet", "First"}, "bob": {"Third", "First"}, "acm": nil} {
		if got := s.above(who, discussion.Filter{}); !slices.Equal(got, want) {
			s.Errorf("%s sees pinned %q; want %q", who, got, want)
		}
	}
	for _, f := range []discussion.Filter{{Channel: "general"}, {Unread: true}} {
		if got := s.above("max", f); got != nil {
			s.Errorf("%+v has %q above it", f, got)
		}
	}
	s.sees("bob", discussion.Filter{}, "Latest", "Fifth", "Fourth", "Third", "First") // their place among all is their activity's
	s.must(s.topics.Pin(s.Context(), as("max"), tyche, topics[3]))
	if got := s.above("max", discussion.Filter{}); !slices.Equal(got, []string{"Fourth", "Third", "Quiet"}) {
		s.Errorf("of four pinned topics %q stand above", got)
	}
	s.must(s.topics.Unpin(s.Context(), as("max"), tyche, topics[3]))
	if got := s.above("max", discussion.Filter{}); !slices.Equal(got, []string{"Third", "Quiet", "First"}) {
		s.Errorf("after one is unpinned %q stand above", got)
	}
}

func several(s *script) {
	quiet := draft("Quiet", "one")
	quiet.Audience.Restricted = true
	hidden := s.open("ann", quiet)
	first, second, third := s.open("ann", draft("First", "one")), s.open("ann", draft("Second", "one")), s.open("ann", draft("Third", "one"))
	s.reply("ann", second, "two")
	s.must(s.topics.MarkRead(s.Context(), as("bob"), tyche, []discussion.Read{
		{Topic: first, Number: 1}, {Topic: second, Number: 1}, {Topic: hidden, Number: 1}, {Topic: "absent", Number: 1},
	}))
	s.sees("bob", discussion.Filter{Unread: true}, "Second", "Third") // the answer to Second was not on the list
	s.must(s.topics.MarkRead(s.Context(), as("bob"), tyche, []discussion.Read{{Topic: second, Number: 9}, {Topic: third, Number: 1}}))
	s.sees("bob", discussion.Filter{Unread: true})
	s.reply("ann", second, "three")
	s.sees("bob", discussion.Filter{Unread: true}, "Second") // nobody has read what was not written yet
	s.must(s.topics.MarkRead(s.Context(), as("bob"), tyche, []discussion.Read{{Topic: second, Number: 3}}))
	s.must(s.topics.MarkRead(s.Context(), as("bob"), tyche, []discussion.Read{{Topic: second, Number: 1}}))
	s.sees("bob", discussion.Filter{Unread: true}) // and nothing is unread again
	var many []discussion.Read
	for i := range 51 {
		many = append(many, discussion.Read{Topic: discussion.TopicID(fmt.Sprint(i)), Number: 1})
	}
	s.refused(s.topics.MarkRead(s.Context(), as("bob"), tyche, many), fault.Invalid, "error.cursor")
	s.hidden(s.topics.MarkRead(s.Context(), as("eve"), tyche, nil))
}

func gone(s *script) {
	quiet := draft("Quiet", "one")
	quiet.Audience.Restricted = true
	s.open("ann", quiet)
	find := func(who, handle string) error {
		card, _, err := s.topics.By(s.Context(), as(who), tyche, handle)
		if err == nil && (card.Name == "" || card.Handle != handle) {
			s.Errorf("%s finds %+v", handle, card)
		}
		return err
	}
	s.must(find("bob", "ann"))
	s.Exec(s, `UPDATE workspace_membership SET state = 'ended' WHERE workspace_id = 'tyche' AND member_id = 'ann'`)
	s.hidden(find("bob", "ann")) // he reads nothing of hers
	s.hidden(find("bob", "eve"))
	s.hidden(find("bob", "nobody"))
	s.Exec(s, `UPDATE workspace_membership SET state = 'accepted' WHERE workspace_id = 'tyche' AND member_id = 'ann'`)
	s.open("ann", draft("Panel", "one"))
	s.Exec(s, `UPDATE workspace_membership SET state = 'ended' WHERE workspace_id = 'tyche' AND member_id = 'ann'`)
	s.must(find("bob", "ann"))
	s.hidden(find("acm", "ann"))
}
