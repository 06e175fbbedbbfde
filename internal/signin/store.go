// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// Store keeps sessions and means of signing in. Each transaction is opened in
// somebody's name; before a sign-in, in nobody's. signintest.Store states what a
// Store must do. What is not there fails with fault.NotFound.
type Store interface {
	View(ctx context.Context, ask access.Ask, fn func(Reader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(Tx) error) error
}

// Reader reads within one transaction.
type Reader interface {
	// SessionOf returns the session whose token has that hash, over or not.
	SessionOf(ctx context.Context, tokenHash string) (Session, error)
	// Sessions lists those of a member, the newest first, at most 100.
	Sessions(ctx context.Context, member access.MemberID) ([]Session, error)
	Passkey(ctx context.Context, id string) (Passkey, error)
	// Passkeys lists those of a member, the oldest first.
	Passkeys(ctx context.Context, member access.MemberID) ([]Passkey, error)
	// Unconfirmed lists passkeys of a member that are not confirmed, the oldest first,
	// at most limit; of anybody, where of is empty.
	Unconfirmed(ctx context.Context, of access.MemberID, limit int) ([]Passkey, error)
	Password(ctx context.Context, member access.MemberID) (PasswordSet, error)
	// CountMeans counts a member's passkeys and password.
	CountMeans(ctx context.Context, member access.MemberID) (int, error)
	// Enrolled reports whether a member has ever had a first means of signing in.
	Enrolled(ctx context.Context, member access.MemberID) (bool, error)
	// Ceremony returns one that waits, over or not.
	Ceremony(ctx context.Context, id string) (Ceremony, error)
}

// Tx reads and writes within one transaction.
type Tx interface {
	Reader
	// Record queues a journal entry.
	Record(ctx context.Context, e audit.Entry) error

	SessionWriter
	MeansWriter

	// TakeCeremony returns one and removes it: of two who take it, one has it.
	TakeCeremony(ctx context.Context, id string) (Ceremony, error)
	InsertCeremony(ctx context.Context, c Ceremony) error
	DropCeremoniesOver(ctx context.Context, now time.Time) error
}

// SessionWriter writes sessions.
type SessionWriter interface {
	InsertSession(ctx context.Context, s Session) error
	// SeeSession notes when a session was used.
	SeeSession(ctx context.Context, id string, at time.Time) error
	// DropSession ends a session of a member and says how many there were, 0 or 1.
	DropSession(ctx context.Context, member access.MemberID, id string) (int64, error)
	// DropSessions ends all of a member's but that one, and says how many.
	DropSessions(ctx context.Context, member access.MemberID, but string) (int64, error)
	// DropSessionsOver forgets sessions of anybody whose end has passed.
	DropSessionsOver(ctx context.Context, now time.Time) error
}

// MeansWriter writes means of signing in.
type MeansWriter interface {
	// LockMeans keeps others from changing a member's means, of which they may have
	// none yet, until the end of the transaction.
	LockMeans(ctx context.Context, member access.MemberID) error
	// Enrol notes that a member, whose means are locked, has their first.
	Enrol(ctx context.Context, member access.MemberID) error
	// InsertPasskey fails with fault.Conflict where the id is taken.
	InsertPasskey(ctx context.Context, p Passkey) error
	// UsePasskey keeps a passkey's credential after it was used. It fails with
	// fault.NotFound unless it was as in p: another use came between.
	UsePasskey(ctx context.Context, p Passkey, credential []byte, at time.Time) error
	// ConfirmPasskey confirms one that is not, and says how many there were, 0 or 1.
	ConfirmPasskey(ctx context.Context, member access.MemberID, id string) (int64, error)
	DropPasskey(ctx context.Context, member access.MemberID, id string) (int64, error)
	// SavePassword keeps a member's password in place of one they had.
	SavePassword(ctx context.Context, p PasswordSet) error
	// TakeStep moves the last step on, if it is a later one, and says whether it was: 0 or 1.
	TakeStep(ctx context.Context, member access.MemberID, step int64, at time.Time) (int64, error)
	DropPassword(ctx context.Context, member access.MemberID) (int64, error)
}
