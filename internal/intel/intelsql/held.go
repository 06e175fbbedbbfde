// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"slices"

	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
	"entente.example/internal/stix"
)

// Held implements intel.LedgerReader.
func (l ledger) Held(ctx context.Context, ids []stix.StixID, audiences []string) (map[stix.StixID][]intel.Held, error) {
	ids = distinct(ids)
	byObject := map[intel.ObjectID]*intel.Held{}
	var objects []intel.ObjectID
	mine, readable := gate.Readable(l.grant, 2)
	err := in(ids, 8, func(list string, names []any) error {
		args := append(append([]any{l.grant.Workspace()}, readable...), names...)
		also := ""
		if len(audiences) > 0 {
			also = ` OR audience IN (` + sqldb.Placeholders(8+chunk, len(audiences)) + `)`
			for _, a := range audiences {
				args = append(args, a)
			}
		}
		return l.sql.All(ctx, `
			SELECT object_id, stix_id, audience, type, head, handling_id, source, batch_id FROM intel_object
			WHERE workspace_id = $1 AND stix_id IN `+list+` AND (handling_id IN (`+mine+`)`+also+`)`,
			args, func(scan func(...any) error) error {
				h, err := scanHeld(scan)
				byObject[h.Object], objects = &h, append(objects, h.Object)
				return err
			})
	})
	if err != nil {
		return nil, err
	}
	if err := l.versions(ctx, byObject, objects); err != nil {
		return nil, err
	}
	held := map[stix.StixID][]intel.Held{}
	for _, id := range objects {
		h := *byObject[id]
		held[h.StixID] = append(held[h.StixID], h)
	}
	return held, nil
}

func scanHeld(scan func(...any) error) (h intel.Held, err error) {
	var head int64
	err = scan(&h.Object, &h.StixID, &h.Audience, &h.Type, &head, &h.Handling, &h.Source, &h.Batch)
	h.Head = versionAt(head)
	return h, err
}

// versions reads which versions there are of the objects.
func (l ledger) versions(ctx context.Context, byObject map[intel.ObjectID]*intel.Held, objects []intel.ObjectID) error {
	return in(objects, 2, func(list string, names []any) error {
		return l.sql.All(ctx, `
			SELECT object_id, version, digest FROM intel_version WHERE workspace_id = $1 AND object_id IN `+list+` ORDER BY object_id, version`,
			append([]any{l.grant.Workspace()}, names...), func(scan func(...any) error) error {
				var id intel.ObjectID
				var version int64
				var digest []byte
				if err := scan(&id, &version, &digest); err != nil {
					return err
				}
				v := intel.HeldVersion{Version: versionAt(version)}
				copy(v.Digest[:], digest)
				byObject[id].Versions = append(byObject[id].Versions, v)
				return nil
			})
	})
}

// Markings implements intel.LedgerReader.
func (l ledger) Markings(ctx context.Context, ids []stix.StixID) (map[stix.StixID]intel.Stated, error) {
	stated := map[stix.StixID]intel.Stated{}
	return stated, l.markings(ctx, ids, func(id stix.StixID, raw []byte) {
		said := intel.StatedBy(raw)
		if before, again := stated[id]; again {
			said = max(said, before)
		}
		stated[id] = said
	})
}

// markings calls each with the newest bytes of those marking definitions that are
// here and readable.
func (b bound) markings(ctx context.Context, ids []stix.StixID, each func(id stix.StixID, raw []byte)) error {
	mine, readable := gate.Readable(b.grant, 2)
	return in(distinct(ids), 8, func(list string, names []any) error {
		return b.sql.All(ctx, `
			SELECT o.stix_id, v.raw FROM intel_object o
			JOIN intel_version v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id AND v.version = o.head
			WHERE o.workspace_id = $1 AND o.stix_id IN `+list+` AND o.handling_id IN (`+mine+`)`,
			slices.Concat([]any{b.grant.Workspace()}, readable, names), func(scan func(...any) error) error {
				var id stix.StixID
				var raw []byte
				err := scan(&id, &raw)
				each(id, raw)
				return err
			})
	})
}

func distinct[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
