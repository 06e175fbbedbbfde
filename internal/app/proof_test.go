// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/journey"
)

// TestAMemberChecksTheirOwnEntry has a real browser prove an entry, and find that
// one was changed behind the program's back.
func TestAMemberChecksTheirOwnEntry(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	amina := s.joins(t, b, "amina", "Amina Rahal", "ncb-fr")
	signsIn(amina)
	amina.Goes("/exchange/topics/new?channel=trends")
	amina.Writes("input[name=title]", "A wave of invoices")
	amina.Writes("textarea[name=text]", "Has anybody met this?")
	amina.Clicks("main form .btn-primary")
	amina.SeesElement("entente-thread")
	for range 300 { // so that the log has more than one tile
		if err := s.Journal.Verify(t.Context(), gatetest.As("off")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.sequenced(t.Context()); err != nil {
		t.Fatal(err)
	}

	id, err := s.Accounts.ByName(t.Context(), "amina")
	if err != nil {
		t.Fatal(err)
	}
	me := gatetest.As(string(id.ID))
	mine, err := s.Journal.Mine(t.Context(), me, "")
	if err != nil || len(mine.Lines) == 0 {
		t.Fatalf("%d entries, %v", len(mine.Lines), err)
	}
	var topic audit.Line
	for _, line := range mine.Lines {
		if line.Verb == audit.TopicOpened {
			topic = line
		}
	}
	path := fmt.Sprintf("/me/entries/%d", topic.Number)
	amina.Goes(path)
	amina.Sees("Not signed yet")
	if err := s.runner.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}

	amina.Goes("/me/entries")
	amina.Clicks(`a[href="` + path + `"]`)
	amina.SeesElement("entente-proof")
	amina.Clicks("entente-proof button.btn-primary")
	amina.SeesElement("entente-proof[data-verdict=proven]")

	s.people.Exec(t, `UPDATE audit_entry SET object = 'another' WHERE number = $1`, topic.Number)
	amina.Goes(path)
	amina.Clicks("entente-proof button.btn-primary")
	amina.SeesElement("entente-proof[data-verdict=wrong]")

	s.people.Exec(t, `UPDATE audit_checkpoint SET note = replace(note, 'log', 'lag')`)
	amina.Goes(path)
	amina.Clicks("entente-proof button.btn-primary")
	amina.SeesElement("entente-proof[data-verdict=unsigned]")
}

// TestTheDirectorateChecksTheWholeJournal begins a check on the page, and reads
// what it found.
func TestTheDirectorateChecksTheWholeJournal(t *testing.T) {
	s := newStage(t)
	off := gatetest.As("off")
	check := func() audit.CheckResult {
		t.Helper()
		if err := s.Journal.Verify(t.Context(), off); err != nil {
			t.Fatal(err)
		}
		if err := s.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.people.Advance(1e9)
		_, c, err := s.Journal.Platform(t.Context(), off, audit.Narrow{}, "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := check(); c.Ended.IsZero() || c.Failed || !c.Report.OK() || c.Report.Opened == 0 || c.Report.Held != 1 {
		t.Errorf("%+v", c)
	}
	s.people.Exec(t, `UPDATE audit_entry SET verb = 'post.edited' WHERE number = 2`)
	if c := check(); len(c.Report.Findings) != 1 || c.Report.Findings[0] != (audit.Finding{Kind: audit.EntryWrong, Number: 2}) {
		t.Errorf("%+v", c)
	}
	s.people.Exec(t, `UPDATE audit_entry SET verb = 'membership.accepted', workspace_id = '', object = 'tyche', actor = 'ann' WHERE number = 2`)
	for _, l := range platform(t, s, off) {
		if l.Open && (l.Workspace == "tyche" || l.Object == "tyche") || !l.Open && (l.Verb != "" || l.Actor != "" || l.Workspace != "") {
			t.Errorf("an officer who is not in the operation reads %+v", l)
		}
	}
}

func platform(t *testing.T, s *stage, who access.Actor) []audit.Line {
	t.Helper()
	list, _, err := s.Journal.Platform(t.Context(), who, audit.Narrow{}, "")
	if err != nil || len(list.Lines) == 0 {
		t.Fatalf("%d entries, %v", len(list.Lines), err)
	}
	sealed := 0
	for _, l := range list.Lines {
		if !l.Open {
			sealed++
		}
	}
	if sealed == 0 {
		t.Error("no entry is sealed, though the operation has some")
	}
	return list.Lines
}

// TestWhoTookAPlaceInAnOperationIsNotThePlatformsToTell asks for the acts of one
// member, one of which is recorded on the platform and tells of an operation.
func TestWhoTookAPlaceInAnOperationIsNotThePlatformsToTell(t *testing.T) {
	s := newStage(t)
	s.people.Exec(t, `UPDATE audit_entry SET verb = 'membership.accepted', workspace_id = '', object = 'tyche', actor = 'ann' WHERE number = 2`)
	list, _, err := s.Journal.Platform(t.Context(), gatetest.As("off"), audit.Narrow{Actor: "ann"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.Lines {
		if l.Number == 2 || !l.Open {
			t.Errorf("%+v", l)
		}
	}
}
