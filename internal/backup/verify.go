// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Report is told what is wrong, and where: ids alone.
type Report func(where, what string)

// VerifyEngine has the engine look at itself: SQLite at each page and index of its
// file, and at each foreign key.
func VerifyEngine(ctx context.Context, tx *sqldb.Tx, report Report) error {
	if tx.Engine() != sqldb.SQLite {
		return nil // PostgreSQL checks keys as rows come, and pages by checksums of its own
	}
	err := tx.All(ctx, `PRAGMA integrity_check(1000)`, nil, func(scan func(...any) error) error {
		var line string
		err := scan(&line)
		if err == nil && line != "ok" {
			report("SQLite", line)
		}
		return err
	})
	if err != nil {
		return err
	}
	return tx.All(ctx, `SELECT "table", COALESCE(rowid, 0), parent FROM pragma_foreign_key_check() LIMIT 1000`, nil, func(scan func(...any) error) error {
		var table, parent string
		var row int64
		err := scan(&table, &row, &parent)
		report(fmt.Sprintf("%s row %d", table, row), "what it names in "+parent+" is not there")
		return err
	})
}

// VerifyJournal holds that entries are numbered from 1 without a gap, and that no
// follower is further than they go. It returns how many there are.
func VerifyJournal(ctx context.Context, tx *sqldb.Tx, report Report) (entries int64, err error) {
	var least, most int64
	err = tx.One(ctx, `SELECT COUNT(*), COALESCE(MIN(number), 0), COALESCE(MAX(number), 0) FROM audit_entry`, nil, &entries, &least, &most)
	if err != nil {
		return 0, err
	}
	head, err := auditsql.Last(ctx, tx)
	if err != nil {
		return 0, err
	}
	if entries != most || entries > 0 && least != 1 || head != most {
		report("audit_entry", fmt.Sprintf("%d entries from %d to %d, and the last number given is %d: some are missing", entries, least, most, head))
	}
	return entries, tx.All(ctx, `SELECT name, number FROM follow_cursor WHERE number > $1 ORDER BY name`, []any{head}, func(scan func(...any) error) error {
		var name string
		var number int64
		err := scan(&name, &number)
		report("follow_cursor "+name, fmt.Sprintf("stands at %d, behind the end of the journal", number))
		return err
	})
}

// upload is a file whose content the rows know.
type upload struct {
	size int64
	sum  string
}

// VerifyFiles holds that each file that a row tells of is there, and where rows
// know its content, that it is that. What no row tells of is told on tell: it may
// be of an upload under way. It returns how many files there are.
func VerifyFiles(ctx context.Context, tx *sqldb.Tx, files Files, report Report, tell func(line string)) (n int64, err error) {
	var ids []string
	if err := files.List(ctx, func(id string) error { ids = append(ids, id); return nil }); err != nil {
		return 0, err
	}
	slices.Sort(ids)
	wanted := map[string]bool{}
	err = eachReference(ctx, tx, func(id, where string) error {
		wanted[id] = true
		if _, there := slices.BinarySearch(ids, id); !there {
			report(where, "its file "+id+" is missing")
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	known := map[string]upload{}
	err = tx.All(ctx, `SELECT file_id, size, sha256 FROM intel_batch WHERE file_id <> ''`, nil, func(scan func(...any) error) error {
		var id string
		var u upload
		err := scan(&id, &u.size, &u.sum)
		known[id] = u
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if !wanted[id] {
			tell("file " + id + " belongs to no row")
		}
		if u, ok := known[id]; ok {
			if err := verifyFile(ctx, files, id, u, report); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(ids)), nil
}

func verifyFile(ctx context.Context, files Files, id string, want upload, report Report) (err error) {
	in, err := files.Open(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil // it was told of already
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	size, err := io.Copy(sum, cancelled{ctx, in})
	if err == nil && (size != want.size || hex.EncodeToString(sum.Sum(nil)) != want.sum) {
		report("file "+id, "its content is not that which was brought in")
	}
	return err
}
