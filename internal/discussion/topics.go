// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

const (
	pageSize   = 50 // topics of a list, posts of a page
	mostPinned = 3  // above the list of all channels
)

// Topics opens, lists and marks topics, and the channels that hold them.
type Topics struct {
	store    Store
	mentions func(text string) []string
	now      func() time.Time
	newID    func() string
}

// NewTopics returns Topics that finds the handles mentioned in a text by
// mentions, reads the time from now and names things by newID.
func NewTopics(store Store, mentions func(string) []string, now func() time.Time, newID func() string) *Topics {
	return &Topics{store, mentions, exact(now), newID}
}

// exact returns a clock in UTC, to the microsecond.
func exact(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// NewID returns an id for a form to bring.
func (ts *Topics) NewID() string { return ts.newID() }

// Now returns the time by which Unread is counted.
func (ts *Topics) Now() time.Time { return ts.now() }

// Channels lists the channels of a workspace with what is new in them.
func (ts *Topics) Channels(ctx context.Context, actor access.Actor, id access.WorkspaceID) (channels []Channel, err error) {
	err = ts.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		channels, err = counted(ctx, tx, ts.now())
		return err
	})
	return channels, err
}

func channelsOf(ctx context.Context, tx Reader) ([]Channel, error) {
	added, err := tx.Channels(ctx)
	return append(firstChannels(tx.Grant().Workspace()), added...), err
}

func counted(ctx context.Context, tx Reader, now time.Time) ([]Channel, error) {
	channels, err := channelsOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	unread, err := tx.Unread(ctx, now.Add(-silence))
	for i, c := range channels {
		channels[i].Unread, channels[i].NewAt = unread[c.ID].Topics, unread[c.ID].Newest
	}
	return channels, err
}

// Count is what is new to a member in one channel.
type Count struct {
	Workspace access.WorkspaceID
	Channel   Channel
}

// Counts lists the channels of all workspaces that the actor may read, with what
// is new in them: the Knowledge Exchange first.
func (ts *Topics) Counts(ctx context.Context, actor access.Actor) (counts []Count, err error) {
	err = ts.store.ViewAll(ctx, actor, func(readers []Reader) error {
		counts = nil
		for _, tx := range readers {
			channels, err := counted(ctx, tx, ts.now())
			if err != nil {
				return err
			}
			for _, c := range channels {
				counts = append(counts, Count{tx.Grant().Workspace(), c})
			}
		}
		return nil
	})
	return counts, err
}

// AddChannel adds a channel to a workspace.
func (ts *Topics) AddChannel(ctx context.Context, actor access.Actor, id access.WorkspaceID, name string) (ChannelID, error) {
	name, err := line(name, "name", "discussion.name.empty", longestName)
	if err != nil {
		return "", err
	}
	at, added := ts.now(), Channel{ID: ChannelID(ts.newID()), Name: name}
	entry := audit.Entry{ID: ts.newID(), At: at, Verb: audit.ChannelAdded, Object: string(added.ID)}
	err = ts.store.Update(ctx, in(actor, id, access.Manage), func(tx Tx) error {
		if err := tx.InsertChannel(ctx, added, at); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return added.ID, err
}

// List returns a page of the topics that the actor may read.
func (ts *Topics) List(ctx context.Context, actor access.Actor, id access.WorkspaceID, f Filter, after page.Cursor) (list List, err error) {
	place, err := placeOf(after)
	if err != nil {
		return List{}, err
	}
	err = ts.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		channels, err := counted(ctx, tx, ts.now())
		if err != nil {
			return err
		}
		if f.Channel != "" {
			if _, err := find(channels, f.Channel); err != nil {
				return err
			}
		}
		if list, err = ts.page(ctx, tx, f, place); err != nil {
			return err
		}
		list.Channels = channels
		if f == (Filter{}) && place == (Place{}) {
			list.Pinned, err = tx.Pinned(ctx, channels, mostPinned)
		}
		return err
	})
	return list, err
}

func (ts *Topics) page(ctx context.Context, tx Reader, f Filter, after Place) (list List, err error) {
	list.Role = tx.Grant().Role()
	if list.Topics, err = tx.Topics(ctx, f, after, ts.now().Add(-silence), pageSize+1); err != nil {
		return List{}, err
	}
	if len(list.Topics) > pageSize {
		list.Topics = list.Topics[:pageSize]
		list.Next = list.Topics[pageSize-1].cursor()
	}
	var ids []access.MemberID
	for _, t := range list.Topics {
		ids = append(ids, t.Author, t.LastBy)
	}
	list.People, err = tx.People(ctx, ids)
	return list, err
}

// By returns the person of that handle in a workspace, and the topics of theirs
// that the actor may read.
func (ts *Topics) By(ctx context.Context, actor access.Actor, id access.WorkspaceID, handle string) (who access.Card, list List, err error) {
	err = ts.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		if who, err = person(ctx, tx, handle); err != nil {
			return err
		}
		list, err = ts.page(ctx, tx, Filter{Author: who.Member}, Place{})
		return err
	})
	return who, list, err
}

// person finds who is in the workspace, and who is gone but wrote there.
func person(ctx context.Context, tx Reader, handle string) (access.Card, error) {
	found, err := tx.Named(ctx, []string{handle})
	if err != nil {
		return access.Card{}, err
	}
	if who, ok := found[handle]; ok {
		return who, nil
	}
	return tx.Author(ctx, handle)
}

// Choices returns what the actor may choose from when opening a topic.
func (ts *Topics) Choices(ctx context.Context, actor access.Actor, id access.WorkspaceID) (form FormChoices, err error) {
	err = ts.store.View(ctx, in(actor, id, access.Write), func(tx Reader) error {
		form.TLPs, form.TLP = choices(tx.Grant())
		channels, err := channelsOf(ctx, tx)
		if err != nil {
			return err
		}
		form.Channels = form.Channels[:0]
		for _, c := range channels {
			if mayOpen(tx.Grant(), c) == nil {
				form.Channels = append(form.Channels, c)
			}
		}
		orgs, err := tx.Orgs(ctx)
		form.Orgs = form.Orgs[:0]
		for _, org := range orgs {
			if org.Org != tx.Grant().Org() {
				form.Orgs = append(form.Orgs, org)
			}
		}
		return err
	})
	return form, err
}

// Open opens the topic of a draft, with its first post, in the actor's name. A
// draft that was opened already is answered by its topic; with another text it
// fails with fault.Conflict. What was kept of it is forgotten.
func (ts *Topics) Open(ctx context.Context, actor access.Actor, id access.WorkspaceID, d TopicDraft) (TopicID, error) {
	if err := brought(string(d.ID)); err != nil {
		return "", err
	}
	title, untitled := line(d.Title, "title", "discussion.title.empty", longestTitle)
	text, empty := body(d.Text)
	sent := string(d.ID)
	if sent == "" {
		d.ID = TopicID(ts.newID())
	} else {
		d.ID = TopicID(IDOf(string(d.ID), actor.Member, string(id)))
	}
	at := ts.now()
	topic := Topic{
		ID: d.ID, Channel: d.Channel, Title: title, Audience: d.Audience,
		Author: actor.Member, CreatedAt: at, LastAt: at, LastBy: actor.Member,
	}
	post := Post{ID: PostID(ts.newID()), Topic: topic.ID, Author: actor.Member, Text: text, CreatedAt: at}
	entries := []audit.Entry{
		{ID: ts.newID(), At: at, Verb: audit.TopicOpened, Object: string(topic.ID), About: string(topic.Channel)},
		{ID: ts.newID(), At: at, Verb: audit.PostPublished, Object: string(post.ID), About: string(topic.ID), Count: 1},
	}
	handles := ts.mentions(text)
	err := ts.store.Update(ctx, in(actor, id, access.Write), func(tx Tx) error {
		switch old, err := tx.Topic(ctx, topic.ID); {
		case err == nil && old.Author == actor.Member:
			if err := same(ctx, tx, topic.ID, 1, text); err != nil {
				return err
			}
			return tx.DropSent(ctx, sent)
		case err != nil && fault.KindOf(err) != fault.NotFound:
			return err
		}
		if err := ts.insert(ctx, tx, topic, untitled, empty); err != nil {
			return err
		}
		if _, err := publish(ctx, tx, topic, post, handles); err != nil {
			return err
		}
		if err := tx.DropSent(ctx, sent); err != nil {
			return err
		}
		for _, e := range entries {
			if err := tx.Record(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
	return topic.ID, err
}

// insert opens a topic where its channel and its audience allow it. With what is
// wrong with its words, all that is wrong is said at once, in the order of the form.
func (ts *Topics) insert(ctx context.Context, tx Tx, t Topic, untitled, empty error) error {
	channels, err := channelsOf(ctx, tx)
	if err != nil {
		return err
	}
	orgs, err := tx.Orgs(ctx)
	if err != nil {
		return err
	}
	h, err := t.Audience.handling(tx.Grant(), orgs)
	if err := fault.All(untitled, mayHold(tx.Grant(), channels, t.Channel), err, empty); err != nil {
		return err
	}
	t.Audience.Orgs = h.Orgs
	return tx.InsertTopic(ctx, t, h)
}

// Pin keeps a topic above the others of its channel.
func (ts *Topics) Pin(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID) error {
	return ts.mark(ctx, actor, id, topic, func(t *Topic) { t.Pinned = true })
}

// Unpin lets a topic go by its activity again.
func (ts *Topics) Unpin(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID) error {
	return ts.mark(ctx, actor, id, topic, func(t *Topic) { t.Pinned = false })
}

// Lock closes a topic to posts by others than managers.
func (ts *Topics) Lock(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID) error {
	return ts.mark(ctx, actor, id, topic, func(t *Topic) { t.Locked = true })
}

// Unlock opens it again.
func (ts *Topics) Unlock(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID) error {
	return ts.mark(ctx, actor, id, topic, func(t *Topic) { t.Locked = false })
}

func (ts *Topics) mark(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID, edit func(*Topic)) error {
	entry := audit.Entry{ID: ts.newID(), At: ts.now(), Verb: audit.TopicChanged, Object: string(topic)}
	return ts.store.Update(ctx, in(actor, id, access.Manage), func(tx Tx) error {
		marked, err := tx.Topic(ctx, topic)
		if err != nil {
			return err
		}
		edit(&marked)
		if err := tx.SetMarks(ctx, marked); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Watch says until when the actor may follow a workspace, and a topic in it
// unless that is empty; zero means that no end is set.
func (ts *Topics) Watch(ctx context.Context, actor access.Actor, id access.WorkspaceID, topic TopicID) (until time.Time, err error) {
	err = ts.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		until = tx.Grant().Until()
		if topic == "" {
			return nil
		}
		_, err := tx.Topic(ctx, topic)
		return err
	})
	return until, err
}

// Read is up to which number a topic was read.
type Read struct {
	Topic  TopicID
	Number int64
}

// MarkRead notes that the actor has read those topics, each as far as it was
// shown to them. One that is not theirs to read, by now, is passed over.
func (ts *Topics) MarkRead(ctx context.Context, actor access.Actor, id access.WorkspaceID, list []Read) error {
	return ts.store.Update(ctx, in(actor, id, access.Read), func(tx Tx) error {
		if len(list) > pageSize {
			return fault.New(fault.Invalid, "error.cursor").On("topic")
		}
		for _, r := range list {
			topic, err := tx.Topic(ctx, r.Topic)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if err := tx.MarkRead(ctx, r.Topic, min(r.Number, topic.Last)); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkAllRead notes that the actor has read all of a channel, or of all channels
// if it is empty.
func (ts *Topics) MarkAllRead(ctx context.Context, actor access.Actor, id access.WorkspaceID, channel ChannelID) error {
	since := ts.now().Add(-silence)
	return ts.store.Update(ctx, in(actor, id, access.Read), func(tx Tx) error {
		return tx.MarkAllRead(ctx, channel, since)
	})
}

func in(actor access.Actor, id access.WorkspaceID, action access.Action) access.Ask {
	return access.Ask{Actor: actor, Place: access.In(id), Action: action}
}
