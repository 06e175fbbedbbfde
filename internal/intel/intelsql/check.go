// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/stix"
)

// checkedAtOnce is how many objects a check holds in memory.
const checkedAtOnce = 200

// Check reads every version of every object again, as the operator's tool does to
// find damage, and reports each whose digest is not that of its bytes, and each
// object whose values or references are not those of its newest bytes. The ids of
// rows alone are told. It returns how many versions and objects there are.
func Check(ctx context.Context, tx *sqldb.Tx, report func(where, what string)) (versions, objects int64, err error) {
	err = tx.All(ctx, `SELECT workspace_id, object_id, version, raw, digest FROM intel_version ORDER BY workspace_id, object_id, version`, nil,
		func(scan func(...any) error) error {
			var workspace, object string
			var version int64
			var raw, digest []byte
			if err := scan(&workspace, &object, &version, &raw, &digest); err != nil {
				return err
			}
			if now := stix.Digest(raw); !bytes.Equal(now[:], digest) {
				report(fmt.Sprintf("intel_version %s %s %d", workspace, object, version), "its digest is not that of its bytes")
			}
			versions++
			return nil
		})
	if err != nil {
		return versions, 0, err
	}
	var last place
	for {
		page, err := checkPage(ctx, tx, last, report)
		if err != nil || len(page) == 0 {
			return versions, objects, err
		}
		objects, last = objects+int64(len(page)), page[len(page)-1]
	}
}

// place is where an object stands in the order of the table.
type place struct{ workspace, object string }

// told is what a projection holds of an object, line by line.
type told map[place]map[string]bool

func (t told) add(p place, line string) {
	if t[p] == nil {
		t[p] = map[string]bool{}
	}
	t[p][line] = true
}

func checkPage(ctx context.Context, tx *sqldb.Tx, after place, report func(where, what string)) (page []place, err error) {
	values, edges := told{}, told{}
	err = tx.All(ctx, `
		SELECT o.workspace_id, o.object_id, o.stix_id, o.type, v.raw, COALESCE(v.format, '') FROM intel_object o
		LEFT JOIN intel_version v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id AND v.version = o.head
		WHERE (o.workspace_id, o.object_id) > ($1, $2) ORDER BY o.workspace_id, o.object_id LIMIT $3`,
		[]any{after.workspace, after.object, checkedAtOnce}, func(scan func(...any) error) error {
			var p place
			var id, kind, format string
			var raw []byte
			if err := scan(&p.workspace, &p.object, &id, &kind, &raw, &format); err != nil {
				return err
			}
			page = append(page, p)
			where := "intel_object " + p.workspace + " " + p.object
			if format == "" {
				report(where, "its newest version is missing")
				return nil
			}
			read := intel.Read(raw, format)
			if string(read.StixID) != id || read.Type != kind {
				report(where, "its id or type is not that of its bytes")
			}
			for _, v := range read.Values {
				values.add(p, string(v.Kind)+"\x00"+v.Text)
			}
			for _, e := range read.Edges {
				edges.add(p, text(e.Property)+"\x00"+string(e.Target)+"\x00"+text(e.Kind)+"\x00"+string(e.Other))
			}
			return nil
		})
	if err != nil || len(page) == 0 {
		return nil, err
	}
	last := page[len(page)-1]
	heldValues, err := projected(ctx, tx, `SELECT workspace_id, object_id, kind, value, '', '' FROM intel_value`, after, last)
	if err != nil {
		return nil, err
	}
	heldEdges, err := projected(ctx, tx, `SELECT workspace_id, object_id, property, target, kind, other FROM intel_edge`, after, last)
	if err != nil {
		return nil, err
	}
	differing(values.padded(), heldValues, "its values are not those of its bytes", report)
	differing(edges, heldEdges, "its references are not those of its bytes", report)
	return page, nil
}

// padded gives values the form of the four columns that projected reads.
func (t told) padded() told {
	out := told{}
	for p, lines := range t {
		for line := range lines {
			out.add(p, line+"\x00\x00")
		}
	}
	return out
}

// projected reads what a projection holds of the objects behind after, up to last.
func projected(ctx context.Context, tx *sqldb.Tx, query string, after, last place) (told, error) {
	held := told{}
	err := tx.All(ctx, query+` WHERE (workspace_id, object_id) > ($1, $2) AND (workspace_id, object_id) <= ($3, $4)`,
		[]any{after.workspace, after.object, last.workspace, last.object}, func(scan func(...any) error) error {
			var p place
			var a, b, c, d string
			if err := scan(&p.workspace, &p.object, &a, &b, &c, &d); err != nil {
				return err
			}
			held.add(p, a+"\x00"+b+"\x00"+c+"\x00"+d)
			return nil
		})
	return held, err
}

func differing(want, have told, what string, report func(where, what string)) {
	all := maps.Clone(want)
	maps.Copy(all, have)
	for _, p := range slices.SortedFunc(maps.Keys(all), func(a, b place) int {
		return bytes.Compare([]byte(a.workspace+a.object), []byte(b.workspace+b.object))
	}) {
		if !maps.Equal(want[p], have[p]) {
			report("intel_object "+p.workspace+" "+p.object, what)
		}
	}
}

// ValuesOf returns what an object held in any of its versions, read out of their
// bytes.
func ValuesOf(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, object string) (values []observable.Value, err error) {
	err = tx.All(ctx, `SELECT raw, format FROM intel_version WHERE workspace_id = $1 AND object_id = $2`, []any{workspace, object},
		func(scan func(...any) error) error {
			var raw []byte
			var format string
			err := scan(&raw, &format)
			values = append(values, intel.Read(raw, format).Values...)
			return err
		})
	return values, err
}
