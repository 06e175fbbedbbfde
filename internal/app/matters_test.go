// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/home"
	"entente.example/internal/intel"
	"entente.example/internal/words"
)

// tells lists what home and what the inbox tell a member of one kind, in words;
// both must say the same.
func (s *stage) tells(t *testing.T, member string, kind home.Kind) string {
	t.Helper()
	ctx, actor := t.Context(), gatetest.As(member)
	first, err := home.Gather(ctx, actor, s.matters()...)
	if err == nil {
		first, err = s.Inbox.Keep(ctx, actor, first)
	}
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := s.Inbox.List(ctx, actor, home.Filter{Unread: true, Kind: kind}, "")
	if err != nil {
		t.Fatal(err)
	}
	var here, there []string
	for _, m := range first {
		if m.Kind == kind {
			here = append(here, inWords(ctx, m))
		}
	}
	for _, e := range inbox.Entries {
		there = append(there, inWords(ctx, e.Matter))
	}
	slices.Sort(here)
	slices.Sort(there)
	if !slices.Equal(here, there) {
		t.Errorf("home tells %s %q, the inbox %q", member, here, there)
	}
	return strings.Join(here, "; ")
}

// inWords is a matter in words, with what it names.
func inWords(ctx context.Context, m home.Matter) string {
	text := words.Say(ctx, m.Key, m.Args...)
	if m.What != "" {
		text += " (" + m.What + ")"
	}
	return strings.Map(func(r rune) rune {
		if r >= '\u2066' && r <= '\u2069' { // isolates
			return -1
		}
		return r
	}, text)
}

// expects checks what each member is told; those whom it does not name are told
// nothing.
func (s *stage) expects(t *testing.T, kind home.Kind, want map[string]string) {
	t.Helper()
	for _, member := range []string{"max", "ann", "bob", "acm", "exp", "eve", "gus", "off"} {
		if got := s.tells(t, member, kind); got != want[member] {
			t.Errorf("%s is told %q; want %q", member, got, want[member])
		}
	}
	_, inbox := s.Inbox.List(t.Context(), gatetest.As("sus"), home.Filter{}, "")
	_, first := home.Gather(t.Context(), gatetest.As("sus"), s.matters()...)
	if fault.KindOf(inbox) != fault.Unauthenticated || fault.KindOf(first) != fault.Unauthenticated {
		t.Errorf("who is suspended is answered %v and %v", inbox, first)
	}
}

// TestMembersAreToldWhatBecomesOfTheirOperation takes tyche through the end of its
// life: its members are told, and others are not.
func TestMembersAreToldWhatBecomesOfTheirOperation(t *testing.T) {
	s := newStage(t)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	max, ann := gatetest.As("max"), gatetest.As("ann")
	s.expects(t, home.Operating, nil)

	must(s.Workspaces.Move(ctx, max, "tyche", access.Closing))
	s.people.Advance(time.Minute)
	const closing = "TYCHE is closing: you can still write and export"
	s.expects(t, home.Operating, map[string]string{"max": closing, "ann": closing, "bob": closing, "acm": closing})
	must(s.Inbox.MarkAll(ctx, gatetest.As("bob"), s.people.Now()))
	s.expects(t, home.Operating, map[string]string{"max": closing, "ann": closing, "acm": closing})
	must(s.Workspaces.Move(ctx, max, "tyche", access.Active))
	s.expects(t, home.Operating, nil)

	s.people.Exec(t, `UPDATE workspace_workspace SET review_at = $1 WHERE workspace_id = 'tyche'`, s.people.Now().AddDate(0, 0, 10).UnixMicro())
	s.expects(t, home.Operating, map[string]string{"max": "TYCHE is due for review on 14 March 2026: is it still needed?"})
	s.people.Exec(t, `UPDATE workspace_workspace SET review_at = $1 WHERE workspace_id = 'tyche'`, s.people.Now().AddDate(0, 0, 15).UnixMicro())
	s.expects(t, home.Operating, nil)

	must(s.Workspaces.Move(ctx, max, "tyche", access.Archived))
	s.role(t, "ann", access.Manager)
	must(s.Purges.Ask(ctx, max, "tyche"))
	s.expects(t, home.Operating, map[string]string{"ann": "Member max asks for the purge of TYCHE: you can confirm it"})
	s.role(t, "max", access.Analyst)
	s.expects(t, home.Operating, nil) // whoever asked no longer runs it: there is nothing to confirm
	s.role(t, "max", access.Manager)
	must(s.Purges.Withdraw(ctx, ann, "tyche"))
	s.expects(t, home.Operating, nil)
}

// TestAnImportWaitsForThoseWhoMayDecide has a file of ann's wait.
func TestAnImportWaitsForThoseWhoMayDecide(t *testing.T) {
	s := newStage(t)
	ctx, ann := t.Context(), gatetest.As("ann")
	s.people.Exec(t, `UPDATE member_member SET vetted_until = $1 WHERE member_id = 'exp'`, s.people.Now().AddDate(1, 0, 0).UnixMicro())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Inbox.MarkAll(ctx, ann, s.people.Now()))
	s.people.Advance(time.Minute)
	id, err := s.Batches.Stage(ctx, ann, "tyche", intel.Upload{Name: "records.json", Content: strings.NewReader(strings.ReplaceAll(oneURL("http://waits.example/"), "0d8f3a11", "0d8f3a12"))})
	must(errors.Join(err, s.settle(ctx)))
	const waits = "An import is checked: one object waits for your decision (records.json)"
	s.expects(t, home.Imported, map[string]string{"ann": waits, "exp": waits}) // who brought it, and a colleague
	s.role(t, "exp", access.Reader)
	s.expects(t, home.Imported, map[string]string{"ann": waits})
	must(s.Workspaces.Move(ctx, gatetest.As("max"), "tyche", access.Archived))
	s.expects(t, home.Imported, nil) // nothing is decided in an archive
	s.people.Exec(t, `UPDATE workspace_workspace SET state = 'active' WHERE workspace_id = 'tyche'`)
	must(s.Batches.Refuse(ctx, ann, intel.Place{Workspace: "tyche", Batch: id}))
	s.expects(t, home.Imported, nil)
}

// TestHitsAreNamed where lists name them, and counted where they are not.
func TestHitsAreNamed(t *testing.T) {
	s := newStage(t)
	s.imports(t, "eve", "other", oneURL("http://panel.kestrel.example/"))
	one := "hxxp://panel[.]kestrel[.]example/ is also held elsewhere"
	s.expects(t, home.Found, map[string]string{"max": one, "ann": one, "bob": one, "eve": one})
	s.people.Advance(time.Minute)
	for i, name := range []string{"second", "third"} {
		text := strings.ReplaceAll(oneURL("http://"+name+".example/"), "0d8f3a11", fmt.Sprintf("0d8f3a1%d", i+2))
		s.imports(t, "ann", "tyche", text)
		s.people.Advance(time.Minute)
		s.imports(t, "eve", "other", text)
	}
	three := "3 values of yours are also held elsewhere (hxxp://third[.]example/ and 2 more)"
	s.expects(t, home.Found, map[string]string{"max": three, "ann": three, "bob": three, "eve": three})
	s.people.Exec(t, `UPDATE gate_handling SET restricted = $1 WHERE workspace_id = 'tyche' AND originator = 'pol-fr'`, true)
	const withheld = "3 values of yours are also held elsewhere"
	s.expects(t, home.Found, map[string]string{"ann": withheld, "eve": three})
}

// TestHomeCountsTopics holds that the words and the number speak of one thing.
func TestHomeCountsTopics(t *testing.T) {
	s := newStage(t)
	for range 3 {
		_, err := s.Posts.Reply(t.Context(), gatetest.As("max"), "tyche", discussion.PostDraft{Topic: discussion.TopicID(s.ids["tyche topic"]), Text: "More."})
		if err != nil {
			t.Fatal(err)
		}
	}
	unread, err := s.topicsUnread(t.Context(), gatetest.As("bob"))
	if err != nil || len(unread) != 2 {
		t.Fatalf("bob has unread %v, %v", unread, err)
	}
	for _, m := range unread {
		if got := inWords(t.Context(), m); got != "One topic with something new" || m.Count != 1 || m.At.IsZero() {
			t.Errorf("in %s bob is told %q", m.Workspace, got)
		}
	}
}

// TestTheDeskAloneIsToldOfASilentMatch, on home, in the inbox and beside the rail,
// until an officer has closed it.
func TestTheDeskAloneIsToldOfASilentMatch(t *testing.T) {
	s := newStage(t)
	open := func(member string) int {
		t.Helper()
		nav, err := s.navigate(t.Context(), gatetest.As(member), "")
		if err != nil {
			t.Fatal(err)
		}
		return nav.DeskOpen
	}
	s.expects(t, home.Desked, nil)
	if n := open("off"); n != 0 {
		t.Errorf("%d matches wait at the desk", n)
	}
	s.people.Exec(t, `UPDATE workspace_workspace SET match_policy = 0 WHERE workspace_id = 'other'`)
	s.imports(t, "eve", "other", oneURL("http://panel.kestrel.example/"))
	s.expects(t, home.Desked, map[string]string{"off": "A match waits at the desk: the two operations were not told (OTHER · TYCHE)"})
	s.expects(t, home.Found, nil)
	if off, max := open("off"), open("max"); off != 1 || max != 0 {
		t.Errorf("%d matches wait beside an officer's rail, %d beside a manager's", off, max)
	}
	newest, _, err := s.Desk.Newest(t.Context(), gatetest.As("off"))
	if err == nil {
		err = s.Desk.Note(t.Context(), gatetest.As("off"), deconflict.Act{Pair: newest.ID, Outcome: deconflict.NoAction})
	}
	if err != nil {
		t.Fatal(err)
	}
	s.expects(t, home.Desked, nil)
	if n := open("off"); n != 0 {
		t.Errorf("%d matches wait at the desk after it closed the last", n)
	}
}
