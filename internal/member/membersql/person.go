// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
)

// memberColumns are those of a member m with their organisation o and country c,
// as memberRow reads them.
const memberColumns = `m.member_id, m.handle, m.name, m.post, m.email, m.state, m.officer, m.vetted_until, m.ends_at,
	m.language, m.time_zone, m.theme, m.keys_off, m.created_at, ` + orgColumns

const fromMember = ` FROM member_member m JOIN member_organisation o ON o.org_id = m.org_id
	LEFT JOIN member_country c ON c.country = o.country `

type memberRow struct {
	org                   orgRow
	m                     member.Member
	vetted, ends, created int64
}

func (r *memberRow) fields() []any {
	m := &r.m
	return append([]any{&m.ID, &m.Handle, &m.Name, &m.Post, &m.Email, &m.State, &m.Officer, &r.vetted, &r.ends,
		&m.Settings.Language, &m.Settings.TimeZone, &m.Settings.Theme, &m.Settings.KeysOff, &r.created}, r.org.fields()...)
}

func (r *memberRow) member() member.Member {
	r.m.Org = r.org.organisation()
	r.m.VettedUntil, r.m.EndsAt, r.m.CreatedAt = sqldb.Time(r.vetted), sqldb.Time(r.ends), sqldb.Time(r.created)
	return r.m
}

func (t tx) oneMember(ctx context.Context, condition string, args ...any) (member.Member, error) {
	var row memberRow
	err := t.sql.One(ctx, `SELECT `+memberColumns+fromMember+condition, args, row.fields()...)
	return row.member(), hidden(err)
}

func (t tx) someMembers(ctx context.Context, condition string, args ...any) (members []member.Member, err error) {
	err = t.sql.All(ctx, `SELECT `+memberColumns+fromMember+condition, args, func(scan func(...any) error) error {
		var row memberRow
		err := scan(row.fields()...)
		members = append(members, row.member())
		return err
	})
	return members, err
}

func (t tx) Member(ctx context.Context, id access.MemberID) (member.Member, error) {
	mine, args := t.reach(2)
	return t.oneMember(ctx, `WHERE m.member_id = $1 AND `+mine, append([]any{id}, args...)...)
}

func (t tx) LockMember(ctx context.Context, id access.MemberID) (member.Member, error) {
	if err := t.sql.Exec(ctx, `UPDATE member_member SET state = state WHERE member_id = $1`, id); err != nil {
		return member.Member{}, err
	}
	return t.Member(ctx, id)
}

func (t tx) Members(ctx context.Context, q member.MemberQuery) ([]member.Member, error) {
	mine, args := t.reach(11)
	from, till := q.Vetting.Span(q.At)
	behind, order := `m.handle > $1 AND CAST($2 AS bigint) >= 0`, `m.handle`
	if q.ByVetting {
		behind, order = `(m.vetted_until > $2 OR m.vetted_until = $2 AND m.handle > $1)`, `m.vetted_until, m.handle`
	}
	return t.someMembers(ctx, `WHERE `+behind+` AND `+mine+`
		AND (LOWER(m.name) LIKE $3 ESCAPE '\' OR m.handle LIKE $3 ESCAPE '\' OR m.email LIKE $3 ESCAPE '\')
		AND ($5 = '' OR m.org_id = $5) AND ($6 = '' OR o.country = $6) AND m.vetted_until >= $8 AND m.vetted_until < $9
		AND ($7 = '' OR $7 = CASE WHEN m.state <> 'active' THEN m.state WHEN `+cutOff+` THEN 'suspended'
			WHEN m.ends_at > 0 AND m.ends_at <= $10 THEN 'left' ELSE 'active' END)
		ORDER BY `+order+` LIMIT $4`,
		append([]any{q.Behind.Name, sqldb.Micros(q.Behind.End), containing(q.Text), q.Limit, q.Org, q.Country, q.State, sqldb.Micros(from), sqldb.Micros(till), sqldb.Micros(q.At)}, args...)...)
}

// containing returns the LIKE pattern of what contains text. Both engines fold
// the case of ASCII letters alone.
func containing(text string) string {
	lower := func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.Map(lower, text)) + "%"
}

func (t tx) Self(ctx context.Context) (member.Member, error) {
	return t.oneMember(ctx, `WHERE m.member_id = $1`, t.grant.Member())
}

func (t tx) Account(ctx context.Context, id access.MemberID, name string) (member.Member, error) {
	if id != "" {
		return t.oneMember(ctx, `WHERE m.member_id = $1`, id)
	}
	return t.oneMember(ctx, `WHERE m.handle = $1 OR m.email = $1`, name)
}

func (t tx) Peopled(ctx context.Context) (peopled bool, err error) {
	err = t.sql.One(ctx, `SELECT EXISTS (SELECT 1 FROM member_member) OR EXISTS (SELECT 1 FROM member_invitation)`, nil, &peopled)
	return peopled, err
}

func (t tx) PendingOfficers(ctx context.Context, limit int) ([]member.Member, error) {
	mine, args := t.reach(2)
	return t.someMembers(ctx, `WHERE m.officer = 'pending' AND m.state = 'active' AND `+mine+` ORDER BY m.member_id LIMIT $1`,
		append([]any{limit}, args...)...)
}

func (t tx) InsertMember(ctx context.Context, m member.Member, rules string) error {
	err := t.sql.Exec(ctx, `
		INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
			language, time_zone, theme, keys_off, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.ID, m.Org.ID, m.Handle, m.Name, m.Post, m.Email, m.State, m.Officer, sqldb.Micros(m.VettedUntil), sqldb.Micros(m.EndsAt),
		m.Settings.Language, m.Settings.TimeZone, m.Settings.Theme, m.Settings.KeysOff, sqldb.Micros(m.CreatedAt))
	if err != nil {
		return err
	}
	return t.sql.Exec(ctx, `INSERT INTO member_acceptance (member_id, rules, accepted_at) VALUES ($1, $2, $3)`, m.ID, rules, sqldb.Micros(m.CreatedAt))
}

func (t tx) SetState(ctx context.Context, id access.MemberID, state member.State) error {
	return t.sql.Exec(ctx, `UPDATE member_member SET state = $1 WHERE member_id = $2`, state, id)
}

func (t tx) SetDetails(ctx context.Context, id access.MemberID, d member.Details) error {
	return t.sql.Exec(ctx, `UPDATE member_member SET name = $1, post = $2 WHERE member_id = $3`, d.Name, d.Post, id)
}

func (t tx) SetOfficer(ctx context.Context, id access.MemberID, officer member.Officership) error {
	return t.sql.Exec(ctx, `UPDATE member_member SET officer = $1 WHERE member_id = $2`, officer, id)
}

func (t tx) SetVetted(ctx context.Context, id access.MemberID, until time.Time) error {
	return t.sql.Exec(ctx, `UPDATE member_member SET vetted_until = $1 WHERE member_id = $2`, sqldb.Micros(until), id)
}

func (t tx) SetSettings(ctx context.Context, s member.Settings) error {
	return t.sql.Exec(ctx, `UPDATE member_member SET language = $1, time_zone = $2, theme = $3, keys_off = $4 WHERE member_id = $5`,
		s.Language, s.TimeZone, s.Theme, s.KeysOff, t.grant.Member())
}

func (t tx) Confirmations(ctx context.Context, id access.MemberID) ([]member.Vote, error) {
	return t.votes(ctx, `SELECT officer_id, confirmed_at FROM member_confirmation WHERE member_id = $1 ORDER BY confirmed_at, officer_id`, id)
}

func (t tx) InsertConfirmation(ctx context.Context, id access.MemberID, vote member.Vote) error {
	return t.sql.Exec(ctx, `INSERT INTO member_confirmation (member_id, officer_id, confirmed_at) VALUES ($1, $2, $3)`,
		id, vote.Officer, sqldb.Micros(vote.At))
}

func (t tx) votes(ctx context.Context, query string, args ...any) (votes []member.Vote, err error) {
	err = t.sql.All(ctx, query, args, func(scan func(...any) error) error {
		var v member.Vote
		var at int64
		err := scan(&v.Officer, &at)
		v.At = sqldb.Time(at)
		votes = append(votes, v)
		return err
	})
	return votes, err
}
