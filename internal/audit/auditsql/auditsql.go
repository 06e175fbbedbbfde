// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"
	"fmt"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/sqldb"
)

// Append queues e under the grant's actor and place; it is committed, or
// undone, with tx.
func Append(ctx context.Context, tx *sqldb.Tx, g access.Grant, e audit.Entry) error {
	return queue(ctx, tx, actorName(g.Actor()), g.Workspace(), e)
}

// AppendMatch queues e, a run of the blind match, in the journal of the platform.
// It is found in two operations by the act of a member of one: so that neither the
// member nor the other side learns more than the match tells them, the entry names
// the deconflict follower in place of who acted, and no operation. The grant is the
// proof that somebody may act at all.
func AppendMatch(ctx context.Context, tx *sqldb.Tx, _ access.Grant, e audit.Entry) error {
	return queue(ctx, tx, "follower:deconflict", "", e)
}

// longestName is how many bytes the id of what an entry names may have: a text that
// a caller brought is none, and exports are read line by line, each of a bounded
// length. The longest is that of a passkey: 1,023 bytes (WebAuthn), in base64url.
const longestName = 1_400

func queue(ctx context.Context, tx *sqldb.Tx, actor string, workspace access.WorkspaceID, e audit.Entry) error {
	if n := max(len(e.Object), len(e.About), len(e.Concerns)); n > longestName {
		return fmt.Errorf("%s names an object by %d bytes", e.Verb, n)
	}
	return tx.Exec(ctx, `
		INSERT INTO audit_queue (entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, e.At.UnixMicro(), actor, workspace, e.Verb, e.Object, e.About, e.Count, e.Concerns)
}

func actorName(a access.Actor) string {
	switch a.Kind {
	case access.Person:
		return string(a.Member)
	case access.Follower:
		return "follower:" + a.Name
	case access.Console:
		return "console"
	default:
		return "nobody"
	}
}

// Sequence gives the next numbers to at most limit queued entries, in the order
// of their ids, and returns how many there were. One caller at a time counts:
// the last number is a row that it locks first.
func Sequence(ctx context.Context, tx *sqldb.Tx, limit int) (n int64, err error) {
	if err := tx.Exec(ctx, `UPDATE audit_head SET number = number WHERE one = 1`); err != nil {
		return 0, err
	}
	n, err = tx.Change(ctx, `
		INSERT INTO audit_entry (number, entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
		SELECT h.number + ROW_NUMBER() OVER (ORDER BY q.entry_id),
		       q.entry_id, q.at, q.actor, q.workspace_id, q.verb, q.object, q.about, q.count, q.concerns
		FROM audit_head h, (SELECT entry_id, at, actor, workspace_id, verb, object, about, count, concerns
		                    FROM audit_queue ORDER BY entry_id LIMIT $1) q
		WHERE h.one = 1`, limit)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := tx.Exec(ctx, `
		DELETE FROM audit_queue WHERE entry_id IN (
			SELECT e.entry_id FROM audit_entry e, audit_head h WHERE h.one = 1 AND e.number > h.number)`); err != nil {
		return 0, err
	}
	return n, tx.Exec(ctx, `UPDATE audit_head SET number = number + $1 WHERE one = 1`, n)
}

// Last returns the number of the newest entry, or 0.
func Last(ctx context.Context, tx *sqldb.Tx) (number int64, err error) {
	err = tx.One(ctx, `SELECT number FROM audit_head WHERE one = 1`, nil, &number)
	return number, err
}

// After returns at most limit entries behind that number, in order.
func After(ctx context.Context, tx *sqldb.Tx, number int64, limit int) (records []audit.Record, err error) {
	err = tx.All(ctx, `
		SELECT number, entry_id, at, actor, workspace_id, verb, object, about, count, concerns
		FROM audit_entry WHERE number > $1 ORDER BY number LIMIT $2`,
		[]any{number, limit}, func(scan func(...any) error) error {
			var r audit.Record
			var at int64
			err := scan(&r.Number, &r.ID, &at, &r.Actor, &r.Workspace, &r.Verb, &r.Object, &r.About, &r.Count, &r.Concerns)
			r.At = sqldb.Time(at)
			records = append(records, r)
			return err
		})
	return records, err
}

// Waiting reports whether entries wait for their numbers, or for their leaves.
func Waiting(ctx context.Context, tx *sqldb.Tx) (waiting bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM audit_queue) OR h.number > t.size FROM audit_head h, audit_tree t WHERE h.one = 1 AND t.one = 1`,
		nil, &waiting)
	return waiting, err
}
