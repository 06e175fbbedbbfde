// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// EndAgain ends a membership or an offer anew, on a database that came back from
// a back-up and has forgotten that it was ended. It does not ask for a manager who
// stays: that was asked then. Where there is none, it says that there was nothing
// to do.
func (m *Memberships) EndAgain(ctx context.Context, actor access.Actor, id access.WorkspaceID, member access.MemberID) (done bool, err error) {
	entry := audit.Entry{ID: m.newID(), At: m.now(), Verb: audit.MembershipEnded, Object: string(id), Concerns: member}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Administer}
	err = m.store.Update(ctx, ask, func(tx Tx) error {
		if done, err = tx.EndMembership(ctx, id, member); err != nil || !done {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return done && err == nil, err
}
