// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"context"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/live"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
)

// signIn lets a member knock without a new session each time.
func (s *stage) signIn(t *testing.T, member string) {
	t.Helper()
	token, err := s.Sessions.Start(t.Context(), access.MemberID(member), access.Passkey, "test")
	if err != nil {
		t.Fatal(err)
	}
	s.tokens[member] = token
}

// opened is a page's stream, as its reader hears it.
type opened struct {
	member string
	lines  chan string
}

// opens lets a member, who is signed in, follow a workspace, and waits until the
// stream is open.
func (s *stage) opens(t *testing.T, member, workspace string) opened {
	t.Helper()
	return s.follows(t, member, "w="+workspace)
}

// follows is opens for a page that follows more.
func (s *stage) follows(t *testing.T, member, query string) opened {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/live?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: s.tokens[member]})
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	o := opened{member, make(chan string, 1000)}
	go func() {
		defer close(o.lines)
		for text := bufio.NewScanner(answer.Body); text.Scan(); {
			o.lines <- text.Text()
		}
	}()
	if first := <-o.lines; first != "event: open" {
		t.Fatalf("%s hears %q first", member, first)
	}
	<-o.lines // data
	<-o.lines // the end of the event
	return o
}

// told waits until the journal's tail has told all that was recorded so far: it
// goes in order, and a post in the Knowledge Exchange comes last.
func (s *stage) told(t *testing.T) {
	t.Helper()
	if err := s.sequenced(t.Context()); err != nil { // entries of one moment have no order
		t.Fatal(err)
	}
	topic := s.ids["exchange topic"]
	last := s.hub.Listen(live.Topic(string(access.Exchange), topic))
	defer s.hub.Leave(last)
	_, err := s.Posts.Reply(t.Context(), gatetest.As("gus"), access.Exchange, discussion.PostDraft{Topic: discussion.TopicID(topic), Text: "Last."})
	if err != nil {
		t.Fatal(err)
	}
	for {
		<-last.C
		if slices.ContainsFunc(last.Take(), func(n live.Notice) bool { return n.Event == live.Posted }) {
			return
		}
	}
}

// heard returns every byte that the page was sent, line by line, up to now.
func (o opened) heard(t *testing.T, s *stage) (lines []string) {
	t.Helper()
	s.hub.Tell(live.Notice{Subject: live.Member(o.member), Event: "mark"})
	for line := range o.lines {
		if line == "event: mark" {
			<-o.lines
			<-o.lines
			return lines
		}
		lines = append(lines, line)
	}
	t.Fatalf("the stream of %s ended after %q", o.member, lines)
	return nil
}

func (o opened) hears(t *testing.T, s *stage, what string, want int) {
	t.Helper()
	lines := o.heard(t, s)
	events := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "event: ") {
			events++
		}
	}
	if events != want || want == 0 && len(lines) > 0 {
		t.Errorf("%s: %s hears %q; want %d events", what, o.member, lines, want)
	}
}

// TestAStreamIsSilentOfWhatItsReaderMayNotSee has things happen in an operation,
// and holds the open pages of three to what each of them may see: acm starts
// closed, bob and ann are police of two countries.
func TestAStreamIsSilentOfWhatItsReaderMayNotSee(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		var pages []opened
		for _, member := range []string{"acm", "bob", "ann"} {
			s.signIn(t, member)
			pages = append(pages, s.opens(t, member, "tyche"))
		}
		s.told(t)
		opens := func(a discussion.Audience) func() {
			return func() {
				_, err := s.Topics.Open(t.Context(), gatetest.As("ann"), "tyche", discussion.TopicDraft{Channel: "general", Title: "New", Text: "New", Audience: a})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, act := range []struct {
			name          string
			do            func()
			acm, bob, ann int
		}{
			{"a topic for all but who starts closed", opens(discussion.Audience{TLP: access.Amber}), 0, 1, 1},
			{"a post in it", func() {
				_, err := s.Posts.Reply(t.Context(), gatetest.As("ann"), "tyche", discussion.PostDraft{Topic: discussion.TopicID(s.ids["tyche topic"]), Text: "More."})
				if err != nil {
					t.Fatal(err)
				}
			}, 0, 1, 1},
			{"a restricted topic", opens(discussion.Audience{TLP: access.Amber, Restricted: true}), 0, 0, 1},
			{"a topic that is restricted to the company", opens(discussion.Audience{TLP: access.Amber, Restricted: true, Orgs: []access.OrgID{"acme"}}), 1, 0, 1},
			{"an import in which nothing is met", func() { s.imports(t, "ann", "tyche", bundle("http://calm.example/")) }, 0, 0, 0},
			{"an import elsewhere, in which nothing is met", func() { s.imports(t, "eve", "other", bundle("http://quiet.example/")) }, 0, 0, 0},
			{"a match", func() { s.imports(t, "eve", "other", bundle("http://panel.kestrel.example/")) }, 0, 1, 1},
			{"somebody's standing is asked anew", func() { s.hub.Tell(live.Notice{Subject: live.Everyone(), Event: live.Check}) }, 0, 0, 0},
		} {
			act.do()
			s.told(t)
			for i, want := range []int{act.acm, act.bob, act.ann} {
				pages[i].hears(t, s, act.name, want)
			}
		}
	})
}

// TestAnOpenPageMissesNoSuspension suspends its reader just after the session was
// recognised, and before the stream listens.
func TestAnOpenPageMissesNoSuspension(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		s.signIn(t, "bob")
		check := s.Check
		s.Check = func(ctx context.Context, token string) (web.Signed, error) {
			signed, err := check(ctx, token)
			s.people.Exec(t, `UPDATE member_member SET state = 'suspended' WHERE member_id = 'bob'`)
			return signed, err
		}
		if got := outcome(s.knock(t, caller{name: "bob"}, http.MethodGet, "/live?w=tyche")); got != "D" {
			t.Errorf("the page got %q; want it dark at once", got)
		}
	})
}

// bundle is a STIX bundle of one indicator for each value, a URL or an IPv4
// address.
func bundle(values ...string) string {
	var objects []string
	for _, value := range values {
		kind := "ipv4-addr"
		if strings.HasPrefix(value, "http") {
			kind = "url"
		}
		objects = append(objects, fmt.Sprintf(`{"type":"indicator","spec_version":"2.1","id":"indicator--%08x-7a4a-4d4c-9f0c-0b0e5b8f3a11",
			"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Item","pattern":"[%s:value = '%s']",
			"pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}`, crc32.ChecksumIEEE([]byte(value)), kind, value))
	}
	return `{"type":"bundle","id":"bundle--7d5f0f7a-4a52-4d4c-9f0c-0b0e5b8f3a11","objects":[` + strings.Join(objects, ",") + `]}`
}

// view is all that a member can find out.
type view struct {
	numbers []int64 // of their own entries of the journal
	size    string  // of the log
	stream  string
	pages   map[string]string // status and length, by pattern
}

// views imports one file into tyche, as the member importing, into a house in which
// other holds something, and returns what each of the members then sees. Two of
// them start closed: acm in tyche, and clo in other.
func views(t *testing.T, s *stage, importing string, c meets, members map[string]string) map[string]view {
	t.Helper()
	s.people.Exec(t, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
		language, time_zone, theme, created_at) SELECT 'clo', org_id, 'clo', 'Member clo', post, 'clo@acme.example', state, officer, vetted_until, ends_at,
		language, time_zone, theme, created_at FROM member_member WHERE member_id = 'acm'`)
	s.people.Exec(t, `INSERT INTO workspace_membership (workspace_id, member_id, role, state, role_until, export_until, invited_by, invited_at, accepted_at)
		SELECT 'other', 'clo', role, state, role_until, export_until, invited_by, invited_at, accepted_at FROM workspace_membership WHERE member_id = 'acm'`)
	s.imports(t, "eve", "other", bundle(c.held...))
	s.people.Exec(t, `UPDATE workspace_workspace SET match_policy = $1 WHERE workspace_id = 'other'`, c.policy)
	if c.spent {
		s.people.Exec(t, `INSERT INTO deconflict_budget (holder, subject, day, hits, guessable) VALUES ('person', $1, $2, 50, 10)`,
			importing, s.people.Now().Unix()/86400)
	}
	pages := map[string]opened{}
	for _, member := range []string{"acm", "ann", "bob", "clo", "eve", "off"} {
		s.signIn(t, member)
		if place := members[member]; place != "" {
			pages[member] = s.opens(t, member, place)
		}
	}
	s.told(t)
	for member, page := range pages {
		page.hears(t, s, "before, "+member, 0)
	}
	s.imports(t, importing, "tyche", bundle("http://one.example/", "http://two.example/", "http://three.example/",
		"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "192.0.2.8", "192.0.2.9"))
	s.told(t)
	if err := s.sequenced(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.runner.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.people.Exec(t, `UPDATE workspace_workspace SET match_policy = 1 WHERE workspace_id = 'other'`)
	seen := map[string]view{}
	for _, member := range slices.Sorted(maps.Keys(pages)) {
		page := pages[member]
		v := view{stream: strings.Join(page.heard(t, s), "\n"), pages: map[string]string{}}
		mine, err := s.Journal.Mine(t.Context(), gatetest.As(member), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range mine.Lines {
			v.numbers = append(v.numbers, l.Number)
		}
		if len(v.numbers) > 0 {
			s.ids["entry"] = fmt.Sprint(v.numbers[0])
		}
		v.size = strings.Split(s.knock(t, caller{name: member}, http.MethodGet, "/log/checkpoint").Body.String(), "\n")[1]
		s.read(t, member, v.pages)
		seen[member] = v
	}
	return seen
}

// read opens every page there is as a member. What is written for one of them, an
// entry of the journal for a look, is the same each time.
func (s *stage) read(t *testing.T, member string, into map[string]string) {
	t.Helper()
	s.ids["workspace"] = "tyche"
	if member == "eve" || member == "clo" {
		s.ids["workspace"] = "other"
	}
	for _, pattern := range s.Routes() {
		if !strings.HasPrefix(pattern, "GET ") || strings.HasPrefix(pattern, "GET /assets/") ||
			pattern == "GET /live" || pattern == "GET /me/password" { // a stream; a picture of a secret just made
			continue
		}
		_, path := s.path(t, pattern)
		w := s.knock(t, caller{name: member}, http.MethodGet, path)
		into[pattern] = fmt.Sprint(w.Code, " ", w.Body.Len())
	}
}

// meets is what the other side holds of a file, and why nobody is told.
type meets struct {
	name   string
	held   []string
	policy int
	spent  bool
	told   bool
}

var meetings = []meets{
	{name: "nothing is met", held: []string{"http://far.example/", "http://away.example/", "203.0.113.200"}, policy: 1},
	{name: "the other side is silent", held: []string{"http://one.example/", "http://two.example/", "203.0.113.200"}},
	{name: "guessing", held: []string{"http://far.example/", "http://away.example/", "192.0.2.5"}, policy: 1},
	{name: "over the budget", held: []string{"http://one.example/", "http://two.example/", "203.0.113.200"}, policy: 1, spent: true},
	{name: "one match is told", held: []string{"http://one.example/", "http://away.example/", "203.0.113.200"}, policy: 1, told: true},
	{name: "many are told", held: []string{"http://one.example/", "http://two.example/", "http://three.example/"}, policy: 1, told: true},
}

// TestAMatchIsSilentToWhomItIsNotTold compares all that members see after an import,
// whatever it met: the numbers of the journal, the size of the log, their streams,
// every page. Where nobody is told, nobody but the desk sees a difference; where
// the sides are told, who starts closed sees none.
func TestAMatchIsSilentToWhomItIsNotTold(t *testing.T) {
	for _, importing := range []string{"acm", "ann"} {
		t.Run(importing+" brings the file", func(t *testing.T) {
			eachDatabase(t, func(t *testing.T, database func(testing.TB) string) {
				members := map[string]string{"acm": "tyche", "ann": "tyche", "bob": "tyche", "clo": "other", "eve": "other"}
				var nothing map[string]view
				for _, c := range meetings {
					seen := views(t, newTickingStage(t, database(t), time.Millisecond), importing, c, members)
					if nothing == nil {
						nothing = seen
						continue
					}
					for member := range members {
						differ := difference(nothing[member], seen[member])
						closed := member == "acm" || member == "clo"
						if (closed || !c.told) && len(differ) > 0 {
							t.Errorf("%s: %s can tell by %q", c.name, member, differ)
						}
						if !closed && c.told && !slices.Contains(differ, "stream") {
							t.Errorf("%s: %s is not told; differs %q", c.name, member, differ)
						}
					}
				}
			})
		})
	}
}

// eachDatabase lets a test make databases of each engine.
func eachDatabase(t *testing.T, test func(t *testing.T, database func(testing.TB) string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, sqldbtest.File) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.URL) })
}

// difference names what of two views is not the same.
func difference(a, b view) (differ []string) {
	if !slices.Equal(a.numbers, b.numbers) {
		differ = append(differ, fmt.Sprint("numbers ", a.numbers, b.numbers))
	}
	if a.size != b.size {
		differ = append(differ, "size of the log "+a.size+" "+b.size)
	}
	if a.stream != b.stream {
		differ = append(differ, "stream")
	}
	for pattern, was := range a.pages {
		if is := b.pages[pattern]; is != was {
			differ = append(differ, pattern+": "+was+", "+is)
		}
	}
	return differ
}
