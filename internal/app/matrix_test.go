// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/config"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
)

// stage is a server over the small world of gatetest, with a few things in it.
type stage struct {
	*App
	people *gatetest.World
	ids    map[string]string // what stands for {name} in a pattern
	tokens map[string]string // sessions that no longer hold
	tick   time.Duration     // what each look at the clock takes: none, as a rule
}

func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageOn(t, sqldbtest.File(t))
}

func newStageOn(t *testing.T, database string) *stage {
	t.Helper()
	return newTickingStage(t, database, 0)
}

func newTickingStage(t *testing.T, database string, tick time.Duration) *stage {
	t.Helper()
	s := &stage{ids: map[string]string{}, tokens: map[string]string{}, tick: tick}
	clock := time.Now
	world := Real(slog.New(slog.DiscardHandler))
	world.Now = func() time.Time {
		if s.people != nil {
			s.people.Advance(s.tick)
			return s.people.Now()
		}
		return clock()
	}
	dir := t.TempDir()
	cfg := config.Config{Data: dir, Database: database, Listen: "localhost:0", Origin: "http://localhost:8080", LogLevel: "error"}
	var err error
	if s.App, err = New(t.Context(), cfg, world); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.people = gatetest.New(t, s.db)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.furnish(t)
	return s
}

// furnish puts one of each thing into the operation tyche, and old sessions into
// the hands of thieves.
func (s *stage) furnish(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	s.people.Exec(t, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
		language, time_zone, theme, created_at) SELECT 'tgt', org_id, 'tgt', 'Target', post, 'tgt@pol-es.example', state, officer, vetted_until, ends_at,
		language, time_zone, theme, created_at FROM member_member WHERE member_id = 'gus'`)
	expired, err := s.Sessions.Start(ctx, "ann", access.Passkey, "old")
	must(err)
	s.tokens["expired"] = expired
	s.people.Advance(13 * time.Hour)
	s.people.Exec(t, `UPDATE member_member SET state = 'active' WHERE member_id = 'sus'`)
	suspended, err := s.Sessions.Start(ctx, "sus", access.Passkey, "suspended")
	must(err)
	s.tokens["suspended"] = suspended
	s.people.Exec(t, `UPDATE member_member SET state = 'suspended' WHERE member_id = 'sus'`)

	ann := gatetest.As("ann")
	topic, err := s.Topics.Open(ctx, ann, "tyche", discussion.TopicDraft{
		Channel: "general", Title: "Panel of the group", Text: "First post.", Audience: discussion.Audience{TLP: access.Amber},
	})
	must(err)
	open, err := s.Topics.Open(ctx, ann, access.Exchange, discussion.TopicDraft{
		Channel: "trends", Title: "A trend", Text: "First post.", Audience: discussion.Audience{TLP: access.Green},
	})
	must(err)
	s.ids["tyche topic"], s.ids["exchange topic"] = string(topic), string(open)
	s.ids["batch"] = string(s.imports(t, "ann", "tyche", oneURL("http://panel.kestrel.example/")))
	s.ids["object"] = s.firstObject(t, "ann", "tyche")
	_, token, err := s.Invitations.Invite(ctx, gatetest.As("off"), member.Draft{Org: "ncb-es", Email: "new@ncb-es.example", Name: "New Officer"})
	must(err)
	invited, err := s.Invitations.List(ctx, gatetest.As("off"), member.InvitationFilter{}, "")
	must(err)
	must(s.sequenced(ctx))
	must(s.runner.Checkpoint(ctx))
	mine, err := s.Journal.Mine(ctx, ann, "")
	must(err)
	opened := slices.IndexFunc(mine.Lines, func(l audit.Line) bool { return l.Workspace == "tyche" && l.Verb == "topic.opened" })
	s.ids["entry"] = fmt.Sprint(mine.Lines[opened].Number)
	s.ids["token"], s.ids["invitation"] = token, invited.Invitations[0].ID
	must(s.db.Update(ctx, func(tx *sqldb.Tx) error {
		return tx.Exec(ctx, `INSERT INTO signin_passkey (passkey_id, member_id, name, credential, added_at, used_at, unconfirmed)
			VALUES ('key', 'tgt', 'A key', $1, 0, 0, TRUE)`, []byte("{}"))
	}))
	maps.Copy(s.ids, map[string]string{
		"workspace": "tyche", "number": "1", "handle": "ann", "member": "tgt", "org": "acme", "agreement": "none", "country": "DE",
		"tile": "entries/000.p/1", "passkey": "key", "session": "none", "pair": "none", "tyche channel": "general", "exchange channel": "trends",
	})
}

// sequenced gives all that was recorded its number and its leaf.
func (s *stage) sequenced(ctx context.Context) error {
	return s.runner.Drain(ctx)
}

// oneURL is a STIX bundle of one indicator for that URL.
func oneURL(url string) string {
	return `{"type":"bundle","id":"bundle--7d5f0f7a-4a52-4d4c-9f0c-0b0e5b8f3a11","objects":[{"type":"indicator","spec_version":"2.1",
		"id":"indicator--0d8f3a11-4a52-4d4c-9f0c-7d5f0f7a0b0e","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",
		"name":"Panel","pattern":"[url:value = '` + url + `']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}]}`
}

// imports brings text into an operation, through preview and decision.
func (s *stage) imports(t *testing.T, who string, ws access.WorkspaceID, text string) intel.BatchID {
	t.Helper()
	return s.importsAs(t, who, ws, text, access.Amber)
}

// importsAs brings it in under that marking.
func (s *stage) importsAs(t *testing.T, who string, ws access.WorkspaceID, text string, tlp access.TLP) intel.BatchID {
	t.Helper()
	id, err := s.Batches.Stage(t.Context(), gatetest.As(who), ws, intel.Upload{Name: "bundle.json", Content: strings.NewReader(text)})
	if err == nil {
		err = s.settle(t.Context())
	}
	if err == nil {
		err = s.Batches.Accept(t.Context(), gatetest.As(who), intel.Place{Workspace: ws, Batch: id},
			intel.Decision{TLP: tlp, PAP: access.PAPAmber, Court: access.H2})
	}
	if err == nil {
		err = s.settle(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *stage) firstObject(t *testing.T, who string, ws access.WorkspaceID) string {
	t.Helper()
	list, err := s.Objects.List(t.Context(), gatetest.As(who), ws, intel.Question{}, intel.Key{}, 10)
	if err != nil || len(list.Objects) == 0 {
		t.Fatalf("no object in %s: %v", ws, err)
	}
	return string(list.Objects[0].ID)
}

// caller is one kind of person at the door.
type caller struct {
	name     string
	member   string // signs in afresh for each request; empty: by the token of that name
	strength access.Strength
}

// callers are the columns of the matrix, in the order in which they knock: those
// who may change most come last.
var callers = []caller{
	{"nobody", "", 0}, {"expired", "", 0}, {"suspended", "", 0},
	{"elsewhere", "gus", access.Passkey}, // another organisation, no operation
	{"other", "eve", access.Passkey},     // manages another operation
	{"unvetted", "exp", access.Passkey},  // in this one, but the vetting has ended
	{"bycode", "ann", access.TwoFactor},  // an analyst of this one without a passkey
	{"company", "acm", access.Passkey},   // in this one, starts closed
	{"reader", "bob", access.Passkey},
	{"analyst", "ann", access.Passkey},
	{"officer", "off", access.Passkey}, // of the Directorate
	{"manager", "max", access.Passkey}, // of this one; his organisation is an NCB
}

func (s *stage) knock(t *testing.T, c caller, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	return s.knockAt(t, s, c, method, path)
}

// knockAt knocks at a handler that stands before the pages, after dress has had
// its way with the request.
func (s *stage) knockAt(t *testing.T, door http.Handler, c caller, method, path string, dress ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	w := httptest.NewRecorder()
	var to http.ResponseWriter = w
	if strings.HasPrefix(path, "/live") { // a stream has no end: its reader leaves at the first word
		ctx, leave := context.WithCancel(t.Context())
		t.Cleanup(leave)
		r, to = r.WithContext(ctx), leaving{w, leave}
	}
	token := s.tokens[c.name]
	if c.member != "" {
		var err error
		if token, err = s.Sessions.Start(t.Context(), access.MemberID(c.member), c.strength, "test"); err != nil {
			t.Fatal(err)
		}
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = io.NopCloser(strings.NewReader(typed))
	}
	for _, d := range dress {
		d(r)
	}
	door.ServeHTTP(to, r)
	return w
}

// leaving is a reader who leaves at the first word.
type leaving struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (l leaving) Write(text []byte) (int, error) {
	defer l.leave()
	return l.ResponseRecorder.Write(text)
}

// typed is a form that answers most questions, so that it is the policy that says no.
const typed = "text=Hello&title=Hello&name=Room&number=1&edits=0&mark=pin&after=0&channel=general&tlp=AMBER&pap=2&court=2&decision=accept" +
	"&country=DE&who=gus&role=reader&last=none&declared=yes&purpose=P&legal_basis=B&match=1&ceiling=AMBER&review_at=2027-01-01"

// outcome is what a caller got: S sent to sign in, H hidden, F forbidden, D a
// stream that is dark, O the door opened (whatever came of the empty form).
func outcome(w *httptest.ResponseRecorder) string {
	switch {
	case w.Code == http.StatusUnauthorized, w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin"):
		return "S"
	case w.Code == http.StatusNotFound:
		return "H"
	case w.Code == http.StatusForbidden:
		return "F"
	case w.Code >= 500:
		return fmt.Sprint("!", w.Code)
	case strings.Contains(w.Body.String(), "event: dark"):
		return "D"
	}
	return "O"
}

var wildcard = regexp.MustCompile(`\{([a-z]+)(\.\.\.)?\}`)

// path fills the wildcards of a pattern.
func (s *stage) path(t *testing.T, pattern string) (method, path string) {
	t.Helper()
	if strings.HasSuffix(pattern, "/posts") && strings.HasPrefix(pattern, "GET ") {
		pattern += "?after=0"
	}
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		return http.MethodGet, "/nowhere"
	}
	where := "tyche "
	if strings.HasPrefix(path, "/exchange") {
		where = "exchange "
	}
	path = strings.TrimSuffix(path, "{$}")
	return method, wildcard.ReplaceAllStringFunc(path, func(hole string) string {
		name := strings.Trim(hole, "{}.")
		for _, key := range []string{where + name, name} {
			if id, ok := s.ids[key]; ok {
				return id
			}
		}
		t.Fatalf("%s: nothing stands for %s", pattern, hole)
		return ""
	})
}

//go:embed testdata/matrix.txt
var matrixText string

// matrix reads the expectations: a pattern, and a letter for each caller.
func matrix(t *testing.T) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for line := range strings.Lines(matrixText) {
		line, _, _ = strings.Cut(line, "#")
		pattern, cells, ok := strings.Cut(strings.TrimSpace(line), "|")
		if ok {
			rows[strings.Join(strings.Fields(pattern), " ")] = strings.Join(strings.Fields(cells), "")
		}
	}
	return rows
}

// TestAccessMatrix knocks at every door as every kind of caller. A route without
// a row fails, and so does a row without a route.
func TestAccessMatrix(t *testing.T) {
	rows := matrix(t)
	shared := newStage(t)
	for _, pattern := range shared.Routes() {
		if strings.HasPrefix(pattern, "GET /assets/") {
			delete(rows, pattern)
			continue
		}
		want, known := rows[pattern]
		delete(rows, pattern)
		t.Run(pattern, func(t *testing.T) {
			s := shared
			if !strings.HasPrefix(pattern, "GET ") {
				s = newStage(t) // what a door changes must not change the next one's answer
			}
			var got strings.Builder
			for _, c := range callers {
				method, path := s.path(t, pattern)
				got.WriteString(outcome(s.knock(t, c, method, path)))
			}
			if !known || got.String() != want {
				t.Errorf("%-70s| %s; want %q", pattern, got.String(), want)
			}
		})
	}
	for _, pattern := range slices.Sorted(maps.Keys(rows)) {
		t.Errorf("the matrix has a row for %q, which is no route", pattern)
	}
}

// TestHiddenIsAbsent compares what outsiders get of the operation with what they
// get of one that does not exist: status, headers and body.
func TestHiddenIsAbsent(t *testing.T) {
	s := newStage(t)
	for _, pattern := range s.Routes() {
		if !strings.Contains(pattern, "{workspace}") {
			continue
		}
		method, path := s.path(t, pattern)
		absent := strings.Replace(path, "/tyche", "/nemo1", 1)
		for _, c := range callers[3:7] {
			if c.name == "elsewhere" || c.name == "other" || c.name == "unvetted" || c.name == "bycode" {
				hidden, none := s.knock(t, c, method, path), s.knock(t, c, method, absent)
				if a, b := said(hidden, "tyche"), said(none, "nemo1"); a != b {
					t.Errorf("%s tells %s that the operation exists:\n%s\n%s", pattern, c.name, a, b)
				}
			}
		}
	}
}

func said(w *httptest.ResponseRecorder, id string) string {
	return strings.ReplaceAll(fmt.Sprint(w.Code, w.Header(), w.Body), id, "ID")
}

// TestNothingOfAnOperationIsOnPagesElsewhere reads every page that an outsider
// may open and looks for what only the operation knows.
func TestNothingOfAnOperationIsOnPagesElsewhere(t *testing.T) {
	s := newStage(t)
	secrets := []string{"kestrel", "KESTREL", "Panel of the group", "TYCHE", s.ids["object"], s.ids["batch"], s.ids["tyche topic"]}
	for _, pattern := range s.Routes() {
		if !strings.HasPrefix(pattern, "GET ") || strings.HasPrefix(pattern, "GET /assets/") {
			continue
		}
		_, path := s.path(t, pattern)
		for _, c := range callers[:7] {
			body := s.knock(t, c, http.MethodGet, path).Body.String()
			for _, secret := range secrets {
				asked := strings.Contains(path, secret) // what they wrote themselves may come back
				if !asked && strings.Contains(body, secret) && c.name != "bycode" {
					t.Errorf("%s shows %s %q", pattern, c.name, secret)
				}
			}
		}
	}
}
