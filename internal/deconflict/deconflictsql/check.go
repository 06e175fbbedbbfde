// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"fmt"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// Values returns what an object held in any of its versions.
type Values func(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, object string) ([]observable.Value, error)

// Check holds the blinded values against keyer, as the operator's tool does to
// find damage and a wrong key: the fixed value by which a wrong key is noticed,
// and each key against the values of the object that brought it. Values are never
// told. It returns how many keys there are.
func Check(ctx context.Context, tx *sqldb.Tx, keyer deconflict.Keyer, values Values, report func(where, what string)) (n int64, err error) {
	var kept []byte
	err = tx.One(ctx, `SELECT match_key FROM deconflict_fingerprint WHERE one = 1`, nil, &kept)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if mine := deconflict.Fingerprint(keyer); !slices.Equal(mine[:], kept) {
		report("match.key", "it is not the key under which the values of this database were blinded")
		return 0, nil
	}
	last, place := []byte{}, int64(-1)
	for {
		page, err := checkPage(ctx, tx, last, place)
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, k := range page {
			n++
			found, err := values(ctx, tx, k.workspace, k.object)
			if err != nil {
				return n, err
			}
			if !slices.ContainsFunc(found, func(v observable.Value) bool { return keyer.Key(v) == k.key }) {
				report(fmt.Sprintf("deconflict_key of intel_object %s %s", k.workspace, k.object), "the object holds no such value")
			}
		}
		end := page[len(page)-1]
		last, place = end.key[:], end.place
	}
}

// keyed is a row of deconflict_key with its key.
type keyed struct {
	key blind.Key
	holding
}

func checkPage(ctx context.Context, tx *sqldb.Tx, after []byte, place int64) (page []keyed, err error) {
	const atOnce = 500
	err = tx.All(ctx, `
		SELECT match_key, place, workspace_id, object_id FROM deconflict_key
		WHERE (match_key, place) > ($1, $2) ORDER BY match_key, place LIMIT $3`, []any{after, place, atOnce},
		func(scan func(...any) error) error {
			var key []byte
			var k keyed
			if err := scan(&key, &k.place, &k.workspace, &k.object); err != nil {
				return err
			}
			k.key = blind.Key(key)
			page = append(page, k)
			return nil
		})
	return page, err
}
