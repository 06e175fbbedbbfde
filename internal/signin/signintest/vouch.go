// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Vouching checks that a password that was given away never becomes a passkey by
// itself, and that the word of who answers for a member makes it one.
func Vouching(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	officer := access.Actor{Kind: access.Person, Member: "off", Session: "s", Strength: access.Passkey}
	adds := func(t *testing.T, as access.Actor, passkey string) {
		t.Helper()
		options, err := s.passkeys.BeginAdd(ctx, as, passkey)
		succeeds(t, s.passkeys.FinishAdd(ctx, as, answer{Challenge: challengeOf(t, options, err), Passkey: passkey}.text()))
	}
	signsIn := func(t *testing.T, passkey string) access.Actor {
		t.Helper()
		options, err := s.passkeys.BeginSignIn(ctx)
		started, err := s.passkeys.FinishSignIn(ctx, answer{Challenge: challengeOf(t, options, err), Passkey: passkey}.text(), "Firefox")
		succeeds(t, err)
		return access.Actor{Kind: access.Person, Member: started.Session.Member, Session: started.Session.ID, Strength: started.Session.Strength}
	}
	_, bob := s.signedIn(t, "bob")
	bob.Strength = access.TwoFactor
	adds(t, bob, "key-1")
	t.Run("a passkey of a password's session begins sessions that have proven no more", func(t *testing.T) {
		thief := signsIn(t, "key-1")
		adds(t, thief, "key-2")
		for _, key := range []string{"key-1", "key-2"} {
			if got := signsIn(t, key); got.Strength != access.TwoFactor {
				t.Errorf("%s gives a session of strength %d", key, got.Strength)
			}
		}
	})
	t.Run("its owner sees it, and removes it without a passkey", func(t *testing.T) {
		m, err := s.sessions.Means(ctx, bob)
		if err != nil || !m.Unconfirmed() || !m.MayChange {
			t.Errorf("Means = %+v, %v", m, err)
		}
		succeeds(t, s.passkeys.Remove(ctx, bob, "key-2"))
	})
	t.Run("nobody confirms who admits nobody, and nobody what does not wait", func(t *testing.T) {
		_, ann := s.signedIn(t, "ann")
		wants(t, s.passkeys.Confirm(ctx, ann, "bob", "key-1"), fault.NotFound, "error.not_found")
		wants(t, s.passkeys.Confirm(ctx, officer, "ann", "key-1"), fault.NotFound, "error.not_found")
		wants(t, s.passkeys.Confirm(ctx, officer, "bob", "key-2"), fault.NotFound, "error.not_found")
	})
	t.Run("a confirmed one counts, and makes others that do", func(t *testing.T) {
		if list, err := s.passkeys.Unconfirmed(ctx, officer, ""); err != nil || len(list) != 1 || list[0].ID != "key-1" {
			t.Errorf("waiting: %+v, %v", list, err)
		}
		succeeds(t, s.passkeys.Confirm(ctx, officer, "bob", "key-1"))
		if e := s.recorded(t, audit.PasskeyConfirmed); e.Object != "key-1" || e.Concerns != "bob" || e.Actor != "off" {
			t.Errorf("entry = %+v", e)
		}
		wants(t, s.passkeys.Confirm(ctx, officer, "bob", "key-1"), fault.NotFound, "error.not_found")
		confirmed := signsIn(t, "key-1")
		adds(t, confirmed, "key-3")
		if other := signsIn(t, "key-3"); confirmed.Strength != access.Passkey || other.Strength != access.Passkey {
			t.Errorf("strengths %d and %d", confirmed.Strength, other.Strength)
		}
		_, err := s.passkeys.BeginAdd(ctx, bob, "By the password again")
		wants(t, err, fault.Forbidden, "signin.needs_passkey")
	})
}
