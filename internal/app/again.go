// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/backup"
	"entente.example/internal/blob/folder"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/member"
	"entente.example/internal/observable"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/signin"
	"entente.example/internal/signin/signinsql"
	"entente.example/internal/sqldb"
	"entente.example/internal/workspace"
	"entente.example/internal/workspace/workspacesql"
)

// again does again what was taken from people since the back-up.
func (s *restoration) again(ctx context.Context, db *sqldb.DB, g gate.Gate, recalls *member.Recalls) error {
	acts, err := backup.Since(ctx, db, s.m.Journal, s.acts)
	if err != nil {
		return err
	}
	r, done := s.recaller(g, recalls), 0
	for n, act := range acts {
		did, err := r.again(ctx, record(act), roleAfter(acts, n))
		switch {
		case errors.Is(err, errByHand):
			s.tell(fmt.Sprintf("entry %d, %s %s: DO IT AGAIN BY HAND, before anybody signs in", act.Number, act.Verb, act.Object))
		case err != nil:
			return fmt.Errorf("do entry %d (%s) again: %w", act.Number, act.Verb, err)
		case !did && act.Verb != audit.WorkspaceChanged: // of one that is silent already, other settings are older
			s.tell(fmt.Sprintf("entry %d, %s: nothing to do, its object is as it left it or not in the back-up", act.Number, act.Verb))
		default:
			if did {
				done++
			}
			if more := rest[act.Verb]; more != "" {
				s.tell(fmt.Sprintf("entry %d, %s %s %s: %s", act.Number, act.Verb, act.Object, about(record(act)), more))
			}
		}
	}
	if err := s.leaderless(ctx, db, acts); err != nil {
		return err
	}
	if s.NoSince {
		s.tell("what was taken from people since the back-up was NOT taken again")
	} else {
		s.tell(fmt.Sprintf("of %d acts since the back-up that took something from people, %d were done again", len(acts), done))
	}
	return nil
}

// rest is what is left for people where an act is done again in the safe direction
// only, because the file holds no content.
var rest = map[audit.Verb]string{
	audit.MembershipChanged: "to what is not known. The membership is without export and ends in seven days, as a reader's unless later acts show a manager: A MANAGER SETS THE TERMS AGAIN",
	audit.WorkspaceChanged:  "to what is not known. Its matches are told to the desk alone: A MANAGER SETS THE MATCH POLICY AGAIN, AND LOOKS AT THE OTHER SETTINGS",
	audit.HandlingChanged:   "to what is not known. The object is closed to all but its originator's organisation: THAT ORGANISATION SETS ITS HANDLING AGAIN",
	audit.PasswordSet:       "in place of one that came back with the back-up. The password is removed: THE MEMBER SETS ANOTHER, after signing in by a passkey",
}

// about is the member whom an act is about.
func about(act audit.Record) access.MemberID {
	if act.Concerns != "" {
		return act.Concerns
	}
	return access.MemberID(act.Actor)
}

// roleAfter is the most that the member of a change of terms is known to have been
// after it: a manager where they later did what only managers do, else a reader.
func roleAfter(acts []backup.Withdrawal, n int) access.Role {
	for _, later := range acts[n+1:] {
		if later.Object == acts[n].Object && later.Actor == acts[n].Concerns && byManager(later) {
			return access.Manager
		}
	}
	return access.Reader
}

// byManager reports whether only a manager of its object can have done the act.
func byManager(act backup.Withdrawal) bool {
	switch act.Verb {
	case audit.MembershipChanged, audit.WorkspaceChanged, audit.WorkspaceArchived, audit.PurgeConfirmed:
		return true
	case audit.MembershipEnded:
		return act.Concerns != act.Actor
	default:
		return false
	}
}

// leaderless tells of operations that are left without a manager.
func (s *restoration) leaderless(ctx context.Context, db *sqldb.DB, acts []backup.Withdrawal) error {
	var changed []access.WorkspaceID
	for _, act := range acts {
		if id := access.WorkspaceID(act.Object); act.Verb == audit.MembershipChanged && !slices.Contains(changed, id) {
			changed = append(changed, id)
		}
	}
	return db.View(ctx, func(tx *sqldb.Tx) error {
		left, err := workspacesql.Leaderless(ctx, tx, changed)
		for _, id := range left {
			s.tell("operation " + string(id) + " HAS NO MANAGER LEFT: its readers must open another, or an older back-up be restored")
		}
		return err
	})
}

func record(act backup.Withdrawal) audit.Record {
	return audit.Record{
		Entry: audit.Entry{
			ID: act.Entry, At: sqldb.Time(act.At), Verb: act.Verb, Object: act.Object, About: act.About, Concerns: access.MemberID(act.Concerns),
		},
		Number: act.Number, Actor: act.Actor, Workspace: access.WorkspaceID(act.Workspace),
	}
}

// errByHand is the answer to an act that no service does without its deciders.
var errByHand = errors.New("this is not done again by a restore")

// recaller does again what each feature knows how to do again.
type recaller struct {
	members     *member.Recalls
	workspaces  *workspace.Workspaces
	memberships *workspace.Memberships
	purges      *workspace.Purges // to hide alone: the server destroys
	passkeys    *signin.Passkeys
	batches     *intel.Batches
	handlings   *intel.Handlings
}

func (s *restoration) recaller(g gate.Gate, recalls *member.Recalls) recaller {
	now, newID := s.world.now, s.world.newID
	objects := intelsql.New(g, intelsql.Hooks{Forget: forget, Rehandle: closed, Queue: queue})
	return recaller{
		members:     recalls,
		workspaces:  workspace.NewWorkspaces(workspacesql.New(g), now, newID),
		memberships: workspace.NewMemberships(workspacesql.New(g), now, newID),
		purges:      workspace.NewPurges(purgeStore(g, nil), nil, now, newID),
		passkeys:    signin.NewPasskeys(signin.NewSessions(signin.Ports{Store: signinsql.New(g), Now: now, NewID: newID}), nil),
		batches: intel.NewBatches(intel.Importing{
			Ledger: objects.Ledger(),
			Files:  folder.Beside(filesFolder(s.cfg), s.world.Random), Now: now, NewID: newID,
		}),
		handlings: intel.NewHandlings(objects.Handlings(), now, newID),
	}
}

// closed has hits, keys of the match and the index follow an object that is closed
// again.
func closed(ctx context.Context, tx *sqldb.Tx, g access.Grant, id intel.ObjectID, _ []observable.Value, handling gate.HandlingID) error {
	if err := deconflictsql.Closed(ctx, tx, g, string(id), handling); err != nil {
		return err
	}
	return searchsql.Rehandle(ctx, tx, g, string(id), handling)
}

// again does act again, and says whether there was something to do; most is the
// role that its member keeps at most.
func (r recaller) again(ctx context.Context, act audit.Record, most access.Role) (bool, error) {
	who, operation := about(act), access.WorkspaceID(act.Object)
	switch act.Verb {
	case audit.MembershipEnded:
		return r.memberships.EndAgain(ctx, console(), operation, who)
	case audit.MembershipChanged:
		return r.memberships.NarrowAgain(ctx, console(), operation, who, most)
	case audit.WorkspaceChanged:
		return r.workspaces.SilenceAgain(ctx, console(), operation)
	case audit.WorkspaceArchived:
		return r.workspaces.ArchiveAgain(ctx, console(), operation)
	case audit.PasskeyRemoved:
		if act.Object == "" {
			return false, errByHand
		}
		return r.passkeys.RemoveAgain(ctx, console(), who, act.Object)
	case audit.PasswordSet, audit.PasswordRemoved:
		return r.passkeys.RemoveAgain(ctx, console(), who, "")
	case audit.ImportUndone:
		return r.undo(ctx, intel.Place{Workspace: act.Workspace, Batch: intel.BatchID(act.Object)})
	case audit.HandlingChanged:
		return r.handlings.CloseAgain(ctx, act.Workspace, intel.ObjectID(act.Object))
	case audit.PurgeConfirmed, audit.WorkspacePurged:
		return r.purges.Again(ctx, console(), operation)
	default:
		return r.members.Again(ctx, console(), act)
	}
}

// undo takes a batch back now, and not by the work that is queued for it: nobody
// may see it again.
func (r recaller) undo(ctx context.Context, at intel.Place) (bool, error) {
	did, err := r.batches.UndoAgain(ctx, at)
	if err != nil || !did {
		return false, err
	}
	return true, r.batches.TakeBack(ctx, at)
}
