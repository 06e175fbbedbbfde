// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// PasswordSet is a member's password, with the secret of its one-time codes.
type PasswordSet struct {
	Member access.MemberID
	Hash   string
	Secret string
	Step   int64 // of the last code taken: none at or before it is taken again
	SetAt  time.Time
	UsedAt time.Time
}

// Hasher keeps passwords as slow hashes. It does only so many at once, and waits
// for its turn as long as ctx lets it.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	// Matches reports whether hash is of password; an empty hash costs the same
	// and matches nothing.
	Matches(ctx context.Context, hash, password string) (bool, error)
}

// Codes makes and checks one-time codes (TOTP, RFC 6238).
type Codes interface {
	// NewSecret returns a fresh secret.
	NewSecret() (string, error)
	// Label says how an authenticator app takes in secret: as an address, and as a
	// picture in a data: address.
	Label(account Account, secret string) (uri, picture string, err error)
	// Step returns the step of time, near now, that code is of; an empty secret
	// costs the same and no code is of it.
	Step(secret, code string, now time.Time) (step int64, ok bool)
}

// Passwords signs in with a password and a code, sets and removes them.
type Passwords struct {
	*Sessions
	limits *Limits
	hasher Hasher
	codes  Codes
}

// NewPasswords returns Passwords held to limits.
func NewPasswords(s *Sessions, limits *Limits, hasher Hasher, codes Codes) *Passwords {
	return &Passwords{s, limits, hasher, codes}
}

// Attempt is what one types to sign in.
type Attempt struct {
	Name     string // a handle or an e-mail address
	Password string
	Code     string
	Client   string // the address that it comes from
	Agent    string
}

// SignIn begins a session for whoever typed the name, password and code of a
// member. Anything wrong has one answer; fault.TooMany comes for names that are
// nobody's, too.
func (p *Passwords) SignIn(ctx context.Context, a Attempt) (Started, error) {
	name := strings.ToLower(strings.TrimSpace(a.Name))
	if err := p.limits.attempt(name, a.Client); err != nil {
		return Started{}, err
	}
	account, set, err := p.known(ctx, name)
	if err != nil {
		return Started{}, err
	}
	matches, err := p.hasher.Matches(ctx, set.Hash, a.Password)
	if err != nil {
		return Started{}, err
	}
	step, ok := p.codes.Step(set.Secret, strings.ReplaceAll(a.Code, " ", ""), p.Now())
	switch {
	case !matches || !ok || step <= set.Step:
		return Started{}, p.refused(ctx, account.Member, errRefused)
	case !account.InForce:
		return Started{}, p.refused(ctx, account.Member, errClosed)
	}
	started, err := p.enter(ctx, account, step, a.Agent)
	if err == nil {
		p.limits.succeeded(name, a.Client)
	}
	return started, err
}

// known returns the account of that name with its password. Of an unknown one
// both are zero, after the same queries.
func (p *Passwords) known(ctx context.Context, name string) (Account, PasswordSet, error) {
	account, err := p.Accounts.ByName(ctx, name)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return account, PasswordSet{}, err
	}
	var set PasswordSet
	err = p.Store.View(ctx, unsigned(), func(tx Reader) error {
		set, err = passwordOf(ctx, tx, account.Member)
		return err
	})
	return account, set, err
}

// passwordOf returns a member's password, the zero one where there is none.
func passwordOf(ctx context.Context, tx Reader, member access.MemberID) (PasswordSet, error) {
	set, err := tx.Password(ctx, member)
	if fault.KindOf(err) == fault.NotFound {
		return PasswordSet{}, nil
	}
	return set, err
}

// enter takes the code's step and begins a session. A step that another took
// meanwhile is refused like a wrong code.
func (p *Passwords) enter(ctx context.Context, account Account, step int64, agent string) (Started, error) {
	started, entry := p.begin(account, access.TwoFactor, agent)
	var taken int64
	err := p.Store.Update(ctx, unsigned(), func(tx Tx) (err error) {
		if taken, err = tx.TakeStep(ctx, account.Member, step, started.Session.StartedAt); err != nil || taken == 0 {
			return err
		}
		return write(ctx, tx, started, entry)
	})
	switch {
	case err != nil:
		return Started{}, err
	case taken == 0:
		return Started{}, p.refused(ctx, account.Member, errRefused)
	}
	return started, nil
}
