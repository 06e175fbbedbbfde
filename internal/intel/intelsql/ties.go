// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"fmt"
	"time"

	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
	"entente.example/internal/stix"
)

// drawn leaves out the references that tie everything to everything: who made an
// object, and how it is marked.
const drawn = `e.property NOT IN ('created_by_ref', 'object_marking_refs')`

// Ties implements intel.ShelfReader.
func (s shelf) Ties(ctx context.Context, ids []stix.StixID, limit int) (ties []intel.Tied, err error) {
	err = in(distinct(ids), 8, func(list string, names []any) error {
		if err := s.tiesTo(ctx, list, names, limit-len(ties), &ties); err != nil {
			return err
		}
		return s.tiesFrom(ctx, list, names, limit-len(ties), &ties)
	})
	return ties, err
}

// tiesTo adds the relationships that have one of the objects at an end, and the
// references that lead to one.
func (s shelf) tiesTo(ctx context.Context, list string, names []any, limit int, ties *[]intel.Tied) error {
	w := s.visible()
	query := `
		SELECT o.stix_id, e.property, e.target, e.kind, e.other FROM intel_edge e
		JOIN intel_object o ON o.workspace_id = e.workspace_id AND o.object_id = e.object_id
		WHERE e.workspace_id = $1 AND e.target IN ` + list + ` AND ` + drawn + ` AND (e.other <> '' OR o.type <> 'relationship')
			AND ` + w.text.String() + fmt.Sprintf(` ORDER BY e.target, e.object_id, e.property LIMIT %d`, max(0, limit))
	return s.sql.All(ctx, query, append(w.args, names...), func(scan func(...any) error) error {
		var from, target, other stix.StixID
		var property, kind string
		err := scan(&from, &property, &target, &kind, &other)
		tie := intel.Tied{From: from, To: target, Label: property}
		switch {
		case other != "" && property == "source_ref":
			tie = intel.Tied{From: target, To: other, Label: kind}
		case other != "":
			tie = intel.Tied{From: other, To: target, Label: kind}
		}
		*ties = append(*ties, tie)
		return err
	})
}

// tiesFrom adds what the objects themselves refer to, in the order of the index by
// STIX id: with another, SQLite reads every object of the workspace.
func (s shelf) tiesFrom(ctx context.Context, list string, names []any, limit int, ties *[]intel.Tied) error {
	w := s.visible()
	query := `
		SELECT o.stix_id, e.property, e.target FROM intel_object o
		JOIN intel_edge e ON e.workspace_id = o.workspace_id AND e.object_id = o.object_id
		WHERE o.stix_id IN ` + list + ` AND o.type <> 'relationship' AND ` + drawn + `
			AND ` + w.text.String() + fmt.Sprintf(` ORDER BY o.stix_id, o.audience, e.property, e.target LIMIT %d`, max(0, limit))
	return s.sql.All(ctx, query, append(w.args, names...), func(scan func(...any) error) error {
		var tie intel.Tied
		err := scan(&tie.From, &tie.Label, &tie.To)
		*ties = append(*ties, tie)
		return err
	})
}

// Pointed implements intel.ShelfReader. A type is a run of the index by target.
func (s shelf) Pointed(ctx context.Context, kind string) (map[stix.StixID]int64, error) {
	counts := map[stix.StixID]int64{}
	w := s.visible()
	w.and("e.target > ? AND e.target < ?", kind+"--", kind+"-.")
	err := s.sql.All(ctx, `
		SELECT e.target, COUNT(*) FROM intel_edge e
		JOIN intel_object o ON o.workspace_id = e.workspace_id AND o.object_id = e.object_id
		WHERE e.workspace_id = $1 AND e.property = 'target_ref' AND `+w.text.String()+` GROUP BY e.target ORDER BY e.target LIMIT 5000`,
		w.args, func(scan func(...any) error) error {
			var target stix.StixID
			var n int64
			err := scan(&target, &n)
			counts[target] = n
			return err
		})
	return counts, err
}

// Brought implements intel.ShelfReader.
func (s shelf) Brought(ctx context.Context, since time.Time) (brought []intel.Brought, err error) {
	w := s.visible()
	w.and("b.decided_at >= ?", sqldb.Micros(since))
	err = s.sql.All(ctx, `
		SELECT b.decided_at / 86400000000, CAST(SUM(o.objects) AS bigint) FROM intel_tally o
		JOIN intel_batch b ON b.workspace_id = o.workspace_id AND b.batch_id = o.batch_id
		WHERE `+w.text.String()+` GROUP BY b.decided_at / 86400000000 HAVING SUM(o.objects) > 0 ORDER BY 1`,
		w.args, func(scan func(...any) error) error {
			var day, n int64
			err := scan(&day, &n)
			brought = append(brought, intel.Brought{Day: time.Unix(day*86400, 0).UTC(), Objects: n})
			return err
		})
	return brought, err
}
