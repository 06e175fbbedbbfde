// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"context"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

const (
	mostMentions = 50 // members that one post mentions
	readBefore   = 2  // posts shown above the first new one
)

// Posts publishes, edits and shows posts.
type Posts struct {
	store    Store
	mentions func(text string) []string
	now      func() time.Time
	newID    func() string
}

// NewPosts returns Posts that finds the handles mentioned in a text by mentions,
// reads the time from now and names things by newID.
func NewPosts(store Store, mentions func(string) []string, now func() time.Time, newID func() string) *Posts {
	return &Posts{store, mentions, exact(now), newID}
}

// Reply publishes the draft in its topic in the actor's name, and returns its
// number. A draft that was published already is answered by its number; with
// another text it fails with fault.Conflict. What was kept of it is forgotten.
func (p *Posts) Reply(ctx context.Context, actor access.Actor, id access.WorkspaceID, d PostDraft) (number int64, err error) {
	text, err := body(d.Text)
	if err != nil {
		return 0, err
	}
	if err := brought(string(d.ID)); err != nil {
		return 0, err
	}
	sent := string(d.ID)
	known := sent != "" // it may have been published already
	if known {
		d.ID = PostID(IDOf(string(d.ID), actor.Member, string(id), string(d.Topic)))
	} else {
		d.ID = PostID(p.newID())
	}
	post := Post{ID: d.ID, Topic: d.Topic, Author: actor.Member, Text: text, CreatedAt: p.now()}
	entry := audit.Entry{ID: p.newID(), At: post.CreatedAt, Verb: audit.PostPublished, Object: string(post.ID), About: string(post.Topic)}
	handles := p.mentions(text)
	err = p.store.Update(ctx, in(actor, id, access.Write), func(tx Tx) error {
		topic, err := tx.Topic(ctx, d.Topic)
		if err != nil {
			return err
		}
		if known {
			if number, err = again(ctx, tx, post, sent); err != nil || number > 0 {
				return err
			}
		}
		if err := mayReply(tx.Grant(), topic); err != nil {
			return err
		}
		if number, err = publish(ctx, tx, topic, post, handles); err != nil {
			return err
		}
		entry := entry
		entry.Count = number
		return tx.Record(ctx, entry)
	})
	return number, err
}

// again returns the number of a post that was published already, or 0, and forgets
// the draft that was kept of it.
func again(ctx context.Context, tx Tx, post Post, sent string) (number int64, err error) {
	if number, err = tx.Published(ctx, post.Topic, post.ID); err != nil {
		return 0, err
	}
	if number > 0 {
		if err := same(ctx, tx, post.Topic, number, post.Text); err != nil {
			return 0, err
		}
	}
	return number, tx.DropSent(ctx, sent)
}

// same fails with fault.Conflict unless the post of that number says text.
func same(ctx context.Context, tx Reader, topic TopicID, number int64, text string) error {
	posts, err := tx.Posts(ctx, topic, number, 1)
	if err == nil && len(posts) == 1 && posts[0].Number == number && posts[0].Text != text {
		err = errSent()
	}
	return err
}

// publish gives a post of topic its number, and marks it read for its author if
// they had read all before it.
func publish(ctx context.Context, tx Tx, topic Topic, post Post, handles []string) (number int64, err error) {
	if post.Mentions, err = mentioned(ctx, tx, handles); err != nil {
		return 0, err
	}
	if post.Number, err = tx.Next(ctx, post.Topic, post.CreatedAt); err != nil {
		return 0, err
	}
	if err := tx.InsertPost(ctx, post); err != nil {
		return 0, err
	}
	if topic.Read < post.Number-1 {
		return post.Number, nil
	}
	return post.Number, tx.MarkRead(ctx, post.Topic, post.Number)
}

func mentioned(ctx context.Context, tx Tx, handles []string) ([]access.MemberID, error) {
	found, err := tx.Named(ctx, handles[:min(len(handles), mostMentions)])
	var ids []access.MemberID
	for _, card := range found {
		ids = append(ids, card.Member)
	}
	slices.Sort(ids)
	return ids, err
}

// Thread returns a page of a topic's posts from that number on. From 0 it begins
// where the actor left off: at the first new post, with a little of what was
// before it, or at the last page when nothing is new.
func (p *Posts) Thread(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, from int64) (th Thread, err error) {
	err = p.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		th, err = thread(ctx, tx, topic, func(t Topic) int64 {
			switch {
			case from > 0:
				return from
			case t.Unread(p.now()) > 0:
				return max(1, t.Read+1-readBefore)
			}
			return max(1, t.Last-pageSize+1)
		})
		if err != nil {
			return err
		}
		channels, err := channelsOf(ctx, tx)
		if err != nil {
			return err
		}
		th.Channel, err = find(channels, th.Topic.Channel)
		return err
	})
	return th, err
}

// After returns the posts of a topic behind that number, as many as fit a page.
// An open page asks for them when it hears that there are some.
func (p *Posts) After(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, number int64) (th Thread, err error) {
	err = p.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		th, err = thread(ctx, tx, topic, func(Topic) int64 { return max(0, number) + 1 })
		return err
	})
	return th, err
}

func thread(ctx context.Context, tx Reader, id TopicID, from func(Topic) int64) (th Thread, err error) {
	if th.Topic, err = tx.Topic(ctx, id); err != nil {
		return Thread{}, err
	}
	if th.Posts, err = tx.Posts(ctx, id, from(th.Topic), pageSize); err != nil {
		return Thread{}, err
	}
	ids := []access.MemberID{th.Topic.Author}
	for _, post := range th.Posts {
		ids = append(append(ids, post.Author), post.Mentions...)
	}
	if th.People, err = tx.People(ctx, ids); err != nil {
		return Thread{}, err
	}
	th.Role = tx.Grant().Role()
	th.Orgs, err = openedTo(ctx, tx, th.Topic)
	return th, err
}

func openedTo(ctx context.Context, tx Reader, t Topic) (map[access.OrgID]access.Card, error) {
	opened := map[access.OrgID]access.Card{}
	if len(t.Audience.Orgs) == 0 {
		return opened, nil
	}
	orgs, err := tx.Orgs(ctx)
	for _, card := range orgs {
		if slices.Contains(t.Audience.Orgs, card.Org) {
			opened[card.Org] = card
		}
	}
	return opened, err
}

// One returns a single post with its thread's head.
func (p *Posts) One(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, number int64) (th Thread, err error) {
	err = p.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		th, err = one(ctx, tx, topic, number)
		return err
	})
	return th, err
}

func one(ctx context.Context, tx Reader, topic TopicID, number int64) (Thread, error) {
	th, err := thread(ctx, tx, topic, func(Topic) int64 { return number })
	if err != nil {
		return Thread{}, err
	}
	if len(th.Posts) == 0 || th.Posts[0].Number != number {
		return Thread{}, access.ErrHidden
	}
	th.Posts = th.Posts[:1]
	return th, nil
}

// Revise replaces the text of the actor's own post. It fails with fault.Conflict
// where the post was edited since the actor read it.
func (p *Posts) Revise(ctx context.Context, actor access.Actor, id access.WorkspaceID, e Edit) error {
	text, err := body(e.Text)
	if err != nil {
		return err
	}
	at, handles := p.now(), p.mentions(text)
	entry := audit.Entry{ID: p.newID(), At: at, Verb: audit.PostEdited, About: string(e.Topic), Count: e.Number}
	return p.store.Update(ctx, in(actor, id, access.Write), func(tx Tx) error {
		th, err := one(ctx, tx, e.Topic, e.Number)
		if err != nil {
			return err
		}
		post := th.Posts[0]
		switch err := mayEdit(tx.Grant(), th.Topic, post); {
		case err != nil:
			return err
		case post.Edits != e.Edits:
			return fault.New(fault.Conflict, "discussion.edit.overtaken").On("text")
		case post.Text == text:
			return nil
		}
		post.Text, post.Edits, post.EditedAt = text, post.Edits+1, at
		if post.Mentions, err = mentioned(ctx, tx, handles); err != nil {
			return err
		}
		if err := tx.RewritePost(ctx, post); err != nil {
			return err
		}
		entry := entry
		entry.Object = string(post.ID)
		return tx.Record(ctx, entry)
	})
}

// History returns a post and all that it has said, oldest first, with its
// present text last.
func (p *Posts) History(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, number int64) (th Thread, versions []Version, err error) {
	err = p.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		if th, err = one(ctx, tx, topic, number); err != nil {
			return err
		}
		post := th.Posts[0]
		if versions, err = tx.Versions(ctx, post.ID); err != nil {
			return err
		}
		written := post.CreatedAt
		if post.Edits > 0 {
			written = post.EditedAt
		}
		versions = append(versions, Version{post.Text, written})
		return nil
	})
	return th, versions, err
}

// MarkRead notes that the actor has read a topic up to that number.
func (p *Posts) MarkRead(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, number int64) error {
	return p.store.Update(ctx, in(actor, id, access.Read), func(tx Tx) error {
		t, err := tx.Topic(ctx, topic)
		if err != nil || number <= t.Read {
			return err
		}
		return tx.MarkRead(ctx, topic, min(number, t.Last))
	})
}

// Mentions lists where the actor was mentioned lately, in all workspaces, the
// newest first.
func (p *Posts) Mentions(ctx context.Context, actor access.Actor) (mentions []Mention, err error) {
	err = p.store.ViewAll(ctx, actor, func(readers []Reader) error {
		mentions = nil
		for _, tx := range readers {
			some, err := tx.Mentions(ctx, pageSize)
			if err != nil {
				return err
			}
			mentions = append(mentions, some...)
		}
		slices.SortStableFunc(mentions, func(a, b Mention) int { return b.At.Compare(a.At) })
		mentions = mentions[:min(len(mentions), pageSize)]
		return nil
	})
	return mentions, err
}

// Answers lists the topics that the actor wrote in and in which somebody else
// wrote last, of the last thirty days, in all workspaces, the latest first.
func (p *Posts) Answers(ctx context.Context, actor access.Actor) (answers []Answer, err error) {
	now := p.now()
	err = p.store.ViewAll(ctx, actor, func(readers []Reader) error {
		answers = nil
		for _, tx := range readers {
			some, err := answersIn(ctx, tx, now)
			if err != nil {
				return err
			}
			answers = append(answers, some...)
		}
		slices.SortStableFunc(answers, func(a, b Answer) int { return b.At.Compare(a.At) })
		return nil
	})
	return answers, err
}

func answersIn(ctx context.Context, tx Reader, now time.Time) (answers []Answer, err error) {
	topics, err := tx.Answered(ctx, now.Add(-silence), pageSize)
	if err != nil || len(topics) == 0 {
		return nil, err
	}
	var ids []access.MemberID
	for _, t := range topics {
		ids = append(ids, t.LastBy)
	}
	people, err := tx.People(ctx, ids)
	for _, t := range topics {
		answers = append(answers, Answer{
			Workspace: tx.Grant().Workspace(), Topic: t.ID, Title: t.Title, Number: t.Last, Unread: t.Unread(now),
			At: t.LastAt, By: people[t.LastBy],
		})
	}
	return answers, err
}
