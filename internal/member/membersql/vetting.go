// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
)

const caseColumns = `v.case_id, v.member_id, v.state, v.statement, v.endorsed_by, v.endorsed_at, v.until, v.ended_by, v.ended_at`

type caseRow struct {
	c                      member.Case
	endorsed, until, ended int64
}

func (r *caseRow) fields() []any {
	c := &r.c
	return []any{&c.ID, &c.Member, &c.State, &c.Statement, &c.EndorsedBy, &r.endorsed, &r.until, &c.EndedBy, &r.ended}
}

func (r *caseRow) vetting() member.Case {
	r.c.EndorsedAt, r.c.Until, r.c.EndedAt = sqldb.Time(r.endorsed), sqldb.Time(r.until), sqldb.Time(r.ended)
	return r.c
}

func (t tx) NewestCase(ctx context.Context, id access.MemberID) (member.Case, error) {
	var row caseRow
	err := t.sql.One(ctx, `SELECT `+caseColumns+` FROM member_case v WHERE v.member_id = $1 ORDER BY v.case_id DESC LIMIT 1`,
		[]any{id}, row.fields()...)
	if err != nil {
		return member.Case{}, hidden(err)
	}
	c := row.vetting()
	c.Approvals, err = t.approvals(ctx, c.ID)
	return c, err
}

func (t tx) OpenCases(ctx context.Context, limit int) (cases []member.Case, err error) {
	mine, args := t.reach(2)
	err = t.sql.All(ctx, `
		SELECT `+caseColumns+` FROM member_case v
		JOIN member_member m ON m.member_id = v.member_id JOIN member_organisation o ON o.org_id = m.org_id
		WHERE v.state = 'open' AND `+mine+` ORDER BY v.case_id LIMIT $1`,
		append([]any{limit}, args...), func(scan func(...any) error) error {
			var row caseRow
			err := scan(row.fields()...)
			cases = append(cases, row.vetting())
			return err
		})
	for i := 0; err == nil && i < len(cases); i++ {
		cases[i].Approvals, err = t.approvals(ctx, cases[i].ID)
	}
	return cases, err
}

func (t tx) approvals(ctx context.Context, id string) ([]member.Vote, error) {
	return t.votes(ctx, `SELECT officer_id, approved_at FROM member_approval WHERE case_id = $1 ORDER BY approved_at, officer_id`, id)
}

func (t tx) InsertCase(ctx context.Context, c member.Case) error {
	return t.sql.Exec(ctx, `
		INSERT INTO member_case (case_id, member_id, state, statement, endorsed_by, endorsed_at, until, ended_by, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Member, c.State, c.Statement, c.EndorsedBy, sqldb.Micros(c.EndorsedAt), sqldb.Micros(c.Until), c.EndedBy, sqldb.Micros(c.EndedAt))
}

func (t tx) MoveCase(ctx context.Context, c member.Case) error {
	return t.sql.Exec(ctx, `UPDATE member_case SET state = $1, ended_by = $2, ended_at = $3 WHERE case_id = $4`,
		c.State, c.EndedBy, sqldb.Micros(c.EndedAt), c.ID)
}

func (t tx) InsertApproval(ctx context.Context, caseID string, vote member.Vote) error {
	return t.sql.Exec(ctx, `INSERT INTO member_approval (case_id, officer_id, approved_at) VALUES ($1, $2, $3)`,
		caseID, vote.Officer, sqldb.Micros(vote.At))
}
