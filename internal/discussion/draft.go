// SPDX-License-Identifier: Apache-2.0

package discussion

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

const (
	mostDrafts = 100 // of one member in one workspace; the oldest gives way
	mostOpened = 500 // organisations that a draft is to be opened to
)

// Slot is where a member has one draft at most: in a topic or, without one, in the
// form of a new topic that is opened from a channel, or from none.
type Slot struct {
	Topic   TopicID
	Channel ChannelID
}

// Draft is what a member has typed in a slot and not published. It is theirs alone.
type Draft struct {
	ID       string // sent with the form, so that it is published once; empty: there is no draft
	Slot     Slot
	Text     string
	Title    string    // of a new topic, as are the rest
	Channel  ChannelID // the one chosen
	Audience Audience
	SavedAt  time.Time
}

// DraftReader reads the actor's own drafts.
type DraftReader interface {
	// Draft returns the actor's draft in a slot: one without an ID where they have
	// none, or may not read its topic.
	Draft(ctx context.Context, in Slot) (Draft, error)
}

// DraftWriter writes the actor's own drafts.
type DraftWriter interface {
	// SaveDraft keeps d in place of what was in its slot, and the latest most of
	// the actor's drafts in the workspace.
	SaveDraft(ctx context.Context, d Draft, most int) error
	// DropDraft forgets what is in a slot.
	DropDraft(ctx context.Context, in Slot) error
	// DropSent forgets the draft of that ID, in whichever slot.
	DropSent(ctx context.Context, id string) error
}

// Drafts keep what members type until they publish it. They are no part of the
// record: no entry of the journal tells of them.
type Drafts struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewDrafts returns Drafts that reads the time from now and names them by newID.
func NewDrafts(store Store, now func() time.Time, newID func() string) *Drafts {
	return &Drafts{store, exact(now), newID}
}

// In returns the actor's draft in a slot: one without an ID where they have none.
func (ds *Drafts) In(ctx context.Context, actor access.Actor, id access.WorkspaceID, slot Slot) (d Draft, err error) {
	err = ds.store.View(ctx, in(actor, id, access.Write), func(tx Reader) error {
		if d, err = tx.Draft(ctx, slot); err != nil || d.ID == "" {
			return err
		}
		// One that was saved while it was being published has stayed behind.
		sent, err := d.published(ctx, tx)
		if sent {
			d = Draft{}
		}
		return err
	})
	return d, err
}

// Save keeps d as the actor's draft in its slot, and returns it as it is kept; of
// one without text nothing is kept. It fails with fault.Conflict where the draft of
// that ID was published: what is typed now needs another.
func (ds *Drafts) Save(ctx context.Context, actor access.Actor, id access.WorkspaceID, d Draft) (saved Draft, err error) {
	at, fresh := ds.now(), ds.newID()
	err = ds.store.Update(ctx, in(actor, id, access.Write), func(tx Tx) error {
		saved = d
		saved.SavedAt = at
		if saved.ID == "" {
			saved.ID = fresh
		}
		if err := saved.settle(ctx, tx); err != nil {
			return err
		}
		switch sent, err := saved.published(ctx, tx); {
		case err != nil:
			return err
		case sent:
			return errSent()
		case saved.blank():
			return tx.DropDraft(ctx, saved.Slot)
		}
		return tx.SaveDraft(ctx, saved, mostDrafts)
	})
	if err != nil || saved.blank() {
		return Draft{}, err
	}
	return saved, nil
}

// Discard forgets the actor's draft in a slot.
func (ds *Drafts) Discard(ctx context.Context, actor access.Actor, id access.WorkspaceID, slot Slot) error {
	return ds.store.Update(ctx, in(actor, id, access.Write), func(tx Tx) error {
		if err := slot.settle(ctx, tx); err != nil {
			return err
		}
		return tx.DropDraft(ctx, slot)
	})
}

// errSent is the answer to a form whose draft was published with another text.
func errSent() error { return fault.New(fault.Conflict, "discussion.draft.published").On("text") }

// published reports whether d has become a post or a topic already.
func (d Draft) published(ctx context.Context, tx Reader) (bool, error) {
	workspace, author := string(tx.Grant().Workspace()), tx.Grant().Member()
	if d.Slot.Topic != "" {
		number, err := tx.Published(ctx, d.Slot.Topic, PostID(IDOf(d.ID, author, workspace, string(d.Slot.Topic))))
		return number > 0, err
	}
	_, err := tx.Topic(ctx, TopicID(IDOf(d.ID, author, workspace)))
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func (d Draft) blank() bool {
	return strings.TrimSpace(d.Text) == "" && strings.TrimSpace(d.Title) == ""
}

// settle holds d to what its slot and its form can hold: what is wrong for another
// reason is said when it is published.
func (d *Draft) settle(ctx context.Context, tx Reader) error {
	if err := brought(d.ID); err != nil {
		return err
	}
	if err := d.Slot.settle(ctx, tx); err != nil {
		return err
	}
	d.Text = strings.ReplaceAll(d.Text, "\r\n", "\n")
	switch {
	case utf8.RuneCountInString(d.Text) > longestText:
		return fault.New(fault.Invalid, "discussion.text.too_long").On("text").With("limit", longestText)
	case utf8.RuneCountInString(d.Title) > longestTitle:
		return fault.New(fault.Invalid, "discussion.text.too_long").On("title").With("limit", longestTitle)
	}
	if d.Slot.Topic != "" {
		d.Title, d.Channel, d.Audience = "", "", Audience{}
		return nil
	}
	return d.settleAudience(ctx, tx)
}

// settleAudience keeps of who shall read a new topic what can be, and never more
// readers than were chosen.
func (d *Draft) settleAudience(ctx context.Context, tx Reader) error {
	chosen := Slot{Channel: d.Channel}
	if err := chosen.settle(ctx, tx); err != nil {
		return err
	}
	d.Channel = chosen.Channel
	if tlps, usual := choices(tx.Grant()); !slices.Contains(tlps, d.Audience.TLP) {
		d.Audience.TLP = usual
	}
	d.Audience.Orgs = slices.DeleteFunc(slices.Clone(d.Audience.Orgs), func(org access.OrgID) bool {
		return len(strings.Fields(string(org))) != 1 || len(org) > longestName
	})
	d.Audience.Orgs = d.Audience.Orgs[:min(len(d.Audience.Orgs), mostOpened)]
	return nil
}

// settle fails with access.ErrHidden where the slot's topic may not be read; a
// channel that is not there is none.
func (s *Slot) settle(ctx context.Context, tx Reader) error {
	if s.Topic != "" {
		s.Channel = ""
		_, err := tx.Topic(ctx, s.Topic)
		return err
	}
	channels, err := channelsOf(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := find(channels, s.Channel); err != nil {
		s.Channel = ""
	}
	return nil
}
