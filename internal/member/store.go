// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// Store keeps who takes part. Each transaction is opened in somebody's name: the
// policy answers the ask first. membertest.Store states what a Store must do.
//
// Methods that return what the holder of the grant may know of (an officer of
// the Directorate and the console: all; an NCB: organisations of its country but
// the secretariat, and their people) fail with access.ErrHidden for the rest, as
// for what does not exist, by the same query.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
}

// Reader reads within one transaction.
type Reader interface {
	// Grant returns the proof under which this transaction was opened.
	Grant() access.Grant
	// Names returns the cards of those of the ids that are members.
	Names(ctx context.Context, ids []access.MemberID) (Names, error)

	OrganisationReader
	MemberReader
	InvitationReader
	CaseReader
	ProfileReader
}

// Tx reads and writes within one transaction.
type Tx interface {
	Reader
	// Record queues a journal entry.
	Record(ctx context.Context, e audit.Entry) error

	OrganisationWriter
	MemberWriter
	InvitationWriter
	CaseWriter
	ProfileWriter
}

// OrganisationReader reads organisations.
type OrganisationReader interface {
	// Organisation returns one that the holder of the grant may know of.
	Organisation(ctx context.Context, id access.OrgID) (Organisation, error)
	// Organisations lists those that the holder may know of and that q asks for, in
	// its order.
	Organisations(ctx context.Context, q OrganisationQuery) ([]Organisation, error)
	// HasOrganisation reports whether there is one of that kind: an NCB of that
	// country, or any secretariat.
	HasOrganisation(ctx context.Context, kind Kind, country access.Country) (bool, error)
	// Secretariat returns the one secretariat, or access.ErrHidden before there is one.
	Secretariat(ctx context.Context) (Organisation, error)
	// NCBAnswers reports whether the NCB of a country has an active member.
	NCBAnswers(ctx context.Context, country access.Country) (bool, error)
	// Agreements lists those of an organisation, the newest first, at most 100.
	Agreements(ctx context.Context, org access.OrgID) ([]Agreement, error)
	// Reach counts the active members of an organisation or, where that is empty,
	// of those of a country, and the organisations that they are of.
	Reach(ctx context.Context, org access.OrgID, country access.Country) (Reach, error)
	// SuspendedCountries lists the countries that are suspended, by code.
	SuspendedCountries(ctx context.Context) ([]access.Country, error)
}

// OrganisationWriter writes organisations.
type OrganisationWriter interface {
	// InsertOrganisation fails with fault.Conflict for a second secretariat or a
	// second NCB of a country.
	InsertOrganisation(ctx context.Context, o Organisation) error
	SetOrganisationSuspended(ctx context.Context, id access.OrgID, suspended bool) error
	// SetCountrySuspended reports whether that changed anything.
	SetCountrySuspended(ctx context.Context, country access.Country, suspended bool) (changed bool, err error)
	InsertAgreement(ctx context.Context, a Agreement) error
	// EndAgreement reports whether there was one to end.
	EndAgreement(ctx context.Context, org access.OrgID, id string, at time.Time) (ended bool, err error)
	// SetParticipation keeps until when an organisation takes part.
	SetParticipation(ctx context.Context, id access.OrgID, knowledge, operations time.Time) error
}

// MemberReader reads people.
type MemberReader interface {
	// Member returns one that the holder of the grant may know of.
	Member(ctx context.Context, id access.MemberID) (Member, error)
	// Members lists those that the holder may know of and that q asks for, in its
	// order.
	Members(ctx context.Context, q MemberQuery) ([]Member, error)
	// Self returns the actor's own account.
	Self(ctx context.Context) (Member, error)
	// Account returns a member by id or, where that is empty, by handle or e-mail
	// address, whoever asks: for the sign-in.
	Account(ctx context.Context, id access.MemberID, name string) (Member, error)
	// Peopled reports whether there is a member or an invitation.
	Peopled(ctx context.Context) (bool, error)
	// PendingOfficers lists at most limit members who are pending officers.
	PendingOfficers(ctx context.Context, limit int) ([]Member, error)
	// Confirmations lists the officers who confirmed a pending one, the first first.
	Confirmations(ctx context.Context, id access.MemberID) ([]Vote, error)
}

// MemberWriter writes people.
type MemberWriter interface {
	// LockMember is Member, and keeps others from changing them until the end of
	// the transaction.
	LockMember(ctx context.Context, id access.MemberID) (Member, error)
	// InsertMember adds a member who accepted that version of the rules. It fails
	// with fault.Conflict where the handle or the e-mail address is taken.
	InsertMember(ctx context.Context, m Member, rules string) error
	SetState(ctx context.Context, id access.MemberID, state State) error
	SetDetails(ctx context.Context, id access.MemberID, d Details) error
	SetOfficer(ctx context.Context, id access.MemberID, officer Officership) error
	SetVetted(ctx context.Context, id access.MemberID, until time.Time) error
	// SetSettings keeps how the actor reads.
	SetSettings(ctx context.Context, s Settings) error
	// InsertConfirmation fails with fault.Conflict where the officer confirmed before.
	InsertConfirmation(ctx context.Context, id access.MemberID, vote Vote) error
}

// InvitationReader reads invitations.
type InvitationReader interface {
	// Invitation returns one that the holder of the grant may know of.
	Invitation(ctx context.Context, id string) (Invitation, error)
	// Invitations lists those that the holder may know of and that q asks for, the
	// newest first.
	Invitations(ctx context.Context, q InvitationQuery) ([]Invitation, error)
	// InvitationOf returns the one whose token has that hash, whoever asks.
	InvitationOf(ctx context.Context, tokenHash string) (Invitation, error)
}

// InvitationWriter writes invitations.
type InvitationWriter interface {
	InsertInvitation(ctx context.Context, i Invitation) error
	// MoveInvitation keeps the state, end, confirmation and member of i. It fails
	// with fault.Conflict unless its state was from.
	MoveInvitation(ctx context.Context, i Invitation, from InvitationState) error
}

// CaseReader reads vetting cases.
type CaseReader interface {
	// NewestCase returns the newest case of a member, with its approvals.
	NewestCase(ctx context.Context, id access.MemberID) (Case, error)
	// OpenCases lists at most limit open cases of people whom the holder of the
	// grant may know of, the oldest first, with their approvals.
	OpenCases(ctx context.Context, limit int) ([]Case, error)
}

// CaseWriter writes vetting cases.
type CaseWriter interface {
	InsertCase(ctx context.Context, c Case) error
	// MoveCase keeps the state and end of c.
	MoveCase(ctx context.Context, c Case) error
	// InsertApproval fails with fault.Conflict where the officer approved before.
	InsertApproval(ctx context.Context, caseID string, vote Vote) error
}

// ProfileReader reads what people say of themselves.
type ProfileReader interface {
	// OwnProfile returns the actor's own; who said nothing has an empty one.
	OwnProfile(ctx context.Context) (Profile, error)
	// Profile returns that of the person of that handle, if they may enter the
	// grant's workspace; otherwise it fails with access.ErrHidden.
	Profile(ctx context.Context, handle string) (Profile, error)
}

// ProfileWriter writes what people say of themselves.
type ProfileWriter interface {
	// SetProfile keeps the actor's own.
	SetProfile(ctx context.Context, p Profile) error
	// DropProfile forgets a member's, where there is one.
	DropProfile(ctx context.Context, id access.MemberID) error
}
