// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"entente.example/internal/schema"
)

// versionTable is where the migrations that were run are noted.
const versionTable = "schema_version"

func migrationFiles() fs.FS {
	files, err := fs.Sub(schema.Migrations(), "migrations")
	if err != nil {
		panic(err) // the name is a constant, and valid
	}
	return files
}

// migrate runs those of files that are for engine and were not run before:
// NNNN_name.sql for both engines, NNNN_name.sqlite.sql or .postgres.sql for one.
// Of several nodes that start at once, one does it and the others wait. It stops
// at version, unless that is 0.
func migrate(ctx context.Context, pool *sql.DB, engine Engine, files fs.FS, version int64) error {
	foreign, err := fs.Glob(files, "*."+string(other(engine))+".sql")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	options := []goose.ProviderOption{
		goose.WithTableName(versionTable),
		goose.WithExcludeNames(foreign),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()),
	}
	dialect := goose.DialectSQLite3
	if engine == PostgreSQL {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, pool, files, options...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err == nil && version > 0 {
		_, err = provider.UpTo(ctx, version)
	} else if err == nil {
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Newest returns the version of the schema that this program makes.
func Newest() (version int64) {
	files, err := fs.Glob(migrationFiles(), "*.sql")
	if err != nil {
		panic(err) // the pattern is a constant, and valid
	}
	for _, name := range files {
		if n, err := goose.NumericComponent(name); err == nil {
			version = max(version, n)
		}
	}
	return version
}

func other(e Engine) Engine {
	if e == SQLite {
		return PostgreSQL
	}
	return SQLite
}
