// SPDX-License-Identifier: Apache-2.0

package audit

// PlatformVerbs returns the acts that are recorded in the journal of the platform.
func PlatformVerbs() []Verb {
	return []Verb{
		PlatformStarted, PlatformRestored,
		OrganisationAdded, OrganisationSuspended, OrganisationRestored, CountrySuspended, CountryRestored, AgreementRecorded, AgreementEnded,
		MemberInvited, InvitationConfirmed, InvitationEnded, InvitationAccepted, MemberSuspended, MemberRestored, MemberLeft, MemberChanged,
		OfficerProposed, OfficerConfirmed, VettingProposed, VettingApproved, VettingGranted, VettingEnded,
		SignedIn, SignInFailed, SignedOut, PasskeyAdded, PasskeyRemoved, PasswordSet, PasswordRemoved,
		WarningListsLoaded, WorkspacePurged, JournalExported, JournalChecked,
	}
}
