// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// Account is what signing in must know of a member.
type Account struct {
	Member      access.MemberID
	Handle      string
	Name        string
	Email       string
	InForce     bool // neither the member, nor their organisation or country, is cut off
	Preferences Preferences
}

// Preferences is how a member reads.
type Preferences struct {
	Language string
	TimeZone string
	Theme    string
	KeysOff  bool // no shortcuts of a single key
}

// Directory tells who the members are.
type Directory interface {
	// ByName returns the account of that handle or e-mail address. It fails with
	// fault.NotFound where there is none, after the same queries.
	ByName(ctx context.Context, name string) (Account, error)
	// ByID returns the account of that member, or fails with fault.NotFound.
	ByID(ctx context.Context, id access.MemberID) (Account, error)
}

// The answers to those who are not let in.
var (
	// errRefused is the one answer to a wrong name, password or code.
	errRefused error = fault.New(fault.Invalid, "signin.refused")
	// errPasskey is the one answer to a passkey that does not prove who one is.
	errPasskey error = fault.New(fault.Invalid, "signin.passkey.refused")
	// errClosed is said to those who have proven who they are.
	errClosed error = fault.New(fault.Forbidden, "signin.account.closed")
	// errEnrolled is the answer to a link whose member has a means of signing in.
	errEnrolled error = fault.New(fault.NotFound, "signin.link.ended")
)

// unsigned is the question of one who has not proven anything yet.
func unsigned() access.Ask {
	return access.Ask{Place: access.Platform(), Action: access.SignIn}
}

func owns(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Self(), Action: access.Own}
}
