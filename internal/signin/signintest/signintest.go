// SPDX-License-Identifier: Apache-2.0

package signintest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
)

// World is what the scripts run in: the people of package gatetest.
type World struct {
	Store   signin.Store
	Now     func() time.Time
	Advance func(time.Duration)
	NewID   func() string
	Journal func(t *testing.T) []audit.Record // all of it, in order
}

// script is a World with the services over it.
type script struct {
	World
	sessions  *signin.Sessions
	passkeys  *signin.Passkeys
	passwords *signin.Passwords
	hasher    *hasher
	people    *people
	store     *counting
}

func (w World) script() *script {
	tokens := 0
	s := &script{World: w, hasher: &hasher{}, people: &people{}, store: &counting{Store: w.Store}}
	s.sessions = signin.NewSessions(signin.Ports{
		Store: s.store, Accounts: s.people, Now: w.Now, NewID: w.NewID,
		NewToken: func() string { tokens++; return fmt.Sprintf("token-%d", tokens) },
	})
	s.passkeys = signin.NewPasskeys(s.sessions, &keys{})
	s.passwords = signin.NewPasswords(s.sessions, signin.NewLimits(w.Now), s.hasher, codes{})
	return s
}

// wants fails the test unless err is of that kind and says that key.
func wants(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.Of(err).Key != key {
		t.Fatalf("err = %v; want kind %d, %q", err, kind, key)
	}
}

func succeeds(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recorded fails the test unless the journal's newest entry has that verb.
func (s *script) recorded(t *testing.T, verb audit.Verb) audit.Record {
	t.Helper()
	journal := s.Journal(t)
	if len(journal) == 0 || journal[len(journal)-1].Verb != verb {
		t.Fatalf("the journal ends %+v; want %s", journal, verb)
	}
	return journal[len(journal)-1]
}

// signedIn is a member with a session.
func (s *script) signedIn(t *testing.T, member access.MemberID) (token string, actor access.Actor) {
	t.Helper()
	token, err := s.sessions.Start(t.Context(), member, access.Passkey, "Firefox")
	succeeds(t, err)
	signed, err := s.sessions.Resume(t.Context(), token)
	succeeds(t, err)
	return token, signed.Actor
}

// counting counts the transactions of a store.
type counting struct {
	signin.Store
	n int
}

func (c *counting) View(ctx context.Context, ask access.Ask, fn func(signin.Reader) error) error {
	c.n++
	return c.Store.View(ctx, ask, fn)
}

func (c *counting) Update(ctx context.Context, ask access.Ask, fn func(signin.Tx) error) error {
	c.n++
	return c.Store.Update(ctx, ask, fn)
}

// people plays the directory: members bear their id as handle; "sus" is suspended.
type people struct {
	asked  int
	closed access.MemberID // who is cut off besides
}

func (p *people) ByName(ctx context.Context, name string) (signin.Account, error) {
	handle, _, _ := strings.Cut(name, "@")
	return p.ByID(ctx, access.MemberID(handle))
}

func (p *people) ByID(_ context.Context, id access.MemberID) (signin.Account, error) {
	p.asked++
	switch id {
	case "ann", "bob", "sus":
		name := string(id)
		return signin.Account{
			Member: id, Handle: name, Name: "Name of " + name, Email: name + "@org.example", InForce: id != "sus" && id != p.closed,
			Preferences: signin.Preferences{Language: "fr", TimeZone: "Europe/Paris"},
		}, nil
	}
	return signin.Account{}, access.ErrHidden
}

// hasher plays argon2id.
type hasher struct{ worked int }

func (h *hasher) Hash(_ context.Context, password string) (string, error) { return "#" + password, nil }

func (h *hasher) Matches(_ context.Context, hash, password string) (bool, error) {
	h.worked++
	return hash == "#"+password, nil
}

// codes plays TOTP: the code of a moment is the number of its half minute.
type codes struct{}

func (codes) NewSecret() (string, error) { return "SECRET", nil }

func (codes) Label(signin.Account, string) (uri, picture string, err error) {
	return "otpauth://totp/x", "data:", nil
}

func (codes) Step(secret, code string, now time.Time) (int64, bool) {
	step := now.Unix() / 30
	return step, secret != "" && code == codeAt(now)
}

func codeAt(now time.Time) string { return fmt.Sprint(now.Unix() / 30) }

// keys plays WebAuthn: an answer repeats its challenge and names its passkey,
// and is good unless it says so.
type keys struct{ asked int }

// answer is what an authenticator of these says.
type answer struct {
	Challenge, Passkey string
	Bad                bool
}

func (a answer) text() []byte {
	text, _ := json.Marshal(a)
	return text
}

func (k *keys) challenge() (signin.Challenge, error) {
	k.asked++
	id := fmt.Sprintf("challenge-%d", k.asked)
	return signin.Challenge{ID: id, Options: json.RawMessage(`"` + id + `"`), State: []byte("state of " + id)}, nil
}

func (k *keys) AskNew(signin.Account, []signin.Passkey) (signin.Challenge, error) {
	return k.challenge()
}

func (k *keys) Ask() (signin.Challenge, error) { return k.challenge() }

func (k *keys) CheckNew(_ signin.Account, state, text []byte) (signin.Passkey, error) {
	after, err := k.Check(signin.Passkey{}, state, text)
	said, _ := k.Read(text)
	return signin.Passkey{ID: said.Passkey, Credential: after}, err
}

func (k *keys) Check(_ signin.Passkey, state, text []byte) ([]byte, error) {
	var said answer
	if err := json.Unmarshal(text, &said); err != nil || said.Bad || string(state) != "state of "+said.Challenge {
		return nil, fault.New(fault.Invalid, "signin.passkey.refused")
	}
	return []byte("credential after " + said.Challenge), nil
}

func (*keys) Read(text []byte) (signin.Answer, error) {
	var said answer
	err := json.Unmarshal(text, &said)
	return signin.Answer{Challenge: said.Challenge, Passkey: said.Passkey}, err
}

// challengeOf returns the name that options give.
func challengeOf(t *testing.T, options json.RawMessage, err error) string {
	t.Helper()
	succeeds(t, err)
	var id string
	succeeds(t, json.Unmarshal(options, &id))
	return id
}
