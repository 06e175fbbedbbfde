// SPDX-License-Identifier: Apache-2.0

package discussiontest

import (
	"slices"
	"sync"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

func concurrency(s *script) {
	const writers, each = 6, 5
	topic := s.open("ann", draft("Panel", "one"))
	var wrote sync.WaitGroup
	for i := range writers {
		wrote.Go(func() {
			who := []string{"ann", "max"}[i%2]
			for range each {
				_, err := s.posts.Reply(s.Context(), as(who), tyche, discussion.PostDraft{Topic: topic, Text: "more"})
				if err != nil {
					s.Error(err)
				}
			}
		})
	}
	wrote.Wait()
	got := numbers(s.thread("bob", topic, 1).Posts)
	for i := range int64(writers*each + 1) {
		if int(i) >= len(got) || got[i] != i+1 {
			s.Fatalf("numbers = %v", got)
		}
	}
}

func twice(s *script) {
	d := draft("Panel", "one")
	d.ID = discussion.TopicID(s.NewID())
	topic := s.open("ann", d)
	if again := s.open("ann", d); again != topic {
		s.Errorf("opened %s and %s", topic, again)
	}
	s.sees("bob", discussion.Filter{}, "Panel")
	post := discussion.PostDraft{ID: discussion.PostID(s.NewID()), Topic: topic, Text: "two"}
	for range 2 {
		if n, err := s.posts.Reply(s.Context(), as("ann"), tyche, post); err != nil || n != 2 {
			s.Errorf("reply = %d, %v", n, err)
		}
	}
	if th := s.thread("bob", topic, 1); th.Topic.Last != 2 || len(th.Posts) != 2 {
		s.Errorf("posts = %+v", th.Posts)
	}
	if n, err := s.posts.Reply(s.Context(), as("max"), tyche, post); err != nil || n != 3 {
		s.Errorf("max sends a draft of the name of ann's: %d, %v; want a post of his own", n, err)
	}
	post.ID = "../../x"
	if _, err := s.posts.Reply(s.Context(), as("max"), tyche, post); err == nil {
		s.Error("a post is named by what is no id")
	}
}

// brought has a reader of all but ann's topic name drafts as what she has there,
// and as what nobody has.
func brought(s *script) {
	open := s.open("ann", draft("Panel", "one"))
	d := draft("For us alone", "one")
	d.Audience.Restricted, d.ID = true, discussion.TopicID(s.NewID())
	hidden := s.open("ann", d)
	post := s.thread("ann", hidden, 1).Posts[0].ID
	for _, name := range []string{string(d.ID), string(hidden), string(post), s.NewID()} {
		mine := draft("Of max", "two")
		mine.ID = discussion.TopicID(name)
		topic, err := s.topics.Open(s.Context(), as("max"), tyche, mine)
		if err != nil || string(topic) == name {
			s.Errorf("a topic under the id %s: %s, %v", name, topic, err)
		}
		_, err = s.posts.Reply(s.Context(), as("max"), tyche, discussion.PostDraft{ID: discussion.PostID(name), Topic: open, Text: "two"})
		if err != nil {
			s.Errorf("a post under the id %s: %v", name, err)
		}
	}
	posts := s.thread("max", open, 1).Posts
	if len(posts) != 5 || slices.ContainsFunc(posts, func(p discussion.Post) bool { return p.ID == post }) {
		s.Errorf("posts = %+v", posts)
	}
}

func atOnce(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	post := discussion.PostDraft{ID: discussion.PostID(s.NewID()), Topic: topic, Text: "two"}
	var sent sync.WaitGroup
	got := make([]int64, 4)
	for i := range got {
		sent.Go(func() {
			n, err := s.posts.Reply(s.Context(), as("ann"), tyche, post)
			if err != nil {
				s.Error(err)
			}
			got[i] = n
		})
	}
	sent.Wait()
	if !slices.Equal(got, []int64{2, 2, 2, 2}) || s.thread("bob", topic, 1).Topic.Last != 2 {
		s.Errorf("numbers = %v", got)
	}
	d := draft("Another", "one")
	d.ID = discussion.TopicID(s.NewID())
	for range got {
		sent.Go(func() {
			if _, err := s.topics.Open(s.Context(), as("ann"), tyche, d); err != nil {
				s.Error(err)
			}
		})
	}
	sent.Wait()
	if n := len(s.titles("bob", discussion.Filter{})); n != 2 {
		s.Errorf("%d topics", n)
	}
}

func mentions(s *script) {
	topic := s.open("ann", draft("Panel", "@bob and @acm, see this; @eve, @gus and @nobody are not here"))
	if got := s.thread("max", topic, 1).Posts[0].Mentions; !slices.Equal(got, []access.MemberID{"acm", "bob"}) {
		s.Errorf("mentions = %v", got)
	}
	mine := func(who string) []discussion.Mention {
		s.Helper()
		list, err := s.posts.Mentions(s.Context(), as(who))
		s.must(err)
		return list
	}
	got := mine("bob")
	if len(got) != 1 || got[0].Topic != topic || got[0].Number != 1 || got[0].Seen || got[0].By.Name != "Member ann" || got[0].Workspace != tyche {
		s.Errorf("bob's mentions = %+v", got)
	}
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 1))
	if got := mine("bob"); len(got) != 1 || !got[0].Seen {
		s.Errorf("bob's mentions = %+v", got)
	}
	for _, who := range []string{"acm", "eve", "gus", "ann"} {
		if got := mine(who); len(got) != 0 {
			s.Errorf("%s is told of %+v", who, got)
		}
	}
}

func answers(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	s.open("max", draft("Another", "nobody writes here"))
	mine := func(who string) []discussion.Answer {
		s.Helper()
		list, err := s.posts.Answers(s.Context(), as(who))
		s.must(err)
		return list
	}
	if got := mine("ann"); len(got) != 0 {
		s.Errorf("ann has answers before there are any: %+v", got)
	}
	s.reply("max", topic, "two")
	s.reply("max", topic, "three")
	got := mine("ann")
	if len(got) != 1 || got[0].Topic != topic || got[0].Number != 3 || got[0].Unread != 2 || got[0].By.Name != "Member max" || got[0].Workspace != tyche {
		s.Errorf("ann's answers = %+v", got)
	}
	for _, who := range []string{"max", "bob", "eve", "gus"} {
		if got := mine(who); len(got) != 0 {
			s.Errorf("%s is told of %+v", who, got)
		}
	}
	s.must(s.posts.MarkRead(s.Context(), as("ann"), tyche, topic, 3))
	if got := mine("ann"); len(got) != 1 || got[0].Unread != 0 {
		s.Errorf("what ann has read is %+v", got)
	}
	s.Exec(s.T, `UPDATE workspace_membership SET state = 'ended' WHERE member_id = 'ann'`)
	if got := mine("ann"); len(got) != 0 {
		s.Errorf("after she left ann is told of %+v", got)
	}
}
