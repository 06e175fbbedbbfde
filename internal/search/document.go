// SPDX-License-Identifier: Apache-2.0

package search

import (
	"time"

	"entente.example/internal/access"
)

// Kind says what a document is a copy of.
type Kind string

// The kinds. They are stored: never rename one.
const (
	Topic  Kind = "topic"  // the post that opens a topic
	Post   Kind = "post"   // one that answers
	Object Kind = "object" // a STIX object
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Topic, Post, Object} }

// Text is an item as the index takes it from the room that keeps it.
type Text struct {
	Kind   Kind
	ID     string   // of the post or the object, in its workspace
	Topic  string   // of a post
	Number int64    // of a post, within its topic
	Type   string   // of an object
	Title  string   // the topic's title, the object's name
	Text   string   // as people read it, without markup
	Values []string // technical values that it stands for, in canonical form

	Handling string // id
	Batch    string // the import that first brought an object
	Latest   string // the import that brought what it says now
	At       time.Time
}

// Document is an item as the index gives it back.
type Document struct {
	Place
	Workspace access.WorkspaceID
	Kind      Kind
	ID        string
	Topic     string
	Number    int64
	Type      string
	Title     string
	Text      string // how it begins; values in it are defanged
	Withheld  bool   // Title and Text are left empty: they are shown with the object alone, where the look is recorded
	TLP       access.TLP
	At        time.Time
}

// Place is the key by which results go on: behind this document. The zero Place
// is the beginning.
type Place struct {
	Rank  Rank
	Order int64 // falls from result to result; grows with the time of what is found
}

// Rank says how a document answers a query; the lesser comes first.
type Rank uint8

// The ranks.
const (
	Named  Rank = iota + 1 // its title has all words, or it holds the very value
	Says                   // its text does
	Titled                 // the same of its title, where the last word of the query goes on
	Begins                 // and of its text
)
