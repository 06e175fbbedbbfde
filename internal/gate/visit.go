// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/sqldb"
)

// visit is what was answered in one snapshot: the same question has the same
// answer there. It is for one goroutine at a time.
type visit struct {
	tx        *sqldb.Tx
	answers   map[access.Ask]answer
	standings map[whereabouts]access.Standing
	places    map[access.MemberID][]access.WorkspaceID
}

// whereabouts is what a person's standing is read for.
type whereabouts struct {
	member    access.MemberID
	workspace access.WorkspaceID
}

type answer struct {
	grant access.Grant
	err   error
}

type visitKey struct{}

// Visit lets what is read with the context that it returns be read in one
// snapshot, and each question be asked of the policy once in it: for the making
// of one page. It lasts until end, or until an Update with that context; what
// comes after that is read and asked afresh. Nothing is kept from page to page.
func (g Gate) Visit(ctx context.Context) (visiting context.Context, end func()) {
	ctx, end = g.db.Share(ctx)
	return context.WithValue(ctx, visitKey{}, &visit{}), end
}

// visitIn returns the answers that hold in tx, if ctx is on a visit.
func visitIn(ctx context.Context, tx *sqldb.Tx) *visit {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok || !tx.Shared() {
		return nil
	}
	if v.tx != tx {
		*v = visit{
			tx: tx, answers: map[access.Ask]answer{}, standings: map[whereabouts]access.Standing{},
			places: map[access.MemberID][]access.WorkspaceID{},
		}
	}
	return v
}
