// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente.example/internal/backup/rows"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// stored is a table of a database, with the key by which its rows are ordered and
// the tables that must be filled before it.
type stored struct {
	rows.Table
	key   []string
	needs []string
}

// migrations is the table in which sqldb notes what was run. Its version goes
// into the manifest; its rows belong to the database they are in.
const migrations = "schema_version"

// projected reports whether a table is a copy that is rebuilt from others, by the
// follower of that name. Each engine has its own form of full-text search.
func projected(table string) bool { return strings.HasPrefix(table, "search_") }

// rebuilt names the followers whose tables are projections.
var rebuilt = []string{"search"}

// fleeting are tables whose rows must not outlive the server they were made on:
// who brings them back would sign people in again.
var fleeting = []string{"signin_session", "signin_ceremony"}

// isFleeting reports whether a table is left out of back-ups.
func isFleeting(table string) bool { return slices.Contains(fleeting, table) }

// SchemaVersion returns the number of the newest migration that was run, or 0
// where the database has no schema.
func SchemaVersion(ctx context.Context, tx *sqldb.Tx) (version int64, err error) {
	there := false
	query := `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)`
	if tx.Engine() == sqldb.PostgreSQL {
		query = `SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1)`
	}
	if err := tx.One(ctx, query, []any{migrations}, &there); err != nil || !there {
		return 0, err
	}
	err = tx.One(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+migrations+` WHERE is_applied`, nil, &version)
	return version, err
}

// Engines call the same things differently: each row is table, column, type,
// whether it may be empty, and its place in the primary key or 0.
const (
	columnsSQLite = `
		SELECT l.name, c.name, lower(c.type), c."notnull" = 0 AND c.pk = 0, c.pk
		FROM pragma_table_list l JOIN pragma_table_info(l.name) c
		WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%'
		ORDER BY l.name, c.cid`
	columnsPostgres = `
		SELECT CAST(c.table_name AS text), CAST(c.column_name AS text), CAST(c.data_type AS text), c.is_nullable = 'YES',
		       CAST(COALESCE(k.ordinal_position, 0) AS bigint)
		FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		LEFT JOIN information_schema.table_constraints p
		       ON p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
		LEFT JOIN information_schema.key_column_usage k
		       ON k.constraint_schema = p.constraint_schema AND k.constraint_name = p.constraint_name
		      AND k.table_name = c.table_name AND k.column_name = c.column_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
		ORDER BY c.table_name, c.ordinal_position`
	needsSQLite = `
		SELECT l.name, f."table" FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name) f
		WHERE l.schema = 'main' AND l.type = 'table'`
	needsPostgres = `
		SELECT CAST(t.relname AS text), CAST(f.relname AS text) FROM pg_constraint c
		JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace
		WHERE c.contype = 'f' AND n.nspname = current_schema()`
)

var kinds = map[string]rows.Kind{
	"text": rows.Text, "bigint": rows.Integer, "integer": rows.Integer, "boolean": rows.Boolean, "bytea": rows.Bytes, "double precision": rows.Real,
}

// tables returns the tables of the database, but for projections, in an order in
// which they can be filled. It is the same on both engines.
func tables(ctx context.Context, tx *sqldb.Tx) ([]stored, error) {
	columns, needs := columnsSQLite, needsSQLite
	if tx.Engine() == sqldb.PostgreSQL {
		columns, needs = columnsPostgres, needsPostgres
	}
	byName := map[string]*stored{}
	var names []string
	err := tx.All(ctx, columns, nil, func(scan func(...any) error) error {
		var table, column, kind string
		var null bool
		var place int
		if err := scan(&table, &column, &kind, &null, &place); err != nil || table == migrations || projected(table) {
			return err
		}
		if byName[table] == nil {
			byName[table], names = &stored{Table: rows.Table{Name: table}}, append(names, table)
		}
		return byName[table].add(rows.Column{Name: column, Kind: kinds[kind], Null: null}, kind, place)
	})
	if err != nil {
		return nil, err
	}
	err = tx.All(ctx, needs, nil, func(scan func(...any) error) error {
		var table, needed string
		err := scan(&table, &needed)
		if t := byName[table]; t != nil && table != needed && !slices.Contains(t.needs, needed) {
			t.needs = append(t.needs, needed)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return inOrder(names, byName)
}

func (t *stored) add(c rows.Column, kind string, place int) error {
	if c.Kind == 0 {
		return fmt.Errorf("table %s: column %s is of type %q, which has no common form", t.Name, c.Name, kind)
	}
	t.Columns = append(t.Columns, c)
	if place > 0 {
		t.key = append(t.key, make([]string, max(0, place-len(t.key)))...)
		t.key[place-1] = c.Name
	}
	return nil
}

// inOrder sorts tables so that each comes after those it needs; else by name.
func inOrder(names []string, byName map[string]*stored) (ordered []stored, err error) {
	slices.Sort(names)
	done := map[string]bool{}
	for len(ordered) < len(names) {
		before := len(ordered)
		for _, name := range names {
			t := byName[name]
			if done[name] || slices.ContainsFunc(t.needs, func(n string) bool { return !done[n] }) {
				continue
			}
			if len(t.key) == 0 {
				return nil, fmt.Errorf("table %s has no primary key to order it by", name)
			}
			done[name], ordered = true, append(ordered, *t)
		}
		if len(ordered) == before {
			return nil, fmt.Errorf("tables need each other in a circle")
		}
	}
	return ordered, nil
}

// used are the tables that have a row in every database that a server has worked
// in, whatever the migrations put into others.
var used = []string{"audit_entry", "audit_queue", "member_organisation", "workspace_workspace"}

// CheckEmpty fails where somebody has used the database, or it has another schema than
// that version. What an interrupted restore or move left, tables without rows, is
// no obstacle to the next.
func CheckEmpty(ctx context.Context, db *sqldb.DB, version int64) error {
	return db.View(ctx, func(tx *sqldb.Tx) error {
		have, err := SchemaVersion(ctx, tx)
		if err != nil {
			return err
		}
		found, err := tables(ctx, tx)
		if err != nil || have == 0 && len(found) == 0 {
			return err
		}
		if have != version {
			return notEmpty("tables of another schema")
		}
		for _, name := range used {
			there := false
			if err := tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM `+name+`)`, nil, &there); err != nil {
				return err
			}
			if there {
				return notEmpty("rows in " + name)
			}
		}
		return nil
	})
}

func notEmpty(what string) error {
	return fault.Wrap(fault.Conflict, "error.conflict", fmt.Errorf("the database has %s: what is brought in wants an empty one", what))
}
