// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/page"
)

// told lists what a journal tells, all its pages of it, as "verb object".
func told(t *testing.T, read func(page.Cursor) (audit.List, error)) (told []string, sealed int) {
	t.Helper()
	for after := page.Cursor(""); ; {
		list, err := read(after)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list.Lines {
			if !l.Open {
				sealed++
				continue
			}
			told = append(told, string(l.Verb)+" "+l.Object)
		}
		if after = list.Next; after == "" {
			return told, sealed
		}
	}
}

func (s *stage) journalOf(t *testing.T, who string) []string {
	t.Helper()
	lines, sealed := told(t, func(after page.Cursor) (audit.List, error) {
		return s.Journal.Workspace(t.Context(), gatetest.As(who), "tyche", audit.Narrow{}, after)
	})
	if sealed > 0 {
		t.Errorf("%s is told of %d entries that are closed to them", who, sealed)
	}
	return lines
}

func (s *stage) role(t *testing.T, who string, role access.Role) {
	t.Helper()
	s.people.Exec(t, `DELETE FROM workspace_membership WHERE workspace_id = 'tyche' AND member_id = $1`, who)
	s.people.Exec(t, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
		VALUES ('tyche', $1, $2, 'accepted', 0, 0, 'off', 0, 0)`, who, role)
}

// record writes entries as if they had happened.
func (s *stage) record(t *testing.T, ws access.WorkspaceID, entries ...audit.Entry) {
	t.Helper()
	for _, e := range entries {
		s.people.Exec(t, `INSERT INTO audit_queue (entry_id, at, actor, workspace_id, verb, object, about, count, concerns)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, s.world.newID(), s.world.now().UnixMicro(), "follower:deconflict", ws,
			e.Verb, e.Object, e.About, e.Count, e.Concerns)
	}
	if err := s.sequenced(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// another is a bundle of one indicator for that URL, which no other bundle has.
func another(t *testing.T, url string) string {
	t.Helper()
	id := fmt.Sprintf("indicator--%x", sha256.Sum256([]byte(url)))[:19]
	return strings.ReplaceAll(oneURL(url), "indicator--0d8f3a11", id)
}

// secretly has ann do what only she, or only her organisation, may know of, and
// returns the ids of all that she did it with.
func (s *stage) secretly(t *testing.T) (ids []string) {
	t.Helper()
	ann := gatetest.As("ann")
	topic, err := s.Topics.Open(t.Context(), ann, "tyche", discussion.TopicDraft{
		Channel: "general", Title: "For us", Text: "First.", Audience: discussion.Audience{TLP: access.Amber, Restricted: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		if _, err := s.Posts.Reply(t.Context(), ann, "tyche", discussion.PostDraft{Topic: topic, Text: fmt.Sprint("post ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	batch := s.importsAs(t, "ann", "tyche", another(t, "http://red.kestrel.example/"), access.Red)
	object := s.firstObject(t, "ann", "tyche")
	if _, err := s.Objects.Entity(t.Context(), ann, "tyche", intel.ObjectID(object)); err != nil {
		t.Fatal(err)
	}
	s.people.Advance(time.Minute)
	if err := s.sequenced(t.Context()); err != nil {
		t.Fatal(err)
	}
	mine, _ := told(t, func(after page.Cursor) (audit.List, error) { return s.Journal.Mine(t.Context(), ann, after) })
	for _, want := range []string{"topic.opened " + string(topic), "import.decided " + string(batch), "object.viewed " + object} {
		if !slices.Contains(mine, want) {
			t.Errorf("ann's own entries are without %s", want)
		}
	}
	return append([]string{}, string(topic), string(batch), object)
}

// TestTheJournalOfAnOperationTellsNothingOfWhatIsClosed has managers read it who
// may not read all.
func TestTheJournalOfAnOperationTellsNothingOfWhatIsClosed(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		before := s.journalOf(t, "max")
		if !slices.ContainsFunc(before, func(l string) bool { return l == "topic.opened "+s.ids["tyche topic"] }) ||
			!slices.Contains(before, "import.ended "+s.ids["batch"]) {
			t.Errorf("a manager is not told what everybody may know: %q", before)
		}
		s.secretly(t)
		if after := s.journalOf(t, "max"); !slices.Equal(after, before) {
			t.Errorf("a manager reads %q, and before what is closed to him happened %q", after, before)
		}
		s.record(t, "tyche", audit.Entry{Verb: audit.WorkspaceChanged, Object: "tyche"}, audit.Entry{Verb: "something.new", Object: "tyche"},
			audit.Entry{Verb: audit.MatchFound, Count: 1})
		if after := s.journalOf(t, "max"); !slices.Equal(after, append([]string{"workspace.changed tyche"}, before...)) {
			t.Errorf("a manager reads %q", after)
		}

		s.role(t, "acm", access.Manager)
		if got := s.journalOf(t, "acm"); !slices.Equal(got, []string{"workspace.changed tyche"}) {
			t.Errorf("a manager of a private body reads %q", got)
		}
		s.role(t, "ann", access.Manager)
		if got := s.journalOf(t, "ann"); len(got) < 60 {
			t.Errorf("who did it all reads %d entries", len(got))
		}
	})
}

// TestHitsAreInTheJournalOfWhoMayReadThem lets a value meet in two operations, and
// records it as it was before a run of the match was one entry of the platform.
func TestHitsAreInTheJournalOfWhoMayReadThem(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		s.role(t, "bob", access.Manager)
		s.role(t, "acm", access.Manager)
		found := func(who string) (n int) {
			for _, line := range s.journalOf(t, who) {
				if line == "match.found " {
					n++
				}
			}
			return n
		}
		meet := func(url string, tlp access.TLP) {
			s.importsAs(t, "ann", "tyche", another(t, url), tlp)
			s.people.Advance(time.Minute)
			s.importsAs(t, "eve", "other", another(t, url), access.Amber)
			s.record(t, "tyche", audit.Entry{Verb: audit.MatchFound, Count: 1})
		}
		meet("http://met.kestrel.example/", access.Amber)
		if got := []int{found("bob"), found("max"), found("acm")}; !slices.Equal(got, []int{1, 1, 0}) {
			t.Errorf("of a hit for all, bob, max and acm read %d entries", got)
		}
		meet("http://redmet.kestrel.example/", access.Red)
		if got := []int{found("bob"), found("max"), found("acm")}; !slices.Equal(got, []int{1, 1, 0}) {
			t.Errorf("of a hit for ann alone, bob, max and acm read %d entries", got)
		}
		hits, _, err := s.Hits.In(t.Context(), gatetest.As("ann"), "tyche", "")
		if err != nil || len(hits) != 2 {
			t.Errorf("ann has %d hits, %v", len(hits), err)
		}
	})
}

// TestTheDirectorateReadsNoOperationByItsJournal makes an officer a reader of an
// operation, then its manager.
func TestTheDirectorateReadsNoOperationByItsJournal(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		s.secretly(t)
		s.record(t, "", audit.Entry{Verb: audit.MembershipAccepted, Object: "tyche"}, audit.Entry{Verb: audit.WorkspaceOpened, Object: "other"})
		s.record(t, "tyche", audit.Entry{Verb: audit.WorkspaceChanged, Object: "tyche"})
		ofTyche := func() (of []string) {
			lines, _ := told(t, func(after page.Cursor) (audit.List, error) {
				list, _, err := s.Journal.Platform(t.Context(), gatetest.As("off"), audit.Narrow{}, after)
				for i, l := range list.Lines {
					if l.Open && l.Workspace == "" && l.Object != "tyche" && l.Object != "other" || l.Workspace == access.Exchange {
						list.Lines[i].Open = false // of the platform, or of a place that the Directorate runs
					}
				}
				return list, err
			})
			return lines
		}
		if got := ofTyche(); len(got) > 0 {
			t.Errorf("an officer outside reads %q", got)
		}
		s.role(t, "off", access.Reader)
		if got := ofTyche(); len(got) > 0 {
			t.Errorf("an officer who is a mere reader reads %q", got)
		}
		s.role(t, "off", access.Manager)
		want := append(s.journalOf(t, "off"), "membership.accepted tyche")
		got := ofTyche()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("an officer who manages reads %q, want %q", got, want)
		}
	})
}

// TestANarrowedListEndsWhereItsEntriesEnd asks for what operations recorded on the
// platform, more than a page of it.
func TestANarrowedListEndsWhereItsEntriesEnd(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		closed := make([]audit.Entry, 60)
		for i := range closed {
			closed[i] = audit.Entry{Verb: audit.WorkspaceOpened, Object: "other"}
		}
		ask := audit.Narrow{Actor: "follower:deconflict"}
		first := func() audit.List {
			list, _, err := s.Journal.Platform(t.Context(), gatetest.As("off"), ask, "")
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		s.record(t, "", audit.Entry{Verb: audit.AgreementEnded, Object: "one"})
		before := first()
		s.record(t, "", closed...)
		if after := first(); len(before.Lines) != 1 || len(after.Lines) != 1 || after.Next != "" {
			t.Errorf("%d entries, then %d and the next page is %q", len(before.Lines), len(after.Lines), after.Next)
		}
	})
}
