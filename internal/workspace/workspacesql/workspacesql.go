// SPDX-License-Identifier: Apache-2.0

package workspacesql

import (
	"cmp"
	"context"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
	"entente.example/internal/workspace"
)

// Store implements workspace.Store.
type Store struct{ gate gate.Gate }

var _ workspace.Store = Store{}

// New returns a store behind the gate.
func New(g gate.Gate) Store { return Store{g} }

// View implements workspace.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(workspace.Reader) error) error {
	return s.gate.View(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// Update implements workspace.Store.
func (s Store) Update(ctx context.Context, ask access.Ask, fn func(workspace.Tx) error) error {
	return s.gate.Update(ctx, ask, func(sql *sqldb.Tx, g access.Grant) error { return fn(tx{sql, g}) })
}

// ViewMine implements workspace.Store.
func (s Store) ViewMine(ctx context.Context, actor access.Actor, fn func([]workspace.Head) error) error {
	return s.gate.ViewAll(ctx, actor, access.Read, func(sql *sqldb.Tx, grants []access.Grant) error {
		heads := []workspace.Head{}
		for _, g := range grants {
			if g.Workspace() == access.Exchange {
				continue
			}
			w, err := tx{sql, g}.Workspace(ctx)
			if err != nil {
				return err
			}
			heads = append(heads, workspace.HeadOf(w, g.Role()))
		}
		slices.SortFunc(heads, func(a, b workspace.Head) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		return fn(heads)
	})
}

// tx reads and writes what its grant allows.
type tx struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (t tx) Grant() access.Grant { return t.grant }

func (t tx) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, t.sql, t.grant, e)
}

func (t tx) Workspace(ctx context.Context) (workspace.Workspace, error) {
	return t.workspace(ctx, t.grant.Workspace())
}

func (t tx) workspace(ctx context.Context, id access.WorkspaceID) (workspace.Workspace, error) {
	w := workspace.Workspace{ID: id}
	var review, created, moved int64
	err := t.sql.One(ctx, `
		SELECT name, purpose, legal_basis, state, ceiling, match_policy, contact, review_at, created_by, created_at, moved_at
		FROM workspace_workspace WHERE workspace_id = $1`, []any{id},
		&w.Profile.Name, &w.Profile.Purpose, &w.Profile.LegalBasis, &w.State, &w.Profile.Ceiling, &w.Profile.Match,
		&w.Profile.Contact, &review, &w.CreatedBy, &created, &moved)
	w.Profile.ReviewAt, w.CreatedAt, w.MovedAt = sqldb.Time(review), sqldb.Time(created), sqldb.Time(moved)
	return w, err
}

func (t tx) InsertWorkspace(ctx context.Context, w workspace.Workspace) error {
	return t.sql.Exec(ctx, insertWorkspace, workspaceRow(w)...)
}

func (t tx) EnsureWorkspace(ctx context.Context, w workspace.Workspace) (bool, error) {
	n, err := t.sql.Change(ctx, insertWorkspace+` ON CONFLICT DO NOTHING`, workspaceRow(w)...)
	return n > 0, err
}

const insertWorkspace = `
	INSERT INTO workspace_workspace (workspace_id, name, purpose, legal_basis, state, ceiling, match_policy, contact,
		review_at, created_by, created_at, moved_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

func workspaceRow(w workspace.Workspace) []any {
	p := w.Profile
	return []any{w.ID, p.Name, p.Purpose, p.LegalBasis, w.State, p.Ceiling, p.Match, p.Contact,
		sqldb.Micros(p.ReviewAt), w.CreatedBy, sqldb.Micros(w.CreatedAt), sqldb.Micros(w.MovedAt)}
}

func (t tx) Lock(ctx context.Context) error {
	return t.sql.Exec(ctx, `UPDATE workspace_workspace SET state = state WHERE workspace_id = $1`, t.grant.Workspace())
}

func (t tx) SaveWorkspace(ctx context.Context, w workspace.Workspace) error {
	p := w.Profile
	return t.sql.Exec(ctx, `
		UPDATE workspace_workspace SET name = $2, purpose = $3, legal_basis = $4, state = $5, ceiling = $6,
			match_policy = $7, contact = $8, review_at = $9, moved_at = $10
		WHERE workspace_id = $1`,
		t.grant.Workspace(), p.Name, p.Purpose, p.LegalBasis, w.State, p.Ceiling, p.Match, p.Contact, sqldb.Micros(p.ReviewAt), sqldb.Micros(w.MovedAt))
}

func (t tx) Silence(ctx context.Context, id access.WorkspaceID) (bool, error) {
	n, err := t.sql.Change(ctx, `UPDATE workspace_workspace SET match_policy = $2 WHERE workspace_id = $1 AND match_policy <> $2`, id, workspace.Silent)
	return n > 0, err
}

func (t tx) Archive(ctx context.Context, id access.WorkspaceID) (bool, error) {
	n, err := t.sql.Change(ctx, `UPDATE workspace_workspace SET state = $2 WHERE workspace_id = $1 AND state NOT IN ($2, $3)`,
		id, access.Archived, access.Purged)
	return n > 0, err
}
