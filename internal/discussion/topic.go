// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// TopicID names a topic within its workspace.
type TopicID string

// Topic is a thread of posts. Its workspace is that of the transaction that
// reads it.
type Topic struct {
	ID        TopicID
	Channel   ChannelID
	Title     string
	Audience  Audience
	Author    access.MemberID
	CreatedAt time.Time // UTC, to the microsecond

	Last   int64 // number of its newest post
	LastAt time.Time
	LastBy access.MemberID
	Pinned bool
	Locked bool

	Read int64 // up to which number the reader has read it
}

// Audience says who, of those in the workspace, reads a topic.
type Audience struct {
	TLP        access.TLP
	Restricted bool           // only the author's organisation and Orgs
	Orgs       []access.OrgID // opened to these
}

// Unread returns how many of its posts are new to the reader at now.
func (t Topic) Unread(now time.Time) int {
	if !t.LastAt.After(now.Add(-silence)) {
		return 0
	}
	return int(max(0, t.Last-t.Read))
}

// silence is how long a topic keeps asking to be read.
const silence = 30 * 24 * time.Hour

// TopicDraft is what an author asks to open.
type TopicDraft struct {
	ID       TopicID // brought by the form, so that it opens one topic however often it is sent; may be empty
	Channel  ChannelID
	Title    string
	Text     string // of its first post
	Audience Audience
}

// List is one page of topics by last activity; of a channel, the pinned ones come
// first. Pinned are those of all channels, on the first page of all topics alone.
type List struct {
	Topics   []Topic
	Pinned   []Topic
	People   map[access.MemberID]access.Card
	Next     page.Cursor // behind its last topic; empty on the last page
	Channels []Channel   // of the workspace
	Role     access.Role // the reader's, in the workspace
}

// Place is the key by which lists of topics go on: behind this topic.
type Place struct {
	Pinned bool
	LastAt time.Time
	Topic  TopicID
}

// cursor is the place behind t.
func (t Topic) cursor() page.Cursor {
	return page.After(strconv.FormatBool(t.Pinned), strconv.FormatInt(t.LastAt.UnixMicro(), 10), string(t.ID))
}

// placeOf reads a cursor back; the zero Cursor is the beginning.
func placeOf(c page.Cursor) (Place, error) {
	key, err := c.Key(3)
	if err != nil || c == "" {
		return Place{}, err
	}
	pinned, err := strconv.ParseBool(key[0])
	if err != nil {
		return Place{}, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	at, err := strconv.ParseInt(key[1], 10, 64)
	if err != nil {
		return Place{}, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	return Place{pinned, time.UnixMicro(at).UTC(), TopicID(key[2])}, nil
}

// Filter narrows a list of topics. Its zero value lists all channels.
type Filter struct {
	Channel ChannelID
	Author  access.MemberID
	Unread  bool
}

// FormChoices is what an author may choose from when opening a topic.
type FormChoices struct {
	Channels []Channel
	TLPs     []access.TLP
	TLP      access.TLP    // the one chosen unless the author says otherwise
	Orgs     []access.Card // organisations in the operation but the author's own
}
