// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"

	"entente.example/internal/fault"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
)

const selectInvitation = `SELECT i.invitation_id, i.token_hash, i.email, i.name, i.officer, i.state, i.invited_by, i.invited_at,
	i.confirmed_by, i.ends_at, i.member_id, ` + orgColumns + ` FROM member_invitation i
	JOIN member_organisation o ON o.org_id = i.org_id LEFT JOIN member_country c ON c.country = o.country `

type invitationRow struct {
	org           orgRow
	i             member.Invitation
	invited, ends int64
}

func (r *invitationRow) fields() []any {
	i := &r.i
	return append([]any{&i.ID, &i.TokenHash, &i.Email, &i.Name, &i.Officer, &i.State, &i.InvitedBy, &r.invited,
		&i.ConfirmedBy, &r.ends, &i.Member}, r.org.fields()...)
}

func (r *invitationRow) invitation() member.Invitation {
	r.i.Org, r.i.InvitedAt, r.i.EndsAt = r.org.organisation(), sqldb.Time(r.invited), sqldb.Time(r.ends)
	return r.i
}

func (t tx) Invitation(ctx context.Context, id string) (member.Invitation, error) {
	mine, args := t.reach(2)
	var row invitationRow
	err := t.sql.One(ctx, selectInvitation+`WHERE i.invitation_id = $1 AND `+mine, append([]any{id}, args...), row.fields()...)
	return row.invitation(), hidden(err)
}

func (t tx) InvitationOf(ctx context.Context, tokenHash string) (member.Invitation, error) {
	var row invitationRow
	err := t.sql.One(ctx, selectInvitation+`WHERE i.token_hash = $1`, []any{tokenHash}, row.fields()...)
	return row.invitation(), hidden(err)
}

func (t tx) Invitations(ctx context.Context, q member.InvitationQuery) (list []member.Invitation, err error) {
	mine, args := t.reach(6)
	err = t.sql.All(ctx, selectInvitation+`
		WHERE ($1 = '' OR $1 = CASE WHEN i.state = 'valid' AND i.ends_at <= $5 THEN 'over' ELSE i.state END)
		AND ($2 = '' OR i.invitation_id < $2) AND ($4 = '' OR i.org_id = $4) AND `+mine+` ORDER BY i.invitation_id DESC LIMIT $3`,
		append([]any{q.State, q.Before, q.Limit, q.Org, sqldb.Micros(q.At)}, args...), func(scan func(...any) error) error {
			var row invitationRow
			err := scan(row.fields()...)
			list = append(list, row.invitation())
			return err
		})
	return list, err
}

func (t tx) InsertInvitation(ctx context.Context, i member.Invitation) error {
	return t.sql.Exec(ctx, `
		INSERT INTO member_invitation (invitation_id, token_hash, org_id, email, name, officer, state, invited_by, invited_at,
			confirmed_by, ends_at, member_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		i.ID, i.TokenHash, i.Org.ID, i.Email, i.Name, i.Officer, i.State, i.InvitedBy, sqldb.Micros(i.InvitedAt),
		i.ConfirmedBy, sqldb.Micros(i.EndsAt), i.Member)
}

func (t tx) MoveInvitation(ctx context.Context, i member.Invitation, from member.InvitationState) error {
	n, err := t.sql.Change(ctx, `
		UPDATE member_invitation SET state = $1, confirmed_by = $2, ends_at = $3, member_id = $4 WHERE invitation_id = $5 AND state = $6`,
		i.State, i.ConfirmedBy, sqldb.Micros(i.EndsAt), i.Member, i.ID, from)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "member.invitation.moved_on")
	}
	return err
}
