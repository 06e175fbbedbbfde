// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// How long a session lasts.
const (
	idleEnd     = 30 * time.Minute
	absoluteEnd = 12 * time.Hour
	seenEvery   = time.Minute // how often its use is written down
)

// Session is one sign-in.
type Session struct {
	ID        string
	TokenHash string
	Member    access.MemberID
	Strength  access.Strength
	Agent     string // the browser, as its owner may recognise it
	StartedAt time.Time
	SeenAt    time.Time
	EndsAt    time.Time
}

func (s Session) over(now time.Time) bool {
	return !now.Before(s.EndsAt) || !now.Before(s.SeenAt.Add(idleEnd))
}

// Signed is who a session belongs to, and how they read.
type Signed struct {
	Actor access.Actor
	Preferences
	IdleEnd time.Time // when the session ends unless it is used before
	LastEnd time.Time // when it ends however much it is used
}

// Started is a session that has just begun, with its token: the only time that
// the token is known.
type Started struct {
	Token   string
	Session Session
}

// Ports is what signing in needs of the rest of the house. NewToken returns a
// fresh secret of at least 256 bits.
type Ports struct {
	Store    Store
	Accounts Directory
	Now      func() time.Time
	NewID    func() string
	NewToken func() string
}

// Sessions resumes, lists and ends sessions.
type Sessions struct{ Ports }

// NewSessions returns Sessions over those ports.
func NewSessions(p Ports) *Sessions { return &Sessions{p} }

// hashOf is what is kept of a token or a name.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Resume returns who holds the session of that token, and notes that it was used;
// where nothing can be written now, as on a full disk, reading goes on until the
// session ends by what was noted before.
// It fails with access.ErrNobody where there is none, or no longer.
func (s *Sessions) Resume(ctx context.Context, token string) (Signed, error) {
	session, err := s.find(ctx, token)
	if err != nil {
		return Signed{}, err
	}
	if now := s.Now(); now.Sub(session.SeenAt) >= seenEvery {
		err = s.Store.Update(ctx, unsigned(), func(tx Tx) error { return tx.SeeSession(ctx, session.ID, now) })
		switch {
		case err == nil:
			session.SeenAt = now
		case fault.KindOf(err) != fault.Unavailable:
			return Signed{}, err
		}
	}
	return s.signed(ctx, session)
}

// Check is Resume without a trace: for streams that ask again by themselves, and
// must not keep a session alive that nobody uses.
func (s *Sessions) Check(ctx context.Context, token string) (Signed, error) {
	session, err := s.find(ctx, token)
	if err != nil {
		return Signed{}, err
	}
	return s.signed(ctx, session)
}

func (s *Sessions) find(ctx context.Context, token string) (session Session, err error) {
	err = s.Store.View(ctx, unsigned(), func(tx Reader) error {
		session, err = tx.SessionOf(ctx, hashOf(token))
		return err
	})
	if fault.KindOf(err) == fault.NotFound || err == nil && session.over(s.Now()) {
		return Session{}, access.ErrNobody
	}
	return session, err
}

// signed says who holds session, while they may be here at all.
func (s *Sessions) signed(ctx context.Context, session Session) (Signed, error) {
	account, err := s.account(ctx, session.Member)
	if err == nil && !account.InForce {
		err = access.ErrNobody
	}
	if err != nil {
		return Signed{}, err
	}
	actor := access.Actor{Kind: access.Person, Member: session.Member, Session: session.ID, Strength: session.Strength}
	return Signed{actor, account.Preferences, session.SeenAt.Add(idleEnd), session.EndsAt}, nil
}

// account returns that of an actor; who has none is nobody.
func (s *Sessions) account(ctx context.Context, member access.MemberID) (Account, error) {
	account, err := s.Accounts.ByID(ctx, member)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = access.ErrNobody
	}
	return account, err
}

// begin prepares a session for account, and the entry that tells of it; both are
// written by write in the transaction of the proof.
func (s *Sessions) begin(account Account, strength access.Strength, agent string) (Started, audit.Entry) {
	const longest = 200
	token, now := s.NewToken(), s.Now()
	session := Session{
		ID: s.NewID(), TokenHash: hashOf(token), Member: account.Member, Strength: strength,
		Agent: clip(agent, longest), StartedAt: now, SeenAt: now, EndsAt: now.Add(absoluteEnd),
	}
	entry := audit.Entry{ID: s.NewID(), At: now, Verb: audit.SignedIn, Object: session.ID, Concerns: account.Member}
	return Started{token, session}, entry
}

// clip cuts text to at most n bytes, and what that leaves of a character.
func clip(text string, n int) string {
	return strings.ToValidUTF8(text[:min(len(text), n)], "")
}

func write(ctx context.Context, tx Tx, started Started, entry audit.Entry) error {
	if err := tx.DropSessionsOver(ctx, started.Session.StartedAt); err != nil {
		return err
	}
	if err := tx.InsertSession(ctx, started.Session); err != nil {
		return err
	}
	return tx.Record(ctx, entry)
}

// refused records that somebody was not let in; of an unknown account, nobody
// is concerned.
func (s *Sessions) refused(ctx context.Context, who access.MemberID, answer error) error {
	entry := audit.Entry{ID: s.NewID(), At: s.Now(), Verb: audit.SignInFailed, Concerns: who}
	if err := s.Store.Update(ctx, unsigned(), func(tx Tx) error { return tx.Record(ctx, entry) }); err != nil {
		return err
	}
	return answer
}

// End ends one of the actor's own sessions. It fails with access.ErrHidden where
// there is none of that id.
func (s *Sessions) End(ctx context.Context, actor access.Actor, id string) error {
	entry := audit.Entry{ID: s.NewID(), At: s.Now(), Verb: audit.SignedOut, Object: id}
	return s.Store.Update(ctx, owns(actor), func(tx Tx) error {
		n, err := tx.DropSession(ctx, actor.Member, id)
		if err == nil && n == 0 {
			err = access.ErrHidden
		}
		if err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// EndOthers ends all of the actor's sessions but the one that asks.
func (s *Sessions) EndOthers(ctx context.Context, actor access.Actor) error {
	entry := audit.Entry{ID: s.NewID(), At: s.Now(), Verb: audit.SignedOut}
	return s.Store.Update(ctx, owns(actor), func(tx Tx) (err error) {
		if entry.Count, err = tx.DropSessions(ctx, actor.Member, actor.Session); err != nil || entry.Count == 0 {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// EndAll ends each session of a member who was cut off.
func (s *Sessions) EndAll(ctx context.Context, member access.MemberID) error {
	entry := audit.Entry{ID: s.NewID(), At: s.Now(), Verb: audit.SignedOut, Concerns: member}
	return s.Store.Update(ctx, unsigned(), func(tx Tx) (err error) {
		if entry.Count, err = tx.DropSessions(ctx, member, ""); err != nil || entry.Count == 0 {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Start begins a session of that strength for a member who has proven nothing,
// and returns its token: for the demonstration, whose people are invented, and
// for tests. No page of a real deployment leads here.
func (s *Sessions) Start(ctx context.Context, member access.MemberID, strength access.Strength, label string) (token string, err error) {
	account, err := s.Accounts.ByID(ctx, member)
	if err != nil {
		return "", err
	}
	started, entry := s.begin(account, strength, label)
	err = s.Store.Update(ctx, unsigned(), func(tx Tx) error { return write(ctx, tx, started, entry) })
	if err != nil {
		return "", err
	}
	return started.Token, nil
}
