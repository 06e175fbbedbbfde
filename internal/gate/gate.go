// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Gate opens transactions in somebody's name. Standing and decision belong to
// the transaction that they open.
type Gate struct {
	db    *sqldb.DB
	now   func() time.Time
	wrote func(access.MemberID) // nil: nobody is told
}

// New returns the gate to the rows in db.
func New(db *sqldb.DB, now func() time.Time) Gate { return Gate{db: db, now: now} }

// Telling returns a Gate that tells wrote, after each commit, who wrote.
func (g Gate) Telling(wrote func(access.MemberID)) Gate {
	g.wrote = wrote
	return g
}

// View runs fn in a read-only transaction if the policy grants ask.
func (g Gate) View(ctx context.Context, ask access.Ask, fn func(*sqldb.Tx, access.Grant) error) error {
	return g.db.View(ctx, func(tx *sqldb.Tx) error { return g.enter(ctx, tx, ask, fn) })
}

// Update runs fn in a transaction if the policy grants ask, and commits it when
// fn returns nil. fn may run twice.
func (g Gate) Update(ctx context.Context, ask access.Ask, fn func(*sqldb.Tx, access.Grant) error) error {
	err := g.db.Update(ctx, func(tx *sqldb.Tx) error { return g.enter(ctx, tx, ask, fn) })
	if err == nil && g.wrote != nil {
		g.wrote(ask.Actor.Member)
	}
	return err
}

// Look is for a sensitive look: what fn reads may be given out only once Look
// returns nil, and then the entry that fn returned is committed.
func (g Gate) Look(ctx context.Context, ask access.Ask, fn func(*sqldb.Tx, access.Grant) (audit.Entry, error)) error {
	return g.Update(ctx, ask, func(tx *sqldb.Tx, grant access.Grant) error {
		entry, err := fn(tx, grant)
		if err != nil {
			return err
		}
		return auditsql.Append(ctx, tx, grant, entry)
	})
}

// ViewAll runs fn in a read-only transaction with a Grant for each workspace in
// which the actor may act so: the Knowledge Exchange first, then operations by
// id. Search and home filter by the list; it may be empty.
func (g Gate) ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func(*sqldb.Tx, []access.Grant) error) error {
	return g.db.View(ctx, func(tx *sqldb.Tx) error {
		if _, err := g.decide(ctx, tx, access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}); err != nil {
			return err
		}
		places, err := g.placesOf(ctx, tx, actor.Member)
		if err != nil {
			return err
		}
		var grants []access.Grant
		for _, id := range places {
			grant, err := g.decide(ctx, tx, access.Ask{Actor: actor, Place: access.In(id), Action: action})
			switch fault.KindOf(err) {
			case fault.NotFound, fault.Forbidden:
				continue
			}
			if err != nil {
				return err
			}
			grants = append(grants, grant)
		}
		return fn(tx, grants)
	})
}

// Grants returns what ViewAll opens, without opening anything.
func (g Gate) Grants(ctx context.Context, actor access.Actor, action access.Action) (grants []access.Grant, err error) {
	err = g.ViewAll(ctx, actor, action, func(_ *sqldb.Tx, decided []access.Grant) error {
		grants = decided
		return nil
	})
	return grants, err
}

// Check asks the policy without opening anything: for streams that ask again.
func (g Gate) Check(ctx context.Context, ask access.Ask) (grant access.Grant, err error) {
	err = g.View(ctx, ask, func(_ *sqldb.Tx, decided access.Grant) error {
		grant = decided
		return nil
	})
	return grant, err
}

func (g Gate) enter(ctx context.Context, tx *sqldb.Tx, ask access.Ask, fn func(*sqldb.Tx, access.Grant) error) error {
	grant, err := g.decide(ctx, tx, ask)
	if err != nil {
		return err
	}
	return fn(tx, grant)
}

func (g Gate) decide(ctx context.Context, tx *sqldb.Tx, ask access.Ask) (grant access.Grant, err error) {
	v := visitIn(ctx, tx)
	if v == nil {
		return g.ask(ctx, tx, ask)
	}
	known, ok := v.answers[ask]
	if !ok {
		known.grant, known.err = g.ask(ctx, tx, ask)
		v.answers[ask] = known
	}
	return known.grant, known.err
}

func (g Gate) ask(ctx context.Context, tx *sqldb.Tx, ask access.Ask) (grant access.Grant, err error) {
	standing, err := g.standing(ctx, tx, ask)
	if err != nil {
		return grant, err
	}
	return access.Decide(ask, standing)
}

// standing finds what the policy must know, by the same single query whether or
// not the member and the workspace are there.
func (g Gate) standing(ctx context.Context, tx *sqldb.Tx, ask access.Ask) (access.Standing, error) {
	if ask.Actor.Kind != access.Person {
		return access.Standing{Now: g.now(), Active: ask.Actor.Kind != access.Nobody, Known: true}, nil
	}
	at := whereabouts{ask.Actor.Member, ask.Place.Workspace()}
	v := visitIn(ctx, tx)
	if v != nil {
		if s, ok := v.standings[at]; ok {
			return s, nil
		}
	}
	var row standingRow
	err := tx.One(ctx, selectStanding+`LEFT JOIN workspace_workspace w ON w.workspace_id = $2
		LEFT JOIN workspace_membership s ON s.workspace_id = w.workspace_id AND s.member_id = m.member_id
		WHERE m.member_id = $1`, []any{at.member, at.workspace}, row.fields()...)
	s := row.standing(g.now())
	if fault.KindOf(err) == fault.NotFound {
		s, err = access.Standing{Now: s.Now}, nil
	}
	if v != nil && err == nil {
		v.standings[at] = s
	}
	return s, err
}

const selectStanding = `
	SELECT COALESCE(w.workspace_id, ''), m.state = 'active' AND NOT o.suspended AND NOT COALESCE(c.suspended, FALSE),
	       m.officer = 'confirmed', m.ends_at, m.vetted_until,
	       o.org_id, o.kind, o.country, o.knowledge_until, o.operations_until,
	       w.workspace_id IS NOT NULL, COALESCE(w.state, ''), COALESCE(w.ceiling, 0),
	       COALESCE(s.state, '') = 'accepted', COALESCE(s.role, 0), COALESCE(s.role_until, 0), COALESCE(s.export_until, 0)
	FROM member_member m
	JOIN member_organisation o ON o.org_id = m.org_id
	LEFT JOIN member_country c ON c.country = o.country
	`

// standingRow is a row of selectStanding.
type standingRow struct {
	s                                                           access.Standing
	workspace                                                   access.WorkspaceID
	ends, vetted, knowledge, operations, roleUntil, exportUntil int64
}

func (r *standingRow) fields() []any {
	s := &r.s
	return []any{
		&r.workspace, &s.Active, &s.Officer, &r.ends, &r.vetted, &s.Org, &s.OrgKind, &s.Country, &r.knowledge, &r.operations,
		&s.Known, &s.State, &s.Ceiling, &s.Accepted, &s.Role, &r.roleUntil, &r.exportUntil,
	}
}

func (r *standingRow) standing(now time.Time) access.Standing {
	s := r.s
	s.Now = now
	s.MemberUntil, s.VettedUntil = sqldb.Time(r.ends), sqldb.Time(r.vetted)
	s.Knowledge, s.Operations = sqldb.Time(r.knowledge), sqldb.Time(r.operations)
	s.RoleUntil, s.ExportUntil = sqldb.Time(r.roleUntil), sqldb.Time(r.exportUntil)
	return s
}

// placesOf lists where the member may be, and on a visit keeps their standing in
// each: the same row says both.
func (g Gate) placesOf(ctx context.Context, tx *sqldb.Tx, member access.MemberID) ([]access.WorkspaceID, error) {
	v := visitIn(ctx, tx)
	if v != nil && v.places[member] != nil {
		return v.places[member], nil
	}
	places, now := []access.WorkspaceID{access.Exchange}, g.now()
	err := tx.All(ctx, selectStanding+`JOIN workspace_membership s ON s.member_id = m.member_id AND s.state = 'accepted'
		JOIN workspace_workspace w ON w.workspace_id = s.workspace_id
		WHERE m.member_id = $1 ORDER BY s.workspace_id`,
		[]any{member}, func(scan func(...any) error) error {
			var row standingRow
			if err := scan(row.fields()...); err != nil {
				return err
			}
			places = append(places, row.workspace)
			if v != nil {
				v.standings[whereabouts{member, row.workspace}] = row.standing(now)
			}
			return nil
		})
	if v != nil && err == nil {
		v.places[member] = places
	}
	return places, err
}
