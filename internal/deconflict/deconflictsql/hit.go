// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

func (t tx) Hits(ctx context.Context, before string, limit int) (hits []deconflict.Hit, err error) {
	if t.grant.StartsClosed() {
		return nil, nil
	}
	readable, args := gate.Readable(t.grant, 5)
	args = append([]any{t.grant.Workspace(), t.grant.Member(), before, limit}, args...)
	handlingOf := map[string]gate.HandlingID{}
	err = t.sql.All(ctx, `
		SELECT h.hit_id, h.object_id, h.handling_id, h.kind, h.value, h.level, h.other_name, h.other_contact,
		       h.ours, h.batch_size, h.found_at, s.hit_id IS NOT NULL
		FROM deconflict_hit h
		LEFT JOIN deconflict_seen s ON s.workspace_id = h.workspace_id AND s.member_id = $2 AND s.hit_id = h.hit_id
		WHERE h.workspace_id = $1 AND ($3 = '' OR h.hit_id < $3) AND h.handling_id IN (`+readable+`)
		ORDER BY h.hit_id DESC LIMIT $4`,
		args, func(scan func(...any) error) error {
			var h deconflict.Hit
			var handling gate.HandlingID
			var found int64
			err := scan(&h.ID, &h.Object, &handling, &h.Value.Kind, &h.Value.Text, &h.Level, &h.Name, &h.Contact,
				&h.Ours, &h.BatchSize, &found, &h.Seen)
			h.At = sqldb.Time(found)
			handlingOf[h.ID] = handling
			hits = append(hits, h)
			return err
		})
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, t.sql, t.grant)
	for i := range hits {
		withhold(&hits[i], handlings[handlingOf[hits[i].ID]])
	}
	return hits, err
}

// withhold empties the value of a hit on an item whose every look is recorded:
// it is read on the item's own page.
func withhold(h *deconflict.Hit, handling access.Handling) {
	h.TLP = handling.TLP
	if handling.Sensitive() {
		h.Withheld, h.Value.Text = true, ""
	}
}

// unseen selects the hits that the grant's holder may see and has not: $1 is the
// workspace, $2 the member.
const unseen = `
	SELECT h.workspace_id, h.hit_id FROM deconflict_hit h
	WHERE h.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM deconflict_seen s
		WHERE s.workspace_id = h.workspace_id AND s.member_id = $2 AND s.hit_id = h.hit_id)`

func (t tx) Unseen(ctx context.Context, most int) (n int, err error) {
	if t.grant.StartsClosed() {
		return 0, nil
	}
	readable, args := gate.Readable(t.grant, 4)
	err = t.sql.One(ctx, `SELECT COUNT(*) FROM (`+unseen+` AND h.handling_id IN (`+readable+`) LIMIT $3) waiting`,
		append([]any{t.grant.Workspace(), t.grant.Member(), most}, args...), &n)
	return n, err
}

func (t tx) NewestUnseen(ctx context.Context) (deconflict.News, error) {
	newest := deconflict.News{Workspace: t.grant.Workspace()}
	if t.grant.StartsClosed() {
		return newest, access.ErrHidden
	}
	readable, args := gate.Readable(t.grant, 3)
	var found int64
	err := t.sql.One(ctx, `
		SELECT h.kind, `+shown+`, h.found_at FROM deconflict_hit h
		WHERE h.workspace_id = $1 AND NOT EXISTS (SELECT 1 FROM deconflict_seen s
			WHERE s.workspace_id = h.workspace_id AND s.member_id = $2 AND s.hit_id = h.hit_id)
		      AND h.handling_id IN (`+readable+`)
		ORDER BY h.hit_id DESC LIMIT 1`,
		append([]any{t.grant.Workspace(), t.grant.Member()}, args...), &newest.Value.Kind, &newest.Value.Text, &newest.Withheld, &found)
	newest.At = sqldb.Time(found)
	return newest, err
}

// shown is what withhold leaves of a value, and whether that is nothing: $1 is
// the workspace.
const shown = `CASE WHEN h.handling_id IN (` + gate.Sensitive + `) THEN '' ELSE h.value END, h.handling_id IN (` + gate.Sensitive + `)`

func (t tx) Days(ctx context.Context, limit int) (days []deconflict.Day, err error) {
	if t.grant.StartsClosed() {
		return nil, nil
	}
	readable, args := gate.Readable(t.grant, 4)
	err = t.sql.All(ctx, `
		SELECT day.hits, day.unseen, h.hit_id, h.kind, `+shown+`, day.found FROM (
			SELECT COUNT(*) AS hits, SUM(unseen) AS unseen, MAX(hit_id) AS hit_id, MAX(found_at) AS found FROM (
				SELECT h.hit_id, h.found_at, CASE WHEN s.hit_id IS NULL THEN 1 ELSE 0 END AS unseen
				FROM deconflict_hit h
				LEFT JOIN deconflict_seen s ON s.workspace_id = h.workspace_id AND s.member_id = $2 AND s.hit_id = h.hit_id
				WHERE h.workspace_id = $1 AND h.handling_id IN (`+readable+`)
				ORDER BY h.hit_id DESC LIMIT $3) newest
			GROUP BY found_at / 86400000000) day
		JOIN deconflict_hit h ON h.workspace_id = $1 AND h.hit_id = day.hit_id
		ORDER BY h.hit_id DESC`,
		append([]any{t.grant.Workspace(), t.grant.Member(), limit}, args...), func(scan func(...any) error) error {
			day := deconflict.Day{Workspace: t.grant.Workspace()}
			var found int64
			err := scan(&day.Hits, &day.Unseen, &day.Newest, &day.Value.Kind, &day.Value.Text, &day.Withheld, &found)
			day.At = sqldb.Time(found)
			days = append(days, day)
			return err
		})
	return days, err
}

func (t tx) MarkSeen(ctx context.Context, hit string, at time.Time) (int64, error) {
	if err := t.readable(ctx, hit); err != nil {
		return 0, err
	}
	return t.sql.Change(ctx, `
		INSERT INTO deconflict_seen (workspace_id, member_id, hit_id, seen_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, member_id, hit_id) DO NOTHING`,
		t.grant.Workspace(), t.grant.Member(), hit, at.UnixMicro())
}

// readable fails with access.ErrHidden for a hit that the holder may not see.
func (t tx) readable(ctx context.Context, hit string) error {
	readable, args := gate.Readable(t.grant, 3)
	var there string
	err := t.sql.One(ctx, `
		SELECT h.hit_id FROM deconflict_hit h
		WHERE h.workspace_id = $1 AND h.hit_id = $2 AND h.handling_id IN (`+readable+`)`,
		append([]any{t.grant.Workspace(), hit}, args...), &there)
	if err == nil && t.grant.StartsClosed() {
		return access.ErrHidden
	}
	return err
}

func (t tx) MarkAllSeen(ctx context.Context, last string, at time.Time) (int64, error) {
	if err := t.readable(ctx, last); err != nil {
		return 0, err
	}
	readable, args := gate.Readable(t.grant, 5)
	return t.sql.Change(ctx, `
		INSERT INTO deconflict_seen (workspace_id, member_id, hit_id, seen_at)
		SELECT waiting.workspace_id, $2, waiting.hit_id, $4 FROM (`+
		unseen+` AND h.hit_id <= $3 AND h.handling_id IN (`+readable+`)) waiting`,
		append([]any{t.grant.Workspace(), t.grant.Member(), last, at.UnixMicro()}, args...)...)
}
