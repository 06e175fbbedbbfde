// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// ChannelID names a channel within its workspace.
type ChannelID string

// Channel holds topics of one kind.
type Channel struct {
	ID     ChannelID
	Name   string    // as its maker named it; empty for a first channel
	Key    string    // names a first channel in the catalogues; empty for one that was added
	Led    bool      // managers alone open topics in it
	Unread int       // topics in which something is new to the reader
	NewAt  time.Time // when the newest of that was written; zero where nothing is
}

// News is how many topics hold something new, and since when.
type News struct {
	Topics int
	Newest time.Time
}

// firstChannels returns the channels that a workspace has from its first day.
func firstChannels(id access.WorkspaceID) []Channel {
	if id != access.Exchange {
		return []Channel{{ID: "general", Key: "discussion.channel.general"}}
	}
	return []Channel{
		{ID: "trends", Key: "discussion.channel.trends"},
		{ID: "prevention", Key: "discussion.channel.prevention"},
		{ID: "detection", Key: "discussion.channel.detection"},
		{ID: "techniques", Key: "discussion.channel.techniques"},
		{ID: "announcements", Key: "discussion.channel.announcements", Led: true},
	}
}

// find returns the channel of that ID, or access.ErrHidden.
func find(channels []Channel, id ChannelID) (Channel, error) {
	i := slices.IndexFunc(channels, func(c Channel) bool { return c.ID == id })
	if i < 0 {
		return Channel{}, access.ErrHidden
	}
	return channels[i], nil
}

const longestName = 60 // characters

// line holds one line of text to its limit, and keeps out what would make it
// look like another; missing is what to say where there is none.
func line(text, field, missing string, limit int) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.New(fault.Invalid, missing).On(field)
	case utf8.RuneCountInString(text) > limit:
		return "", fault.New(fault.Invalid, "discussion.text.too_long").On(field).With("limit", limit)
	case strings.ContainsFunc(text, unseen):
		return "", fault.New(fault.Invalid, "discussion.text.unseen").On(field)
	}
	return text, nil
}

// unseen reports characters that change how others look. The joiners stay:
// Persian and Indic scripts are written with them.
func unseen(r rune) bool {
	return r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
