// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// EndAgain ends a membership or an offer anew, on a database that came back from
// a back-up and has forgotten that it was ended. It does not ask for a manager who
// stays: that was asked then. Where there is none, it says that there was nothing
// to do.
func (m *Memberships) EndAgain(ctx context.Context, actor access.Actor, id access.WorkspaceID, member access.MemberID) (done bool, err error) {
	entry := audit.Entry{ID: m.newID(), At: m.now(), Verb: audit.MembershipEnded, Object: string(id), Concerns: member}
	return recall(ctx, m.store, actor, entry, func(tx Tx) (bool, error) { return tx.EndMembership(ctx, id, member) })
}

// untilSaidAgain is how long a membership lasts whose terms are not known: long
// enough for a manager to set them again.
const untilSaidAgain = 7 * 24 * time.Hour

// NarrowAgain narrows a membership or an offer whose terms were changed, on a
// database that came back from a back-up and has forgotten to what: to that role
// at most, without export, and for seven days at most. Where all of that is so
// already, it says that there was nothing to do.
func (m *Memberships) NarrowAgain(ctx context.Context, actor access.Actor, id access.WorkspaceID, member access.MemberID, most access.Role) (done bool, err error) {
	at := m.now()
	entry := audit.Entry{ID: m.newID(), At: at, Verb: audit.MembershipChanged, Object: string(id), Concerns: member}
	return recall(ctx, m.store, actor, entry, func(tx Tx) (bool, error) {
		return tx.NarrowMembership(ctx, id, member, Terms{Role: most, Until: at.Add(untilSaidAgain)})
	})
}

// SilenceAgain has the matches of an operation told to the desk alone, on a
// database that came back from a back-up and has forgotten how its settings were
// changed: its policy may have been narrowed. Where it was silent already, or is
// not there, it says that there was nothing to do.
func (w *Workspaces) SilenceAgain(ctx context.Context, actor access.Actor, id access.WorkspaceID) (done bool, err error) {
	entry := audit.Entry{ID: w.newID(), At: w.now(), Verb: audit.WorkspaceChanged, Object: string(id)}
	return recall(ctx, w.store, actor, entry, func(tx Tx) (bool, error) { return tx.Silence(ctx, id) })
}

// ArchiveAgain archives an operation anew, on a database that came back from a
// back-up and has forgotten that it was. Where there is nothing to archive, it
// says so.
func (w *Workspaces) ArchiveAgain(ctx context.Context, actor access.Actor, id access.WorkspaceID) (done bool, err error) {
	entry := audit.Entry{ID: w.newID(), At: w.now(), Verb: audit.WorkspaceArchived, Object: string(id)}
	return recall(ctx, w.store, actor, entry, func(tx Tx) (bool, error) { return tx.Archive(ctx, id) })
}

// recall does act in the console's name, and records entry if there was something
// to do.
func recall(ctx context.Context, store Store, actor access.Actor, entry audit.Entry, act func(Tx) (bool, error)) (done bool, err error) {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Administer}
	err = store.Update(ctx, ask, func(tx Tx) error {
		if done, err = act(tx); err != nil || !done {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return done && err == nil, err
}
