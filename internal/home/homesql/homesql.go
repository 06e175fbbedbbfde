// SPDX-License-Identifier: Apache-2.0

// Package homesql keeps what members marked as read in their inboxes in a SQL
// database.
package homesql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/home"
	"entente.example/internal/sqldb"
)

// Store implements home.Store.
type Store struct{ gate gate.Gate }

var _ home.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements home.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(home.Reader) error) error {
	return s.gate.View(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// Update implements home.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(home.Tx) error) error {
	return s.gate.Update(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// tx reads and writes the marks of its grant's member.
type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

const (
	mostMarks = 10_000 // single marks that are read: far more than an inbox holds
	noBefore  = -1     // stands where there is nothing to go back to
)

func (t tx) Marks(ctx context.Context) (m home.Marks, err error) {
	until, before := int64(0), int64(noBefore)
	err = t.sql.One(ctx, `SELECT read_until, before FROM home_inbox WHERE member_id = $1`, []any{t.grant.Member()}, &until, &before)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return m, err
	}
	m = home.Marks{Until: sqldb.Time(until), Single: map[string]bool{}, CanGoBack: before != noBefore}
	if m.CanGoBack {
		m.Before = sqldb.Time(before)
	}
	return m, t.sql.All(ctx, `
		SELECT item FROM home_read WHERE member_id = $1 ORDER BY read_at DESC, item LIMIT $2`,
		[]any{t.grant.Member(), mostMarks}, func(scan func(...any) error) error {
			var item string
			err := scan(&item)
			m.Single[item] = true
			return err
		})
}

func (t tx) MarkRead(ctx context.Context, m home.Matter, at time.Time) error {
	return t.sql.Exec(ctx, `
		INSERT INTO home_read (member_id, item, workspace_id, read_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (member_id, item) DO NOTHING`,
		t.grant.Member(), m.ID, m.Workspace, at.UnixMicro())
}

func (t tx) SetUntil(ctx context.Context, m home.Marks) error {
	before := int64(noBefore)
	if m.CanGoBack {
		before = sqldb.Micros(m.Before)
	}
	return t.sql.Exec(ctx, `
		INSERT INTO home_inbox (member_id, read_until, before) VALUES ($1, $2, $3)
		ON CONFLICT (member_id) DO UPDATE SET read_until = excluded.read_until, before = excluded.before`,
		t.grant.Member(), sqldb.Micros(m.Until), before)
}

func (t tx) Forget(ctx context.Context, before time.Time) error {
	return t.sql.Exec(ctx, `DELETE FROM home_read WHERE member_id = $1 AND read_at < $2`, t.grant.Member(), before.UnixMicro())
}

// Purge destroys a slice of what members marked of the grant's workspace.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	return gate.Destroy(ctx, tx, g, limit, gate.Table{Name: "home_read", Key: "member_id, item"})
}
