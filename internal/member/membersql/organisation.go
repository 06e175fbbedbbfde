// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
)

// orgColumns are those of an organisation o and its country c, as an orgRow reads
// them.
const orgColumns = `o.org_id, o.name, o.kind, o.country, o.knowledge_until, o.operations_until, o.suspended, o.created_at,
	COALESCE(c.suspended, FALSE)`

// fromOrg joins an organisation with its country.
const fromOrg = ` FROM member_organisation o LEFT JOIN member_country c ON c.country = o.country `

// orgRow is where a row of orgColumns is read to.
type orgRow struct {
	org                            member.Organisation
	knowledge, operations, created int64
}

func (r *orgRow) fields() []any {
	return []any{&r.org.ID, &r.org.Name, &r.org.Kind, &r.org.Country, &r.knowledge, &r.operations, &r.org.Suspended, &r.created,
		&r.org.CountrySuspended}
}

func (r *orgRow) organisation() member.Organisation {
	r.org.Knowledge, r.org.Operations, r.org.CreatedAt = sqldb.Time(r.knowledge), sqldb.Time(r.operations), sqldb.Time(r.created)
	return r.org
}

func (t tx) oneOrg(ctx context.Context, condition string, args ...any) (member.Organisation, error) {
	var row orgRow
	err := t.sql.One(ctx, `SELECT `+orgColumns+fromOrg+condition, args, row.fields()...)
	return row.organisation(), hidden(err)
}

func (t tx) Organisation(ctx context.Context, id access.OrgID) (member.Organisation, error) {
	mine, args := t.reach(2)
	return t.oneOrg(ctx, `WHERE o.org_id = $1 AND `+mine, append([]any{id}, args...)...)
}

func (t tx) Secretariat(ctx context.Context) (member.Organisation, error) {
	return t.oneOrg(ctx, `WHERE o.kind = $1`, member.Secretariat)
}

// cutOff is the condition that the people of an organisation o of country c are
// suspended.
const cutOff = `(o.suspended OR COALESCE(c.suspended, FALSE))`

func (t tx) Organisations(ctx context.Context, q member.OrganisationQuery) (orgs []member.Organisation, err error) {
	mine, args := t.reach(10)
	from, till := q.Ends().Span(q.At)
	behind, order := `(o.name > $1 OR o.name = $1 AND o.org_id > $2) AND CAST($3 AS bigint) >= 0`, `o.name, o.org_id`
	if q.ByEnd {
		behind, order = `(o.operations_until > $3 OR o.operations_until = $3 AND (o.name > $1 OR o.name = $1 AND o.org_id > $2))`,
			`o.operations_until, o.name, o.org_id`
	}
	err = t.sql.All(ctx, `SELECT `+orgColumns+fromOrg+`
		WHERE `+behind+` AND ($5 = '' OR o.kind = $5) AND ($6 = '' OR o.country = $6) AND ($7 = '' OR ($7 = 'suspended') = `+cutOff+`)
		AND (o.knowledge_until >= $8 AND o.knowledge_until < $9 OR o.operations_until >= $8 AND o.operations_until < $9)
		AND `+mine+` ORDER BY `+order+` LIMIT $4`,
		append([]any{q.Behind.Name, q.Behind.ID, sqldb.Micros(q.Behind.End), q.Limit, q.Kind, q.Country, q.State, sqldb.Micros(from), sqldb.Micros(till)}, args...),
		func(scan func(...any) error) error {
			var row orgRow
			err := scan(row.fields()...)
			orgs = append(orgs, row.organisation())
			return err
		})
	return orgs, err
}

func (t tx) HasOrganisation(ctx context.Context, kind member.Kind, country access.Country) (exists bool, err error) {
	err = t.sql.One(ctx, `SELECT EXISTS (SELECT 1 FROM member_organisation o WHERE o.kind = $1 AND (o.country = $2 OR o.kind = 'secretariat'))`,
		[]any{kind, country}, &exists)
	return exists, err
}

func (t tx) NCBAnswers(ctx context.Context, country access.Country) (answers bool, err error) {
	err = t.sql.One(ctx, `
		SELECT EXISTS (SELECT 1 FROM member_organisation o JOIN member_member m ON m.org_id = o.org_id
			WHERE o.kind = 'ncb' AND o.country = $1 AND NOT o.suspended AND m.state = 'active')`,
		[]any{country}, &answers)
	return answers, err
}

func (t tx) InsertOrganisation(ctx context.Context, o member.Organisation) error {
	return t.sql.Exec(ctx, `
		INSERT INTO member_organisation (org_id, name, kind, country, knowledge_until, operations_until, suspended, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.ID, o.Name, o.Kind, o.Country, sqldb.Micros(o.Knowledge), sqldb.Micros(o.Operations), o.Suspended, sqldb.Micros(o.CreatedAt))
}

func (t tx) SetOrganisationSuspended(ctx context.Context, id access.OrgID, suspended bool) error {
	return t.sql.Exec(ctx, `UPDATE member_organisation SET suspended = $1 WHERE org_id = $2`, suspended, id)
}

func (t tx) SetCountrySuspended(ctx context.Context, country access.Country, suspended bool) (bool, error) {
	err := t.sql.Exec(ctx, `INSERT INTO member_country (country, suspended) VALUES ($1, $2) ON CONFLICT DO NOTHING`, country, false)
	if err != nil {
		return false, err
	}
	n, err := t.sql.Change(ctx, `UPDATE member_country SET suspended = $1 WHERE country = $2 AND suspended <> $1`, suspended, country)
	return n > 0, err
}

func (t tx) Reach(ctx context.Context, org access.OrgID, country access.Country) (r member.Reach, err error) {
	err = t.sql.One(ctx, `
		SELECT COUNT(*), COUNT(DISTINCT m.org_id) FROM member_member m JOIN member_organisation o ON o.org_id = m.org_id
		WHERE m.state = 'active' AND (o.org_id = $1 OR $2 <> '' AND o.country = $2)`,
		[]any{org, country}, &r.People, &r.Organisations)
	return r, err
}

func (t tx) SuspendedCountries(ctx context.Context) (countries []access.Country, err error) {
	err = t.sql.All(ctx, `SELECT country FROM member_country WHERE suspended ORDER BY country LIMIT 300`, nil,
		func(scan func(...any) error) error {
			var c access.Country
			err := scan(&c)
			countries = append(countries, c)
			return err
		})
	return countries, err
}

func (t tx) SetParticipation(ctx context.Context, id access.OrgID, knowledge, operations time.Time) error {
	return t.sql.Exec(ctx, `UPDATE member_organisation SET knowledge_until = $1, operations_until = $2 WHERE org_id = $3`,
		sqldb.Micros(knowledge), sqldb.Micros(operations), id)
}

func (t tx) Agreements(ctx context.Context, org access.OrgID) (agreements []member.Agreement, err error) {
	err = t.sql.All(ctx, `
		SELECT agreement_id, org_id, reference, scope, first_day, last_day, recorded_by, recorded_at, ended_at
		FROM member_agreement WHERE org_id = $1 ORDER BY agreement_id DESC LIMIT 100`,
		[]any{org}, func(scan func(...any) error) error {
			var a member.Agreement
			var first, last, recorded, ended int64
			err := scan(&a.ID, &a.Org, &a.Reference, &a.Scope, &first, &last, &a.RecordedBy, &recorded, &ended)
			a.FirstDay, a.LastDay, a.RecordedAt, a.EndedAt = sqldb.Time(first), sqldb.Time(last), sqldb.Time(recorded), sqldb.Time(ended)
			agreements = append(agreements, a)
			return err
		})
	return agreements, err
}

func (t tx) InsertAgreement(ctx context.Context, a member.Agreement) error {
	return t.sql.Exec(ctx, `
		INSERT INTO member_agreement (agreement_id, org_id, reference, scope, first_day, last_day, recorded_by, recorded_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.Org, a.Reference, a.Scope, sqldb.Micros(a.FirstDay), sqldb.Micros(a.LastDay), a.RecordedBy, sqldb.Micros(a.RecordedAt), sqldb.Micros(a.EndedAt))
}

func (t tx) EndAgreement(ctx context.Context, org access.OrgID, id string, at time.Time) (bool, error) {
	n, err := t.sql.Change(ctx, `UPDATE member_agreement SET ended_at = $1 WHERE org_id = $2 AND agreement_id = $3 AND ended_at = 0`,
		sqldb.Micros(at), org, id)
	return n > 0, err
}
