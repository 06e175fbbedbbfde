// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// Means is how a member can sign in, and where they are signed in.
type Means struct {
	Passkeys  []Passkey
	Password  PasswordSet // with the zero SetAt where there is none
	Sessions  []Session   // that are not over, the newest first
	Current   string      // id of the one that asks
	MayChange bool        // the one that asks proved enough for it
}

// HasPassword reports whether a password is among them.
func (m Means) HasPassword() bool { return !m.Password.SetAt.IsZero() }

// Unconfirmed reports whether a passkey among them waits for a word.
func (m Means) Unconfirmed() bool {
	return slices.ContainsFunc(m.Passkeys, func(k Passkey) bool { return k.Unconfirmed })
}

// Last reports whether one of them is all there is.
func (m Means) Last() bool {
	n := len(m.Passkeys)
	if m.HasPassword() {
		n++
	}
	return n <= 1
}

// Means returns the actor's own.
func (s *Sessions) Means(ctx context.Context, actor access.Actor) (m Means, err error) {
	now := s.Now()
	m.Current = actor.Session
	err = s.Store.View(ctx, owns(actor), func(tx Reader) error {
		if m.Passkeys, err = tx.Passkeys(ctx, actor.Member); err != nil {
			return err
		}
		if m.Password, err = passwordOf(ctx, tx, actor.Member); err != nil {
			return err
		}
		m.MayChange = mayChange(m.Passkeys, actor) == nil
		all, err := tx.Sessions(ctx, actor.Member)
		for _, session := range all {
			if !session.over(now) {
				m.Sessions = append(m.Sessions, session)
			}
		}
		return err
	})
	return m, err
}

// First returns the account of a member who came by the link of their
// invitation, while the link may add their first means of signing in.
func (s *Sessions) First(ctx context.Context, member access.MemberID) (Account, error) {
	account, err := s.Accounts.ByID(ctx, member)
	if err != nil {
		return Account{}, err
	}
	return account, s.Store.View(ctx, unsigned(), func(tx Reader) error { return isFirst(ctx, tx, member) })
}

// isFirst holds that a link adds the first means of signing in alone: not another
// either where all that there was has been taken away.
func isFirst(ctx context.Context, tx Reader, member access.MemberID) error {
	n, err := tx.CountMeans(ctx, member)
	if err != nil {
		return err
	}
	enrolled, err := tx.Enrolled(ctx, member)
	if err == nil && (n > 0 || enrolled) {
		err = errEnrolled
	}
	return err
}

// mayChange holds that who has a passkey changes their means of signing in with
// it: a password that was given away must not become a passkey. One that is not
// confirmed protects nothing, so that its owner can remove a thief's.
func mayChange(held []Passkey, actor access.Actor) error {
	confirmed := slices.ContainsFunc(held, func(k Passkey) bool { return !k.Unconfirmed })
	if confirmed && actor.Strength != access.Passkey {
		return fault.New(fault.Forbidden, "signin.needs_passkey")
	}
	return nil
}

// mayNow asks mayChange of what the actor has.
func mayNow(ctx context.Context, tx Reader, actor access.Actor) error {
	held, err := tx.Passkeys(ctx, actor.Member)
	if err != nil {
		return err
	}
	return mayChange(held, actor)
}

// mayRemove holds that one means is left after one is removed.
func mayRemove(ctx context.Context, tx Tx, actor access.Actor) error {
	if err := tx.LockMeans(ctx, actor.Member); err != nil {
		return err
	}
	if err := mayNow(ctx, tx, actor); err != nil {
		return err
	}
	n, err := tx.CountMeans(ctx, actor.Member)
	if err == nil && n <= 1 {
		err = fault.New(fault.Conflict, "signin.last")
	}
	return err
}
