// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"context"

	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

func (t tx) Draft(ctx context.Context, in discussion.Slot) (discussion.Draft, error) {
	readable, args := gate.ReadableOne(t.grant, "t.handling_id", 5)
	d := discussion.Draft{Slot: in}
	var opened string
	var saved int64
	err := t.sql.One(ctx, `
		SELECT d.draft_id, d.channel_id, d.title, d.text, d.tlp, d.restricted, d.opened_to, d.saved_at
		FROM discussion_draft d
		WHERE d.workspace_id = $1 AND d.member_id = $2 AND d.topic_id = $3 AND d.opened_from = $4
		      AND (d.topic_id = '' OR EXISTS (SELECT 1 FROM discussion_topic t
		           WHERE t.workspace_id = d.workspace_id AND t.topic_id = d.topic_id AND `+readable+`))`,
		append([]any{t.grant.Workspace(), t.grant.Member(), in.Topic, in.Channel}, args...),
		&d.ID, &d.Channel, &d.Title, &d.Text, &d.Audience.TLP, &d.Audience.Restricted, &opened, &saved)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return discussion.Draft{}, nil
	}
	d.Audience.Orgs, d.SavedAt = unspaced(opened), sqldb.Time(saved)
	return d, err
}

func (t tx) SaveDraft(ctx context.Context, d discussion.Draft, most int) error {
	err := t.sql.Exec(ctx, `
		INSERT INTO discussion_draft (workspace_id, member_id, topic_id, opened_from, draft_id, channel_id, title, text,
			tlp, restricted, opened_to, saved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (workspace_id, member_id, topic_id, opened_from) DO UPDATE SET
			draft_id = excluded.draft_id, channel_id = excluded.channel_id, title = excluded.title, text = excluded.text,
			tlp = excluded.tlp, restricted = excluded.restricted, opened_to = excluded.opened_to, saved_at = excluded.saved_at`,
		t.grant.Workspace(), t.grant.Member(), d.Slot.Topic, d.Slot.Channel, d.ID, d.Channel, d.Title, d.Text,
		d.Audience.TLP, d.Audience.Restricted, spaced(d.Audience.Orgs), sqldb.Micros(d.SavedAt))
	if err != nil {
		return err
	}
	return t.sql.Exec(ctx, `
		DELETE FROM discussion_draft WHERE workspace_id = $1 AND member_id = $2 AND saved_at <= COALESCE((
			SELECT o.saved_at FROM discussion_draft o WHERE o.workspace_id = $1 AND o.member_id = $2
			ORDER BY o.saved_at DESC LIMIT 1 OFFSET $3), 0)`,
		t.grant.Workspace(), t.grant.Member(), most)
}

func (t tx) DropDraft(ctx context.Context, in discussion.Slot) error {
	return t.sql.Exec(ctx, `
		DELETE FROM discussion_draft WHERE workspace_id = $1 AND member_id = $2 AND topic_id = $3 AND opened_from = $4`,
		t.grant.Workspace(), t.grant.Member(), in.Topic, in.Channel)
}

func (t tx) DropSent(ctx context.Context, id string) error {
	return t.sql.Exec(ctx, `DELETE FROM discussion_draft WHERE workspace_id = $1 AND member_id = $2 AND draft_id = $3`,
		t.grant.Workspace(), t.grant.Member(), id)
}
