// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"maps"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
	"entente.example/internal/stix"
)

// Handlings implements intel.HandlingStore.
type Handlings struct{ store Store }

var _ intel.HandlingStore = Handlings{}

// Handlings returns the store as the port of how objects are handled.
func (s Store) Handlings() Handlings { return Handlings{s} }

// View implements intel.HandlingStore.
func (h Handlings) View(ctx context.Context, ask access.Ask, fn func(intel.HandlingReader) error) error {
	return h.store.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(handlings{bound{t, g}, h.store.hooks}) })
}

// Update implements intel.HandlingStore.
func (h Handlings) Update(ctx context.Context, ask access.Ask, fn func(intel.HandlingTx) error) error {
	return h.store.gate.Update(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(handlings{bound{t, g}, h.store.hooks}) })
}

// handlings implements intel.HandlingTx.
type handlings struct {
	bound
	hooks Hooks
}

// Objects implements intel.HandlingReader.
func (h handlings) Objects(ctx context.Context, ids []intel.ObjectID) (objects []intel.Object, err error) {
	for part := range slices.Chunk(distinct(ids), chunk) {
		some, err := shelf{h.bound}.Objects(ctx, intel.Filter{Only: part}, intel.Key{}, chunk)
		if err != nil {
			return nil, err
		}
		objects = append(objects, some...)
	}
	return objects, nil
}

// Versions implements intel.HandlingReader.
func (h handlings) Versions(ctx context.Context, ids []intel.ObjectID) (map[intel.ObjectID][]intel.Version, error) {
	versions := map[intel.ObjectID][]intel.Version{}
	known, err := gate.Handlings(ctx, h.sql, h.grant)
	if err != nil {
		return nil, err
	}
	return versions, in(ids, 2, func(list string, names []any) error {
		return h.sql.All(ctx, `
			SELECT object_id, version, raw, format, own_tlp, handling_id FROM intel_version
			WHERE workspace_id = $1 AND object_id IN `+list+` ORDER BY object_id, version`,
			append([]any{h.grant.Workspace()}, names...), func(scan func(...any) error) error {
				var id intel.ObjectID
				var v intel.Version
				var version int64
				var handling gate.HandlingID
				err := scan(&id, &version, &v.Raw, &v.Format, &v.Stated, &handling)
				v.Version = versionAt(version)
				readable := false
				if v.Handling, readable = known[handling]; readable {
					versions[id] = append(versions[id], v)
				}
				return err
			})
	})
}

// Definitions implements intel.HandlingReader.
func (h handlings) Definitions(ctx context.Context, ids []stix.StixID) (map[stix.StixID][][]byte, error) {
	definitions := map[stix.StixID][][]byte{}
	return definitions, h.markings(ctx, ids, func(id stix.StixID, raw []byte) { definitions[id] = append(definitions[id], raw) })
}

// Members implements intel.HandlingReader.
func (h handlings) Members(ctx context.Context) ([]access.Card, error) {
	return gate.Members(ctx, h.sql, h.grant)
}

// Alone implements intel.HandlingTx.
func (h handlings) Alone(ctx context.Context) error {
	_, err := ledger{h.bound, h.hooks}.Tick(ctx, 0)
	return err
}

// Record implements intel.HandlingTx.
func (h handlings) Record(ctx context.Context, e audit.Entry) error {
	return auditsql.Append(ctx, h.sql, h.grant, e)
}

// handled is an object as its row says how it is handled.
type handled struct {
	intel.Held
	stated intel.Stated
}

// Rehandle implements intel.HandlingTx.
func (h handlings) Rehandle(ctx context.Context, r intel.Rehandled) (string, error) {
	was, err := h.handled(ctx, r.Object)
	if err != nil {
		return "", err
	}
	id, err := gate.SaveHandling(ctx, h.sql, h.grant, r.Handling)
	if err != nil || string(id) == was.Handling {
		return "", err
	}
	return string(id), h.rewrite(ctx, was, id, r)
}

// Close implements intel.HandlingTx.
func (h handlings) Close(ctx context.Context, object intel.ObjectID, audience func(access.Handling) string) (string, error) {
	was, err := h.handled(ctx, object)
	if err != nil {
		return "", err
	}
	id, handling, err := gate.Closed(ctx, h.sql, h.grant, gate.HandlingID(was.Handling))
	if err != nil || string(id) == was.Handling {
		return "", err
	}
	return string(id), h.rewrite(ctx, was, id, intel.Rehandled{Object: object, Handling: handling, Audience: audience(handling)})
}

func (h handlings) handled(ctx context.Context, object intel.ObjectID) (was handled, err error) {
	err = h.sql.One(ctx, `
		SELECT object_id, stix_id, audience, type, handling_id, source, batch_id, own_tlp FROM intel_object WHERE workspace_id = $1 AND object_id = $2`,
		[]any{h.grant.Workspace(), object}, &was.Object, &was.StixID, &was.Audience, &was.Type, &was.Handling, &was.Source, &was.Batch, &was.stated)
	return was, err
}

// audience is r's, and the object's own where another object of its STIX id has that
// already: those stay two.
func (h handlings) audience(ctx context.Context, was handled, audience string) (string, error) {
	taken := false
	err := h.sql.One(ctx, `SELECT EXISTS (SELECT 1 FROM intel_object WHERE workspace_id = $1 AND stix_id = $2 AND audience = $3 AND object_id <> $4)`,
		[]any{h.grant.Workspace(), string(was.StixID), audience, was.Object}, &taken)
	if taken {
		audience += " " + string(was.Object)
	}
	return audience, err
}

// rewrite has all that is kept of the object follow.
func (h handlings) rewrite(ctx context.Context, was handled, id gate.HandlingID, r intel.Rehandled) error {
	ws, now, handling := h.grant.Workspace(), was, r.Handling
	now.Handling = string(id)
	audience, err := h.audience(ctx, was, r.Audience)
	if err != nil {
		return err
	}
	now.Audience = audience
	err = h.sql.Exec(ctx, `UPDATE intel_object SET handling_id = $3, audience = $4 WHERE workspace_id = $1 AND object_id = $2`,
		ws, now.Object, now.Handling, now.Audience)
	if err != nil {
		return err
	}
	batches, err := h.rewriteVersions(ctx, now, handling.Originator)
	if err != nil {
		return err
	}
	if err := h.tell(ctx, now, handling, batches); err != nil {
		return err
	}
	tally := map[intel.Tally]int64{was.tally(): -1}
	tally[now.tally()]++
	if err := (ledger{h.bound, h.hooks}).count(ctx, tally); err != nil || h.hooks.Rehandle == nil {
		return err
	}
	values, err := ValuesOf(ctx, h.sql, ws, string(now.Object))
	if err != nil {
		return err
	}
	return h.hooks.Rehandle(ctx, h.sql, h.grant, now.Object, values, gate.HandlingID(now.Handling))
}

func (o handled) tally() intel.Tally {
	return intel.Tally{Batch: o.Batch, Type: o.Type, Handling: o.Handling, Source: o.Source}
}

// rewriteVersions gives the versions that the originator brought the handling of the
// object, and returns the batches that brought them.
func (h handlings) rewriteVersions(ctx context.Context, now handled, originator access.OrgID) ([]intel.BatchID, error) {
	known, err := gate.Handlings(ctx, h.sql, h.grant)
	if err != nil {
		return nil, err
	}
	old, batches := map[string]bool{}, map[intel.BatchID]bool{}
	err = h.sql.All(ctx, `SELECT handling_id, batch_id FROM intel_version WHERE workspace_id = $1 AND object_id = $2`,
		[]any{h.grant.Workspace(), now.Object}, func(scan func(...any) error) error {
			var id string
			var batch intel.BatchID
			err := scan(&id, &batch)
			if known[gate.HandlingID(id)].Originator == originator {
				old[id], batches[batch] = true, true
			}
			return err
		})
	for _, id := range slices.Sorted(maps.Keys(old)) {
		if err != nil {
			return nil, err
		}
		err = h.sql.Exec(ctx, `UPDATE intel_version SET handling_id = $4 WHERE workspace_id = $1 AND object_id = $2 AND handling_id = $3`,
			h.grant.Workspace(), now.Object, id, now.Handling)
	}
	return slices.Sorted(maps.Keys(batches)), err
}

// tell has what imports told of the object go on being told to who may read it: of
// TLP:RED to who decided, of all that is sensitive that it was there. What an import
// has still to bring in, and what it says of other objects of that STIX id, stays.
func (h handlings) tell(ctx context.Context, now handled, handling access.Handling, batches []intel.BatchID) error {
	for _, batch := range batches {
		err := h.sql.Exec(ctx, `
			UPDATE intel_verdict SET own_tlp = CASE WHEN $4 THEN 4 WHEN own_tlp = 4 THEN $5 ELSE own_tlp END, withheld = $6
			WHERE workspace_id = $1 AND batch_id = $2 AND stix_id = $3
				AND ordinal < (SELECT b.next FROM intel_batch b WHERE b.workspace_id = $1 AND b.batch_id = $2)
				AND digest IN (SELECT v.digest FROM intel_version v WHERE v.workspace_id = $1 AND v.object_id = $7)`,
			h.grant.Workspace(), batch, text(string(now.StixID)), handling.TLP == access.Red, int64(now.stated), handling.Sensitive(), now.Object)
		if err != nil {
			return err
		}
	}
	return nil
}
