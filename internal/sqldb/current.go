// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"fmt"
)

// Current fails where the database answers no more, or lacks a migration that
// this program was built with. One that has more is a newer program's, beside
// which this one runs until it is replaced.
func (db *DB) Current(ctx context.Context) error {
	var at int64
	err := db.View(ctx, func(tx *Tx) error {
		return tx.One(ctx, `SELECT MAX(version_id) FROM `+versionTable+` WHERE is_applied`, nil, &at)
	})
	if err != nil {
		return err
	}
	if want := Newest(); at < want {
		return fmt.Errorf("the schema is at migration %d, not at %d", at, want)
	}
	return nil
}
