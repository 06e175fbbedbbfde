// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// where is the condition of a query for objects, as it grows. Its $1 is the
// workspace.
type where struct {
	text strings.Builder
	args []any
}

// and adds a condition; each ? in it stands for the next of args.
func (w *where) and(condition string, args ...any) {
	w.text.WriteString(" AND ")
	for i, part := range strings.Split(condition, "?") {
		if i > 0 {
			w.args = append(w.args, args[i-1])
			w.text.WriteString("$" + strconv.Itoa(len(w.args)))
		}
		w.text.WriteString(part)
	}
}

// one adds the condition that column is one of the list.
func one[T any](w *where, column string, list []T) {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	w.and(column+" IN (?"+strings.Repeat(",?", len(list)-1)+")", args...)
}

// visible is the condition of every query for objects: those of the workspace
// that the holder may read, but for what an unfinished batch brings.
func (s shelf) visible() *where {
	w := &where{}
	w.args = []any{s.grant.Workspace()}
	mine, args := gate.Readable(s.grant, 2)
	w.text.WriteString(`o.workspace_id = $1 AND o.handling_id IN (` + mine + `)
		AND o.batch_id NOT IN (SELECT b.batch_id FROM intel_batch b WHERE b.workspace_id = $1 AND b.state IN ('applying', 'undoing'))`)
	w.args = append(w.args, args...)
	return w
}

// matching is visible with what f chooses.
func (s shelf) matching(ctx context.Context, f intel.Filter) (*where, error) {
	w := s.visible()
	if len(f.Types) > 0 {
		one(w, "o.type", f.Types)
	}
	if f.Things {
		w.and("o.type <> ?", intel.Relationship)
	}
	if f.Source != "" {
		w.and("o.source = ? AND o.handling_id NOT IN ("+gate.Sensitive+")", f.Source)
	}
	if !f.Since.IsZero() {
		w.and("o.date_added >= ?", sqldb.Micros(f.Since))
	}
	if len(f.Only) > 0 {
		one(w, "o.object_id", f.Only)
	}
	if len(f.TLP) > 0 {
		if err := s.marked(ctx, w, f.TLP); err != nil {
			return nil, err
		}
	}
	switch {
	case f.Search.StixID != "":
		w.and("o.stix_id = ?", string(f.Search.StixID))
	case len(f.Search.Values) > 0:
		w.text.WriteString(` AND o.object_id IN (SELECT v.object_id FROM intel_value v WHERE v.workspace_id = $1`)
		withValues(w, f.Search.Values)
		w.text.WriteString(")")
	case f.Search.Prefix != "":
		w.and("o.name_key <> '' AND o.name_key >= ? AND o.name_key < ?", f.Search.Prefix, f.Search.Prefix+"\U0010FFFF")
		w.and("(o.name_key = ? OR o.handling_id NOT IN ("+gate.Sensitive+"))", f.Search.Prefix) // a name that is withheld must not be guessed letter by letter
	}
	return w, nil
}

// marked adds the condition of a marking: handlings are few.
func (s shelf) marked(ctx context.Context, w *where, levels []access.TLP) error {
	handlings, err := gate.Handlings(ctx, s.sql, s.grant)
	if err != nil {
		return err
	}
	ids := []string{""}
	for id, h := range handlings {
		if slices.Contains(levels, h.TLP) {
			ids = append(ids, string(id))
		}
	}
	slices.Sort(ids)
	one(w, "o.handling_id", ids)
	return nil
}

// withValues adds the condition that v is one of the values. It names the texts
// first: SQLite finds no index in a choice of pairs.
func withValues(w *where, values []observable.Value) {
	var texts, pairs []any
	for _, v := range values {
		texts = append(texts, v.Text)
		pairs = append(pairs, v.Text, string(v.Kind))
	}
	one(w, "v.value", texts)
	w.and("(v.value = ? AND v.kind = ?"+strings.Repeat(" OR v.value = ? AND v.kind = ?", len(values)-1)+")", pairs...)
}
