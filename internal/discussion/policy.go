// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

const (
	longestTitle = 160    // characters
	longestText  = 20_000 // characters
)

// mayOpen holds a new topic to its channel.
func mayOpen(g access.Grant, c Channel) error {
	if c.Led && g.Role() < access.Manager {
		return fault.New(fault.Forbidden, "discussion.channel.led").On("channel")
	}
	return nil
}

// mayHold holds a new topic to one of the channels that there are.
func mayHold(g access.Grant, channels []Channel, id ChannelID) error {
	channel, err := find(channels, id)
	if err != nil {
		return fault.New(fault.Invalid, "discussion.channel.missing").On("channel")
	}
	return mayOpen(g, channel)
}

// mayReply holds posts, and their edits, to the topic.
func mayReply(g access.Grant, t Topic) error {
	if t.Locked && g.Role() < access.Manager {
		return fault.New(fault.Forbidden, "discussion.topic.locked").On("text")
	}
	return nil
}

// mayEdit is asked for what the actor may read.
func mayEdit(g access.Grant, t Topic, p Post) error {
	if p.Author != g.Member() {
		return fault.New(fault.Forbidden, "discussion.edit.others")
	}
	return mayReply(g, t)
}

// choices returns the markings that a topic may bear under the grant, and the
// one it bears unless its author says otherwise.
func choices(g access.Grant) (tlps []access.TLP, usual access.TLP) {
	usual = min(access.Unmarked(g.Org()).TLP, g.Ceiling())
	highest := usual
	if g.Workspace() == access.Exchange {
		highest, usual = min(access.Green, g.Ceiling()), min(access.Green, g.Ceiling())
	}
	for t := access.Clear; t <= highest; t++ {
		tlps = append(tlps, t)
	}
	return tlps, usual
}

// handling returns how a topic for that audience is handled. orgs are the
// organisations that are in the workspace.
func (a Audience) handling(g access.Grant, orgs []access.Card) (access.Handling, error) {
	tlps, _ := choices(g)
	if !slices.Contains(tlps, a.TLP) {
		return access.Handling{}, fault.New(fault.Invalid, "discussion.tlp.unfit").On("tlp")
	}
	if g.Workspace() == access.Exchange {
		if a.Restricted || len(a.Orgs) > 0 {
			return access.Handling{}, fault.New(fault.Invalid, "discussion.audience.exchange").On("audience")
		}
		return access.Handling{TLP: a.TLP, PAP: access.PAPClear, Court: access.H0, Originator: g.Org()}, nil
	}
	h := access.Unmarked(g.Org())
	h.TLP, h.Restricted, h.Orgs = a.TLP, a.Restricted, a.Orgs
	for _, org := range a.Orgs {
		if !slices.ContainsFunc(orgs, func(c access.Card) bool { return c.Org == org }) {
			return access.Handling{}, fault.New(fault.Invalid, "discussion.audience.unknown").On("audience")
		}
	}
	return h.Canonical(), nil
}

// body holds the text of a post to its limits.
func body(text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case text == "":
		return "", fault.New(fault.Invalid, "discussion.text.empty").On("text")
	case utf8.RuneCountInString(text) > longestText:
		return "", fault.New(fault.Invalid, "discussion.text.too_long").On("text").With("limit", longestText)
	}
	return text, nil
}

// brought checks an id that a form brought: a UUID in lower case, as we make
// them, or nothing.
func brought(id string) error {
	if id == "" {
		return nil
	}
	plain := strings.ReplaceAll(id, "-", "")
	if len(id) != 36 || len(plain) != 32 || strings.Trim(plain, "0123456789abcdef") != "" {
		return fault.New(fault.Invalid, "error.conflict")
	}
	return nil
}

// IDOf returns the id of what becomes of an author's draft in a place: the same
// each time the draft is sent, and nobody's choice. A draft that is named as what
// exists elsewhere, seen or hidden, is therefore answered like any other. It sorts
// by the time at which the form was made.
func IDOf(draft string, author access.MemberID, place ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append(place, string(author), draft), " ")))
	mixed := hex.EncodeToString(sum[:])
	plain := strings.ReplaceAll(draft, "-", "")
	return plain[:8] + "-" + plain[8:12] + "-8" + mixed[:3] + "-8" + mixed[3:6] + "-" + mixed[6:18]
}
