// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/page"
)

// called returns what the open lines with that verb are about, the newest first.
func called(t *testing.T, verb audit.Verb, read func(page.Cursor) (audit.List, error)) (names []string) {
	t.Helper()
	for after := page.Cursor(""); ; {
		list, err := read(after)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list.Lines {
			if l.Open && l.Verb == verb {
				names = append(names, l.Name)
			}
		}
		if after = list.Next; after == "" {
			return names
		}
	}
}

// TestTheJournalNamesWhatItsReaderMayRead holds that a name stands in the journal
// for who may read the thing now, and for nobody else.
func TestTheJournalNamesWhatItsReaderMayRead(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		ctx := t.Context()
		ann, max, off := gatetest.As("ann"), gatetest.As("max"), gatetest.As("off")
		if _, err := s.Topics.Open(ctx, ann, "tyche", discussion.TopicDraft{
			Channel: "general", Title: "For us", Text: "First.", Audience: discussion.Audience{TLP: access.Amber, Restricted: true},
		}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Invitations.Invite(ctx, max, member.Draft{Org: "pol-fr", Email: "nour@pol-fr.example", Name: "Nour Newcomer"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Organisations.Add(ctx, off, member.NewOrganisation{Name: "Verde SL", Kind: member.Private, Country: "ES"}); err != nil {
			t.Fatal(err)
		}
		if err := s.sequenced(ctx); err != nil {
			t.Fatal(err)
		}
		mine := func(who access.Actor) func(page.Cursor) (audit.List, error) {
			return func(after page.Cursor) (audit.List, error) { return s.Journal.Mine(ctx, who, after) }
		}
		inTyche := func(narrow audit.Narrow) func(page.Cursor) (audit.List, error) {
			return func(after page.Cursor) (audit.List, error) {
				return s.Journal.Workspace(ctx, max, "tyche", narrow, after)
			}
		}
		onPlatform := func(after page.Cursor) (audit.List, error) {
			list, _, err := s.Journal.Platform(ctx, off, audit.Narrow{}, after)
			return list, err
		}
		is := func(t *testing.T, got []string, want ...string) {
			t.Helper()
			slices.Sort(got) // ids made at one moment of this clock sort by chance, and entries go by them
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("the journal names %q; want %q", got, want)
			}
		}
		t.Run("each reads the names of what they did", func(t *testing.T) {
			is(t, called(t, audit.TopicOpened, mine(ann)), "For us", "A trend", "Panel of the group")
			is(t, called(t, audit.ImportStaged, mine(ann)), "bundle.json")
			is(t, called(t, audit.MemberInvited, mine(max)), "Nour Newcomer")
		})
		t.Run("a manager reads them but of what is closed to them", func(t *testing.T) {
			is(t, called(t, audit.TopicOpened, inTyche(audit.Narrow{})), "Panel of the group")
		})
		t.Run("the Directorate reads them of the platform and the Knowledge Exchange, and of no operation", func(t *testing.T) {
			is(t, called(t, audit.OrganisationAdded, onPlatform), "Verde SL")
			is(t, called(t, audit.TopicOpened, onPlatform), "A trend")
		})
		t.Run("the journal of an operation is narrowed by act, person and day", func(t *testing.T) {
			is(t, called(t, audit.TopicOpened, inTyche(audit.Narrow{Verb: audit.TopicOpened, Actor: "ann", Till: s.people.Now().AddDate(0, 0, 1)})), "Panel of the group")
			is(t, called(t, audit.TopicOpened, inTyche(audit.Narrow{Verb: audit.PostPublished})))
			is(t, called(t, audit.TopicOpened, inTyche(audit.Narrow{Actor: "bob"})))
			for _, verb := range append(audit.WorkspaceVerbs(), "odd") { // each is asked for on both engines
				called(t, verb, inTyche(audit.Narrow{Verb: verb}))
			}
			is(t, called(t, audit.TopicOpened, inTyche(audit.Narrow{Since: s.people.Now().AddDate(0, 0, 1)})))
		})
		t.Run("a company that runs an operation asks for each act too", func(t *testing.T) {
			s.role(t, "acm", access.Manager)
			for _, verb := range audit.WorkspaceVerbs() {
				called(t, verb, func(after page.Cursor) (audit.List, error) {
					return s.Journal.Workspace(ctx, gatetest.As("acm"), "tyche", audit.Narrow{Verb: verb}, after)
				})
			}
			s.role(t, "acm", access.Analyst)
		})
		t.Run("a look that is recorded names no more than a type", func(t *testing.T) {
			s.importsAs(t, "ann", "tyche", another(t, "http://red.kestrel.example/"), access.Red)
			if _, err := s.Objects.Entity(ctx, ann, "tyche", intel.ObjectID(s.firstObject(t, "ann", "tyche"))); err != nil {
				t.Fatal(err)
			}
			if err := s.sequenced(ctx); err != nil {
				t.Fatal(err)
			}
			is(t, called(t, audit.ObjectViewed, mine(ann)), "indicator")
		})
		t.Run("what is no longer the reader's to read has no name any more", func(t *testing.T) {
			s.people.Exec(t, `UPDATE member_member SET org_id = 'pol-es' WHERE member_id = 'ann'`)
			is(t, called(t, audit.TopicOpened, mine(ann)), "", "A trend", "Panel of the group")
			s.people.Exec(t, `UPDATE member_organisation SET kind = 'government' WHERE org_id = 'ncb-fr'`)
			is(t, called(t, audit.MemberInvited, mine(max)), "")
		})
	})
}

// TestTheJournalIsAskedByHandle goes by what people are called, and answers alike
// where nobody is called so.
func TestTheJournalIsAskedByHandle(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		name, who, path, handle string
		entries                 bool
	}{
		{"the Directorate's", "off", "/directorate/audit", "@OFF", true},
		{"the Directorate's, without the sign", "off", "/directorate/audit", " off ", true},
		{"who did nothing", "off", "/directorate/audit", "bob", false},
		{"who does not exist", "off", "/directorate/audit", "nobody-of-that-name", false},
		{"what is no handle at all", "off", "/directorate/audit", "%", false},
		{"an operation's", "max", "/w/tyche/journal", "@ann", true},
		{"who did nothing in it", "max", "/w/tyche/journal", "eve", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.knock(t, caller{c.who, c.who, access.Passkey}, http.MethodGet, c.path+"?actor="+url.QueryEscape(c.handle))
			body := w.Body.String()
			if w.Code != http.StatusOK || strings.Contains(body, `id="entry-`) != c.entries || strings.Contains(body, "No entry found") == c.entries {
				t.Errorf("status %d, entries: %v; want %v", w.Code, !c.entries, c.entries)
			}
		})
	}
	w := s.knock(t, caller{"max", "max", access.Passkey}, http.MethodGet, "/w/tyche/journal?verb=topic.opened")
	if link := `<a href="/w/tyche/topics/` + s.ids["tyche topic"] + `"><bdi>Panel of the group</bdi></a>`; !strings.Contains(w.Body.String(), link) {
		t.Errorf("the topic is not linked: %s", w.Body.String())
	}
}
