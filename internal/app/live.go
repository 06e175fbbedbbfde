// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/discussion"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/live"
	"entente.example/internal/sqldb"
)

// tell passes what the journal says on to the open pages of this node: which
// thing is new, and its number. What counts beside a page it tells with how that is
// handled, so that it reaches those alone who may see it.
func (a *App) tell(ctx context.Context, r audit.Record) {
	a.frames.heard.Add(1)
	switch r.Verb {
	case audit.PostPublished: // a new topic comes with its first post
		counts := a.postNotices(ctx, r)
		a.hub.Tell(live.Notice{Subject: live.Topic(string(r.Workspace), r.About), Event: live.Posted, Topic: r.About, Number: r.Count})
		a.tellAll(counts)
	case audit.MatchRun:
		if r.Count > 0 {
			a.tellAll(a.hitNotices(ctx, r))
		}
	case audit.HandlingChanged:
		a.hub.Tell(live.Notice{Subject: live.Object(string(r.Workspace), r.Object), Event: live.Check})
	case audit.MemberSuspended, audit.MemberLeft, audit.MemberChanged, audit.VettingEnded, audit.MembershipEnded, audit.MembershipChanged:
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Check})
	case audit.SignedOut:
		a.hub.Tell(live.Notice{Subject: live.Member(r.Actor), Event: live.Check})
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Check})
	case audit.MembershipOffered, audit.MembershipAccepted, audit.VettingGranted:
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Counts})
	case audit.OrganisationSuspended, audit.CountrySuspended, audit.AgreementRecorded, audit.AgreementEnded:
		a.hub.Tell(live.Notice{Subject: live.Everyone(), Event: live.Check})
	case audit.WorkspaceArchived, audit.WorkspaceChanged, audit.PurgeConfirmed:
		a.hub.Tell(live.Notice{Subject: live.Workspace(r.Object), Event: live.Check})
	}
}

func (a *App) tellAll(notices []live.Notice) {
	for _, n := range notices {
		a.hub.Tell(n)
	}
}

// postNotices are the notices that a post makes counts differ.
func (a *App) postNotices(ctx context.Context, r audit.Record) []live.Notice {
	return a.countNotices(ctx, r.Workspace, live.Item{}, func(ctx context.Context, tx *sqldb.Tx, g access.Grant) ([]gate.HandlingID, error) {
		id, err := discussionsql.HandlingOf(ctx, tx, g, discussion.TopicID(r.About))
		return []gate.HandlingID{id}, err
	})
}

// hitNotices are the notices of what a run of the match told, whose entry names
// none of its sides.
func (a *App) hitNotices(ctx context.Context, r audit.Record) (notices []live.Notice) {
	var sides []access.WorkspaceID
	err := a.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		sides, err = deconflictsql.Sides(ctx, tx, r.Object)
		return err
	})
	if err != nil {
		a.untold(ctx, err)
		return nil
	}
	for _, side := range sides {
		notices = append(notices, a.countNotices(ctx, side, live.Item{Hit: true}, func(ctx context.Context, tx *sqldb.Tx, g access.Grant) ([]gate.HandlingID, error) {
			return deconflictsql.HandlingsOf(ctx, tx, g, r.Object)
		})...)
	}
	return notices
}

// countNotices are the notices to a workspace that something is new in it, one for
// each way in which that is handled. Where nobody listens it asks nothing.
func (a *App) countNotices(
	ctx context.Context, workspace access.WorkspaceID, of live.Item, handlings func(context.Context, *sqldb.Tx, access.Grant) ([]gate.HandlingID, error),
) (notices []live.Notice) {
	subject := live.Workspace(string(workspace))
	if !a.hub.Heard(subject) {
		return nil
	}
	ask := access.Ask{Actor: access.Actor{Kind: access.Follower, Name: "live"}, Place: access.In(workspace), Action: access.Read}
	err := a.gate.View(ctx, ask, func(tx *sqldb.Tx, g access.Grant) error {
		ids, err := handlings(ctx, tx, g)
		if err != nil {
			return err
		}
		for _, id := range ids {
			of.Workspace, of.Reach = workspace, string(id)
			if of.Handling, err = gate.HandlingOf(ctx, tx, g, id); err != nil {
				return err
			}
			notices = append(notices, live.Notice{Subject: subject, Event: live.Counts, Of: of})
		}
		return nil
	})
	if err != nil && fault.KindOf(err) != fault.NotFound { // what is gone meanwhile is no news
		a.untold(ctx, err)
	}
	return notices
}

// untold notes that counts beside open pages are late: until the next page, or the
// next notice.
func (a *App) untold(ctx context.Context, err error) {
	a.log.ErrorContext(ctx, "open pages are not told of news", "err", err)
}
