// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// Store keeps the topics and posts of workspaces. Each transaction is opened in
// somebody's name, and what comes back is bound to the workspace of the ask, and
// to the topics whose handling its actor may read. discussiontest.Store states
// what a Store must do.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
	// ViewAll gives fn a Reader for each workspace that the actor may read now,
	// the Knowledge Exchange first.
	ViewAll(ctx context.Context, actor access.Actor, fn func([]Reader) error) error
}

// Reader reads one workspace within one transaction.
type Reader interface {
	DraftReader

	// Grant returns the proof under which this transaction was opened.
	Grant() access.Grant
	// Channels lists those that were added, by name.
	Channels(ctx context.Context) ([]Channel, error)
	// Topics lists at most limit topics behind after: the pinned ones first if
	// f names a channel, then by last activity, the latest first. With f.Unread
	// only those that have posts the actor has not read, none older than since.
	Topics(ctx context.Context, f Filter, after Place, since time.Time, limit int) ([]Topic, error)
	// Topic returns a topic, or access.ErrHidden.
	Topic(ctx context.Context, id TopicID) (Topic, error)
	// Posts lists at most limit posts of a topic that the actor may read, from
	// that number on, with their mentions.
	Posts(ctx context.Context, topic TopicID, from int64, limit int) ([]Post, error)
	// Published returns the number that the actor's own post of that ID has in
	// the topic, or 0 if there is no such post of theirs.
	Published(ctx context.Context, topic TopicID, id PostID) (int64, error)
	// Versions lists what a post said before its edits, oldest first.
	Versions(ctx context.Context, id PostID) ([]Version, error)
	// Unread counts, by channel, the topics with posts that the actor has not
	// read and that are not older than since, and says when the newest was written.
	Unread(ctx context.Context, since time.Time) (map[ChannelID]News, error)
	// Mentions lists at most limit mentions of the actor, the newest topics first.
	Mentions(ctx context.Context, limit int) ([]Mention, error)
	// Answered lists at most limit topics that the actor wrote in, in which somebody
	// else wrote last, later than since, the latest first.
	Answered(ctx context.Context, since time.Time, limit int) ([]Topic, error)
	// People returns who the members are.
	People(ctx context.Context, ids []access.MemberID) (map[access.MemberID]access.Card, error)
	// Named returns those of the handles that belong to people of the workspace.
	Named(ctx context.Context, handles []string) (map[string]access.Card, error)
	// Author returns who of that handle wrote a post of the workspace that the actor
	// may read, though they may have left since; or access.ErrHidden.
	Author(ctx context.Context, handle string) (access.Card, error)
	// Pinned lists at most limit pinned topics of those channels, the latest first.
	Pinned(ctx context.Context, channels []Channel, limit int) ([]Topic, error)
	// Orgs lists the organisations that have members in an operation, by country
	// and name; in the Knowledge Exchange none.
	Orgs(ctx context.Context) ([]access.Card, error)
}

// Tx reads and writes one workspace within one transaction.
type Tx interface {
	Reader
	DraftWriter

	InsertChannel(ctx context.Context, c Channel, at time.Time) error
	// InsertTopic opens t, without posts, handled as h. It fails with
	// fault.Conflict where its ID is taken.
	InsertTopic(ctx context.Context, t Topic, h access.Handling) error
	// SetMarks saves whether t is pinned and locked.
	SetMarks(ctx context.Context, t Topic) error
	// Next gives the topic's next number to a post of the actor's at that time,
	// or fails with access.ErrHidden. Concurrent posts get different numbers.
	Next(ctx context.Context, topic TopicID, at time.Time) (int64, error)
	// InsertPost fails with fault.Conflict where its ID is taken.
	InsertPost(ctx context.Context, p Post) error
	// RewritePost replaces text, edits and mentions of a post, and keeps the text
	// that it had since its last edit. It fails with fault.Conflict unless the
	// post was edited once less often.
	RewritePost(ctx context.Context, p Post) error
	// MarkRead notes that the actor has read a topic up to number; it never takes
	// back what they have read.
	MarkRead(ctx context.Context, topic TopicID, number int64) error
	// MarkAllRead does so for each topic that Unread counts, in one channel or,
	// if that is empty, in all.
	MarkAllRead(ctx context.Context, channel ChannelID, since time.Time) error
	Record(ctx context.Context, e audit.Entry) error
}
