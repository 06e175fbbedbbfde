// SPDX-License-Identifier: Apache-2.0

package discussiontest

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// World is the small world of gatetest, in which the scripts play.
type World interface {
	Now() time.Time
	NewID() string
	Advance(d time.Duration)
	Exec(t testing.TB, query string, args ...any)
}

// Store plays each script in a world of its own; on calls play once for each
// engine, with a store in a fresh world.
func Store(t *testing.T, on func(t *testing.T, play func(*testing.T, discussion.Store, World))) {
	scripts := map[string]func(*script){
		"posts are numbered from 1 and read by whoever may":          numbering,
		"posts at the same time get numbers without gap or double":   concurrency,
		"a form sent twice makes one topic and one post":             twice,
		"a draft named as what is hidden is answered like any other": brought,
		"two forms sent at once make one post":                       atOnce,
		"what one has read is told from what is new":                 unread,
		"a topic silent for thirty days asks no more to be read":     silent,
		"a topic opens where its reader left off":                    leftOff,
		"pinned topics stand above all, for who may see them":        pinned,
		"several topics are marked as read, each as far as shown":    several,
		"who is gone is found by those who read what they wrote":     gone,
		"lists go on from page to page, each topic once":             paging,
		"a restricted topic leaves no trace":                         restricted,
		"private members start closed":                               startsClosed,
		"hidden and absent cannot be told apart":                     hidden,
		"who is suspended reads nothing":                             suspended,
		"authors edit their own posts and all versions are kept":     edits,
		"a mention reaches those who may read it":                    mentions,
		"an answer reaches those who wrote in the topic":             answers,
		"readers do not write, and managers alone mark topics":       roles,
		"a locked topic takes posts from managers alone":             locked,
		"a topic is marked within its workspace's ceiling":           markings,
		"the Knowledge Exchange is for all, in five channels":        exchange,
		"a post has a text, a topic a title, and neither is endless": limits,
		"what one types is kept, for oneself alone":                  drafts,
		"a draft of a topic keeps who shall read it":                 draftOfATopic,
		"what is published is no draft any more":                     draftsSent,
		"who may no longer write reaches no draft":                   draftsEnd,
	}
	for name, play := range scripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on(t, func(t *testing.T, store discussion.Store, world World) {
				play(&script{
					T: t, World: world,
					topics: discussion.NewTopics(store, handles, world.Now, world.NewID),
					posts:  discussion.NewPosts(store, handles, world.Now, world.NewID),
					drafts: discussion.NewDrafts(store, world.Now, world.NewID),
				})
			})
		})
	}
}

// handles stands for the room that reads markup.
func handles(text string) (found []string) {
	for _, m := range regexp.MustCompile(`@([a-z]+)`).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

type script struct {
	*testing.T
	World
	topics *discussion.Topics
	posts  *discussion.Posts
	drafts *discussion.Drafts
}

const tyche access.WorkspaceID = "tyche"

func as(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

func (s *script) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *script) refused(err error, kind fault.Kind, key string) {
	s.Helper()
	if e := fault.Of(err); err == nil || e.Kind != kind || e.Key != key {
		s.Errorf("err = %v; want kind %d with %s", err, kind, key)
	}
}

func (s *script) hidden(err error) { s.Helper(); s.refused(err, fault.NotFound, "error.not_found") }

func draft(title, text string) discussion.TopicDraft {
	return discussion.TopicDraft{Channel: "general", Title: title, Text: text, Audience: discussion.Audience{TLP: access.Amber}}
}

// open opens a topic in tyche, a second after all that was before.
func (s *script) open(who string, d discussion.TopicDraft) discussion.TopicID {
	s.Helper()
	s.Advance(time.Second)
	id, err := s.topics.Open(s.Context(), as(who), tyche, d)
	s.must(err)
	return id
}

func (s *script) reply(who string, topic discussion.TopicID, text string) int64 {
	s.Helper()
	s.Advance(time.Second)
	n, err := s.posts.Reply(s.Context(), as(who), tyche, discussion.PostDraft{Topic: topic, Text: text})
	s.must(err)
	return n
}

func (s *script) thread(who string, topic discussion.TopicID, from int64) discussion.Thread {
	s.Helper()
	th, err := s.posts.Thread(s.Context(), as(who), tyche, topic, from)
	s.must(err)
	return th
}

// titles lists what who sees of tyche.
func (s *script) titles(who string, f discussion.Filter) (titles []string) {
	s.Helper()
	list, err := s.topics.List(s.Context(), as(who), tyche, f, "")
	s.must(err)
	for _, t := range list.Topics {
		titles = append(titles, t.Title)
	}
	return titles
}

func (s *script) sees(who string, f discussion.Filter, want ...string) {
	s.Helper()
	if got := s.titles(who, f); !slices.Equal(got, want) {
		s.Errorf("%s sees %q; want %q", who, got, want)
	}
}

// unread returns how many topics of tyche are new to who, as the counts tell.
func (s *script) unread(who string) int {
	s.Helper()
	counts, err := s.topics.Counts(s.Context(), as(who))
	s.must(err)
	n := 0
	for _, c := range counts {
		if c.Workspace == tyche {
			n += c.Channel.Unread
			if c.Channel.Unread > 0 == c.Channel.NewAt.IsZero() || c.Channel.NewAt.After(s.Now()) {
				s.Errorf("to %s %d topics are new, since %v", who, c.Channel.Unread, c.Channel.NewAt)
			}
		}
	}
	return n
}

func numbers(posts []discussion.Post) (numbers []int64) {
	for _, p := range posts {
		numbers = append(numbers, p.Number)
	}
	return numbers
}

func numbering(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	if n := s.reply("max", topic, "two\r\n"); n != 2 {
		s.Errorf("second post is number %d", n)
	}
	th := s.thread("bob", topic, 1)
	if !slices.Equal(numbers(th.Posts), []int64{1, 2}) || th.Posts[1].Text != "two" || !th.Posts[1].CreatedAt.Equal(s.Now()) || !th.Whole() {
		s.Errorf("thread = %+v", th)
	}
	if th.Topic.Last != 2 || th.Topic.LastBy != "max" || th.Channel.Key == "" || th.People["ann"].OrgName != "Organisation pol-fr" {
		s.Errorf("head = %+v in %+v", th.Topic, th.Channel)
	}
	after, err := s.posts.After(s.Context(), as("bob"), tyche, topic, 1)
	s.must(err)
	if !slices.Equal(numbers(after.Posts), []int64{2}) {
		s.Errorf("after 1 = %v", numbers(after.Posts))
	}
}

func unread(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	s.reply("ann", topic, "two")
	if mine, theirs := s.unread("ann"), s.unread("bob"); mine != 0 || theirs != 1 {
		s.Errorf("unread: ann %d, bob %d", mine, theirs)
	}
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 1))
	if n := s.thread("bob", topic, 1).Topic.Unread(s.Now()); n != 1 {
		s.Errorf("bob has %d to read; want 1", n)
	}
	s.sees("bob", discussion.Filter{Unread: true}, "Panel")
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 99))
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 1))
	s.sees("bob", discussion.Filter{Unread: true})
	s.reply("max", topic, "three")
	if th := s.thread("bob", topic, 1); th.Topic.Read != 2 || s.unread("bob") != 1 || s.unread("ann") != 1 {
		s.Errorf("after a third post bob has read up to %d", th.Topic.Read)
	}
}

func silent(s *script) {
	s.open("ann", draft("Panel", "one"))
	s.Advance(31 * 24 * time.Hour)
	s.sees("bob", discussion.Filter{Unread: true})
	s.open("ann", draft("Another", "one"))
	s.open("ann", draft("Third", "one"))
	if n := s.unread("bob"); n != 2 {
		s.Errorf("bob has %d topics to read; want 2", n)
	}
	s.must(s.topics.MarkAllRead(s.Context(), as("bob"), tyche, "elsewhere"))
	s.sees("bob", discussion.Filter{Unread: true}, "Third", "Another")
	s.must(s.topics.MarkAllRead(s.Context(), as("bob"), tyche, "general"))
	s.sees("bob", discussion.Filter{Unread: true})
	if n := s.unread("max"); n != 2 {
		s.Errorf("max has %d topics to read; want 2", n)
	}
}

func leftOff(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	for range 9 {
		s.reply("ann", topic, "more")
	}
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 6))
	if got := numbers(s.thread("bob", topic, 0).Posts); !slices.Equal(got, []int64{5, 6, 7, 8, 9, 10}) {
		s.Errorf("bob reads on at %v", got)
	}
	for range 50 {
		s.reply("ann", topic, "more")
	}
	s.must(s.posts.MarkRead(s.Context(), as("bob"), tyche, topic, 60))
	th := s.thread("bob", topic, 0)
	if th.Posts[0].Number != 11 || len(th.Posts) != 50 || !th.Whole() {
		s.Errorf("with nothing new the page is %v", numbers(th.Posts))
	}
	if th := s.thread("bob", topic, 3); th.Posts[0].Number != 3 || th.Whole() {
		s.Errorf("from 3 the page is %v", numbers(th.Posts))
	}
}

func paging(s *script) {
	const many = 120
	for range many {
		s.open("ann", draft("Topic", "text"))
	}
	first, err := s.topics.List(s.Context(), as("ann"), tyche, discussion.Filter{}, "")
	s.must(err)
	pinned := first.Topics[49].ID
	s.must(s.topics.Pin(s.Context(), as("max"), tyche, pinned))
	for _, f := range []discussion.Filter{{}, {Channel: "general"}, {Unread: true, Channel: "general"}, {Author: "ann"}} {
		seen := map[discussion.TopicID]bool{}
		var after page.Cursor
		for n := 0; n == 0 || after != ""; n++ {
			list, err := s.topics.List(s.Context(), as("bob"), tyche, f, after)
			s.must(err)
			if n == 0 && (list.Topics[0].ID == pinned) != (f.Channel != "") {
				s.Errorf("%+v begins with %+v", f, list.Topics[0])
			}
			for _, t := range list.Topics {
				if seen[t.ID] {
					s.Fatalf("%+v lists %s twice", f, t.ID)
				}
				seen[t.ID] = true
			}
			after = list.Next
		}
		if len(seen) != many {
			s.Errorf("%+v lists %d topics", f, len(seen))
		}
	}
	_, err = s.topics.List(s.Context(), as("bob"), tyche, discussion.Filter{}, "x")
	s.refused(err, fault.Invalid, "error.cursor")
}

func edits(s *script) {
	topic := s.open("ann", draft("Panel", "first"))
	wrote := s.Now()
	revise := func(who string, edits int, text string) error {
		s.Advance(time.Minute)
		return s.posts.Revise(s.Context(), as(who), tyche, discussion.Edit{Topic: topic, Number: 1, Edits: edits, Text: text})
	}
	s.must(revise("ann", 0, "second"))
	s.must(revise("ann", 1, "third, with @bob"))
	s.refused(revise("ann", 1, "late"), fault.Conflict, "discussion.edit.overtaken")
	s.refused(revise("max", 2, "not mine"), fault.Forbidden, "discussion.edit.others")
	s.refused(revise("bob", 2, "not mine"), fault.Forbidden, "access.role")
	s.hidden(revise("eve", 2, "not mine"))
	th, versions, err := s.posts.History(s.Context(), as("bob"), tyche, topic, 1)
	s.must(err)
	var texts []string
	for _, v := range versions {
		texts = append(texts, v.Text)
	}
	if !slices.Equal(texts, []string{"first", "second", "third, with @bob"}) || !versions[0].WrittenAt.Equal(wrote) || !versions[1].WrittenAt.Equal(wrote.Add(time.Minute)) {
		s.Errorf("versions = %+v", versions)
	}
	if p := th.Posts[0]; p.Edits != 2 || !p.EditedAt.Equal(wrote.Add(2*time.Minute)) || !slices.Equal(p.Mentions, []access.MemberID{"bob"}) {
		s.Errorf("post = %+v", p)
	}
	_, _, err = s.posts.History(s.Context(), as("bob"), tyche, topic, 2)
	s.hidden(err)
}
