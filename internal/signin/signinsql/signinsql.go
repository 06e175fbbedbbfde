// SPDX-License-Identifier: Apache-2.0

package signinsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate"
	"entente.example/internal/signin"
	"entente.example/internal/sqldb"
)

// Store implements signin.Store.
type Store struct{ gate gate.Gate }

var _ signin.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements signin.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(signin.Reader) error) error {
	return s.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

// Update implements signin.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(signin.Tx) error) error {
	return s.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (t tx) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, t.sql, t.grant, e)
}

const ceremonyColumns = `ceremony_id, purpose, member_id, state, ends_at`

func (t tx) Ceremony(ctx context.Context, id string) (c signin.Ceremony, err error) {
	return t.ceremony(ctx, `SELECT `+ceremonyColumns+` FROM signin_ceremony WHERE ceremony_id = $1`, id)
}

func (t tx) TakeCeremony(ctx context.Context, id string) (signin.Ceremony, error) {
	return t.ceremony(ctx, `DELETE FROM signin_ceremony WHERE ceremony_id = $1 RETURNING `+ceremonyColumns, id)
}

func (t tx) ceremony(ctx context.Context, query, id string) (c signin.Ceremony, err error) {
	var ends int64
	err = t.sql.One(ctx, query, []any{id}, &c.ID, &c.Purpose, &c.Member, &c.State, &ends)
	c.EndsAt = sqldb.Time(ends)
	return c, err
}

func (t tx) InsertCeremony(ctx context.Context, c signin.Ceremony) error {
	return t.sql.Exec(ctx, `INSERT INTO signin_ceremony (ceremony_id, purpose, member_id, state, ends_at) VALUES ($1, $2, $3, $4, $5)`,
		c.ID, c.Purpose, c.Member, c.State, sqldb.Micros(c.EndsAt))
}

func (t tx) DropCeremoniesOver(ctx context.Context, now time.Time) error {
	return t.sql.Exec(ctx, `DELETE FROM signin_ceremony WHERE ends_at <= $1`, sqldb.Micros(now))
}
