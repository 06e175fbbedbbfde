// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"context"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// MatchPolicy says what another workspace learns when both hold the same value:
// the narrower of the two policies.
type MatchPolicy uint8

// The policies of matching.
const (
	Silent  MatchPolicy = iota // the deconfliction desk alone is told
	Contact                    // a contact point, no names or content
	Named                      // the workspace's name
)

// Workspace is an operation, or the Knowledge Exchange.
type Workspace struct {
	ID        access.WorkspaceID
	Profile   Profile
	State     access.WorkspaceState
	MovedAt   time.Time // into that state; zero where nobody noted it
	CreatedBy access.MemberID
	CreatedAt time.Time
}

// Profile is what a manager says of an operation.
type Profile struct {
	Name       string // the code name
	Purpose    string
	LegalBasis string
	Ceiling    access.TLP
	Match      MatchPolicy
	Contact    string    // whom another operation asks after a match
	ReviewAt   time.Time // when somebody must look whether it is still needed
}

// Opening is what is asked of whoever opens an operation.
type Opening struct {
	Profile  Profile
	Declared bool // it is not political, military, religious or racial in character
}

// Head is what the frame shows of a workspace to one who is in it.
type Head struct {
	ID      access.WorkspaceID
	Name    string
	State   access.WorkspaceState
	Ceiling access.TLP
	Role    access.Role

	MovedAt  time.Time // into its State; zero where nobody noted it
	ReviewAt time.Time
}

// reviewAhead is how long before its review an operation is due for it.
const reviewAhead = 14 * 24 * time.Hour

// ReviewDue reports whether somebody must look, now or soon, whether the operation
// is still needed.
func (p Profile) ReviewDue(now time.Time) bool { return p.ReviewAt.Before(now.Add(reviewAhead)) }

// Due returns since when a manager must see to the review of the operation, if
// they must at now.
func (h Head) Due(now time.Time) (since time.Time, due bool) {
	p := Profile{ReviewAt: h.ReviewAt}
	return h.ReviewAt.Add(-reviewAhead), p.ReviewDue(now) && h.Role == access.Manager && h.State != access.Archived
}

// InOrder sorts operations: those under way first, then those that close, those
// that are planned, and the archives; each in the order in which they came.
func InOrder(heads []Head) []Head {
	phases := []access.WorkspaceState{access.Active, access.Closing, access.Planning, access.Archived}
	return slices.SortedStableFunc(slices.Values(heads), func(a, b Head) int {
		return slices.Index(phases, a.State) - slices.Index(phases, b.State)
	})
}

// HeadOf is the head of a workspace, to one of that role.
func HeadOf(w Workspace, role access.Role) Head {
	return Head{
		ID: w.ID, Name: w.Profile.Name, State: w.State, Ceiling: w.Profile.Ceiling, Role: role,
		MovedAt: w.MovedAt, ReviewAt: w.Profile.ReviewAt,
	}
}

// Workspaces opens, changes and archives operations.
type Workspaces struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewWorkspaces returns Workspaces that reads the time from now and names things
// by newID.
func NewWorkspaces(store Store, now func() time.Time, newID func() string) *Workspaces {
	return &Workspaces{store, exact(now), newID}
}

// exact returns a clock in UTC, to the microsecond.
func exact(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}

// exportAtFirst is how long whoever opens an operation may export from it before
// another manager must say so.
const exportAtFirst = 90 * 24 * time.Hour

// Open begins an operation in its planning, with the actor as its manager.
func (w *Workspaces) Open(ctx context.Context, actor access.Actor, o Opening) (access.WorkspaceID, error) {
	at := w.now()
	if err := o.validate(at); err != nil {
		return "", err
	}
	opened := Workspace{
		ID: access.WorkspaceID(w.newID()), Profile: o.Profile.trimmed(), State: access.Planning,
		MovedAt: at, CreatedBy: actor.Member, CreatedAt: at,
	}
	manager := Membership{
		Workspace: opened.ID, Member: actor.Member, State: Accepted, Terms: Terms{Role: access.Manager, ExportUntil: at.Add(exportAtFirst)},
		InvitedBy: actor.Member, InvitedAt: at, AcceptedAt: at,
	}
	entry := audit.Entry{ID: w.newID(), At: at, Verb: audit.WorkspaceOpened, Object: string(opened.ID)}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Open}
	err := w.store.Update(ctx, ask, func(tx Tx) error {
		if err := tx.InsertWorkspace(ctx, opened); err != nil {
			return err
		}
		if err := tx.SaveMembership(ctx, manager); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return opened.ID, err
}

// EnsureExchange makes the Knowledge Exchange at the first start; later it
// changes nothing.
func (w *Workspaces) EnsureExchange(ctx context.Context, console access.Actor) error {
	exchange := Workspace{
		ID: access.Exchange, State: access.Active, CreatedAt: w.now(),
		Profile: Profile{Name: "Knowledge Exchange", Ceiling: access.Green, Match: Silent},
	}
	entry := audit.Entry{ID: w.newID(), At: exchange.CreatedAt, Verb: audit.WorkspaceOpened, Object: string(exchange.ID)}
	ask := access.Ask{Actor: console, Place: access.Platform(), Action: access.Administer}
	return w.store.Update(ctx, ask, func(tx Tx) error {
		if made, err := tx.EnsureWorkspace(ctx, exchange); err != nil || !made {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Read returns a workspace that the actor is in.
func (w *Workspaces) Read(ctx context.Context, actor access.Actor, id access.WorkspaceID) (read Workspace, role access.Role, err error) {
	err = w.store.View(ctx, in(actor, id, access.Read), func(tx Reader) error {
		role = tx.Grant().Role()
		read, err = tx.Workspace(ctx)
		return err
	})
	return read, role, err
}

// Head returns what the frame shows of a workspace that the actor is in.
func (w *Workspaces) Head(ctx context.Context, actor access.Actor, id access.WorkspaceID) (Head, error) {
	read, role, err := w.Read(ctx, actor, id)
	return HeadOf(read, role), err
}

// Mine lists the operations that the actor may enter now, by name.
func (w *Workspaces) Mine(ctx context.Context, actor access.Actor) (mine []Head, err error) {
	err = w.store.ViewMine(ctx, actor, func(heads []Head) error {
		mine = heads
		return nil
	})
	return mine, err
}

// MayOpen reports whether the actor may open operations.
func (w *Workspaces) MayOpen(ctx context.Context, actor access.Actor) (bool, error) {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Open}
	err := w.store.View(ctx, ask, func(Reader) error { return nil })
	switch {
	case err == nil:
		return true, nil
	case fault.KindOf(err) == fault.NotFound, fault.KindOf(err) == fault.Unauthenticated:
		return false, nil
	default:
		return false, err
	}
}

// Change replaces what is said of an operation.
func (w *Workspaces) Change(ctx context.Context, actor access.Actor, id access.WorkspaceID, p Profile) error {
	at := w.now()
	if err := p.validate(at); err != nil {
		return err
	}
	return w.change(ctx, actor, id, audit.WorkspaceChanged, func(old *Workspace) error {
		if err := mayReplace(old.Profile, p); err != nil {
			return err
		}
		old.Profile = p.trimmed()
		return nil
	})
}

// Move brings an operation into another state of its life (Next).
func (w *Workspaces) Move(ctx context.Context, actor access.Actor, id access.WorkspaceID, to access.WorkspaceState) error {
	verb, at := audit.WorkspaceChanged, w.now()
	if to == access.Archived {
		verb = audit.WorkspaceArchived
	}
	return w.change(ctx, actor, id, verb, func(old *Workspace) error {
		if err := mayMove(old.State, to); err != nil {
			return err
		}
		old.State, old.MovedAt = to, at
		return nil
	})
}

func (w *Workspaces) change(ctx context.Context, actor access.Actor, id access.WorkspaceID, verb audit.Verb, edit func(*Workspace) error) error {
	entry := audit.Entry{ID: w.newID(), At: w.now(), Verb: verb, Object: string(id)}
	return w.store.Update(ctx, in(actor, id, access.Manage), func(tx Tx) error {
		if err := tx.Lock(ctx); err != nil {
			return err
		}
		changed, err := tx.Workspace(ctx)
		if err != nil {
			return err
		}
		if err := edit(&changed); err != nil {
			return err
		}
		if err := tx.SaveWorkspace(ctx, changed); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

func in(actor access.Actor, id access.WorkspaceID, action access.Action) access.Ask {
	return access.Ask{Actor: actor, Place: access.In(id), Action: action}
}
