// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
)

// Sessions checks when sessions begin and end.
func Sessions(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	isOver := func(t *testing.T, token string) {
		t.Helper()
		_, err := s.sessions.Resume(ctx, token)
		wants(t, err, fault.Unauthenticated, "access.sign_in")
	}
	t.Run("a token resumes its session, with how its member reads", func(t *testing.T) {
		token, actor := s.signedIn(t, "ann")
		got, err := s.sessions.Resume(ctx, token)
		want := signin.Signed{
			Actor:       access.Actor{Kind: access.Person, Member: "ann", Session: actor.Session, Strength: access.Passkey},
			Preferences: signin.Preferences{Language: "fr", TimeZone: "Europe/Paris"},
			IdleEnd:     s.Now().Add(30 * time.Minute), LastEnd: s.Now().Add(12 * time.Hour),
		}
		if err != nil || got != want {
			t.Errorf("Resume = %+v, %v; want %+v", got, err, want)
		}
		if e := s.recorded(t, audit.SignedIn); e.Concerns != "ann" || e.Object != actor.Session {
			t.Errorf("entry = %+v", e)
		}
		isOver(t, "")
		isOver(t, "another")
		m, err := s.sessions.Means(ctx, actor)
		succeeds(t, err)
		isOver(t, m.Sessions[0].TokenHash)
	})
	t.Run("a session that is used lives on, twelve hours at most", func(t *testing.T) {
		token, _ := s.signedIn(t, "ann")
		for range 25 {
			s.Advance(28 * time.Minute)
			_, err := s.sessions.Resume(ctx, token)
			succeeds(t, err)
		}
		s.Advance(20 * time.Minute) // 12 hours since it began
		isOver(t, token)
	})
	t.Run("a session that nobody uses ends after half an hour", func(t *testing.T) {
		token, _ := s.signedIn(t, "ann")
		s.Advance(30*time.Minute - time.Second)
		_, err := s.sessions.Check(ctx, token) // a stream that asks by itself is no use
		succeeds(t, err)
		s.Advance(time.Second)
		isOver(t, token)
	})
	t.Run("use is written down at most once a minute", func(t *testing.T) {
		token, _ := s.signedIn(t, "ann")
		s.Advance(59 * time.Second)
		before := s.store.n
		_, err := s.sessions.Resume(ctx, token)
		if succeeds(t, err); s.store.n-before != 1 {
			t.Errorf("%d transactions within a minute; want 1", s.store.n-before)
		}
	})
	t.Run("its owner sees and ends sessions, nobody else's", func(t *testing.T) {
		_, actor := s.signedIn(t, "bob")
		second, other := s.signedIn(t, "bob")
		third, ann := s.signedIn(t, "ann")
		m, err := s.sessions.Means(ctx, actor)
		if err != nil || len(m.Sessions) != 2 || m.Sessions[0].ID != other.Session || m.Current != actor.Session {
			t.Fatalf("Means = %+v, %v", m, err)
		}
		wants(t, s.sessions.End(ctx, actor, ann.Session), fault.NotFound, "error.not_found")
		succeeds(t, s.sessions.End(ctx, actor, other.Session))
		if e := s.recorded(t, audit.SignedOut); e.Actor != "bob" {
			t.Errorf("entry = %+v", e)
		}
		isOver(t, second)
		fourth, _ := s.signedIn(t, "ann")
		succeeds(t, s.sessions.EndOthers(ctx, ann))
		isOver(t, fourth)
		_, err = s.sessions.Resume(ctx, third)
		succeeds(t, err)
		succeeds(t, s.sessions.EndAll(ctx, "ann"))
		isOver(t, third)
	})
	t.Run("a session of one who is cut off is over, and comes back with them", func(t *testing.T) {
		token, _ := s.signedIn(t, "ann")
		s.people.closed = "ann"
		isOver(t, token)
		s.people.closed = ""
		_, err := s.sessions.Resume(ctx, token)
		succeeds(t, err)
	})
	t.Run("nobody begins a session for one who is not there", func(t *testing.T) {
		_, err := s.sessions.Start(ctx, "nobody", access.Passkey, "")
		wants(t, err, fault.NotFound, "error.not_found")
	})
}
