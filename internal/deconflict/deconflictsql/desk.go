// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

func (t tx) Pairs(ctx context.Context, pile deconflict.Pile, before string, limit int) (pairs []deconflict.Pair, err error) {
	state := `closed_at = 0` // as the index has it, which holds what is open alone
	if pile == deconflict.ClosedPile {
		state = `closed_at <> 0`
	}
	err = t.sql.All(ctx, `
		SELECT pair_id, one, two, kind, reason, batch_size, found_at, closed_at FROM deconflict_pair
		WHERE reason <> 'told' AND `+state+` AND ($1 = '' OR pair_id < $1) ORDER BY pair_id DESC LIMIT $2`,
		[]any{before, limit}, func(scan func(...any) error) error {
			var p deconflict.Pair
			var found, closed int64
			err := scan(&p.ID, &p.One.Workspace, &p.Two.Workspace, &p.Kind, &p.Reason, &p.BatchSize, &found, &closed)
			p.At = sqldb.Time(found)
			if closed != 0 {
				p.ClosedAt = sqldb.Time(closed)
			}
			pairs = append(pairs, p)
			return err
		})
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	if err := t.name(ctx, pairs); err != nil {
		return nil, err
	}
	return pairs, t.acts(ctx, pairs)
}

// name fills in the operations of the pairs.
func (t tx) name(ctx context.Context, pairs []deconflict.Pair) error {
	var ids []access.WorkspaceID
	for _, p := range pairs {
		ids = append(ids, p.One.Workspace, p.Two.Workspace)
	}
	names, err := gate.MatchPolicies(ctx, t.sql, ids)
	for i := range pairs {
		for _, party := range []*deconflict.Party{&pairs[i].One, &pairs[i].Two} {
			party.Name, party.Contact = names[party.Workspace].Name, names[party.Workspace].Contact
		}
	}
	return err
}

// mostActs is how many acts a page of the desk shows; what is noted more often
// than that shows its first.
const mostActs = 2000

// acts fills in what was noted of the pairs.
func (t tx) acts(ctx context.Context, pairs []deconflict.Pair) error {
	at, args := map[string]int{}, make([]any, 0, len(pairs)+1)
	for i, p := range pairs {
		at[p.ID] = i
		args = append(args, p.ID)
	}
	var officers []access.MemberID
	err := t.sql.All(ctx, `
		SELECT pair_id, act_id, outcome, note, officer_id, acted_at FROM deconflict_act
		WHERE pair_id IN (`+sqldb.Placeholders(2, len(pairs))+`) ORDER BY pair_id, act_id LIMIT $1`,
		append([]any{mostActs}, args...), func(scan func(...any) error) error {
			var a deconflict.Act
			var acted int64
			err := scan(&a.Pair, &a.ID, &a.Outcome, &a.Note, &a.Officer, &acted)
			a.At = sqldb.Time(acted)
			p := &pairs[at[a.Pair]]
			p.Acts = append(p.Acts, a)
			officers = append(officers, a.Officer)
			return err
		})
	if err != nil || len(officers) == 0 {
		return err
	}
	cards, err := gate.Cards(ctx, t.sql, officers)
	for i := range pairs {
		for j, a := range pairs[i].Acts {
			pairs[i].Acts[j].By = cards[a.Officer]
		}
	}
	return err
}

func (t tx) OpenPairs(ctx context.Context, most int) (n int, err error) {
	err = t.sql.One(ctx, `
		SELECT COUNT(*) FROM (SELECT pair_id FROM deconflict_pair WHERE reason <> 'told' AND closed_at = 0 LIMIT $1) waiting`,
		[]any{most}, &n)
	return n, err
}

func (t tx) LockPair(ctx context.Context, id string) (closed bool, err error) {
	n, err := t.sql.Change(ctx, `UPDATE deconflict_pair SET closed_at = closed_at WHERE pair_id = $1 AND reason <> 'told'`, id)
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, access.ErrHidden
	}
	err = t.sql.One(ctx, `SELECT closed_at <> 0 FROM deconflict_pair WHERE pair_id = $1 AND reason <> 'told'`, []any{id}, &closed)
	return closed, err
}

func (t tx) InsertAct(ctx context.Context, a deconflict.Act) error {
	err := t.sql.Exec(ctx, `
		INSERT INTO deconflict_act (pair_id, act_id, outcome, note, officer_id, acted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.Pair, a.ID, a.Outcome, a.Note, a.Officer, a.At.UnixMicro())
	if err != nil || a.Outcome == deconflict.Looked {
		return err
	}
	closed := int64(0)
	if a.Outcome.Closes() {
		closed = a.At.UnixMicro()
	}
	return t.sql.Exec(ctx, `UPDATE deconflict_pair SET closed_at = $2 WHERE pair_id = $1 AND reason <> 'told'`, a.Pair, closed)
}
