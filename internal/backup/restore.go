// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"fmt"
	"io"

	"filippo.io/age"

	"entente.example/internal/backup/rows"
	"entente.example/internal/sqldb"
)

// Target is an empty database with the schema of the back-up, and an empty store
// of files.
type Target struct {
	DB    *sqldb.DB
	Files Files
	Tell  func(line string)
}

// Restore brings a back-up back: first all files, then all rows. It holds both
// against the manifest while it reads, and the rows once more as the database
// gives them back. What must not come back to life is for its caller to end.
func (c Copy) Restore(ctx context.Context, m Manifest, keys []age.Identity, to Target) error {
	to.Tell(fmt.Sprintf("%d files", m.Files.Number))
	err := c.eachFile(m, keys, func(f File) error {
		return c.vault.readFile(f, keys, func(in io.Reader) error {
			return to.Files.Put(ctx, f.ID, func(w io.Writer) error {
				_, err := io.Copy(w, in)
				return err
			})
		})
	})
	if err != nil {
		return fmt.Errorf("restore files: %w", err)
	}
	to.Tell(fmt.Sprintf("%d rows in %d tables", m.Rows(), len(m.Tables)))
	err = c.readRows(m, keys, func(in io.Reader) ([]rows.Sum, error) { return load(ctx, to.DB, in, isFleeting) })
	if err != nil {
		return fmt.Errorf("restore rows: %w", err)
	}
	to.Tell("reading all rows back")
	return to.DB.View(ctx, func(tx *sqldb.Tx) error {
		sums, err := sumsOf(ctx, tx, isFleeting)
		if err != nil {
			return err
		}
		return compare(m.Tables, sums, "the back-up holds", "the database now holds")
	})
}

// RewindProjections makes the followers of the journal build their projections anew.
func RewindProjections(ctx context.Context, tx *sqldb.Tx) error {
	for _, name := range rebuilt {
		if err := tx.Exec(ctx, `DELETE FROM follow_cursor WHERE name = $1`, name); err != nil {
			return err
		}
	}
	return nil
}
