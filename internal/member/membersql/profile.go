// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/member"
)

func (t tx) OwnProfile(ctx context.Context) (member.Profile, error) {
	return t.profile(ctx, t.grant.Member())
}

func (t tx) Profile(ctx context.Context, handle string) (member.Profile, error) {
	found, err := gate.ByHandle(ctx, t.sql, t.grant, []string{handle})
	if err != nil {
		return member.Profile{}, err
	}
	who, there := found[handle]
	if !there {
		return member.Profile{}, access.ErrHidden
	}
	return t.profile(ctx, who.Member)
}

func (t tx) profile(ctx context.Context, id access.MemberID) (p member.Profile, err error) {
	err = t.sql.All(ctx, `SELECT about, languages, fields, askable, hours FROM member_profile WHERE member_id = $1`, []any{id},
		func(scan func(...any) error) error {
			var languages, fields string
			err := scan(&p.About, &languages, &fields, &p.Askable, &p.Hours)
			p.Languages, p.Fields = strings.Fields(languages), strings.Fields(fields)
			return err
		})
	return p, err
}

func (t tx) SetProfile(ctx context.Context, p member.Profile) error {
	return t.sql.Exec(ctx, `
		INSERT INTO member_profile (member_id, about, languages, fields, askable, hours) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (member_id) DO UPDATE SET about = excluded.about, languages = excluded.languages, fields = excluded.fields,
			askable = excluded.askable, hours = excluded.hours`,
		t.grant.Member(), p.About, strings.Join(p.Languages, " "), strings.Join(p.Fields, " "), p.Askable, p.Hours)
}

func (t tx) DropProfile(ctx context.Context, id access.MemberID) error {
	return t.sql.Exec(ctx, `DELETE FROM member_profile WHERE member_id = $1`, id)
}
