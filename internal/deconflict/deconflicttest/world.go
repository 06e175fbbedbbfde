// SPDX-License-Identifier: Apache-2.0

package deconflicttest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict"
	"entente.example/internal/observable"
)

// World is an empty house with people in it: ann (police, FR) and acm (private,
// starts closed) write in the operation "tyche", bob (police, ES) reads there;
// eve runs "other", gus runs "third"; off is an officer of the Directorate. All
// three operations tell a contact point.
type World interface {
	Store() deconflict.Store
	// Match brings a slice of a batch into a workspace.
	Match(member string, workspace access.WorkspaceID, h access.Handling, m deconflict.Matching, found []deconflict.Observed) error
	// Forget undoes a batch.
	Forget(member string, workspace access.WorkspaceID, batch string) error
	// Rehandle gives an item another handling.
	Rehandle(member string, workspace access.WorkspaceID, object string, v observable.Value, h access.Handling) error
	// Set changes what a workspace tells of itself.
	Set(t *testing.T, workspace access.WorkspaceID, side deconflict.Side)
	// Journal returns what was recorded in a workspace, or on the platform.
	Journal(t *testing.T, workspace access.WorkspaceID) []audit.Record
	Keyer() deconflict.Keyer
	// OtherKeyer blinds under another secret.
	OtherKeyer() deconflict.Keyer
	Now() time.Time
	Advance(d time.Duration)
	NewID() string
}

// script plays a scene in a world.
type script struct {
	World
	t        *testing.T
	limits   deconflict.Limits
	warnings deconflict.Warnings
	objects  int
}

func as(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

// orgs of the people who bring values.
func org(member string) access.OrgID {
	return map[string]access.OrgID{"ann": "pol-fr", "bob": "pol-es", "acm": "acme", "eve": "pol-es", "gus": "pol-es"}[member]
}

// value is the domain of that name, in whatever way it is written.
func value(t *testing.T, text string) observable.Value {
	t.Helper()
	kind := observable.Domain
	if text[0] >= '0' && text[0] <= '9' {
		kind = observable.IPv4
	}
	v, err := observable.Canonical(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// brings has a member bring values into a workspace, as a batch of its own.
func (s *script) brings(member string, workspace access.WorkspaceID, batch string, texts ...string) {
	s.t.Helper()
	s.bringsHandled(member, workspace, batch, access.Unmarked(org(member)), texts...)
}

func (s *script) bringsHandled(member string, workspace access.WorkspaceID, batch string, h access.Handling, texts ...string) {
	s.t.Helper()
	var found []deconflict.Observed
	for _, text := range texts {
		s.objects++
		found = append(found, deconflict.Observed{Object: fmt.Sprintf("object-%s-%d", workspace, s.objects), Value: value(s.t, text)})
	}
	m := deconflict.Matching{Keyer: s.Keyer(), Warnings: s.warnings, Limits: s.limits, NewID: s.NewID, Now: s.Now(),
		Batch: batch, BatchSize: int64(len(texts))}
	if err := s.Match(member, workspace, h, m, found); err != nil {
		s.t.Fatal(err)
	}
}

func (s *script) hits(member string, workspace access.WorkspaceID) []deconflict.Hit {
	s.t.Helper()
	hits, _, err := deconflict.NewHits(s.Store(), s.Now, s.NewID).In(s.t.Context(), as(member), workspace, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return hits
}

// sees checks which values a member has hits on, whatever their order.
func (s *script) sees(member string, workspace access.WorkspaceID, texts ...string) {
	s.t.Helper()
	got := []string{}
	for _, h := range s.hits(member, workspace) {
		got = append(got, h.Value.Text)
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(texts))
	if !slices.Equal(got, want) {
		s.t.Errorf("%s sees hits on %q in %s; want %q", member, got, workspace, want)
	}
	unseen, err := deconflict.NewHits(s.Store(), s.Now, s.NewID).Unseen(s.t.Context(), as(member), workspace)
	if err != nil || unseen != len(want) {
		s.t.Errorf("%s has %d unseen hits in %s, %v; want %d", member, unseen, workspace, err, len(want))
	}
}

func (s *script) theDesk() *deconflict.Desk {
	return deconflict.NewDesk(s.Store(), s.Now, s.NewID)
}

func (s *script) desk() []deconflict.Pair {
	s.t.Helper()
	pairs, _, err := s.theDesk().Pairs(s.t.Context(), as("off"), deconflict.OpenPile, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return pairs
}

// reasons checks why pairs came to the desk, oldest first.
func (s *script) reasons(want ...deconflict.Reason) {
	s.t.Helper()
	var got []deconflict.Reason
	for _, p := range slices.Backward(s.desk()) {
		got = append(got, p.Reason)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the desk has %q; want %q", got, want)
	}
}
