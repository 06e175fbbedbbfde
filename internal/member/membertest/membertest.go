// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/member"
)

// World is what the scripts run in: the people of package gatetest and three
// more confirmed officers of its secretariat "sec": olga, omar and otto.
type World struct {
	Store   member.Store
	Now     func() time.Time
	Advance func(time.Duration)
	NewID   func() string
	Journal func(t *testing.T) []audit.Record // all of it, in order
}

// script is a World with the services over it.
type script struct {
	World
	organisations *member.Organisations
	people        *member.People
	invitations   *member.Invitations
	officers      *member.Officers
	vettings      *member.Vettings
	accounts      *member.Accounts
	ended         *ended
}

// ended notes whose sessions were ended.
type ended struct{ members []access.MemberID }

func (e *ended) EndAll(_ context.Context, id access.MemberID) error {
	e.members = append(e.members, id)
	return nil
}

func (w World) script() *script {
	tokens := 0
	newToken := func() string {
		tokens++
		return fmt.Sprintf("token-%d", tokens)
	}
	sessions := &ended{}
	return &script{
		World:         w,
		organisations: member.NewOrganisations(w.Store, w.Now, w.NewID),
		people:        member.NewPeople(w.Store, sessions, w.Now, w.NewID),
		invitations:   member.NewInvitations(w.Store, w.Now, w.NewID, newToken),
		officers:      member.NewOfficers(w.Store, w.Now, w.NewID),
		vettings:      member.NewVettings(w.Store, w.Now, w.NewID),
		accounts:      member.NewAccounts(w.Store),
		ended:         sessions,
	}
}

// as is the member of that id, signed in with a passkey.
func as(id string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(id), Session: "s-" + id, Strength: access.Passkey}
}

// console is the administrator's command line.
func console() access.Actor { return access.Actor{Kind: access.Console} }

// wants fails the test unless err is of that kind and says that key; an empty
// key wants no error.
func wants(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	if key == "" && err == nil {
		return
	}
	if err == nil || key == "" || fault.KindOf(err) != kind || fault.Of(err).Key != key {
		t.Fatalf("err = %v; want kind %d, %q", err, kind, key)
	}
}

func succeeds(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recorded fails the test unless the journal's newest entries have those verbs.
func (s *script) recorded(t *testing.T, verbs ...audit.Verb) []audit.Record {
	t.Helper()
	journal := s.Journal(t)
	if len(journal) < len(verbs) {
		t.Fatalf("the journal has %d entries; want at least %d", len(journal), len(verbs))
	}
	last := journal[len(journal)-len(verbs):]
	if !slices.EqualFunc(last, verbs, func(r audit.Record, v audit.Verb) bool { return r.Verb == v }) {
		t.Fatalf("the journal ends %+v; want %v", last, verbs)
	}
	return last
}

// acceptance is what a newcomer of that handle says.
func acceptance(handle string) member.Acceptance {
	return member.Acceptance{
		Handle: handle, Name: "Name of " + handle, Post: "Cybercrime unit", Rules: member.RulesVersion,
		Settings: member.Settings{Language: "fr", TimeZone: "Europe/Paris"},
	}
}

// day is midnight UTC, that many days from now.
func (s *script) day(days int) time.Time {
	return s.Now().Truncate(24*time.Hour).AddDate(0, 0, days)
}
