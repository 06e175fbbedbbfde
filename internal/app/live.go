// SPDX-License-Identifier: Apache-2.0

package app

import (
	"entente.example/internal/audit"
	"entente.example/internal/live"
)

// tell passes what the journal says on to the open pages of this node: which
// thing is new, and its number.
func (a *App) tell(r audit.Record) {
	a.frames.heard.Add(1)
	workspace := string(r.Workspace)
	switch r.Verb {
	case audit.PostPublished:
		a.hub.Tell(live.Notice{Subject: live.Topic(workspace, r.About), Event: live.Posted, Topic: r.About, Number: r.Count})
		a.hub.Tell(live.Notice{Subject: live.Workspace(workspace), Event: live.Counts})
	case audit.TopicOpened, audit.ImportEnded, audit.MatchFound:
		a.hub.Tell(live.Notice{Subject: live.Workspace(workspace), Event: live.Counts})
	case audit.MemberSuspended, audit.MemberLeft, audit.MemberChanged, audit.VettingEnded, audit.MembershipEnded, audit.MembershipChanged:
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Check})
	case audit.SignedOut:
		a.hub.Tell(live.Notice{Subject: live.Member(r.Actor), Event: live.Check})
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Check})
	case audit.MembershipOffered, audit.MembershipAccepted, audit.VettingGranted:
		a.hub.Tell(live.Notice{Subject: live.Member(string(r.Concerns)), Event: live.Counts})
	case audit.OrganisationSuspended, audit.CountrySuspended, audit.AgreementRecorded, audit.AgreementEnded, audit.WorkspaceArchived, audit.WorkspaceChanged, audit.PurgeConfirmed:
		a.hub.Tell(live.Notice{Subject: live.Everyone(), Event: live.Check})
	}
}
