// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"
	"encoding/json"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/sqldb"
)

// Gate opens transactions in somebody's name. It is gate.Gate, which imports this
// package and so cannot be imported here.
type Gate interface {
	View(ctx context.Context, ask access.Ask, fn func(*sqldb.Tx, access.Grant) error) error
	ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func(*sqldb.Tx, []access.Grant) error) error
	Update(ctx context.Context, ask access.Ask, fn func(*sqldb.Tx, access.Grant) error) error
}

// Store implements audit.Store.
type Store struct {
	gate     Gate
	queue    func(ctx context.Context, tx *sqldb.Tx, check audit.CheckBegun) error
	subjects Subjects
}

var _ audit.Store = Store{}

// New returns the store behind the gate; queue queues the work of a check.
func New(g Gate, queue func(context.Context, *sqldb.Tx, audit.CheckBegun) error, subjects Subjects) Store {
	return Store{g, queue, subjects}
}

// View implements audit.Store.
func (s Store) View(ctx context.Context, ask access.Ask, fn func(audit.Reading, access.Grant) error) error {
	return s.gate.View(ctx, ask, func(tx *sqldb.Tx, g access.Grant) error { return fn(reading{tx, s.subjects}, g) })
}

// ViewAll implements audit.Store.
func (s Store) ViewAll(ctx context.Context, actor access.Actor, action access.Action, fn func(audit.Reading, []access.Grant) error) error {
	return s.gate.ViewAll(ctx, actor, action, func(tx *sqldb.Tx, grants []access.Grant) error {
		return fn(reading{tx, s.subjects}, grants)
	})
}

// Begin implements audit.Store.
func (s Store) Begin(ctx context.Context, ask access.Ask, check audit.CheckBegun, e audit.Entry) error {
	return s.gate.Update(ctx, ask, func(tx *sqldb.Tx, g access.Grant) error {
		err := tx.Exec(ctx, `INSERT INTO audit_check (check_id, at, ended_at, failed, report) VALUES ($1, $2, 0, $3, '')`,
			check.ID, check.At.UnixMicro(), false)
		if err == nil {
			err = s.queue(ctx, tx, check)
		}
		if err != nil {
			return err
		}
		return Append(ctx, tx, g, e)
	})
}

// EndCheck records what a check found, or that it could not be carried through.
func EndCheck(ctx context.Context, tx *sqldb.Tx, id string, at time.Time, report audit.Report, failed bool) error {
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE audit_check SET ended_at = $1, failed = $2, report = $3 WHERE check_id = $4`, at.UnixMicro(), failed, string(text), id)
}

// reading implements audit.Reading.
type reading struct {
	tx       *sqldb.Tx
	subjects Subjects
}

const (
	lineColumns = `SELECT e.number, e.entry_id, e.at, e.actor, e.workspace_id, e.verb, e.object, e.about, e.count, e.concerns, s.salt,
		COALESCE((SELECT c.at FROM audit_checkpoint c WHERE c.size >= e.number ORDER BY c.size LIMIT 1), 0)
		FROM audit_entry e LEFT JOIN audit_salt s ON s.number = e.number `
	end = int64(1)<<62 - 1
)

func (r reading) lines(ctx context.Context, where string, args ...any) (list []audit.Line, err error) {
	err = r.tx.All(ctx, lineColumns+where, args, func(scan func(...any) error) error {
		var line audit.Line
		var signed int64
		line.Opening, err = openingOf(func(dest ...any) error { return scan(append(dest, &signed)...) })
		line.Signed = sqldb.Time(signed)
		list = append(list, line)
		return err
	})
	return list, err
}

func below(before int64) int64 {
	if before <= 0 {
		return end
	}
	return before
}

// By implements audit.Reading.
func (r reading) By(ctx context.Context, member access.MemberID, before int64, limit int) ([]audit.Line, error) {
	return r.lines(ctx, `WHERE e.actor = $1 AND e.number < $2 ORDER BY e.number DESC LIMIT $3`, string(member), below(before), limit)
}

// All implements audit.Reading.
func (r reading) All(ctx context.Context, before int64, limit int) ([]audit.Line, error) {
	return r.lines(ctx, `WHERE e.number < $1 ORDER BY e.number DESC LIMIT $2`, below(before), limit)
}

// One implements audit.Reading.
func (r reading) One(ctx context.Context, number int64) (line audit.Line, err error) {
	list, err := r.lines(ctx, `WHERE e.number = $1`, number)
	switch {
	case err != nil:
		return line, err
	case len(list) == 0:
		return line, access.ErrHidden
	}
	return list[0], nil
}

// Newest implements audit.Reading.
func (r reading) Newest(ctx context.Context) (audit.SignedCheckpoint, error) {
	return Newest(ctx, r.tx)
}

// Tile implements audit.Reading.
func (r reading) Tile(ctx context.Context, level int, n int64) ([]byte, error) {
	return Tile(ctx, r.tx, level, n)
}

// LastCheck implements audit.Reading.
func (r reading) LastCheck(ctx context.Context) (c audit.CheckResult, err error) {
	var at, ended int64
	var report string
	err = r.tx.One(ctx, `SELECT check_id, at, ended_at, failed, report FROM audit_check ORDER BY at DESC, check_id DESC LIMIT 1`, nil,
		&c.ID, &at, &ended, &c.Failed, &report)
	if err != nil {
		return c, err
	}
	c.At = sqldb.Time(at)
	if ended > 0 {
		c.Ended = sqldb.Time(ended)
		err = json.Unmarshal([]byte(report), &c.Report)
	}
	return c, err
}
