// SPDX-License-Identifier: Apache-2.0

package workspacesql

import (
	"cmp"
	"context"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
	"entente.example/internal/workspace"
)

// mostMembers is how many members in one state a list holds.
const mostMembers = 2000

const selectMembership = `
	SELECT workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at
	FROM workspace_membership`

func (t tx) Membership(ctx context.Context, member access.MemberID) (workspace.Membership, error) {
	return t.membership(ctx, ` WHERE workspace_id = $1 AND member_id = $2`, t.grant.Workspace(), member)
}

func (t tx) Memberships(ctx context.Context, states ...workspace.MembershipState) ([]workspace.Membership, error) {
	var list []workspace.Membership
	for _, state := range states {
		some, err := t.memberships(ctx, ` WHERE workspace_id = $1 AND state = $2 ORDER BY member_id LIMIT $3`,
			t.grant.Workspace(), state, mostMembers)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	ids := make([]access.MemberID, 0, len(list))
	for _, m := range list {
		ids = append(ids, m.Member)
	}
	cards, err := gate.Cards(ctx, t.sql, ids)
	for i := range list {
		list[i].Card = cards[list[i].Member]
	}
	slices.SortStableFunc(list, func(a, b workspace.Membership) int {
		return cmp.Or(cmp.Compare(a.Card.Country, b.Card.Country), cmp.Compare(a.Card.OrgName, b.Card.OrgName),
			cmp.Compare(a.Card.Name, b.Card.Name))
	})
	return list, err
}

func (t tx) Invitable(ctx context.Context, who string) (access.Card, error) {
	return gate.Invitable(ctx, t.sql, t.grant, who)
}

func (t tx) Offers(ctx context.Context) ([]workspace.Offer, error) {
	waiting, err := t.memberships(ctx, ` WHERE member_id = $1 AND state = 'offered' ORDER BY invited_at DESC, workspace_id LIMIT 100`,
		t.grant.Member())
	if err != nil {
		return nil, err
	}
	offers := []workspace.Offer{}
	for _, m := range waiting {
		offer, err := t.offer(ctx, m)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		offers = append(offers, offer)
	}
	return offers, nil
}

func (t tx) offer(ctx context.Context, m workspace.Membership) (workspace.Offer, error) {
	if err := gate.CouldEnter(ctx, t.sql, t.grant, t.grant.Actor(), m.Workspace); err != nil {
		return workspace.Offer{}, err
	}
	w, err := t.workspace(ctx, m.Workspace)
	if err != nil {
		return workspace.Offer{}, err
	}
	cards, err := gate.Cards(ctx, t.sql, []access.MemberID{m.InvitedBy})
	return workspace.Offer{Workspace: w, Terms: m.Terms, By: cards[m.InvitedBy], At: m.InvitedAt}, err
}

func (t tx) Offered(ctx context.Context, id access.WorkspaceID) (workspace.Membership, error) {
	m, err := t.membership(ctx, ` WHERE workspace_id = $1 AND member_id = $2 AND state = 'offered'`, id, t.grant.Member())
	if err != nil {
		return workspace.Membership{}, err
	}
	return m, gate.CouldEnter(ctx, t.sql, t.grant, t.grant.Actor(), id)
}

func (t tx) SaveMembership(ctx context.Context, m workspace.Membership) error {
	return t.sql.Exec(ctx, `
		INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (workspace_id, member_id) DO UPDATE SET role = excluded.role, state = excluded.state,
			role_until = excluded.role_until, export_until = excluded.export_until, invited_by = excluded.invited_by,
			invited_at = excluded.invited_at, accepted_at = excluded.accepted_at`,
		m.Workspace, m.Member, m.Terms.Role, m.State, sqldb.Micros(m.Terms.Until), sqldb.Micros(m.Terms.ExportUntil),
		m.InvitedBy, sqldb.Micros(m.InvitedAt), sqldb.Micros(m.AcceptedAt))
}

func (t tx) EndMembership(ctx context.Context, id access.WorkspaceID, member access.MemberID) (bool, error) {
	n, err := t.sql.Change(ctx, `
		UPDATE workspace_membership SET state = 'ended' WHERE workspace_id = $1 AND member_id = $2 AND state IN ('accepted', 'offered')`, id, member)
	return n > 0, err
}

func (t tx) NarrowMembership(ctx context.Context, id access.WorkspaceID, member access.MemberID, most workspace.Terms) (bool, error) {
	n, err := t.sql.Change(ctx, `
		UPDATE workspace_membership SET
			role = CASE WHEN role > $3 THEN $3 ELSE role END,
			role_until = CASE WHEN role_until = 0 OR role_until > $4 THEN $4 ELSE role_until END,
			export_until = CASE WHEN export_until > $5 THEN $5 ELSE export_until END
		WHERE workspace_id = $1 AND member_id = $2 AND state IN ('accepted', 'offered')
			AND (role > $3 OR role_until = 0 OR role_until > $4 OR export_until > $5)`,
		id, member, most.Role, sqldb.Micros(most.Until), sqldb.Micros(most.ExportUntil))
	return n > 0, err
}

func (t tx) membership(ctx context.Context, condition string, args ...any) (workspace.Membership, error) {
	found, err := t.memberships(ctx, condition, args...)
	if err != nil {
		return workspace.Membership{}, err
	}
	if len(found) == 0 {
		return workspace.Membership{}, access.ErrHidden
	}
	return found[0], nil
}

func (t tx) memberships(ctx context.Context, condition string, args ...any) (list []workspace.Membership, err error) {
	err = t.sql.All(ctx, selectMembership+condition, args, func(scan func(...any) error) error {
		var m workspace.Membership
		var until, export, invited, accepted int64
		err := scan(&m.Workspace, &m.Member, &m.Terms.Role, &m.State, &until, &export, &m.InvitedBy, &invited, &accepted)
		m.Terms.Until, m.Terms.ExportUntil = sqldb.Time(until), sqldb.Time(export)
		m.InvitedAt, m.AcceptedAt = sqldb.Time(invited), sqldb.Time(accepted)
		list = append(list, m)
		return err
	})
	return list, err
}
