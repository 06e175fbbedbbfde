// SPDX-License-Identifier: Apache-2.0

package sqldbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
)

// Each runs test once per engine, each time on a fresh, migrated database.
// Without PostgreSQL it fails, unless ENTENTE_TEST_WITHOUT names "postgres": a
// suite that skips in silence proves nothing.
func Each(t *testing.T, test func(*testing.T, *sqldb.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, pgtest.URL(t))) })
}

// Open returns a fresh, migrated SQLite database that lives as long as the test.
func Open(t testing.TB) *sqldb.DB {
	t.Helper()
	return open(t, File(t))
}

// File returns the path of a fresh, migrated SQLite database.
func File(t testing.TB) string {
	t.Helper()
	content, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "entente.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// template is the content of a migrated file, made once per process.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "entente-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "entente.db")
	db, err := sqldb.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
