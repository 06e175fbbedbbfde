// SPDX-License-Identifier: Apache-2.0

package sqldbtest

import (
	"slices"
	"strings"
	"testing"

	"entente.example/internal/sqldb"
)

// Schema returns the statements that make the schema of db, a SQLite database,
// table by table.
func Schema(t testing.TB, db *sqldb.DB) string {
	t.Helper()
	var b strings.Builder
	each(t, db, `
		SELECT s.sql FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.tbl_name
		WHERE s.sql IS NOT NULL AND l.schema = 'main' AND l.type IN ('table', 'virtual', 'view')
		  AND s.tbl_name NOT LIKE 'sqlite_%' AND s.tbl_name <> 'schema_version'
		ORDER BY s.tbl_name, s.type <> 'table', s.name`,
		func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			b.WriteString(text + ";\n")
			return err
		})
	return b.String()
}

// Outline returns the columns of db's ordinary tables, "table.column type",
// with "not null" and the place in the primary key, in alphabetical order. It
// reads alike on both engines.
func Outline(t testing.TB, db *sqldb.DB) (lines []string) {
	t.Helper()
	query := outlineSQLite
	if db.Engine() == sqldb.PostgreSQL {
		query = outlinePostgres
	}
	each(t, db, query, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		lines = append(lines, line)
		return err
	})
	slices.Sort(lines)
	return lines
}

const (
	outlineSQLite = `
		SELECT l.name || '.' || c.name || ' ' || lower(c.type)
		       || CASE WHEN c."notnull" = 1 THEN ' not null' ELSE '' END
		       || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END AS line
		FROM pragma_table_list l JOIN pragma_table_info(l.name) c
		WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' AND l.name <> 'schema_version'`
	// An own schema is what the search path finds first. Columns for full-text
	// search have no like on SQLite.
	outlinePostgres = `
		SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type
		       || CASE WHEN c.is_nullable = 'NO' THEN ' not null' ELSE '' END
		       || CASE WHEN k.ordinal_position IS NOT NULL THEN ' key ' || k.ordinal_position ELSE '' END AS line
		FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		LEFT JOIN information_schema.table_constraints p
		       ON p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
		LEFT JOIN information_schema.key_column_usage k
		       ON k.constraint_schema = p.constraint_schema AND k.constraint_name = p.constraint_name
		      AND k.table_name = c.table_name AND k.column_name = c.column_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
		  AND c.table_name <> 'schema_version' AND c.data_type <> 'tsvector'`
)

// Virtual returns the names of db's virtual tables, which only SQLite has.
func Virtual(t testing.TB, db *sqldb.DB) (names []string) {
	t.Helper()
	each(t, db, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY name`,
		func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			names = append(names, name)
			return err
		})
	return names
}

func each(t testing.TB, db *sqldb.DB, query string, row func(scan func(...any) error) error) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.All(t.Context(), query, nil, row) })
	if err != nil {
		t.Fatal(err)
	}
}
