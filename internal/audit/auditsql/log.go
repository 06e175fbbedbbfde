// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"
	"errors"
	"fmt"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Log takes numbered entries that the Merkle log does not hold yet into it, one
// for each salt at most, and returns how many there were. It belongs into the
// transaction of Sequence, and serves by itself for the backlog of a database
// that is older than the log. The salts must be random, and made before.
func Log(ctx context.Context, tx *sqldb.Tx, salts []audit.Salt) (n int, err error) {
	if err := tx.Exec(ctx, `UPDATE audit_head SET number = number WHERE one = 1`); err != nil {
		return 0, err
	}
	size, err := Size(ctx, tx)
	if err != nil {
		return 0, err
	}
	records, err := After(ctx, tx, size, len(salts))
	if err != nil || len(records) == 0 {
		return 0, err
	}
	leaves, rows := make([]merkle.Hash, len(records)), make([][]any, len(records))
	for i, r := range records {
		if r.Number != size+int64(i)+1 {
			return 0, fmt.Errorf("entry %d of the journal is missing", size+int64(i)+1)
		}
		leaves[i] = r.Commitment(salts[i])
		rows[i] = []any{r.Number, salts[i][:]}
	}
	tiles, err := merkle.Extend(size, leaves, tileIn(ctx, tx))
	if err != nil {
		return 0, err
	}
	for _, tile := range tiles {
		if err := tx.Exec(ctx, `INSERT INTO audit_tile (level, tile, hashes) VALUES ($1, $2, $3)
			ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes`, tile.Level, tile.N, tile.Hashes); err != nil {
			return 0, err
		}
	}
	if err := tx.Insert(ctx, "audit_salt", []string{"number", "salt"}, rows); err != nil {
		return 0, err
	}
	return len(records), tx.Exec(ctx, `UPDATE audit_tree SET size = $1 WHERE one = 1`, size+int64(len(records)))
}

// Size returns how many leaves the log has.
func Size(ctx context.Context, tx *sqldb.Tx) (size int64, err error) {
	err = tx.One(ctx, `SELECT size FROM audit_tree WHERE one = 1`, nil, &size)
	return size, err
}

// Tile returns the hashes of a tile, as many as there are: none if there is no
// such tile. That of level 0 is computed.
func Tile(ctx context.Context, tx *sqldb.Tx, level int, n int64) (hashes []byte, err error) {
	stored := level
	if level == 0 {
		stored = merkle.Entries
	}
	err = tx.One(ctx, `SELECT hashes FROM audit_tile WHERE level = $1 AND tile = $2`, []any{stored, n}, &hashes)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err == nil && level == 0 {
		hashes = merkle.Level0(hashes)
	}
	return hashes, err
}

func tileIn(ctx context.Context, tx *sqldb.Tx) merkle.Load {
	return func(level int, n int64) ([]byte, error) { return Tile(ctx, tx, level, n) }
}

// Openings returns at most limit entries behind that number, in order, each with
// its salt if it is still there.
func Openings(ctx context.Context, tx *sqldb.Tx, after int64, limit int) (list []audit.Opening, err error) {
	err = tx.All(ctx, `
		SELECT e.number, e.entry_id, e.at, e.actor, e.workspace_id, e.verb, e.object, e.about, e.count, e.concerns, s.salt
		FROM audit_entry e LEFT JOIN audit_salt s ON s.number = e.number
		WHERE e.number > $1 ORDER BY e.number LIMIT $2`,
		[]any{after, limit}, func(scan func(...any) error) error {
			o, err := openingOf(scan)
			list = append(list, o)
			return err
		})
	return list, err
}

func openingOf(scan func(...any) error) (o audit.Opening, err error) {
	var at int64
	var salt []byte
	err = scan(&o.Number, &o.ID, &at, &o.Actor, &o.Workspace, &o.Verb, &o.Object, &o.About, &o.Count, &o.Concerns, &salt)
	o.At = sqldb.Time(at)
	if len(salt) == len(o.Salt) {
		copy(o.Salt[:], salt)
		o.Salted = true
	}
	return o, err
}

// aboutOperation picks the entries of the platform's journal whose object is the
// operation $1: who opened it, who came and who went. It is word for word the
// condition of the index audit_entry_of_operation.
const aboutOperation = `workspace_id = '' AND verb IN ('workspace.opened', 'workspace.changed', 'workspace.archived', 'membership.accepted', 'membership.changed', 'membership.ended')
	AND object = $1`

// Unsealed reports whether entries of the grant's workspace, or about it, can
// still be opened, or wait for their numbers.
func Unsealed(ctx context.Context, tx *sqldb.Tx, g access.Grant) (some bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM audit_queue WHERE workspace_id = $1)
		OR EXISTS (SELECT 1 FROM audit_queue WHERE `+aboutOperation+`)
		OR EXISTS (SELECT 1 FROM audit_entry WHERE workspace_id = $1 AND verb <> '')
		OR EXISTS (SELECT 1 FROM audit_entry WHERE `+aboutOperation+`)`, []any{string(g.Workspace())}, &some)
	return some, err
}

// Sealing returns the seal over all entries of that workspace and about it: what a
// purge will leave without content. It fails with fault.Unavailable while some wait
// for their numbers. The grant is the proof that somebody may act at all.
func Sealing(ctx context.Context, tx *sqldb.Tx, _ access.Grant, workspace access.WorkspaceID) (seal audit.Seal, err error) {
	waits := false
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM audit_queue WHERE workspace_id = $1 OR `+aboutOperation+`)`, []any{string(workspace)}, &waits)
	if err == nil && waits {
		err = fault.Wrap(fault.Unavailable, "error.unavailable", errors.New("entries of the purged workspace wait for their numbers"))
	}
	if err != nil {
		return seal, err
	}
	err = tx.All(ctx, `
		SELECT number FROM audit_entry WHERE workspace_id = $1 UNION ALL SELECT number FROM audit_entry WHERE `+aboutOperation+` ORDER BY number`,
		[]any{string(workspace)}, func(scan func(...any) error) error {
			var number int64
			err := scan(&number)
			seal.Add(number)
			return err
		})
	return seal, err
}

// Purge destroys what is behind the leaves of the grant's workspace, of at most
// limit entries, and returns how many there were: call it until there are none.
// Entries of the platform that tell of the workspace, such as who was in it, are
// destroyed with it, and stand as its own from then on. The log stays whole and
// verifies; nothing of the workspace in it can be opened again. Whoever purges
// records audit.WorkspacePurged and audit.JournalSealed in the platform's journal
// first, without which the verification reports the entries as tampered with.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (n int64, err error) {
	size, err := Size(ctx, tx)
	if err != nil || g.Workspace() == "" {
		return 0, err
	}
	for _, which := range []string{`workspace_id = $1 AND verb <> ''`, aboutOperation} {
		which = `SELECT number FROM audit_entry WHERE ` + which + ` AND number <= $2 ORDER BY number LIMIT $3`
		args := []any{string(g.Workspace()), size, limit}
		if err := tx.Exec(ctx, `DELETE FROM audit_salt WHERE number IN (`+which+`)`, args...); err != nil {
			return 0, err
		}
		n, err := tx.Change(ctx, `
			UPDATE audit_entry SET entry_id = '', at = 0, actor = '', workspace_id = $1, verb = '', object = '', about = '', count = 0, concerns = ''
			WHERE number IN (`+which+`)`, args...)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}
