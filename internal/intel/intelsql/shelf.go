// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"fmt"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// Shelf implements intel.Shelf.
type Shelf struct{ store Store }

var _ intel.Shelf = Shelf{}

// View implements intel.Shelf.
func (s Shelf) View(ctx context.Context, ask access.Ask, fn func(intel.ShelfReader) error) error {
	return s.store.gate.View(ctx, ask, func(t *sqldb.Tx, g access.Grant) error { return fn(shelf{bound{t, g}}) })
}

// Look implements intel.Shelf.
func (s Shelf) Look(ctx context.Context, ask access.Ask, fn func(intel.ShelfReader) (audit.Entry, error)) error {
	return s.store.gate.Look(ctx, ask, func(t *sqldb.Tx, g access.Grant) (audit.Entry, error) { return fn(shelf{bound{t, g}}) })
}

// shelf implements intel.ShelfReader.
type shelf struct{ bound }

const objectColumns = `o.object_id, o.stix_id, o.type, o.name, o.source, o.batch_id, o.head, o.date_added, o.created, o.modified,
	o.revoked, o.confidence, o.size, o.own_tlp, o.handling_id`

// Objects implements intel.ShelfReader.
func (s shelf) Objects(ctx context.Context, f intel.Filter, after intel.Key, limit int) ([]intel.Object, error) {
	switch f.Ordered() {
	case intel.ByName:
		return s.inOrder(ctx, f, after, limit, lettering{"o.name_key, o.object_id", "o.name_key <> ''", string(after.ID)})
	case intel.BySource:
		return s.inOrder(ctx, f, after, limit, lettering{"o.source, o.date_added", "1 = 1", sqldb.Micros(after.Added)})
	}
	w, err := s.matching(ctx, f)
	if err != nil {
		return nil, err
	}
	order := ` ORDER BY o.date_added DESC`
	switch f.Ordered() {
	case intel.ByType:
		order = ` ORDER BY o.type, o.date_added`
		w.and("(o.type, o.date_added) > (?, ?)", after.Name, sqldb.Micros(after.Added))
	case intel.ByDate:
		if !after.Added.IsZero() {
			w.and("o.date_added < ?", sqldb.Micros(after.Added))
		}
	default: // by id
		order = ` ORDER BY o.object_id`
		w.and("o.object_id > ?", string(after.ID))
	}
	if len(f.Search.Values) > 0 && f.Ordered() == intel.ByDate {
		order = ` ORDER BY +o.date_added DESC` // from the value's few objects: by date, all are gone through
	}
	return s.objects(ctx, w, order, limit)
}

// lettering is an order by what an object says of itself.
type lettering struct {
	key  string // the two columns of the order, which lie in an index
	says string // the condition that it says anything
	tie  any    // the second of after's key
}

// inOrder lists those that say something, and behind them, by id, those that do
// not, and those of which it is withheld: where these stood would tell.
func (s shelf) inOrder(ctx context.Context, f intel.Filter, after intel.Key, limit int, l lettering) (objects []intel.Object, err error) {
	says := l.says
	if f.Search.Prefix == "" {
		says += " AND o.handling_id NOT IN (" + gate.Sensitive + ")"
	}
	if after.Name != "" || after.ID == "" {
		w, err := s.matching(ctx, f)
		if err != nil {
			return nil, err
		}
		w.and(says+" AND ("+l.key+") > (?, ?)", after.Name, l.tie)
		if objects, err = s.objects(ctx, w, ` ORDER BY `+l.key, limit); err != nil {
			return nil, err
		}
		after.ID = ""
	}
	if len(objects) == limit || f.Search.Prefix != "" {
		return objects, nil
	}
	w, err := s.matching(ctx, f)
	if err != nil {
		return nil, err
	}
	w.and("NOT ("+says+") AND o.object_id > ?", string(after.ID))
	rest, err := s.objects(ctx, w, ` ORDER BY o.object_id`, limit-len(objects))
	return append(objects, rest...), err
}

// Object implements intel.ShelfReader.
func (s shelf) Object(ctx context.Context, id intel.ObjectID) (intel.Object, error) {
	w := s.visible()
	w.and("o.object_id = ?", string(id))
	objects, err := s.objects(ctx, w, "", 1)
	if err != nil {
		return intel.Object{}, err
	}
	if len(objects) == 0 {
		return intel.Object{}, access.ErrHidden
	}
	return objects[0], nil
}

func (s shelf) objects(ctx context.Context, w *where, order string, limit int) (objects []intel.Object, err error) {
	var ids []gate.HandlingID
	err = s.sql.All(ctx, `SELECT `+objectColumns+` FROM intel_object o WHERE `+w.text.String()+order+fmt.Sprintf(" LIMIT %d", limit),
		w.args, func(scan func(...any) error) error {
			o, handling, err := scanObject(scan)
			objects, ids = append(objects, o), append(ids, handling)
			return err
		})
	if err != nil || len(objects) == 0 {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for i, id := range ids {
		objects[i].Handling = handlings[id]
	}
	return objects, err
}

func scanObject(scan func(...any) error) (o intel.Object, handling gate.HandlingID, err error) {
	var head, added, created, modified int64
	err = scan(&o.ID, &o.StixID, &o.Type, &o.Name, &o.Source, &o.Batch, &head, &added, &created, &modified,
		&o.Revoked, &o.Confidence, &o.Size, &o.Stated, &handling)
	o.Version, o.DateAdded, o.Created, o.Modified = versionAt(head), sqldb.Time(added), sqldb.Time(created), sqldb.Time(modified)
	return o, handling, err
}

// mostTallies bounds what a list reads to count its choices.
const mostTallies = 20_000

// Tallies implements intel.ShelfReader.
func (s shelf) Tallies(ctx context.Context) (counted []intel.Counted, err error) {
	w := s.visible()
	var ids []gate.HandlingID
	err = s.sql.All(ctx, `
		SELECT o.type, o.handling_id, o.source, CAST(SUM(o.objects) AS bigint) FROM intel_tally o WHERE `+w.text.String()+`
		GROUP BY o.type, o.handling_id, o.source HAVING SUM(o.objects) > 0
		ORDER BY SUM(o.objects) DESC, o.type, o.handling_id, o.source LIMIT `+strconv.Itoa(mostTallies),
		w.args, func(scan func(...any) error) error {
			var c intel.Counted
			err := scan(&c.Type, &c.Handling, &c.Source, &c.Objects)
			counted, ids = append(counted, c), append(ids, gate.HandlingID(c.Handling))
			return err
		})
	if err != nil || len(counted) == 0 {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for i, id := range ids {
		counted[i].TLP, counted[i].Withheld = handlings[id].TLP, handlings[id].Sensitive()
	}
	return counted, err
}

// Measure implements intel.ShelfReader.
func (s shelf) Measure(ctx context.Context, f intel.Filter) (m intel.Measure, err error) {
	w, err := s.matching(ctx, f)
	if err != nil {
		return m, err
	}
	byHandling := map[gate.HandlingID]int64{}
	err = s.sql.All(ctx, `
		SELECT o.handling_id, COUNT(*), CAST(SUM(o.size) AS bigint) FROM intel_object o WHERE `+w.text.String()+` GROUP BY o.handling_id`,
		w.args, func(scan func(...any) error) error {
			var id gate.HandlingID
			var objects, bytes int64
			err := scan(&id, &objects, &bytes)
			m.Objects, m.Bytes, byHandling[id] = m.Objects+objects, m.Bytes+bytes, objects
			return err
		})
	if err != nil {
		return m, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	m.ByTLP = map[access.TLP]int64{}
	for id, n := range byHandling {
		m.ByTLP[handlings[id].TLP] += n
	}
	return m, err
}

// Versions implements intel.ShelfReader.
func (s shelf) Versions(ctx context.Context, id intel.ObjectID, limit int) (versions []intel.Version, err error) {
	w := s.visible() // of versions, each by its own batch and handling
	w.and("o.object_id = ?", string(id))
	var ids []gate.HandlingID
	err = s.sql.All(ctx, `
		SELECT o.version, o.raw, o.format, o.own_tlp, o.source, o.batch_id, o.date_added, o.handling_id FROM intel_version o
		WHERE `+w.text.String()+fmt.Sprintf(` ORDER BY o.version DESC LIMIT %d`, limit),
		w.args, func(scan func(...any) error) error {
			var v intel.Version
			var version, added int64
			var handling gate.HandlingID
			err := scan(&version, &v.Raw, &v.Format, &v.Stated, &v.Source, &v.Batch, &added, &handling)
			v.Version, v.AddedAt = versionAt(version), sqldb.Time(added)
			versions, ids = append(versions, v), append(ids, handling)
			return err
		})
	if err != nil {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for i, id := range ids {
		versions[i].Handling = handlings[id]
	}
	return versions, err
}

// Values implements intel.ShelfReader.
func (s shelf) Values(ctx context.Context, id intel.ObjectID) (values []observable.Value, err error) {
	w := s.visible()
	w.and("o.object_id = ?", string(id))
	err = s.sql.All(ctx, `
		SELECT v.kind, v.value FROM intel_object o
		JOIN intel_value v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id
		WHERE `+w.text.String()+` ORDER BY v.kind, v.value LIMIT 200`,
		w.args, func(scan func(...any) error) error {
			var v observable.Value
			err := scan(&v.Kind, &v.Text)
			values = append(values, v)
			return err
		})
	return values, err
}

// Holds implements intel.ShelfReader.
func (s shelf) Holds(ctx context.Context, values []observable.Value) (here bool, err error) {
	w := s.visible()
	withValues(w, values)
	err = s.sql.One(ctx, `
		SELECT EXISTS (SELECT 1 FROM intel_value v JOIN intel_object o ON o.workspace_id = v.workspace_id AND o.object_id = v.object_id
		WHERE v.workspace_id = $1 AND `+w.text.String()+`)`, w.args, &here)
	return here, err
}

// Origin implements intel.ShelfReader.
func (s shelf) Origin(ctx context.Context, id intel.BatchID) (o intel.Origin, err error) {
	batches, err := readBatches(ctx, s.bound, batchColumns, `batch_id = $2`, id, 1)
	if err != nil || len(batches) == 0 {
		return intel.Origin{}, err
	}
	o.Batch = batches[0]
	cards, err := gate.Cards(ctx, s.sql, []access.MemberID{o.Batch.Decided.By})
	o.By = cards[o.Batch.Decided.By]
	return o, err
}

// Pieces implements intel.ShelfReader.
func (s shelf) Pieces(ctx context.Context, f intel.Filter, after intel.ObjectID, limit int) (pieces []intel.Piece, err error) {
	w, err := s.matching(ctx, f)
	if err != nil {
		return nil, err
	}
	w.and("o.object_id > ?", string(after))
	var ids []gate.HandlingID
	err = s.sql.All(ctx, `
		SELECT o.object_id, v.raw, v.format, v.own_tlp, o.handling_id FROM intel_object o
		JOIN intel_version v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id AND v.version = o.head
		WHERE `+w.text.String()+fmt.Sprintf(` ORDER BY o.object_id LIMIT %d`, limit),
		w.args, func(scan func(...any) error) error {
			var p intel.Piece
			var handling gate.HandlingID
			err := scan(&p.ID, &p.Raw, &p.Format, &p.Stated, &handling)
			pieces, ids = append(pieces, p), append(ids, handling)
			return err
		})
	if err != nil || len(pieces) == 0 {
		return nil, err
	}
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	for i, id := range ids {
		pieces[i].TLP, pieces[i].Withheld = handlings[id].TLP, handlings[id].Sensitive()
	}
	return pieces, err
}
