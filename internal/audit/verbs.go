// SPDX-License-Identifier: Apache-2.0

package audit

// PlatformVerbs returns the acts that are recorded in the journal of the platform.
func PlatformVerbs() []Verb {
	return []Verb{
		PlatformStarted, PlatformRestored,
		OrganisationAdded, OrganisationSuspended, OrganisationRestored, CountrySuspended, CountryRestored, AgreementRecorded, AgreementEnded,
		MemberInvited, InvitationConfirmed, InvitationEnded, InvitationAccepted, MemberSuspended, MemberRestored, MemberLeft, MemberChanged, ProfileChanged,
		OfficerProposed, OfficerConfirmed, VettingProposed, VettingApproved, VettingGranted, VettingEnded,
		SignedIn, SignInFailed, SignedOut, PasskeyAdded, PasskeyConfirmed, PasskeyRemoved, PasswordSet, PasswordRemoved,
		MatchesGivenUp, WarningListsLoaded, MatchRun, MatchNoted, WorkspacePurged, JournalSealed, JournalExported, JournalChecked,
	}
}

// WorkspaceVerbs returns the acts that are recorded in the journal of a workspace.
func WorkspaceVerbs() []Verb {
	return append(OpenVerbs(),
		TopicOpened, TopicChanged, PostPublished, PostEdited, ImportStaged, ImportDecided, ImportApplied, ImportEnded, ImportUndone,
		ObjectViewed, HandlingChanged, MatchSeen)
}

// AboutVerbs returns the acts in the journal of the platform whose object is an
// operation, and which go with it when it is purged: who opened it, who came and
// who went.
func AboutVerbs() []Verb {
	return []Verb{WorkspaceOpened, WorkspaceChanged, WorkspaceArchived, MembershipAccepted, MembershipChanged, MembershipEnded}
}

// OpenVerbs returns the acts on a workspace as a whole and on its members, which
// tell nothing of its items: whoever runs it may know of each. All other entries
// are known to who may read the item that they are about.
func OpenVerbs() []Verb {
	return []Verb{
		WorkspaceOpened, WorkspaceChanged, WorkspaceArchived, MembershipOffered, MembershipAccepted, MembershipChanged, MembershipEnded,
		ChannelAdded, ObjectsExported, PurgeAsked, PurgeWithdrawn, PurgeConfirmed,
	}
}
