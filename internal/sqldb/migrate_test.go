// SPDX-License-Identifier: Apache-2.0

package sqldb_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	_ "github.com/jackc/pgx/v5/stdlib"

	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/pgtest"
)

// eachPool runs test on a fresh, empty database of each engine.
func eachPool(t *testing.T, test func(t *testing.T, pool *sql.DB, engine sqldb.Engine)) {
	open := func(t *testing.T, driver, url string) *sql.DB {
		pool, err := sql.Open(driver, url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { pool.Close() })
		return pool
	}
	t.Run("sqlite", func(t *testing.T) {
		test(t, open(t, "sqlite", filepath.Join(t.TempDir(), "m.db")), sqldb.SQLite)
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, open(t, "pgx", pgtest.Empty(t, "")), sqldb.PostgreSQL)
	})
}

func files(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{"README.md": {Data: []byte("not a migration")}}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + pairs[i+1])}
	}
	return fsys
}

func count(t *testing.T, pool *sql.DB, query string) (n int) {
	t.Helper()
	if err := pool.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrationsRunInOrderOnce(t *testing.T) {
	eachPool(t, func(t *testing.T, pool *sql.DB, engine sqldb.Engine) {
		first := files("0001_first.sql", "CREATE TABLE a (x bigint NOT NULL);", "0002_second.sql", "INSERT INTO a (x) VALUES (2);")
		third := files("0003_third.sql", "INSERT INTO a (x) VALUES (3);")
		for name, file := range first {
			third[name] = file
		}
		for _, step := range []fstest.MapFS{first, first, third, third} {
			if err := sqldb.Migrate(t.Context(), pool, engine, step, 0); err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, pool, `SELECT SUM(x) FROM a`); n != 5 {
			t.Errorf("the sum is %d; want 5", n)
		}
	})
}

func TestAnEngineRunsItsOwnHalfOfAPair(t *testing.T) {
	eachPool(t, func(t *testing.T, pool *sql.DB, engine sqldb.Engine) {
		pair := files(
			"0001_both.sql", "CREATE TABLE a (x bigint NOT NULL);",
			"0002_pair.sqlite.sql", "INSERT INTO a (x) SELECT 1 FROM sqlite_schema LIMIT 1;",
			"0002_pair.postgres.sql", "INSERT INTO a (x) SELECT 2 FROM pg_class LIMIT 1;")
		if err := sqldb.Migrate(t.Context(), pool, engine, pair, 0); err != nil {
			t.Fatal(err)
		}
		want := map[sqldb.Engine]int{sqldb.SQLite: 1, sqldb.PostgreSQL: 2}[engine]
		if n := count(t, pool, `SELECT x FROM a`); n != want {
			t.Errorf("got %d; want %d", n, want)
		}
	})
}

func TestNoMigrationsAreFine(t *testing.T) {
	eachPool(t, func(t *testing.T, pool *sql.DB, engine sqldb.Engine) {
		if err := sqldb.Migrate(t.Context(), pool, engine, files(), 0); err != nil {
			t.Error(err)
		}
	})
}

func TestAMigrationThatFailsLeavesNothingOfItself(t *testing.T) {
	eachPool(t, func(t *testing.T, pool *sql.DB, engine sqldb.Engine) {
		broken := files("0001_first.sql", "CREATE TABLE a (x bigint NOT NULL);",
			"0002_broken.sql", "INSERT INTO a (x) VALUES (1);\nINSERT INTO nowhere (x) VALUES (1);")
		if err := sqldb.Migrate(t.Context(), pool, engine, broken, 0); err == nil {
			t.Fatal("it succeeded")
		}
		if n := count(t, pool, `SELECT COUNT(*) FROM a`); n != 0 {
			t.Errorf("there are %d rows; want none", n)
		}
	})
}

func TestNodesThatStartTogetherMigrateOnce(t *testing.T) {
	url := pgtest.Empty(t, "")
	slow := files("0001_slow.sql", "CREATE TABLE a (x bigint NOT NULL);\nINSERT INTO a (x) SELECT 1 FROM pg_sleep(0.2);")
	const nodes = 3
	results := make([]error, nodes)
	var group sync.WaitGroup
	for i := range nodes {
		group.Go(func() {
			pool, err := sql.Open("pgx", url)
			if err == nil {
				defer pool.Close()
				err = sqldb.Migrate(t.Context(), pool, sqldb.PostgreSQL, slow, 0)
			}
			results[i] = err
		})
	}
	group.Wait()
	if err := errors.Join(results...); err != nil {
		t.Error(err)
	}
}
