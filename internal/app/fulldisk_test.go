// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
	"entente.example/internal/web"
)

// room lets the database have at most that many pages; what it has already it
// keeps.
func (s *stage) room(t *testing.T, pages int) {
	t.Helper()
	var now int64
	err := s.db.Update(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil, &now)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// asks sends a request by a session that began before.
func (s *stage) asks(t *testing.T, token, language, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", language)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestAFullDiskRefusesWholeAndReadsOn fills the database up under a server, and
// gives it room again.
func TestAFullDiskRefusesWholeAndReadsOn(t *testing.T) {
	s := newStage(t)
	token, err := s.Sessions.Start(t.Context(), "ann", access.Passkey, "before")
	if err != nil {
		t.Fatal(err)
	}
	s.people.Exec(t, `UPDATE member_member SET language = '' WHERE member_id = 'ann'`)
	topic := "/w/tyche/topics/" + s.ids["tyche topic"]
	says := url.Values{"text": {strings.Repeat("long words ", 1500)}}
	s.room(t, 1)
	said, refused := 0, map[string]bool{}
	for language, word := range map[string]string{"en": "no room left", "fr": "plus d’espace de stockage", "es": "no tiene espacio", "ar": "مساحة"} {
		for tries := 0; !refused[language] && tries < 500; tries++ {
			switch answer := s.asks(t, token, language, topic+"/posts", says); {
			case answer.Code == http.StatusSeeOther:
				said++
			case answer.Code == http.StatusServiceUnavailable && strings.Contains(answer.Body.String(), word):
				refused[language] = true
			default:
				t.Fatalf("in %s: %d %.800s; want 503 with %q", language, answer.Code, answer.Body, word)
			}
		}
	}
	if len(refused) != 4 {
		t.Fatalf("the disk does not fill up: %d posts, %v", said, refused)
	}
	s.people.Advance(10 * time.Minute) // the use of the session would be noted now
	if got := s.asks(t, token, "en", topic, nil); got.Code != http.StatusOK {
		t.Errorf("reading: %d", got.Code)
	}
	if _, err := s.Sessions.Start(t.Context(), "bob", access.Passkey, "sign-in"); err != nil && fault.Of(err).Key != "error.disk_full" {
		t.Errorf("a sign-in: %v; want a full disk, or a session", err)
	}
	s.room(t, 1<<30)
	if got := s.asks(t, token, "en", topic+"/posts", says); got.Code != http.StatusSeeOther {
		t.Errorf("with room again: %d %.300s", got.Code, got.Body)
	}
	var posts, last int64
	err = s.db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*), MAX(t.last_number) FROM discussion_post p JOIN discussion_topic t ON t.topic_id = p.topic_id WHERE t.topic_id = $1`,
			[]any{s.ids["tyche topic"]}, &posts, &last)
	})
	if want := int64(said + 2); err != nil || posts != want || last != want { // the first, and the last
		t.Errorf("%d posts, numbered to %d, %v; %d were acknowledged", posts, last, err, want)
	}
}
