// SPDX-License-Identifier: Apache-2.0

package deconflicttest

import (
	"fmt"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict"
	"entente.example/internal/fault"
)

// silentPairs has tyche meet others silently, once for each value.
func (s *script) silentPairs(values ...string) []deconflict.Pair {
	s.t.Helper()
	s.Set(s.t, "tyche", deconflict.Side{Name: "Tyche", Contact: "ring tyche", Policy: deconflict.Silent, State: access.Active})
	s.brings("ann", "tyche", "b1", values...)
	s.brings("eve", "other", "b2", values...)
	return s.desk()
}

// piles names how many pairs wait, and how many are closed.
func (s *script) piles() string {
	s.t.Helper()
	open, err := s.theDesk().Open(s.t.Context(), as("off"))
	if err != nil || open != len(s.desk()) {
		s.t.Errorf("%d pairs are open, %v; the desk lists %d", open, err, len(s.desk()))
	}
	closed, _, err := s.theDesk().Pairs(s.t.Context(), as("off"), deconflict.ClosedPile, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%d open, %d closed", open, len(closed))
}

func noted(s *script) {
	pairs := s.silentPairs("evil.example", "worse.example", "third.example")
	before := len(s.Journal(s.t, ""))
	note := func(pair string, o deconflict.Outcome, text string, want fault.Kind) {
		s.t.Helper()
		err := s.theDesk().Note(s.t.Context(), as("off"), deconflict.Act{Pair: pair, Outcome: o, Note: text})
		if want == 0 && err != nil || want != 0 && fault.KindOf(err) != want {
			s.t.Errorf("%s: %v", o, err)
		}
	}
	note(pairs[0].ID, deconflict.Looked, "", 0)
	note(pairs[0].ID, deconflict.Called, " Both agreed to talk. ", 0)
	note(pairs[0].ID, deconflict.NoAction, "", fault.Conflict)
	note(pairs[1].ID, deconflict.NoAction, "", 0)
	note(pairs[2].ID, deconflict.Reopened, "", fault.Conflict)
	note(pairs[2].ID, "done", "", fault.Invalid)
	note(pairs[2].ID, deconflict.Looked, strings.Repeat("x", 1001), fault.Invalid)
	if got := s.piles(); got != "1 open, 2 closed" {
		s.t.Error(got)
	}
	closed, _, err := s.theDesk().Pairs(s.t.Context(), as("off"), deconflict.ClosedPile, "")
	if err != nil || len(closed) != 2 || closed[0].ID != pairs[0].ID || len(closed[0].Acts) != 2 {
		s.t.Fatalf("closed = %+v, %v", closed, err)
	}
	if a := closed[0].Acts[1]; a.Outcome != deconflict.Called || a.Note != "Both agreed to talk." || a.By.Name == "" || !a.At.Equal(s.Now()) || !closed[0].ClosedAt.Equal(a.At) {
		s.t.Errorf("act = %+v", a)
	}
	note(pairs[1].ID, deconflict.Reopened, "One of them called back.", 0)
	if got := s.piles(); got != "2 open, 1 closed" {
		s.t.Error(got)
	}
	entries := s.Journal(s.t, "")[before:]
	if len(entries) != 4 {
		s.t.Errorf("%d entries; want one for each note that was kept", len(entries))
	}
	for _, e := range entries {
		if e.Verb != audit.MatchNoted || e.Actor != "off" || e.Object == "" {
			s.t.Errorf("entry = %+v", e)
		}
	}
	newest, n, err := s.theDesk().Newest(s.t.Context(), as("off"))
	if err != nil || n != 2 || newest.ID != pairs[1].ID {
		s.t.Errorf("Newest = %+v, %d, %v", newest, n, err)
	}
}

// unnoted checks that nobody else notes anything, that what was told is no pair of
// the desk, and that the two sides see nothing of a note.
func unnoted(s *script) {
	pair := s.silentPairs("evil.example")[0].ID
	s.brings("gus", "third", "b3", "told.example")
	s.brings("eve", "other", "b4", "told.example") // told: no pair of the desk
	act := deconflict.Act{Pair: pair, Outcome: deconflict.NoAction}
	absent := s.theDesk().Note(s.t.Context(), as("off"), deconflict.Act{Pair: "nothing", Outcome: deconflict.NoAction})
	for _, member := range []string{"ann", "bob", "acm", "eve", "gus"} {
		err := s.theDesk().Note(s.t.Context(), as(member), act)
		_, open := s.theDesk().Open(s.t.Context(), as(member))
		_, _, newest := s.theDesk().Newest(s.t.Context(), as(member))
		for _, err := range []error{err, open, newest} {
			if fault.KindOf(err) != fault.NotFound || err.Error() != absent.Error() {
				s.t.Errorf("%s at the desk: %v; absent: %v", member, err, absent)
			}
		}
	}
	malformed := s.theDesk().Note(s.t.Context(), as("ann"), deconflict.Act{Pair: pair, Outcome: "malformed"})
	if malformed == nil || malformed.Error() != absent.Error() {
		s.t.Errorf("a malformed note is looked at before its writer: %v", malformed)
	}
	before := [...]int{len(s.Journal(s.t, "tyche")), len(s.Journal(s.t, "other"))}
	s.Advance(time.Minute)
	if err := s.theDesk().Note(s.t.Context(), as("off"), act); err != nil {
		s.t.Fatal(err)
	}
	if after := [...]int{len(s.Journal(s.t, "tyche")), len(s.Journal(s.t, "other"))}; after != before {
		s.t.Errorf("the journals of the sides grew from %v to %v", before, after)
	}
	s.sees("ann", "tyche")
	s.sees("eve", "other", "told.example")
}
