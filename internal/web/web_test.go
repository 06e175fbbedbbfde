// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/live"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

// house is a Mux whose one member, ann, holds the session "token" while in force.
type house struct {
	*web.Mux
	inForce atomic.Bool
	hub     live.Hub
	log     strings.Builder
}

func newHouse() *house {
	h := &house{}
	h.inForce.Store(true)
	resume := func(_ context.Context, token string) (web.Signed, error) {
		if token != "token" || !h.inForce.Load() {
			return web.Signed{}, access.ErrNobody
		}
		return web.Signed{Actor: access.Actor{Kind: access.Person, Member: "ann"}, Language: "en"}, nil
	}
	h.Mux = web.New(web.Options{
		Resume: resume, Check: resume,
		Navigate: func(context.Context, access.Actor, access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: "Ann"}}, nil
		},
		Watch: func(_ context.Context, _ access.Actor, page web.Followed) (access.Grant, error) {
			if page.Topic == "hidden" || page.Object == "hidden" {
				return access.Grant{}, access.ErrHidden
			}
			return access.Grant{}, nil
		},
		Hub: &h.hub, Log: slog.New(slog.NewTextHandler(&h.log, nil)), NewID: func() string { return "reference-1" },
		Now: time.Now, After: time.After,
	})
	return h
}

func (h *house) get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const signedIn = web.SessionCookie + "=token"

func TestErrorsBecomePages(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want int
		says string
	}{
		{"hidden", access.ErrHidden, 404, "There is nothing here"},
		{"forbidden", fault.New(fault.Forbidden, "access.archived"), 403, "archived"},
		{"a cause is for the operator alone", errors.New("secret cause"), 500, "reference-1"},
		{"work that was given up while its reader waits", fmt.Errorf("read: %w", context.Canceled), 500, "reference-1"},
		{"work that took too long", fmt.Errorf("read: %w", context.DeadlineExceeded), 500, "reference-1"},
		{"too often", fault.New(fault.TooMany, "error.too_many_pages"), 429, "too many pages"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse()
			h.Handle("GET /x", func(http.ResponseWriter, *http.Request, access.Actor) error { return test.err })
			w := h.get("/x?q=private", "Cookie", signedIn)
			if w.Code != test.want || !strings.Contains(w.Body.String(), test.says) {
				t.Errorf("%d, want %d with %q", w.Code, test.want, test.says)
			}
			if strings.Contains(w.Body.String(), "secret cause") || strings.Contains(h.log.String(), "private") {
				t.Error("a cause on the page, or a query in the log")
			}
		})
	}
}

func TestNobodyIsSentToSignInAndComesBack(t *testing.T) {
	h := newHouse()
	h.Handle("GET /x", func(http.ResponseWriter, *http.Request, access.Actor) error { return access.ErrNobody })
	w := h.get("/x?a=b")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/signin?next=%2Fx%3Fa%3Db" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
}

func TestWhatIsNowhereAnswersLikeWhatIsHidden(t *testing.T) {
	h := newHouse()
	h.Handle("GET /w/{workspace}", func(http.ResponseWriter, *http.Request, access.Actor) error { return access.ErrHidden })
	hidden, absent := h.get("/w/1", "Cookie", signedIn), h.get("/nowhere", "Cookie", signedIn)
	strip := func(w *httptest.ResponseRecorder) string {
		return strings.NewReplacer("/w/1", "", "/nowhere", "", "w=1", "w=").Replace(w.Body.String())
	}
	if hidden.Code != absent.Code || strip(hidden) != strip(absent) {
		t.Errorf("hidden %d and absent %d can be told apart", hidden.Code, absent.Code)
	}
}

func TestForgedPostsAreRefused(t *testing.T) {
	h := newHouse()
	h.Handle("POST /x", func(w http.ResponseWriter, _ *http.Request, _ access.Actor) error { w.WriteHeader(204); return nil })
	for site, want := range map[string]int{"same-origin": 204, "cross-site": 403} {
		r := httptest.NewRequest(http.MethodPost, "/x", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d; want %d", site, w.Code, want)
		}
	}
}

func TestABodyOverItsLimitIsRefusedByName(t *testing.T) {
	h := newHouse()
	h.HandleLarge("POST /x", 10, func(_ http.ResponseWriter, r *http.Request, _ access.Actor) error { return r.ParseForm() })
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader("a="+strings.Repeat("b", 100)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "10 B") {
		t.Errorf("%d: want 413 that names the limit", w.Code)
	}
}

func TestEachAnswerCarriesItsPolicies(t *testing.T) {
	header := newHouse().get("/nowhere").Header()
	for name, want := range map[string]string{
		"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	} {
		if got := header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s: %q; want %q in it", name, got, want)
		}
	}
}

func TestOwnPath(t *testing.T) {
	for path, want := range map[string]string{
		"/w/1?a=b": "/w/1?a=b", "//evil.example": "/home", `/\evil.example`: "/home", "https://evil.example": "/home", "": "/home", "x": "/home",
		"/./%5Cevil.example": "/home", `/./\evil.example`: "/home", "/a/../b": "/home", "/.//evil.example": "/home", "/w/1/": "/w/1/", "/é": "/home", "/": "/",
	} {
		if got := web.OwnPath(path, "/home"); got != want {
			t.Errorf("OwnPath(%q) = %q; want %q", path, got, want)
		}
	}
}

// listen opens a stream and returns what it says, event by event.
func listen(t *testing.T, h *house, query, cookie string) <-chan string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/live?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	said := make(chan string, 16)
	go func() {
		defer close(said)
		event := ""
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				event = name
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				said <- event + " " + data
			}
		}
	}()
	return said
}

func next(t *testing.T, said <-chan string) string {
	t.Helper()
	select {
	case text := <-said:
		return text
	case <-time.After(5 * time.Second):
		t.Fatal("the stream says nothing")
		return ""
	}
}

func TestAStreamTellsOfNewsByNumber(t *testing.T) {
	h := newHouse()
	said := listen(t, h, "w=1&topic=t", signedIn)
	if got := next(t, said); got != "open {}" {
		t.Fatalf("first %q", got)
	}
	h.hub.Tell(live.Notice{Subject: live.Topic("1", "other"), Event: live.Posted, Topic: "other", Number: 1})
	h.hub.Tell(live.Notice{Subject: live.Topic("1", "t"), Event: live.Posted, Topic: "t", Number: 41})
	if got := next(t, said); got != `topic {"topic":"t","number":41}` {
		t.Errorf("then %q", got)
	}
}

func TestAStreamGoesDarkWhenItsReaderMayNoLongerRead(t *testing.T) {
	h := newHouse()
	said := listen(t, h, "w=1&topic=t", signedIn)
	next(t, said)
	h.inForce.Store(false)
	h.hub.Tell(live.Notice{Subject: live.Member("ann"), Event: live.Check})
	if got := next(t, said); got != "dark {}" {
		t.Errorf("heard %q; want dark", got)
	}
	if _, more := <-said; more {
		t.Error("the stream goes on after dark")
	}
}

func TestAStreamOfWhatOneMayNotReadIsDarkFromTheStart(t *testing.T) {
	for name, test := range map[string]struct{ query, cookie string }{
		"a hidden topic": {"w=1&topic=hidden", signedIn}, "nobody": {"w=1", ""}, "an old session": {"", web.SessionCookie + "=old"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := next(t, listen(t, newHouse(), test.query, test.cookie)); got != "dark {}" {
				t.Errorf("heard %q; want dark", got)
			}
		})
	}
}
