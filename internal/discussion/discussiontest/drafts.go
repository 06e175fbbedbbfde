// SPDX-License-Identifier: Apache-2.0

package discussiontest

import (
	"slices"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
)

// keeps saves a draft of who in tyche, a second after all that was before.
func (s *script) keeps(who string, d discussion.Draft) discussion.Draft {
	s.Helper()
	s.Advance(time.Second)
	saved, err := s.drafts.Save(s.Context(), as(who), tyche, d)
	s.must(err)
	return saved
}

// has holds that the draft of who in a slot has that text; none where it is empty.
func (s *script) has(who string, slot discussion.Slot, text string) discussion.Draft {
	s.Helper()
	d, err := s.drafts.In(s.Context(), as(who), tyche, slot)
	s.must(err)
	if d.Text != text || (d.ID == "") != (text == "") {
		s.Errorf("%s has the draft %+v; want %q", who, d, text)
	}
	return d
}

func drafts(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	in := discussion.Slot{Topic: topic}
	first := s.keeps("ann", discussion.Draft{Slot: in, Text: "half a\r\nthought"})
	got := s.has("ann", in, "half a\nthought")
	if got.ID != first.ID || !got.SavedAt.Equal(s.Now()) {
		s.Errorf("draft = %+v; saved as %+v", got, first)
	}
	for _, who := range []string{"max", "acm"} {
		if d, err := s.drafts.In(s.Context(), as(who), tyche, in); err != nil || d.ID != "" {
			s.Errorf("%s reads ann's draft: %+v, %v", who, d, err)
		}
	}
	s.keeps("max", discussion.Draft{Slot: in, Text: "of max"})
	s.keeps("ann", discussion.Draft{ID: first.ID, Slot: in, Text: "a whole thought"})
	s.has("ann", in, "a whole thought")
	s.keeps("ann", discussion.Draft{ID: first.ID, Slot: in, Text: " \n"})
	s.has("ann", in, "")
	s.has("max", in, "of max")
	s.must(s.drafts.Discard(s.Context(), as("max"), tyche, in))
	s.must(s.drafts.Discard(s.Context(), as("max"), tyche, in))
	s.has("max", in, "")

	long := discussion.Draft{Slot: in, Text: strings.Repeat("ж", 20_001)}
	_, err := s.drafts.Save(s.Context(), as("ann"), tyche, long)
	s.refused(err, fault.Invalid, "discussion.text.too_long")
	_, err = s.drafts.Save(s.Context(), as("ann"), tyche, discussion.Draft{ID: "../../x", Slot: in, Text: "x"})
	s.refused(err, fault.Invalid, "error.conflict")
}

// draftOfATopic holds that who shall read a new topic is kept with it, and comes
// back no wider than it was chosen.
func draftOfATopic(s *script) {
	from := discussion.Slot{Channel: "general"}
	narrow := discussion.Audience{TLP: access.Green, Restricted: true, Orgs: []access.OrgID{"ncb-fr"}}
	s.keeps("ann", discussion.Draft{Slot: from, Title: "Quiet", Text: "one", Channel: "general", Audience: narrow})
	got := s.has("ann", from, "one")
	if got.Title != "Quiet" || got.Channel != "general" || got.Audience.TLP != access.Green || !got.Audience.Restricted || !slices.Equal(got.Audience.Orgs, narrow.Orgs) {
		s.Errorf("draft = %+v", got)
	}
	s.has("ann", discussion.Slot{}, "")
	odd := discussion.Draft{Slot: discussion.Slot{Channel: "nowhere"}, Text: "two", Channel: "nowhere", Audience: discussion.Audience{TLP: access.Red, Orgs: []access.OrgID{"a b", ""}}}
	s.keeps("ann", odd)
	got = s.has("ann", discussion.Slot{}, "two")
	if got.Channel != "" || got.Audience.TLP != access.AmberStrict || len(got.Audience.Orgs) != 0 {
		s.Errorf("odd draft = %+v", got)
	}
}

// draftsSent holds that publishing forgets the draft with the post, and that what
// was published is neither kept again nor lost when it is typed on elsewhere.
func draftsSent(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	in := discussion.Slot{Topic: topic}
	kept := s.keeps("ann", discussion.Draft{Slot: in, Text: "two"})
	post := discussion.PostDraft{ID: discussion.PostID(kept.ID), Topic: topic, Text: "two"}
	n, err := s.posts.Reply(s.Context(), as("ann"), tyche, post)
	s.must(err)
	s.has("ann", in, "")
	late := discussion.Draft{ID: kept.ID, Slot: in, Text: "tw"}
	_, err = s.drafts.Save(s.Context(), as("ann"), tyche, late)
	s.refused(err, fault.Conflict, "discussion.draft.published")
	s.Exec(s.T, `INSERT INTO discussion_draft (workspace_id, member_id, topic_id, opened_from, draft_id, channel_id, title, text, tlp, restricted, opened_to, saved_at)
		VALUES ('tyche', 'ann', $1, '', $2, '', '', 'tw', 0, FALSE, '', 1)`, topic, kept.ID)
	s.has("ann", in, "") // saved at the same instant as it was published
	if again, err := s.posts.Reply(s.Context(), as("ann"), tyche, post); err != nil || again != n {
		s.Errorf("sent again it is number %d, %v", again, err)
	}
	post.Text = "two, and more"
	_, err = s.posts.Reply(s.Context(), as("ann"), tyche, post)
	s.refused(err, fault.Conflict, "discussion.draft.published")

	from := discussion.Slot{Channel: "general"}
	d := draft("Another", "one")
	d.ID = discussion.TopicID(s.keeps("ann", discussion.Draft{Slot: from, Title: d.Title, Text: d.Text, Channel: d.Channel, Audience: d.Audience}).ID)
	s.open("ann", d)
	s.has("ann", from, "")
	_, err = s.drafts.Save(s.Context(), as("ann"), tyche, discussion.Draft{ID: string(d.ID), Slot: from, Text: "on"})
	s.refused(err, fault.Conflict, "discussion.draft.published")
	d.Text = "one, and more"
	_, err = s.topics.Open(s.Context(), as("ann"), tyche, d)
	s.refused(err, fault.Conflict, "discussion.draft.published")
	s.sees("bob", discussion.Filter{}, "Another", "Panel")
}

// draftsEnd holds that who may no longer write reaches no draft, and that a
// hundred are kept.
func draftsEnd(s *script) {
	d := draft("Quiet", "one")
	d.Audience = discussion.Audience{TLP: access.Amber, Restricted: true, Orgs: []access.OrgID{"ncb-fr"}}
	topic := s.open("ann", d)
	in := discussion.Slot{Topic: topic}
	for _, who := range []string{"acm", "eve", "gus", "off", "exp"} {
		_, err := s.drafts.Save(s.Context(), as(who), tyche, discussion.Draft{Slot: in, Text: "x"})
		_, absent := s.drafts.Save(s.Context(), as(who), tyche, discussion.Draft{Slot: discussion.Slot{Topic: "absent"}, Text: "x"})
		s.hidden(err)
		s.hidden(absent)
		s.hidden(s.drafts.Discard(s.Context(), as(who), tyche, in))
	}
	_, err := s.drafts.Save(s.Context(), as("bob"), tyche, discussion.Draft{Slot: in, Text: "x"})
	s.refused(err, fault.Forbidden, "access.role")

	s.keeps("max", discussion.Draft{Slot: in, Text: "of max"})
	s.has("max", in, "of max")
	for i := range 100 {
		s.Exec(s.T, `INSERT INTO discussion_draft (workspace_id, member_id, topic_id, opened_from, draft_id, channel_id, title, text, tlp, restricted, opened_to, saved_at)
			VALUES ('tyche', 'max', $1, '', 'x', '', '', 'x', 0, FALSE, '', $2)`, s.NewID(), s.Now().UnixMicro()+int64(i)+1)
	}
	s.keeps("max", discussion.Draft{Slot: discussion.Slot{Channel: "general"}, Text: "the newest"})
	s.has("max", discussion.Slot{Channel: "general"}, "the newest")
	s.has("max", in, "")

	s.keeps("ann", discussion.Draft{Slot: in, Text: "of ann"})
	s.Exec(s.T, `UPDATE workspace_membership SET state = 'ended' WHERE member_id = 'ann'`)
	_, err = s.drafts.In(s.Context(), as("ann"), tyche, in)
	s.hidden(err)
	s.hidden(s.drafts.Discard(s.Context(), as("ann"), tyche, in))
}
