// SPDX-License-Identifier: Apache-2.0

package membersql

import (
	"context"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
)

// Store implements member.Store.
type Store struct{ gate gate.Gate }

var _ member.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements member.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(member.Reader) error) error {
	return s.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

// Update implements member.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(member.Tx) error) error {
	return s.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(tx{t, g}) })
}

// tx reads and writes what its grant's holder may know of.
type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (t tx) Grant() access.Grant { return t.grant }

func (t tx) Names(ctx context.Context, ids []access.MemberID) (member.Names, error) {
	return gate.Cards(ctx, t.sql, ids)
}

func (t tx) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, t.sql, t.grant, e)
}

// reach is the condition on an organisation o that the holder of the grant may
// know of it, with its two arguments from placeholder first on.
func (t tx) reach(first int) (sql string, args []any) {
	sql = within(t.grant, func(arg any) string {
		args = append(args, arg)
		return "$" + strconv.Itoa(first+len(args)-1)
	})
	return sql, args
}

// within is the condition on an organisation o that the holder of g may know of
// it; next gives an argument its mark.
func within(g access.Grant, next func(arg any) string) string {
	country := access.Country("")
	if member.Kind(g.OrgKind()) == member.NCB {
		country = g.Country()
	}
	all := g.Officer() || g.Actor().Kind == access.Console
	return "(" + next(all) + " OR o.country <> '' AND o.country = " + next(country) + " AND o.kind <> 'secretariat')"
}

// hidden makes of "no such row" the one answer for what is absent or out of reach.
func hidden(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return access.ErrHidden
	}
	return err
}
