// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"cmp"
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// PurgeWork is the kind of the background work that destroys an operation.
const PurgeWork = "purge"

// Purge is the end of an operation: two managers decide it, then all of its rows
// are destroyed, and what is behind its entries in the journal.
type Purge struct {
	AskedBy     access.MemberID
	AskedAt     time.Time
	ConfirmedBy access.MemberID
	ConfirmedAt time.Time // zero: a second manager has not confirmed yet
	Destroyed   int64     // rows, so far
	EndedAt     time.Time // zero: something is left
}

// Work is background work to be queued.
type Work struct {
	ID   string
	Kind string
	At   time.Time
}

// PurgeStore keeps purges and destroys. It outlives what it destroys, so its
// transactions name the workspace themselves.
type PurgeStore interface {
	View(ctx context.Context, ask access.Ask, fn func(PurgeReader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(PurgeTx) error) error
	// Destroy destroys some rows of a workspace in one transaction, counts them in
	// its Purge, and says how many there were: 0 where nothing is left.
	Destroy(ctx context.Context, follower access.Ask) (int64, error)
	// Unseal destroys what is behind some entries of the workspace in the journal,
	// and says how many. It fails with fault.Unavailable while some have no number.
	Unseal(ctx context.Context, follower access.Ask) (int64, error)
	// Wipe takes what was deleted off the disk, as far as the engine can. It fails
	// with fault.Unavailable where that must wait.
	Wipe(ctx context.Context) error
}

// PurgeReader reads within one transaction.
type PurgeReader interface {
	Grant() access.Grant
	// Purge returns that of a workspace, or fails with fault.NotFound.
	Purge(ctx context.Context, id access.WorkspaceID) (Purge, error)
	// Memberships lists those of the workspace of the grant that are in one of
	// the states.
	Memberships(ctx context.Context, states ...MembershipState) ([]Membership, error)
}

// PurgeTx reads and writes within one transaction.
type PurgeTx interface {
	PurgeReader
	// Lock makes other changes to the workspace of the grant wait, or fail and
	// run again.
	Lock(ctx context.Context) error
	// SavePurge inserts p or replaces the one that is there.
	SavePurge(ctx context.Context, id access.WorkspaceID, p Purge) error
	DropPurge(ctx context.Context, id access.WorkspaceID) error
	// Seal returns the seal over all entries of the journal of the workspace and
	// about it. It fails with fault.Unavailable while some have no number.
	Seal(ctx context.Context, id access.WorkspaceID) (audit.Seal, error)
	// Hide makes a workspace absent to everybody. It says whether it is there.
	Hide(ctx context.Context, id access.WorkspaceID) (bool, error)
	// Remove deletes the row of the workspace itself.
	Remove(ctx context.Context, id access.WorkspaceID) error
	Queue(ctx context.Context, id access.WorkspaceID, w Work) error
	Record(ctx context.Context, e audit.Entry) error
}

// Purges ends archived operations.
type Purges struct {
	store PurgeStore
	files func(ctx context.Context, id access.WorkspaceID) error
	now   func() time.Time
	newID func() string
}

// NewPurges returns Purges. files removes the files that a workspace has left; it
// may be called again.
func NewPurges(store PurgeStore, files func(context.Context, access.WorkspaceID) error, now func() time.Time, newID func() string) *Purges {
	return &Purges{store, files, exact(now), newID}
}

// Waiting returns the request that waits for a second manager's word. It fails
// with fault.NotFound where there is none.
func (p *Purges) Waiting(ctx context.Context, actor access.Actor, id access.WorkspaceID) (waiting Purge, err error) {
	err = p.store.View(ctx, in(actor, id, access.Purge), func(tx PurgeReader) error {
		waiting, err = tx.Purge(ctx, id)
		return err
	})
	return waiting, err
}

// ToConfirm returns the request for the purge of an operation that waits for the
// actor's own word, by the rule that Confirm asks, and who made it. It fails with
// fault.NotFound where there is none.
func (p *Purges) ToConfirm(ctx context.Context, actor access.Actor, id access.WorkspaceID) (waiting Purge, by access.Card, err error) {
	at := p.now()
	err = p.store.View(ctx, in(actor, id, access.Purge), func(tx PurgeReader) error {
		if waiting, err = tx.Purge(ctx, id); err != nil {
			return err
		}
		managers, err := tx.Memberships(ctx, Accepted)
		if err != nil {
			return err
		}
		if mayConfirm(waiting, actor.Member, managers, at) != nil {
			return access.ErrHidden
		}
		for _, m := range managers {
			if m.Member == waiting.AskedBy {
				by = m.Card
			}
		}
		return nil
	})
	return waiting, by, err
}

// Ask asks for the purge of an archived operation, in a manager's name. Another
// manager must confirm it.
func (p *Purges) Ask(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	at := p.now()
	entry := audit.Entry{ID: p.newID(), At: at, Verb: audit.PurgeAsked, Object: string(id)}
	return p.store.Update(ctx, in(actor, id, access.Purge), func(tx PurgeTx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		if _, err := tx.Purge(ctx, id); fault.KindOf(err) != fault.NotFound {
			return cmp.Or[error](err, fault.New(fault.Conflict, "workspace.purge.asked_already"))
		}
		if err := tx.SavePurge(ctx, id, Purge{AskedBy: actor.Member, AskedAt: at}); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Withdraw takes the request back, in any manager's name.
func (p *Purges) Withdraw(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	entry := audit.Entry{ID: p.newID(), At: p.now(), Verb: audit.PurgeWithdrawn, Object: string(id)}
	return p.store.Update(ctx, in(actor, id, access.Purge), func(tx PurgeTx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		if _, err := tx.Purge(ctx, id); err != nil {
			return err
		}
		if err := tx.DropPurge(ctx, id); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Confirm decides the purge, in the name of a manager other than the one who
// asked, who must still be one. From then on the operation is absent to all.
func (p *Purges) Confirm(ctx context.Context, actor access.Actor, id access.WorkspaceID) error {
	at := p.now()
	entry, work := audit.Entry{ID: p.newID(), At: at, Verb: audit.PurgeConfirmed, Object: string(id)}, p.work(at)
	return p.store.Update(ctx, in(actor, id, access.Purge), func(tx PurgeTx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		purge, err := tx.Purge(ctx, id)
		if err != nil {
			return err
		}
		managers, err := tx.Memberships(ctx, Accepted)
		if err != nil {
			return err
		}
		if err := mayConfirm(purge, actor.Member, managers, at); err != nil {
			return err
		}
		purge.ConfirmedBy, purge.ConfirmedAt = actor.Member, at
		_, err = p.begin(ctx, tx, id, purge, work, entry)
		return err
	})
}

// Again destroys an operation once more, for the console: after the restore of a
// back-up that is older than its purge. It is absent at once, and destroyed by the
// server. Again says whether it was there, and not on its way out already.
func (p *Purges) Again(ctx context.Context, console access.Actor, id access.WorkspaceID) (there bool, err error) {
	at := p.now()
	purge := Purge{AskedBy: "console", AskedAt: at, ConfirmedBy: "console", ConfirmedAt: at}
	entry, work := audit.Entry{ID: p.newID(), At: at, Verb: audit.PurgeConfirmed, Object: string(id)}, p.work(at)
	ask := access.Ask{Actor: console, Place: access.Platform(), Action: access.Administer}
	err = p.store.Update(ctx, ask, func(tx PurgeTx) error {
		if id == access.Exchange {
			return access.ErrHidden
		}
		begun, err := tx.Purge(ctx, id)
		if err == nil && !begun.ConfirmedAt.IsZero() && begun.EndedAt.IsZero() {
			there = false // its work is queued already
			return nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		there, err = p.begin(ctx, tx, id, purge, work, entry)
		return err
	})
	return there, err
}

func (p *Purges) work(at time.Time) Work { return Work{p.newID(), PurgeWork, at} }

func (p *Purges) begin(ctx context.Context, tx PurgeTx, id access.WorkspaceID, purge Purge, work Work, entry audit.Entry) (there bool, err error) {
	if there, err = tx.Hide(ctx, id); err != nil || !there {
		return false, err
	}
	if err := tx.SavePurge(ctx, id, purge); err != nil {
		return false, err
	}
	if err := tx.Queue(ctx, id, work); err != nil {
		return false, err
	}
	return true, tx.Record(ctx, entry)
}

// Destroy does the work of a purge that was confirmed, slice by slice. It may be
// called again after a crash, and goes on with what is left.
func (p *Purges) Destroy(ctx context.Context, id access.WorkspaceID) error {
	follower := access.Ask{Actor: access.Actor{Kind: access.Follower, Name: "purge"}, Place: access.In(id), Action: access.Read}
	var purge Purge
	err := p.store.View(ctx, follower, func(tx PurgeReader) (err error) {
		purge, err = tx.Purge(ctx, id)
		return err
	})
	if err != nil || purge.ConfirmedAt.IsZero() {
		return err
	}
	if err := p.files(ctx, id); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return all(ctx, follower, p.store.Destroy) },
		func() error { return p.store.Wipe(ctx) }, // before it is certified
		func() error { return p.certify(ctx, id) },
		func() error { return all(ctx, follower, p.store.Unseal) },
		func() error { return all(ctx, follower, p.store.Destroy) }, // what a follower wrote meanwhile
		func() error { return p.store.Wipe(ctx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// all takes slices until there is none.
func all(ctx context.Context, ask access.Ask, slice func(context.Context, access.Ask) (int64, error)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n, err := slice(ctx, ask); err != nil || n == 0 {
			return err
		}
	}
}

// certify removes the workspace itself, and says in the journal of the platform
// that it was purged: at whose request, by whose word, how many rows went, and which
// entries of the journal go.
func (p *Purges) certify(ctx context.Context, id access.WorkspaceID) error {
	at := p.now()
	entry := audit.Entry{ID: p.newID(), At: at, Verb: audit.WorkspacePurged, Object: string(id)}
	sealed := audit.Entry{ID: p.newID(), At: at, Verb: audit.JournalSealed, Object: string(id)}
	entry.About = audit.SealPrefix + sealed.ID
	platform := access.Ask{Actor: access.Actor{Kind: access.Follower, Name: "purge"}, Place: access.Platform(), Action: access.Read}
	return p.store.Update(ctx, platform, func(tx PurgeTx) error {
		purge, err := tx.Purge(ctx, id)
		if err != nil || !purge.EndedAt.IsZero() {
			return err
		}
		purge.EndedAt = at
		if err := tx.Remove(ctx, id); err != nil {
			return err
		}
		if err := tx.SavePurge(ctx, id, purge); err != nil {
			return err
		}
		seal, err := tx.Seal(ctx, id)
		if err != nil {
			return err
		}
		entry, sealed := entry, sealed
		entry.Concerns, entry.Count = purge.ConfirmedBy, purge.Destroyed
		sealed.About, sealed.Concerns, sealed.Count = seal.Sum(), purge.AskedBy, seal.Count
		if err := tx.Record(ctx, sealed); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}
