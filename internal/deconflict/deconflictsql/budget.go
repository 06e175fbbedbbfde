// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/sqldb"
)

// holders are those who draw on the budget under a grant, each with its part of
// spent.
func holders(g access.Grant, spent *deconflict.Spent) []struct {
	kind, subject string
	tally         *deconflict.Tally
} {
	return []struct {
		kind, subject string
		tally         *deconflict.Tally
	}{
		{"organisation", string(g.Org()), &spent.Organisation},
		{"person", string(g.Member()), &spent.Person},
		{"workspace", string(g.Workspace()), &spent.Workspace},
	}
}

func readBudget(ctx context.Context, tx *sqldb.Tx, g access.Grant, now time.Time) (spent deconflict.Spent, err error) {
	for _, h := range holders(g, &spent) {
		err := tx.All(ctx, `SELECT hits, guessable FROM deconflict_budget WHERE holder = $1 AND subject = $2 AND day = $3`,
			[]any{h.kind, h.subject, day(now)}, func(scan func(...any) error) error {
				return scan(&h.tally.Hits, &h.tally.Guessable)
			})
		if err != nil {
			return deconflict.Spent{}, err
		}
	}
	return spent, nil
}

func drawBudget(ctx context.Context, tx *sqldb.Tx, g access.Grant, now time.Time, drawn deconflict.Spent) error {
	if drawn == (deconflict.Spent{}) {
		return nil
	}
	for _, h := range holders(g, &drawn) {
		err := tx.Exec(ctx, `
			INSERT INTO deconflict_budget (holder, subject, day, hits, guessable) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (holder, subject, day) DO UPDATE
			SET hits = deconflict_budget.hits + excluded.hits, guessable = deconflict_budget.guessable + excluded.guessable`,
			h.kind, h.subject, day(now), h.tally.Hits, h.tally.Guessable)
		if err != nil {
			return err
		}
	}
	return nil
}

// day counts the days since 1970, in UTC: a budget is the same for all zones.
func day(now time.Time) int64 { return now.Unix() / int64((24 * time.Hour).Seconds()) }
