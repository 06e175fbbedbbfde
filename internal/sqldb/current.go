// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Current fails where the database answers no more, or lacks a migration that
// this program was built with. One that has more is a newer program's, beside
// which this one runs until it is replaced.
func (db *DB) Current(ctx context.Context) error {
	var at int64
	err := db.View(ctx, func(tx *Tx) error {
		return tx.One(ctx, `SELECT MAX(version_id) FROM schema_version WHERE is_applied`, nil, &at)
	})
	if err != nil {
		return err
	}
	want, err := newestMigration()
	if err == nil && at < want {
		err = fmt.Errorf("the schema is at migration %d, not at %d", at, want)
	}
	return err
}

// newestMigration returns the number of the last migration there is.
func newestMigration() (newest int64, err error) {
	names, err := fs.Glob(migrationFiles(), "*.sql")
	for _, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest, err
}
