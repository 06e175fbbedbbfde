// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

// EdgesOf implements intel.ShelfReader.
func (s shelf) EdgesOf(ctx context.Context, id intel.ObjectID, limit int) (edges []intel.Edge, err error) {
	w := s.visible()
	w.and("o.object_id = ?", string(id))
	err = s.sql.All(ctx, `
		SELECT e.property, e.target, e.kind, e.other FROM intel_object o
		JOIN intel_edge e ON e.workspace_id = o.workspace_id AND e.object_id = o.object_id
		WHERE `+w.text.String()+fmt.Sprintf(` ORDER BY e.property, e.target LIMIT %d`, limit),
		w.args, func(scan func(...any) error) error {
			var e intel.Edge
			err := scan(&e.Property, &e.Target, &e.Kind, &e.Other)
			edges = append(edges, e)
			return err
		})
	return edges, err
}

// EdgesTo implements intel.ShelfReader. It is in the order of the index by target:
// with another, SQLite reads every edge of the workspace.
func (s shelf) EdgesTo(ctx context.Context, id stix.StixID, limit int) (edges []intel.EdgeFrom, err error) {
	w := s.visible()
	w.and("e.target = ?", string(id))
	var ids []gate.HandlingID
	err = s.sql.All(ctx, `
		SELECT e.property, e.target, e.kind, e.other, o.object_id, o.type, o.name, o.handling_id FROM intel_edge e
		JOIN intel_object o ON o.workspace_id = e.workspace_id AND o.object_id = e.object_id
		WHERE e.workspace_id = $1 AND `+w.text.String()+fmt.Sprintf(` ORDER BY e.object_id LIMIT %d`, limit),
		w.args, func(scan func(...any) error) error {
			var e intel.EdgeFrom
			var handling gate.HandlingID
			err := scan(&e.Property, &e.Target, &e.Kind, &e.Other, &e.From.ID, &e.From.Type, &e.From.Name, &handling)
			edges, ids = append(edges, e), append(ids, handling)
			return err
		})
	if err != nil || len(edges) == 0 {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for i, id := range ids {
		if h := handlings[id]; h.Sensitive() {
			edges[i].From = edges[i].From.Withhold(h.TLP)
		}
	}
	slices.SortFunc(edges, func(a, b intel.EdgeFrom) int {
		return cmp.Or(cmp.Compare(a.From.ID, b.From.ID), cmp.Compare(a.Property, b.Property))
	})
	return edges, err
}

// Neighbours implements intel.ShelfReader. Of several objects with one STIX id
// it gives the first that came.
func (s shelf) Neighbours(ctx context.Context, ids []stix.StixID) (map[stix.StixID]intel.Neighbour, error) {
	here, sensitive := map[stix.StixID]intel.Neighbour{}, map[stix.StixID]gate.HandlingID{}
	err := in(distinct(ids), 8, func(list string, names []any) error {
		w := s.visible()
		return s.sql.All(ctx, `
			SELECT o.stix_id, o.object_id, o.type, o.name, o.handling_id, o.handling_id IN (`+gate.Sensitive+`) FROM intel_object o
			WHERE `+w.text.String()+` AND o.stix_id IN `+list+` ORDER BY o.stix_id, o.object_id DESC`,
			append(w.args, names...), func(scan func(...any) error) error {
				var id stix.StixID
				var n intel.Neighbour
				var handling gate.HandlingID
				err := scan(&id, &n.ID, &n.Type, &n.Name, &handling, &n.Withheld)
				here[id] = n
				if delete(sensitive, id); n.Withheld {
					sensitive[id] = handling
				}
				return err
			})
	})
	if err != nil || len(sensitive) == 0 {
		return here, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for id, handling := range sensitive {
		here[id] = here[id].Withhold(handlings[handling].TLP)
	}
	return here, err
}
