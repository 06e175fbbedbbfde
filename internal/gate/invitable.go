// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Invitable returns the member of exactly that handle or e-mail address, in
// lower case, if they could enter the grant's workspace once they were in it.
// It fails with access.ErrHidden for everybody else, for whatever reason.
func Invitable(ctx context.Context, tx *sqldb.Tx, g access.Grant, who string) (access.Card, error) {
	var id access.MemberID
	err := tx.One(ctx, `SELECT member_id FROM member_member WHERE handle = $1 OR email = $1 ORDER BY member_id LIMIT 1`, []any{who}, &id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return access.Card{}, err
	}
	invited := access.Actor{Kind: access.Person, Member: id, Strength: access.Passkey}
	if err := CouldEnter(ctx, tx, g, invited, g.Workspace()); err != nil {
		return access.Card{}, err
	}
	cards, err := Cards(ctx, tx, []access.MemberID{id})
	return cards[id], err
}

// CouldEnter fails with access.ErrHidden unless the actor could read in that
// workspace at the grant's time if they were in it.
func CouldEnter(ctx context.Context, tx *sqldb.Tx, g access.Grant, actor access.Actor, workspace access.WorkspaceID) error {
	ask := access.Ask{Actor: actor, Place: access.In(workspace), Action: access.Read}
	standing, err := Gate{now: g.At}.standing(ctx, tx, ask)
	if err != nil {
		return err
	}
	standing.Accepted, standing.Role, standing.RoleUntil = true, access.Reader, time.Time{}
	if _, err := access.Decide(ask, standing); err != nil {
		return access.ErrHidden
	}
	return nil
}
