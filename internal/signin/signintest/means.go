// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"fmt"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
)

const refused = "signin.passkey.refused"

// Passkeys checks how passkeys are added, used and removed.
func Passkeys(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	asked := func(t *testing.T) string {
		t.Helper()
		options, err := s.passkeys.BeginSignIn(ctx)
		return challengeOf(t, options, err)
	}
	enrols := func(t *testing.T, member access.MemberID, passkey string) {
		t.Helper()
		options, err := s.passkeys.BeginEnrol(ctx, member, "First key")
		started, err := s.passkeys.FinishEnrol(ctx, member, answer{Challenge: challengeOf(t, options, err), Passkey: passkey}.text(), "Firefox")
		succeeds(t, err)
		if started.Session.Strength != access.Passkey || started.Session.Member != member {
			t.Fatalf("FinishEnrol = %+v", started)
		}
	}
	signsIn := func(a answer) error {
		_, err := s.passkeys.FinishSignIn(ctx, a.text(), "Firefox")
		return err
	}
	enrols(t, "ann", "key-a")
	enrols(t, "sus", "key-s")

	t.Run("a link adds the first means alone", func(t *testing.T) {
		_, err := s.passkeys.BeginEnrol(ctx, "ann", "Second key")
		wants(t, err, fault.NotFound, "signin.link.ended")
	})
	t.Run("of two enrolments at once one is the first", func(t *testing.T) {
		first, err := s.passkeys.BeginEnrol(ctx, "bob", "One")
		one := challengeOf(t, first, err)
		second, err := s.passkeys.BeginEnrol(ctx, "bob", "Two")
		two := challengeOf(t, second, err)
		_, err = s.passkeys.FinishEnrol(ctx, "bob", answer{Challenge: one, Passkey: "key-b"}.text(), "")
		succeeds(t, err)
		_, err = s.passkeys.FinishEnrol(ctx, "bob", answer{Challenge: two, Passkey: "key-c"}.text(), "")
		wants(t, err, fault.NotFound, "signin.link.ended")
	})
	t.Run("a challenge is answered once", func(t *testing.T) {
		a := answer{Challenge: asked(t), Passkey: "key-a"}
		succeeds(t, signsIn(a))
		s.recorded(t, audit.SignedIn)
		wants(t, signsIn(a), fault.Invalid, refused)
		if e := s.recorded(t, audit.SignInFailed); e.Concerns != "ann" {
			t.Errorf("entry = %+v", e)
		}
	})
	t.Run("a wrong answer uses its challenge up", func(t *testing.T) {
		challenge := asked(t)
		wants(t, signsIn(answer{Challenge: challenge, Passkey: "key-a", Bad: true}), fault.Invalid, refused)
		wants(t, signsIn(answer{Challenge: challenge, Passkey: "key-a"}), fault.Invalid, refused)
	})
	t.Run("a challenge waits five minutes", func(t *testing.T) {
		challenge := asked(t)
		s.Advance(5 * time.Minute)
		wants(t, signsIn(answer{Challenge: challenge, Passkey: "key-a"}), fault.Invalid, refused)
	})
	t.Run("an unknown passkey and an unknown challenge are answered alike", func(t *testing.T) {
		wants(t, signsIn(answer{Challenge: "challenge-0", Passkey: "key-a"}), fault.Invalid, refused)
		_, err := s.passkeys.FinishSignIn(ctx, []byte("{"), "")
		wants(t, err, fault.Invalid, refused)
	})
	t.Run("a challenge for one purpose answers no other", func(t *testing.T) {
		_, ann := s.signedIn(t, "ann")
		options, err := s.passkeys.BeginAdd(ctx, ann, "Second key")
		challenge := challengeOf(t, options, err)
		wants(t, signsIn(answer{Challenge: challenge, Passkey: "key-a"}), fault.Invalid, refused)
		_, bob := s.signedIn(t, "bob")
		options, err = s.passkeys.BeginAdd(ctx, ann, "Second key")
		wants(t, s.passkeys.FinishAdd(ctx, bob, answer{Challenge: challengeOf(t, options, err), Passkey: "key-d"}.text()), fault.Invalid, refused)
	})
	t.Run("who is suspended is told so once they have proven who they are", func(t *testing.T) {
		wants(t, signsIn(answer{Challenge: asked(t), Passkey: "key-s"}), fault.Forbidden, "signin.account.closed")
		s.recorded(t, audit.SignInFailed)
	})
	t.Run("another passkey is added, and the last stays", func(t *testing.T) {
		_, ann := s.signedIn(t, "ann")
		wants(t, s.passkeys.Remove(ctx, ann, "key-a"), fault.Conflict, "signin.last")
		options, err := s.passkeys.BeginAdd(ctx, ann, "  Blue   key ")
		succeeds(t, s.passkeys.FinishAdd(ctx, ann, answer{Challenge: challengeOf(t, options, err), Passkey: "key-2"}.text()))
		s.recorded(t, audit.PasskeyAdded)
		m, err := s.sessions.Means(ctx, ann)
		if err != nil || len(m.Passkeys) != 2 || m.Passkeys[1].Name != "Blue key" || m.Passkeys[0].UsedAt.IsZero() || m.Last() {
			t.Fatalf("Means = %+v, %v", m, err)
		}
		wants(t, s.passkeys.Remove(ctx, ann, "key-b"), fault.NotFound, "error.not_found")
		succeeds(t, s.passkeys.Remove(ctx, ann, "key-a"))
		s.recorded(t, audit.PasskeyRemoved)
		wants(t, signsIn(answer{Challenge: asked(t), Passkey: "key-a"}), fault.Invalid, refused)
	})
	t.Run("who has a passkey changes their means with it alone", func(t *testing.T) {
		_, ann := s.signedIn(t, "ann")
		ann.Strength = access.TwoFactor
		const needed = "signin.needs_passkey"
		_, err := s.passkeys.BeginAdd(ctx, ann, "Mine")
		wants(t, err, fault.Forbidden, needed)
		wants(t, s.passkeys.Remove(ctx, ann, "key-2"), fault.Forbidden, needed)
		_, err = s.passwords.Prepare(ctx, ann)
		wants(t, err, fault.Forbidden, needed)
		wants(t, s.passwords.Remove(ctx, ann), fault.Forbidden, needed)
	})
	t.Run("a passkey that somebody has is not added again", func(t *testing.T) {
		_, bob := s.signedIn(t, "bob")
		options, err := s.passkeys.BeginAdd(ctx, bob, "Mine")
		wants(t, s.passkeys.FinishAdd(ctx, bob, answer{Challenge: challengeOf(t, options, err), Passkey: "key-2"}.text()), fault.Invalid, refused)
	})
	t.Run("a member has twenty passkeys at most", func(t *testing.T) {
		_, bob := s.signedIn(t, "bob")
		for n := range 19 {
			options, err := s.passkeys.BeginAdd(ctx, bob, "One more")
			succeeds(t, s.passkeys.FinishAdd(ctx, bob, answer{Challenge: challengeOf(t, options, err), Passkey: fmt.Sprint("more-", n)}.text()))
		}
		_, err := s.passkeys.BeginAdd(ctx, bob, "One too many")
		wants(t, err, fault.Conflict, "signin.passkey.many")
	})
	t.Run("a link adds nothing where all that there was is taken away", func(t *testing.T) {
		done, err := s.passkeys.RemoveAgain(ctx, access.Actor{Kind: access.Console}, "sus", "key-s")
		if succeeds(t, err); !done {
			t.Error("there was nothing to take away")
		}
		_, err = s.passkeys.BeginEnrol(ctx, "sus", "Three")
		wants(t, err, fault.NotFound, "signin.link.ended")
	})
}

const password = "correct horse battery"

// Passwords checks signing in by password and code.
func Passwords(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	client := 0
	from := func(client, name, password, code string) error {
		_, err := s.passwords.SignIn(ctx, signin.Attempt{Name: name, Password: password, Code: code, Client: client})
		return err
	}
	attempt := func(name, password, code string) error {
		client++ // limits of clients are for another test
		return from(string(rune(client)), name, password, code)
	}
	now := func() string { return codeAt(s.Now()) }
	later := func() { s.Advance(10 * time.Minute) }

	t.Run("a set-up ends with a code of the app", func(t *testing.T) {
		setUp, err := s.passwords.PrepareFirst(ctx, "ann")
		succeeds(t, err)
		_, err = s.passwords.SetFirst(ctx, "ann", signin.NewPassword{SetUp: setUp.ID, Password: password, Code: "0"}, "")
		wants(t, err, fault.Invalid, "signin.code.wrong")
		_, err = s.passwords.SetFirst(ctx, "bob", signin.NewPassword{SetUp: setUp.ID, Password: password, Code: now()}, "")
		wants(t, err, fault.NotFound, "signin.setup.over")
		if again, err := s.passwords.Again(ctx, "ann", setUp.ID); err != nil || again != setUp {
			t.Errorf("Again = %+v, %v; want %+v", again, err, setUp)
		}
		started, err := s.passwords.SetFirst(ctx, "ann", signin.NewPassword{SetUp: setUp.ID, Password: password, Code: now()}, "")
		if succeeds(t, err); started.Session.Strength != access.TwoFactor {
			t.Errorf("SetFirst = %+v", started)
		}
		_, err = s.passwords.PrepareFirst(ctx, "ann")
		wants(t, err, fault.NotFound, "signin.link.ended")
		wants(t, attempt("ann", password, now()), fault.Invalid, "signin.refused") // the code was taken
	})
	t.Run("name, password and code let in, by handle or address, whatever their case", func(t *testing.T) {
		for _, name := range []string{"ann", " ANN ", "Ann@org.example"} {
			later()
			succeeds(t, attempt(name, password, now()))
			s.recorded(t, audit.SignedIn)
		}
	})
	t.Run("a code is taken once", func(t *testing.T) {
		later()
		succeeds(t, attempt("ann", password, now()))
		wants(t, attempt("ann", password, now()), fault.Invalid, "signin.refused")
	})
	t.Run("anything wrong has one answer, after the same work", func(t *testing.T) {
		type work struct{ transactions, asked, hashes int }
		var first work
		for i, wrong := range [][3]string{{"ann", "wrong password", now()}, {"ann", password, "0"}, {"nobody", password, now()}, {"bob", password, now()}} {
			later()
			before := work{s.store.n, s.people.asked, s.hasher.worked}
			wants(t, attempt(wrong[0], wrong[1], wrong[2]), fault.Invalid, "signin.refused")
			s.recorded(t, audit.SignInFailed)
			did := work{s.store.n - before.transactions, s.people.asked - before.asked, s.hasher.worked - before.hashes}
			if i == 0 {
				first = did
			}
			if did != first {
				t.Errorf("%v cost %+v; the first %+v", wrong, did, first)
			}
		}
	})
	t.Run("a name has five attempts from one client, known or not, and then one a minute", func(t *testing.T) {
		for _, name := range []string{"ann", "nobody"} {
			s.Advance(time.Hour)
			for range 5 {
				wants(t, from("elsewhere "+name, name, "wrong", "0"), fault.Invalid, "signin.refused")
			}
			wants(t, from("elsewhere "+name, name, password, now()), fault.TooMany, "signin.too_many")
			s.Advance(time.Minute)
			wants(t, from("elsewhere "+name, name, "wrong", "0"), fault.Invalid, "signin.refused")
		}
	})
	t.Run("whoever tries a name elsewhere keeps its owner out nowhere that they signed in", func(t *testing.T) {
		s.Advance(time.Hour)
		succeeds(t, from("office", "ann", password, now()))
		for range 19 { // of twenty from where the name is new; the office's was one
			wants(t, attempt("ann", "wrong", "0"), fault.Invalid, "signin.refused")
		}
		wants(t, attempt("ann", "wrong", "0"), fault.TooMany, "signin.too_many")
		s.Advance(30 * time.Second)
		succeeds(t, from("office", "ann", password, now()))
	})
	t.Run("a password is changed and removed, but not as the last", func(t *testing.T) {
		later()
		_, ann := s.signedIn(t, "ann")
		wants(t, s.passwords.Remove(ctx, ann), fault.Conflict, "signin.last")
		setUp, err := s.passwords.Prepare(ctx, ann)
		succeeds(t, err)
		succeeds(t, s.passwords.Set(ctx, ann, signin.NewPassword{SetUp: setUp.ID, Password: "another " + password, Code: now()}))
		s.recorded(t, audit.PasswordSet)
		s.Advance(time.Hour)
		wants(t, attempt("ann", password, now()), fault.Invalid, "signin.refused")
		succeeds(t, attempt("ann", "another "+password, now()))
		_, ann = s.signedIn(t, "ann")
		options, err := s.passkeys.BeginAdd(ctx, ann, "Key")
		succeeds(t, s.passkeys.FinishAdd(ctx, ann, answer{Challenge: challengeOf(t, options, err), Passkey: "key-p"}.text()))
		succeeds(t, s.passwords.Remove(ctx, ann))
		s.recorded(t, audit.PasswordRemoved)
		later()
		wants(t, attempt("ann", "another "+password, now()), fault.Invalid, "signin.refused")
	})
	t.Run("a set-up waits a quarter of an hour", func(t *testing.T) {
		setUp, err := s.passwords.PrepareFirst(ctx, "bob")
		succeeds(t, err)
		s.Advance(15 * time.Minute)
		_, err = s.passwords.SetFirst(ctx, "bob", signin.NewPassword{SetUp: setUp.ID, Password: password, Code: now()}, "")
		wants(t, err, fault.NotFound, "signin.setup.over")
	})
}
