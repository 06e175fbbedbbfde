// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"time"

	"entente.example/internal/access"
)

// PostID names a post within its workspace.
type PostID string

// Post is one message in a topic.
type Post struct {
	ID        PostID
	Topic     TopicID
	Number    int64 // within the topic, from 1
	Author    access.MemberID
	Text      string // Markdown
	CreatedAt time.Time
	Edits     int // how often it was edited
	EditedAt  time.Time
	Mentions  []access.MemberID
}

// PostDraft is what an author asks to publish in a topic.
type PostDraft struct {
	ID    PostID // brought by the form, so that it is published once however often it is sent; may be empty
	Topic TopicID
	Text  string
}

// Edit is what an author asks to change.
type Edit struct {
	Topic  TopicID
	Number int64
	Edits  int // how often the text that the author changed had been edited
	Text   string
}

// Version is what a post said for a time.
type Version struct {
	Text      string
	WrittenAt time.Time
}

// Thread is a part of a topic.
type Thread struct {
	Topic   Topic
	Channel Channel
	Posts   []Post
	People  map[access.MemberID]access.Card // authors and those mentioned
	Orgs    map[access.OrgID]access.Card    // those to whom the topic is opened
	Role    access.Role                     // the reader's, in the workspace
}

// Whole reports whether nothing follows the posts of th.
func (th Thread) Whole() bool {
	return len(th.Posts) == 0 || th.Posts[len(th.Posts)-1].Number >= th.Topic.Last
}

// Mention is a post in which a member is mentioned.
type Mention struct {
	Workspace access.WorkspaceID
	Topic     TopicID
	Title     string
	Number    int64
	At        time.Time
	By        access.Card
	Seen      bool
}

// Answer is a topic that a member wrote in, in which somebody else wrote last.
type Answer struct {
	Workspace access.WorkspaceID
	Topic     TopicID
	Title     string
	Number    int64 // of the newest post
	Unread    int   // posts that are new to the member
	At        time.Time
	By        access.Card
}

// Text is a post as the follower that indexes it sees it.
type Text struct {
	Workspace access.WorkspaceID
	Topic     TopicID
	Title     string
	Number    int64
	Text      string
	Handling  string // id of the topic's handling
	At        time.Time
}
