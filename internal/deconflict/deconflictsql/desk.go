// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/gate"
)

func (t tx) Pairs(ctx context.Context, before string, limit int) (pairs []deconflict.Pair, err error) {
	var ids []access.WorkspaceID
	err = t.sql.All(ctx, `
		SELECT pair_id, one, two, kind, reason, batch_size, found_at FROM deconflict_pair
		WHERE reason <> 'told' AND ($1 = '' OR pair_id < $1) ORDER BY pair_id DESC LIMIT $2`,
		[]any{before, limit}, func(scan func(...any) error) error {
			var p deconflict.Pair
			var found int64
			err := scan(&p.ID, &p.One.Workspace, &p.Two.Workspace, &p.Kind, &p.Reason, &p.BatchSize, &found)
			p.At = time.UnixMicro(found).UTC()
			pairs = append(pairs, p)
			ids = append(ids, p.One.Workspace, p.Two.Workspace)
			return err
		})
	if err != nil {
		return nil, err
	}
	names, err := gate.MatchPolicies(ctx, t.sql, ids)
	for i := range pairs {
		for _, party := range []*deconflict.Party{&pairs[i].One, &pairs[i].Two} {
			party.Name, party.Contact = names[party.Workspace].Name, names[party.Workspace].Contact
		}
	}
	return pairs, err
}
