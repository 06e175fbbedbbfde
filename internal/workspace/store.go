// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// Store keeps workspaces and who is in them. Each transaction is opened in
// somebody's name; workspacetest.Store states what a Store must do.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
	// ViewMine gives fn the operations that the actor may read now, by name.
	ViewMine(ctx context.Context, actor access.Actor, fn func([]Head) error) error
}

// Reader reads within one transaction: the workspace that the ask names, and
// the actor's own offers.
type Reader interface {
	// Grant returns the proof under which this transaction was opened.
	Grant() access.Grant
	// Workspace returns the workspace of the grant, or access.ErrHidden.
	Workspace(ctx context.Context) (Workspace, error)
	// Membership returns that of the member in the workspace of the grant,
	// without the Card, or access.ErrHidden.
	Membership(ctx context.Context, member access.MemberID) (Membership, error)
	// Memberships lists those of the workspace of the grant that are in one of
	// the states, with their Cards, by country, organisation and name.
	Memberships(ctx context.Context, states ...MembershipState) ([]Membership, error)
	// Invitable returns the member of exactly that handle or e-mail address, in
	// lower case, if they could enter the workspace of the grant once they were
	// in it; otherwise access.ErrHidden.
	Invitable(ctx context.Context, who string) (access.Card, error)
	// Offers lists what is offered to the actor and what they could enter now,
	// the newest first.
	Offers(ctx context.Context) ([]Offer, error)
	// Offered returns what is offered to the actor in that workspace, if they
	// could enter it now, or access.ErrHidden.
	Offered(ctx context.Context, id access.WorkspaceID) (Membership, error)
}

// Tx reads and writes within one transaction.
type Tx interface {
	Reader
	InsertWorkspace(ctx context.Context, w Workspace) error
	// EnsureWorkspace inserts w if there is none of its ID, and says whether it did.
	EnsureWorkspace(ctx context.Context, w Workspace) (made bool, err error)
	// Lock makes other changes to the workspace of the grant wait, or fail and
	// run again.
	Lock(ctx context.Context) error
	// SaveWorkspace replaces profile and state of the workspace of the grant.
	SaveWorkspace(ctx context.Context, w Workspace) error
	// SaveMembership inserts m, or replaces that of the same member in the same
	// workspace.
	SaveMembership(ctx context.Context, m Membership) error
	// EndMembership ends that of the member in that workspace, whatever the
	// grant's, if it is accepted or offered, and says whether it was.
	EndMembership(ctx context.Context, id access.WorkspaceID, member access.MemberID) (bool, error)
	// NarrowMembership narrows that of the member in that workspace, whatever the
	// grant's, to most, without what it holds less of already, if it is accepted or
	// offered. It says whether that changed anything.
	NarrowMembership(ctx context.Context, id access.WorkspaceID, member access.MemberID, most Terms) (bool, error)
	// Silence makes the match policy of that workspace, whatever the grant's,
	// Silent, and says whether it was another.
	Silence(ctx context.Context, id access.WorkspaceID) (bool, error)
	// Archive archives that workspace, whatever the grant's, unless it is archived
	// or purged, and says whether it did.
	Archive(ctx context.Context, id access.WorkspaceID) (bool, error)
	Record(ctx context.Context, e audit.Entry) error
}
