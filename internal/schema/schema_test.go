// SPDX-License-Identifier: Apache-2.0

package schema_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

const heading = "-- The whole schema as SQLite holds it, made by `go test ./internal/schema -update`. Do not edit.\n\n"

func TestSchemaFileIsCurrent(t *testing.T) {
	want := heading + sqldbtest.Schema(t, sqldbtest.Open(t))
	if *update {
		if err := os.WriteFile("schema.sql", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("schema.sql is not what the migrations make; run the test with -update")
	}
}

func TestEnginesHaveTheSameTablesAndColumns(t *testing.T) {
	outlines := map[sqldb.Engine][]string{}
	var virtual []string // only SQLite has these
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		outlines[db.Engine()] = sqldbtest.Outline(t, db)
		if db.Engine() == sqldb.SQLite {
			virtual = sqldbtest.Virtual(t, db)
		}
	})
	lite, postgres := outlines[sqldb.SQLite], outlines[sqldb.PostgreSQL]
	if postgres == nil {
		t.Skip("there is no PostgreSQL to compare with")
	}
	for _, line := range lite {
		if !slices.Contains(postgres, line) {
			t.Errorf("only SQLite has %s", line)
		}
	}
	for _, line := range postgres {
		table, _, _ := strings.Cut(line, ".")
		if !slices.Contains(lite, line) && !slices.Contains(virtual, table) {
			t.Errorf("only PostgreSQL has %s", line)
		}
	}
}

// The two engines hold the same values in these types and in no others.
func TestColumnsHaveTypesThatMeanTheSame(t *testing.T) {
	common := []string{"text", "bigint", "integer", "boolean", "bytea", "double precision"}
	for _, line := range sqldbtest.Outline(t, sqldbtest.Open(t)) {
		_, rest, _ := strings.Cut(line, " ")
		kind, _, _ := strings.Cut(rest, " not null")
		kind, _, _ = strings.Cut(kind, " key ")
		if !slices.Contains(common, kind) {
			t.Errorf("%s: use one of %s", line, strings.Join(common, ", "))
		}
	}
}

// TestEachPairIsWhole so that the version of the schema is the same on both
// engines: a back-up of one is held against it on the other.
func TestEachPairIsWhole(t *testing.T) {
	names := map[string]bool{}
	entries, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names[e.Name()] = true
	}
	for name := range names {
		for of, other := range map[string]string{".sqlite.sql": ".postgres.sql", ".postgres.sql": ".sqlite.sql"} {
			if begin, found := strings.CutSuffix(name, of); found && !names[begin+other] {
				t.Errorf("%s has no pair", name)
			}
		}
	}
}
