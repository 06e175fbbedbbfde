// SPDX-License-Identifier: Apache-2.0

package discussiontest

import (
	"context"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
)

// touches are all the ways to reach a topic.
func (s *script) touches() map[string]func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
	return map[string]func(context.Context, access.Actor, access.WorkspaceID, discussion.TopicID) error{
		"thread": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, err := s.posts.Thread(ctx, actor, id, topic, 0)
			return err
		},
		"after": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, err := s.posts.After(ctx, actor, id, topic, 0)
			return err
		},
		"one": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, err := s.posts.One(ctx, actor, id, topic, 1)
			return err
		},
		"history": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, _, err := s.posts.History(ctx, actor, id, topic, 1)
			return err
		},
		"mark": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			return s.posts.MarkRead(ctx, actor, id, topic, 1)
		},
		"watch": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, err := s.topics.Watch(ctx, actor, id, topic)
			return err
		},
		"reply": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			_, err := s.posts.Reply(ctx, actor, id, discussion.PostDraft{Topic: topic, Text: "text"})
			return err
		},
		"revise": func(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic discussion.TopicID) error {
			return s.posts.Revise(ctx, actor, id, discussion.Edit{Topic: topic, Number: 1, Text: "text"})
		},
		"lock": s.topics.Lock,
		"pin":  s.topics.Pin,
	}
}

// reachesNot holds that who is answered about a topic in every way as about one
// that does not exist.
func (s *script) reachesNot(who string, topic discussion.TopicID) {
	s.Helper()
	for name, touch := range s.touches() {
		err := touch(s.Context(), as(who), tyche, topic)
		absent := touch(s.Context(), as(who), tyche, "absent")
		if fault.KindOf(absent) == fault.Forbidden && fault.KindOf(err) == fault.Forbidden {
			continue // the role answers, whatever the topic
		}
		if fault.KindOf(err) != fault.NotFound || err.Error() != absent.Error() {
			s.Errorf("%s by %s: %v; absent: %v", name, who, err, absent)
		}
	}
}

func hidden(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	for _, who := range []string{"eve", "gus", "off", "exp"} {
		s.reachesNot(who, topic)
		_, err := s.topics.List(s.Context(), as(who), tyche, discussion.Filter{}, "")
		_, absent := s.topics.List(s.Context(), as(who), "nowhere", discussion.Filter{}, "")
		if fault.KindOf(err) != fault.NotFound || err.Error() != absent.Error() {
			s.Errorf("list by %s: %v; absent: %v", who, err, absent)
		}
	}
	for name, touch := range s.touches() {
		err := touch(s.Context(), as("eve"), "other", topic)
		if fault.KindOf(err) != fault.NotFound {
			s.Errorf("%s through another workspace: %v", name, err)
		}
	}
}

func restricted(s *script) {
	d := draft("Quiet", "for @max, not for @bob")
	d.Audience = discussion.Audience{TLP: access.Amber, Restricted: true, Orgs: []access.OrgID{"ncb-fr"}}
	topic := s.open("ann", d)
	s.sees("max", discussion.Filter{}, "Quiet")
	for _, who := range []string{"bob", "acm"} {
		s.sees(who, discussion.Filter{})
		s.sees(who, discussion.Filter{Channel: "general", Unread: true})
		s.sees(who, discussion.Filter{Author: "ann"})
		if n := s.unread(who); n != 0 {
			s.Errorf("%s counts %d", who, n)
		}
		s.reachesNot(who, topic)
		s.must(s.topics.MarkAllRead(s.Context(), as(who), tyche, ""))
		if list, err := s.posts.Mentions(s.Context(), as(who)); err != nil || len(list) != 0 {
			s.Errorf("%s's mentions = %+v, %v", who, list, err)
		}
		_, list, err := s.topics.By(s.Context(), as(who), tyche, "ann")
		s.must(err)
		if len(list.Topics) != 0 {
			s.Errorf("%s sees of ann %+v", who, list.Topics)
		}
	}
	th := s.thread("max", topic, 0)
	if !th.Topic.Audience.Restricted || th.Orgs["ncb-fr"].OrgName != "Organisation ncb-fr" || len(th.Orgs) != 1 {
		s.Errorf("audience = %+v, %+v", th.Topic.Audience, th.Orgs)
	}
	if list, err := s.posts.Mentions(s.Context(), as("max")); err != nil || len(list) != 1 {
		s.Errorf("max's mentions = %+v, %v", list, err)
	}
	d.Audience.Orgs = []access.OrgID{"sec"}
	_, err := s.topics.Open(s.Context(), as("ann"), tyche, d)
	s.refused(err, fault.Invalid, "discussion.audience.unknown")
}

func startsClosed(s *script) {
	s.Exec(s, `INSERT INTO member_organisation (org_id, name, kind, country, knowledge_until, operations_until, suspended, created_at)
		SELECT 'bank', 'Bank', kind, country, knowledge_until, operations_until, suspended, created_at FROM member_organisation WHERE org_id = 'acme'`)
	s.Exec(s, `UPDATE member_member SET org_id = 'bank' WHERE member_id = 'exp'`)
	s.Exec(s, `UPDATE member_member SET vetted_until = (SELECT vetted_until FROM member_member WHERE member_id = 'acm') WHERE member_id = 'exp'`)
	closed := s.open("ann", draft("Police", "one @acm"))
	opened := draft("Opened", "one @acm")
	opened.Audience.Orgs = []access.OrgID{"acme"}
	s.open("ann", opened)
	own := s.open("acm", draft("Company", "one"))
	s.sees("acm", discussion.Filter{}, "Company", "Opened")
	s.sees("exp", discussion.Filter{})
	s.sees("bob", discussion.Filter{}, "Company", "Opened", "Police")
	s.reachesNot("acm", closed)
	s.reachesNot("exp", own)
	if n := s.unread("acm"); n != 1 {
		s.Errorf("acm counts %d; want the one opened to acme", n)
	}
	if list, err := s.posts.Mentions(s.Context(), as("acm")); err != nil || len(list) != 1 || list[0].Title != "Opened" {
		s.Errorf("acm's mentions = %+v, %v", list, err)
	}
}

func suspended(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	for name, touch := range s.touches() {
		if err := touch(s.Context(), as("sus"), tyche, topic); fault.KindOf(err) != fault.Unauthenticated {
			s.Errorf("%s: %v", name, err)
		}
	}
	s.Exec(s, `UPDATE member_organisation SET suspended = TRUE WHERE org_id = 'pol-es'`)
	if _, err := s.topics.Counts(s.Context(), as("bob")); fault.KindOf(err) != fault.Unauthenticated {
		s.Errorf("counts of a suspended organisation: %v", err)
	}
}

func roles(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	_, err := s.topics.Open(s.Context(), as("bob"), tyche, draft("Mine", "one"))
	s.refused(err, fault.Forbidden, "access.role")
	_, err = s.posts.Reply(s.Context(), as("bob"), tyche, discussion.PostDraft{Topic: topic, Text: "two"})
	s.refused(err, fault.Forbidden, "access.role")
	s.refused(s.topics.Pin(s.Context(), as("ann"), tyche, topic), fault.Forbidden, "access.role")
	_, err = s.topics.AddChannel(s.Context(), as("ann"), tyche, "Wallets")
	s.refused(err, fault.Forbidden, "access.role")
	added, err := s.topics.AddChannel(s.Context(), as("max"), tyche, " Wallets ")
	s.must(err)
	d := draft("In it", "one")
	d.Channel = added
	s.open("ann", d)
	channels, err := s.topics.Channels(s.Context(), as("bob"), tyche)
	s.must(err)
	if len(channels) != 2 || channels[1].Name != "Wallets" || channels[1].Unread != 1 {
		s.Errorf("channels = %+v", channels)
	}
	s.sees("bob", discussion.Filter{Channel: added}, "In it")
	s.must(s.topics.Unpin(s.Context(), as("max"), tyche, topic))
}

func locked(s *script) {
	topic := s.open("ann", draft("Panel", "one"))
	s.must(s.topics.Lock(s.Context(), as("max"), tyche, topic))
	_, err := s.posts.Reply(s.Context(), as("ann"), tyche, discussion.PostDraft{Topic: topic, Text: "two"})
	s.refused(err, fault.Forbidden, "discussion.topic.locked")
	err = s.posts.Revise(s.Context(), as("ann"), tyche, discussion.Edit{Topic: topic, Number: 1, Text: "other"})
	s.refused(err, fault.Forbidden, "discussion.topic.locked")
	if n := s.reply("max", topic, "two"); n != 2 {
		s.Errorf("the manager's post is number %d", n)
	}
	s.must(s.topics.Unlock(s.Context(), as("max"), tyche, topic))
	s.reply("ann", topic, "three")
}

func markings(s *script) {
	red := draft("Red", "one")
	red.Audience.TLP = access.Red
	_, err := s.topics.Open(s.Context(), as("ann"), tyche, red)
	s.refused(err, fault.Invalid, "discussion.tlp.unfit")
	form, err := s.topics.Choices(s.Context(), as("ann"), tyche)
	s.must(err)
	if form.TLP != access.AmberStrict || len(form.TLPs) != 4 || len(form.Orgs) != 3 {
		s.Errorf("under a ceiling of RED: %+v", form)
	}
	s.Exec(s, `UPDATE workspace_workspace SET ceiling = 1 WHERE workspace_id = 'tyche'`)
	_, err = s.topics.Open(s.Context(), as("ann"), tyche, draft("Amber", "one"))
	s.refused(err, fault.Invalid, "discussion.tlp.unfit")
	if form, err = s.topics.Choices(s.Context(), as("ann"), tyche); err != nil || form.TLP != access.Green || len(form.TLPs) != 2 {
		s.Errorf("under a ceiling of GREEN: %+v, %v", form, err)
	}
	elsewhere := draft("Elsewhere", "one")
	elsewhere.Channel, elsewhere.Audience.TLP = "trends", access.Green
	_, err = s.topics.Open(s.Context(), as("ann"), tyche, elsewhere)
	s.refused(err, fault.Invalid, "discussion.channel.missing")
}

func exchange(s *script) {
	s.Exec(s, `INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact, review_at, created_by, created_at)
		VALUES ($1, 'Exchange', '', '', 'active', 1, 0, '', 0, '', 0)`, access.Exchange)
	d := discussion.TopicDraft{Channel: "trends", Title: "Trend", Text: "one for @gus", Audience: discussion.Audience{TLP: access.Green}}
	topic, err := s.topics.Open(s.Context(), as("acm"), access.Exchange, d)
	s.must(err)
	th, err := s.posts.Thread(s.Context(), as("gus"), access.Exchange, topic, 0)
	s.must(err)
	if th.Topic.Title != "Trend" || th.Channel.Key != "discussion.channel.trends" {
		s.Errorf("thread = %+v", th)
	}
	if _, err := s.posts.Thread(s.Context(), as("gus"), tyche, topic, 0); fault.KindOf(err) != fault.NotFound {
		s.Errorf("a topic of the Exchange is found in an operation: %v", err)
	}
	counts, err := s.topics.Counts(s.Context(), as("gus"))
	s.must(err)
	if len(counts) != 5 || counts[0].Channel.Unread != 1 {
		s.Errorf("counts = %+v", counts)
	}
	d.Channel = "announcements"
	_, err = s.topics.Open(s.Context(), as("acm"), access.Exchange, d)
	s.refused(err, fault.Forbidden, "discussion.channel.led")
	_, err = s.topics.Open(s.Context(), as("off"), access.Exchange, d)
	s.must(err)
	d.Channel, d.Audience.Restricted = "trends", true
	_, err = s.topics.Open(s.Context(), as("acm"), access.Exchange, d)
	s.refused(err, fault.Invalid, "discussion.audience.exchange")
	d.Audience = discussion.Audience{TLP: access.Amber}
	_, err = s.topics.Open(s.Context(), as("acm"), access.Exchange, d)
	s.refused(err, fault.Invalid, "discussion.tlp.unfit")
}

func limits(s *script) {
	topic := s.open("ann", draft("Panel", strings.Repeat("é", 20_000)))
	open := func(title, text string) error {
		_, err := s.topics.Open(s.Context(), as("ann"), tyche, draft(title, text))
		return err
	}
	s.refused(open(" ", "text"), fault.Invalid, "discussion.title.empty")
	s.refused(open(strings.Repeat("é", 161), "text"), fault.Invalid, "discussion.text.too_long")
	s.refused(open("A\u202eB", "text"), fault.Invalid, "discussion.text.unseen")
	s.refused(open("Title", "\n\t "), fault.Invalid, "discussion.text.empty")
	_, err := s.posts.Reply(s.Context(), as("ann"), tyche, discussion.PostDraft{Topic: topic, Text: strings.Repeat("é", 20_001)})
	s.refused(err, fault.Invalid, "discussion.text.too_long")
	s.sees("bob", discussion.Filter{}, "Panel")
}
