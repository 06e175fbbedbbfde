// SPDX-License-Identifier: Apache-2.0

package signinsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/signin"
	"entente.example/internal/sqldb"
)

const selectSession = `SELECT session_id, token_hash, member_id, strength, agent, started_at, seen_at, ends_at FROM signin_session `

type sessionRow struct {
	s                   signin.Session
	started, seen, ends int64
}

func (r *sessionRow) fields() []any {
	s := &r.s
	return []any{&s.ID, &s.TokenHash, &s.Member, &s.Strength, &s.Agent, &r.started, &r.seen, &r.ends}
}

func (r *sessionRow) session() signin.Session {
	r.s.StartedAt, r.s.SeenAt, r.s.EndsAt = sqldb.Time(r.started), sqldb.Time(r.seen), sqldb.Time(r.ends)
	return r.s
}

func (t tx) SessionOf(ctx context.Context, tokenHash string) (signin.Session, error) {
	var row sessionRow
	err := t.sql.One(ctx, selectSession+`WHERE token_hash = $1`, []any{tokenHash}, row.fields()...)
	return row.session(), err
}

func (t tx) Sessions(ctx context.Context, member access.MemberID) (sessions []signin.Session, err error) {
	err = t.sql.All(ctx, selectSession+`WHERE member_id = $1 ORDER BY session_id DESC LIMIT 100`, []any{member},
		func(scan func(...any) error) error {
			var row sessionRow
			err := scan(row.fields()...)
			sessions = append(sessions, row.session())
			return err
		})
	return sessions, err
}

func (t tx) InsertSession(ctx context.Context, s signin.Session) error {
	return t.sql.Exec(ctx, `
		INSERT INTO signin_session (session_id, token_hash, member_id, strength, agent, started_at, seen_at, ends_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.TokenHash, s.Member, s.Strength, s.Agent, sqldb.Micros(s.StartedAt), sqldb.Micros(s.SeenAt), sqldb.Micros(s.EndsAt))
}

func (t tx) SeeSession(ctx context.Context, id string, at time.Time) error {
	return t.sql.Exec(ctx, `UPDATE signin_session SET seen_at = $1 WHERE session_id = $2 AND seen_at < $1`, sqldb.Micros(at), id)
}

func (t tx) DropSession(ctx context.Context, member access.MemberID, id string) (int64, error) {
	return t.sql.Change(ctx, `DELETE FROM signin_session WHERE member_id = $1 AND session_id = $2`, member, id)
}

func (t tx) DropSessions(ctx context.Context, member access.MemberID, but string) (int64, error) {
	return t.sql.Change(ctx, `DELETE FROM signin_session WHERE member_id = $1 AND session_id <> $2`, member, but)
}

func (t tx) DropSessionsOver(ctx context.Context, now time.Time) error {
	return t.sql.Exec(ctx, `DELETE FROM signin_session WHERE ends_at <= $1`, sqldb.Micros(now))
}
