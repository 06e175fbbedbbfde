// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"encoding/json"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

// Ledger implements intel.Ledger.
type Ledger struct{ store Store }

var _ intel.Ledger = Ledger{}

// View implements intel.Ledger.
func (l Ledger) View(ctx context.Context, ask access.Ask, fn func(intel.LedgerReader) error) error {
	return l.store.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(ledger{bound{t, g}, l.store.hooks}) })
}

// Update implements intel.Ledger.
func (l Ledger) Update(ctx context.Context, ask access.Ask, fn func(intel.LedgerTx) error) error {
	return l.store.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(ledger{bound{t, g}, l.store.hooks}) })
}

// ledger implements intel.LedgerTx.
type ledger struct {
	bound
	hooks Hooks
}

const (
	batchColumns = `batch_id, state, file_name, format, size, sha256, file_id, work_id, handling_id, org_id,
	staged_by, staged_strength, staged_at, decided_by, decided_strength, decided_at, ended_at, counts, next, done, total, reason`
	wholeColumns = `batch_id, state, file_name, format, size, sha256, file_id, work_id, handling_id, org_id,
	staged_by, staged_strength, staged_at, decided_by, decided_strength, decided_at, ended_at,
	CASE WHEN totals = '' THEN counts ELSE totals END, next, done, total, reason`
)

// Batch implements intel.LedgerReader.
func (l ledger) Batch(ctx context.Context, id intel.BatchID) (intel.Batch, error) {
	batches, err := readBatches(ctx, l.bound, batchColumns, `batch_id = $2`, id, 1)
	if err != nil {
		return intel.Batch{}, err
	}
	if len(batches) == 0 {
		return intel.Batch{}, access.ErrHidden
	}
	return batches[0], nil
}

// Batches implements intel.LedgerReader.
func (l ledger) Batches(ctx context.Context, before intel.BatchID, limit int) ([]intel.Batch, error) {
	if before == "" {
		before = "~" // behind all ids
	}
	return wholeBatches(ctx, l.bound, `batch_id < $2`, before, limit)
}

// BatchesOf implements intel.LedgerReader.
func (l ledger) BatchesOf(ctx context.Context, limit int) ([]intel.Batch, error) {
	return wholeBatches(ctx, l.bound, `(staged_by = $2 OR decided_by = $2 OR state = 'ready')`, l.grant.Member(), limit)
}

// Briefs implements intel.LedgerReader.
func (l ledger) Briefs(ctx context.Context, limit int) (list []intel.Brief, err error) {
	mine, args := gate.Readable(l.grant, 3)
	err = l.sql.All(ctx, `
		SELECT batch_id, state, file_name, org_id, staged_by, staged_at FROM intel_batch
		WHERE workspace_id = $1 AND handling_id IN (`+mine+`)
		ORDER BY CASE WHEN state = 'ready' THEN 0 ELSE 1 END, batch_id DESC LIMIT $2`,
		append([]any{l.grant.Workspace(), limit}, args...), func(scan func(...any) error) error {
			var b intel.Brief
			var staged int64
			err := scan(&b.ID, &b.State, &b.File, &b.Org, &b.Member, &staged)
			b.At = sqldb.Time(staged)
			list = append(list, b)
			return err
		})
	return list, err
}

// Undecided implements intel.LedgerReader.
func (l ledger) Undecided(ctx context.Context) (bytes int64, err error) {
	err = l.sql.One(ctx, `
		SELECT CAST(COALESCE(SUM(size), 0) AS bigint) FROM intel_batch
		WHERE workspace_id = $1 AND org_id = $2 AND state IN ('staged', 'checking', 'ready')`,
		[]any{l.grant.Workspace(), l.grant.Org()}, &bytes)
	return bytes, err
}

// wholeBatches reads those that meet the condition, whose counts are whole.
func wholeBatches(ctx context.Context, b bound, condition string, value any, limit int) ([]intel.Batch, error) {
	batches, err := readBatches(ctx, b, wholeColumns, condition, value, limit)
	for i := range batches {
		batches[i].Counts = batches[i].Counts.Whole()
	}
	return batches, err
}

// readBatches reads those that meet the condition, whose $2 is one value.
func readBatches(ctx context.Context, b bound, columns, condition string, value any, limit int) (batches []intel.Batch, err error) {
	mine, args := gate.Readable(b.grant, 4)
	var handlings []gate.HandlingID
	err = b.sql.All(ctx, `
		SELECT `+columns+` FROM intel_batch
		WHERE workspace_id = $1 AND `+condition+` AND handling_id IN (`+mine+`) ORDER BY batch_id DESC LIMIT $3`,
		append([]any{b.grant.Workspace(), value, limit}, args...), func(scan func(...any) error) error {
			batch, handling, err := scanBatch(scan)
			batches, handlings = append(batches, batch), append(handlings, handling)
			return err
		})
	if err != nil || len(batches) == 0 {
		return nil, err
	}
	known, err := gate.Handlings(ctx, b.sql, b.grant)
	for i, id := range handlings {
		batches[i].Handling = known[id]
	}
	return batches, err
}

func scanBatch(scan func(...any) error) (b intel.Batch, handling gate.HandlingID, err error) {
	var counts string
	var staged, decided, ended int64
	err = scan(&b.ID, &b.State, &b.File, &b.Format, &b.Size, &b.SHA256, &b.Upload, &b.Work, &handling, &b.Org,
		&b.Staged.By, &b.Staged.Strength, &staged, &b.Decided.By, &b.Decided.Strength, &decided, &ended,
		&counts, &b.Next, &b.Done, &b.Total, &b.Reason)
	if err != nil {
		return b, handling, err
	}
	b.Staged.At, b.Decided.At, b.EndedAt = sqldb.Time(staged), sqldb.Time(decided), sqldb.Time(ended)
	b.Counts = intel.Counts{}
	return b, handling, json.Unmarshal([]byte(counts), &b.Counts)
}

// InsertBatch implements intel.LedgerTx.
func (l ledger) InsertBatch(ctx context.Context, b intel.Batch) error {
	handling, err := gate.SaveHandling(ctx, l.sql, l.grant, b.Handling)
	if err != nil {
		return err
	}
	return l.sql.Exec(ctx, `
		INSERT INTO intel_batch (workspace_id, `+batchColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', 0, 0, 0, '{}', 0, 0, $15, '')`,
		l.grant.Workspace(), b.ID, b.State, b.File, b.Format, b.Size, b.SHA256, b.Upload, b.Work, handling, b.Org,
		b.Staged.By, b.Staged.Strength, sqldb.Micros(b.Staged.At), b.Total)
}

// ChangeBatch implements intel.LedgerTx. The handling changes with the decision
// alone: afterwards it is not the writer's to save again.
func (l ledger) ChangeBatch(ctx context.Context, b intel.Batch) error {
	counts, err := json.Marshal(b.Counts)
	if err != nil {
		return err
	}
	totals, err := json.Marshal(b.Counts.Whole())
	if err != nil {
		return err
	}
	if b.State == intel.Applying && b.Next == 0 && b.Done == 0 {
		if err := l.mark(ctx, b); err != nil {
			return err
		}
	}
	n, err := l.sql.Change(ctx, `
		UPDATE intel_batch SET state = $3, file_id = $4, work_id = $5, decided_by = $6, decided_strength = $7, decided_at = $8,
			ended_at = $9, counts = $10, next = $11, done = $12, total = $13, reason = $14, totals = $15
		WHERE workspace_id = $1 AND batch_id = $2`,
		l.grant.Workspace(), b.ID, b.State, b.Upload, b.Work, b.Decided.By, b.Decided.Strength, sqldb.Micros(b.Decided.At),
		sqldb.Micros(b.EndedAt), string(counts), b.Next, b.Done, b.Total, b.Reason, string(totals))
	if err == nil && n == 0 {
		return access.ErrHidden
	}
	return err
}

func (l ledger) mark(ctx context.Context, b intel.Batch) error {
	handling, err := gate.SaveHandling(ctx, l.sql, l.grant, b.Handling)
	if err != nil {
		return err
	}
	return l.sql.Exec(ctx, `UPDATE intel_batch SET handling_id = $3 WHERE workspace_id = $1 AND batch_id = $2`,
		l.grant.Workspace(), b.ID, handling)
}

// Awaited implements intel.LedgerTx.
func (l ledger) Awaited() bool { return l.sql.Awaited() }

// Tick implements intel.LedgerTx.
func (l ledger) Tick(ctx context.Context, n int) (first time.Time, err error) {
	now := l.grant.At().UnixMicro()
	var last int64
	err = l.sql.One(ctx, `
		INSERT INTO intel_clock (workspace_id, last) VALUES ($1, $2)
		ON CONFLICT (workspace_id) DO UPDATE SET last = CASE WHEN intel_clock.last < $3 THEN $2 ELSE intel_clock.last + $4 END
		RETURNING last`, []any{l.grant.Workspace(), now + int64(n) - 1, now, int64(n)}, &last)
	return time.UnixMicro(last - int64(n) + 1).UTC(), err
}

// SaveHandling implements intel.LedgerTx.
func (l ledger) SaveHandling(ctx context.Context, h access.Handling) (string, error) {
	id, err := gate.SaveHandling(ctx, l.sql, l.grant, h)
	return string(id), err
}

// Forget implements intel.LedgerTx.
func (l ledger) Forget(ctx context.Context, id intel.BatchID) error {
	if l.hooks.Forget == nil {
		return nil
	}
	return l.hooks.Forget(ctx, l.sql, l.grant, id)
}

// Queue implements intel.LedgerTx.
func (l ledger) Queue(ctx context.Context, w intel.Work) error {
	return l.hooks.Queue(ctx, l.sql, l.grant.Workspace(), w)
}

// Record implements intel.LedgerTx.
func (l ledger) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, l.sql, l.grant, e)
}
