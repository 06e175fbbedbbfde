// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"cmp"
	"context"
	"slices"

	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
)

// Place implements intel.LedgerTx.
func (l ledger) Place(ctx context.Context, s intel.Slice) error {
	if err := l.insertObjects(ctx, s.Objects); err != nil {
		return err
	}
	if err := l.changeObjects(ctx, s.Objects); err != nil {
		return err
	}
	if err := l.insertVersions(ctx, s.Batch.ID, s.Versions); err != nil {
		return err
	}
	if err := l.project(ctx, s.Objects); err != nil {
		return err
	}
	if err := l.count(ctx, s.Tally); err != nil {
		return err
	}
	found := observed(s.Objects)
	if l.hooks.Match == nil || len(found) == 0 {
		return nil
	}
	return l.hooks.Match(ctx, l.sql, l.grant, s, found)
}

func (l ledger) insertObjects(ctx context.Context, placed []intel.Placed) error {
	var rows [][]any
	for _, p := range placed {
		if !p.New {
			continue
		}
		c := p.Candidate
		rows = append(rows, []any{
			l.grant.Workspace(), p.ID, string(c.StixID), p.Audience, c.Type, text(c.Object.Name), text(c.NameKey()),
			versionMicros(p.Head), p.Handling, int64(c.Stated), text(c.Source), p.Batch, sqldb.Micros(p.DateAdded), sqldb.Micros(c.Object.Created), sqldb.Micros(c.Object.Modified),
			c.Object.Revoked, c.Object.Confidence, int64(len(c.Raw)),
		})
	}
	return l.sql.Insert(ctx, "intel_object", []string{
		"workspace_id", "object_id", "stix_id", "audience", "type", "name", "name_key", "head", "handling_id", "own_tlp",
		"source", "batch_id", "date_added", "created", "modified", "revoked", "confidence", "size",
	}, rows)
}

// changeObjects gives objects that were here their new head.
func (l ledger) changeObjects(ctx context.Context, placed []intel.Placed) error {
	for _, p := range placed {
		if p.New {
			continue
		}
		c := p.Candidate
		err := l.sql.Exec(ctx, `
			UPDATE intel_object SET name = $3, name_key = $4, head = $5, handling_id = $6, own_tlp = $7, source = $8, batch_id = $9,
				date_added = $10, created = $11, modified = $12, revoked = $13, confidence = $14, size = $15
			WHERE workspace_id = $1 AND object_id = $2`,
			l.grant.Workspace(), p.ID, text(c.Object.Name), text(c.NameKey()), versionMicros(p.Head), p.Handling, int64(c.Stated), text(c.Source), p.Batch,
			sqldb.Micros(p.DateAdded), sqldb.Micros(c.Object.Created), sqldb.Micros(c.Object.Modified), c.Object.Revoked, c.Object.Confidence, int64(len(c.Raw)))
		if err != nil {
			return err
		}
	}
	return nil
}

func (l ledger) insertVersions(ctx context.Context, id intel.BatchID, versions []intel.NewVersion) error {
	rows := make([][]any, len(versions))
	for i, v := range versions {
		rows[i] = []any{
			l.grant.Workspace(), v.Object, versionMicros(v.Version), v.Raw, v.Format, v.Digest[:], v.Handling, int64(v.Stated),
			text(v.Source), id, sqldb.Micros(v.AddedAt),
		}
	}
	return l.sql.Insert(ctx, "intel_version", []string{
		"workspace_id", "object_id", "version", "raw", "format", "digest", "handling_id", "own_tlp", "source", "batch_id", "date_added",
	}, rows)
}

// project writes what is read out of the newest bytes of objects.
func (l ledger) project(ctx context.Context, placed []intel.Placed) error {
	var old []intel.ObjectID
	var edges, values [][]any
	for _, p := range placed {
		if !p.New {
			old = append(old, p.ID)
		}
		for _, e := range p.Candidate.Edges {
			edges = append(edges, []any{l.grant.Workspace(), p.ID, text(e.Property), string(e.Target), text(e.Kind), string(e.Other)})
		}
		for _, v := range p.Candidate.Values {
			values = append(values, []any{l.grant.Workspace(), p.ID, string(v.Kind), v.Text})
		}
	}
	if err := l.unproject(ctx, old); err != nil {
		return err
	}
	if err := l.sql.Insert(ctx, "intel_edge", []string{"workspace_id", "object_id", "property", "target", "kind", "other"}, edges); err != nil {
		return err
	}
	return l.sql.Insert(ctx, "intel_value", []string{"workspace_id", "object_id", "kind", "value"}, values)
}

func (l ledger) unproject(ctx context.Context, objects []intel.ObjectID) error {
	return in(objects, 2, func(list string, names []any) error {
		args := append([]any{l.grant.Workspace()}, names...)
		if err := l.sql.Exec(ctx, `DELETE FROM intel_edge WHERE workspace_id = $1 AND object_id IN `+list, args...); err != nil {
			return err
		}
		return l.sql.Exec(ctx, `DELETE FROM intel_value WHERE workspace_id = $1 AND object_id IN `+list, args...)
	})
}

// count changes the tallies, in one order for all.
func (l ledger) count(ctx context.Context, tally map[intel.Tally]int64) error {
	keys := make([]intel.Tally, 0, len(tally))
	for t, n := range tally {
		if n != 0 {
			keys = append(keys, t)
		}
	}
	slices.SortFunc(keys, func(a, b intel.Tally) int {
		return cmp.Or(cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Handling, b.Handling), cmp.Compare(a.Source, b.Source))
	})
	for _, t := range keys {
		err := l.sql.Exec(ctx, `
			INSERT INTO intel_tally (workspace_id, batch_id, type, handling_id, source, objects) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (workspace_id, batch_id, type, handling_id, source) DO UPDATE SET objects = intel_tally.objects + EXCLUDED.objects`,
			l.grant.Workspace(), t.Batch, t.Type, t.Handling, text(t.Source), tally[t])
		if err != nil {
			return err
		}
	}
	return nil
}

// observed lists the values of what was placed, for the match.
func observed(placed []intel.Placed) (found []intel.Observed) {
	for _, p := range placed {
		for _, v := range p.Candidate.Values {
			found = append(found, intel.Observed{Object: p.ID, Value: v, Handling: p.Handling, DoNotDisrupt: p.Marked.DoNotDisrupt})
		}
	}
	return found
}

// Brought implements intel.LedgerTx.
func (l ledger) Brought(ctx context.Context, id intel.BatchID, limit int) ([]intel.Rest, error) {
	var objects []intel.ObjectID
	err := l.sql.All(ctx, `SELECT object_id FROM intel_version WHERE workspace_id = $1 AND batch_id = $2 ORDER BY date_added LIMIT $3`,
		[]any{l.grant.Workspace(), id, limit}, func(scan func(...any) error) error {
			var object intel.ObjectID
			err := scan(&object)
			objects = append(objects, object)
			return err
		})
	objects = distinct(objects)
	if err != nil || len(objects) == 0 {
		return nil, err
	}
	rests := map[intel.ObjectID]*intel.Rest{}
	err = in(objects, 2, func(list string, names []any) error {
		return l.sql.All(ctx, `
			SELECT object_id, stix_id, audience, type, head, handling_id, source, batch_id FROM intel_object
			WHERE workspace_id = $1 AND object_id IN `+list,
			append([]any{l.grant.Workspace()}, names...), func(scan func(...any) error) error {
				h, err := scanHeld(scan)
				rests[h.Object] = &intel.Rest{Held: h}
				return err
			})
	})
	if err == nil {
		err = l.left(ctx, rests, objects, id)
	}
	list := make([]intel.Rest, 0, len(rests))
	for _, object := range objects {
		if r := rests[object]; r != nil {
			list = append(list, *r)
		}
	}
	return list, err
}

// left reads the versions that other batches brought.
func (l ledger) left(ctx context.Context, rests map[intel.ObjectID]*intel.Rest, objects []intel.ObjectID, without intel.BatchID) error {
	return in(objects, 3, func(list string, names []any) error {
		return l.sql.All(ctx, `
			SELECT object_id, version, raw, format, digest, handling_id, own_tlp, source, batch_id, date_added FROM intel_version
			WHERE workspace_id = $1 AND batch_id <> $2 AND object_id IN `+list+` ORDER BY object_id, version`,
			append([]any{l.grant.Workspace(), without}, names...), func(scan func(...any) error) error {
				var k intel.Kept
				var version, added int64
				var digest []byte
				err := scan(&k.Object, &version, &k.Raw, &k.Format, &digest, &k.Handling, &k.Stated, &k.Source, &k.Batch, &added)
				if err != nil {
					return err
				}
				k.Version, k.AddedAt = versionAt(version), sqldb.Time(added)
				copy(k.Digest[:], digest)
				rests[k.Object].Left = append(rests[k.Object].Left, k)
				return nil
			})
	})
}

// Withdraw implements intel.LedgerTx.
func (l ledger) Withdraw(ctx context.Context, w intel.Withdrawal) error {
	touched := slices.Clone(w.Gone)
	for _, p := range w.Restored {
		touched = append(touched, p.ID)
	}
	err := in(touched, 3, func(list string, names []any) error {
		return l.sql.Exec(ctx, `DELETE FROM intel_version WHERE workspace_id = $1 AND batch_id = $2 AND object_id IN `+list,
			append([]any{l.grant.Workspace(), w.Batch}, names...)...)
	})
	if err != nil {
		return err
	}
	err = in(w.Gone, 2, func(list string, names []any) error {
		return l.sql.Exec(ctx, `DELETE FROM intel_object WHERE workspace_id = $1 AND object_id IN `+list,
			append([]any{l.grant.Workspace()}, names...)...)
	})
	if err != nil {
		return err
	}
	if err := l.unproject(ctx, w.Gone); err != nil {
		return err
	}
	if err := l.changeObjects(ctx, w.Restored); err != nil {
		return err
	}
	if err := l.project(ctx, w.Restored); err != nil {
		return err
	}
	return l.count(ctx, w.Tally)
}
