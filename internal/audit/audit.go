// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"time"

	"entente.example/internal/access"
)

// Entry is one act. Who did it, and where, are those of the grant under which it
// is recorded.
type Entry struct {
	ID       string    // a UUIDv7, made by the service
	At       time.Time // UTC, to the microsecond
	Verb     Verb
	Object   string          // id of the thing that was acted on
	About    string          // id of what holds it: the topic of a post, the batch of an object
	Count    int64           // its number within About, or how many things the act touched
	Concerns access.MemberID // the member that it happened to, if not the actor
}

// Record is an entry of the journal with its number.
type Record struct {
	Entry
	Number    int64 // dense, from 1, in the order of commits as the sequencer saw them
	Actor     string
	Workspace access.WorkspaceID // empty for the platform
}

// Verb names an act, as noun.past. The list only grows: old entries stay readable.
type Verb string

// The acts.
const (
	PlatformStarted  Verb = "platform.started"
	PlatformRestored Verb = "platform.restored" // from the back-up Object, which ended with entry Count

	OrganisationAdded     Verb = "organisation.added"
	OrganisationSuspended Verb = "organisation.suspended"
	OrganisationRestored  Verb = "organisation.restored"
	CountrySuspended      Verb = "country.suspended"
	CountryRestored       Verb = "country.restored"
	AgreementRecorded     Verb = "agreement.recorded"
	AgreementEnded        Verb = "agreement.ended"

	MemberInvited       Verb = "member.invited"
	InvitationConfirmed Verb = "invitation.confirmed"
	InvitationEnded     Verb = "invitation.withdrawn"
	InvitationAccepted  Verb = "invitation.accepted"
	MemberSuspended     Verb = "member.suspended"
	MemberRestored      Verb = "member.restored"
	MemberLeft          Verb = "member.left"
	MemberChanged       Verb = "member.changed"
	ProfileChanged      Verb = "profile.changed" // by the member themselves
	OfficerProposed     Verb = "officer.proposed"
	OfficerConfirmed    Verb = "officer.confirmed"
	VettingProposed     Verb = "vetting.proposed"
	VettingApproved     Verb = "vetting.approved"
	VettingGranted      Verb = "vetting.granted"
	VettingEnded        Verb = "vetting.ended"

	SignedIn         Verb = "session.started"
	SignInFailed     Verb = "session.refused"
	SignedOut        Verb = "session.ended"
	PasskeyAdded     Verb = "passkey.added"
	PasskeyRemoved   Verb = "passkey.removed"
	PasskeyConfirmed Verb = "passkey.confirmed" // by who answers for its owner
	PasswordSet      Verb = "password.set"
	PasswordRemoved  Verb = "password.removed"

	WorkspaceOpened    Verb = "workspace.opened"
	WorkspaceChanged   Verb = "workspace.changed"
	WorkspaceArchived  Verb = "workspace.archived"
	MembershipOffered  Verb = "membership.offered"
	MembershipAccepted Verb = "membership.accepted"
	MembershipChanged  Verb = "membership.changed"
	MembershipEnded    Verb = "membership.ended"

	ChannelAdded  Verb = "channel.added"
	TopicOpened   Verb = "topic.opened"
	TopicChanged  Verb = "topic.changed"
	PostPublished Verb = "post.published"
	PostEdited    Verb = "post.edited"

	ImportStaged    Verb = "import.staged"
	ImportDecided   Verb = "import.decided"
	ImportApplied   Verb = "import.applied" // one slice
	ImportEnded     Verb = "import.ended"
	ImportUndone    Verb = "import.undone"
	ObjectsExported Verb = "objects.exported"
	ObjectViewed    Verb = "object.viewed" // a sensitive look
	HandlingChanged Verb = "handling.changed"

	MatchFound         Verb = "match.found" // of entries from before MatchRun
	MatchSeen          Verb = "match.seen"
	MatchNoted         Verb = "match.noted"      // by an officer of the desk, of a pair; in the journal of the platform
	MatchesGivenUp     Verb = "matches.given_up" // Count values blinded under a match key that is lost
	WarningListsLoaded Verb = "warninglists.loaded"
	// MatchRun stands in the journal of the platform once for each slice of an import,
	// whatever was found: Count is how many pairs of operations met for the first time,
	// told or not. Object is the run, which the rows of deconflict_pair and
	// deconflict_hit bear that say who was told what.
	MatchRun Verb = "match.run"

	PurgeAsked     Verb = "workspace.purge_asked"
	PurgeWithdrawn Verb = "workspace.purge_withdrawn"
	PurgeConfirmed Verb = "workspace.purge_confirmed"
	// WorkspacePurged stands in the journal of the platform; its object is the
	// workspace, of whose entries nothing but the leaves is left. Concerns is who
	// confirmed it, Count how many rows were destroyed. About is SealPrefix and the id
	// of the entry that seals its journal; of a purge from before there were seals,
	// who asked for it.
	WorkspacePurged Verb = "workspace.purged"
	// JournalSealed stands in the journal of the platform, and says which entries a
	// purge leaves without their content: Object is the workspace, Count how many
	// they are, About the Seal over their numbers, Concerns who asked for the purge.
	JournalSealed Verb = "journal.sealed"

	JournalExported Verb = "journal.exported" // by the console
	JournalChecked  Verb = "journal.checked"
)
