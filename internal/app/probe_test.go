// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/web"
)

// ask sends one request in a member's name (empty: nobody's), with more headers.
func (s *stage) ask(t *testing.T, member, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
	r.RequestURI = path
	u, err := r.URL.Parse("http://localhost:8080" + path)
	if err != nil {
		t.Skipf("%q is no address: the server answers 400", path)
	}
	u.Scheme, u.Host = "", ""
	r.URL, r.Host = u, "localhost:8080"
	if member != "" {
		token, err := s.Sessions.Start(t.Context(), access.MemberID(member), access.Passkey, "test")
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = io.NopCloser(strings.NewReader(typed))
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestOtherMethodsOpenNothing tries each door with the methods that it does not
// have: the answer is what does not exist, and echoes nothing.
func TestOtherMethodsOpenNothing(t *testing.T) {
	s := newStage(t)
	nowhere := func(member, method string) int { return s.ask(t, member, method, "/nowhere-at-all").Code }
	for _, pattern := range s.Routes() {
		has, path := s.path(t, pattern)
		if strings.HasPrefix(path, "/assets/") || path == "/nowhere" || path == "/live" || path == "/invitation/done" { // a POST there is one of a link
			continue
		}
		for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "POST", "GET"} {
			if method == has || slices.Contains(s.Routes(), method+strings.TrimPrefix(pattern, has)) {
				continue
			}
			for _, member := range []string{"", "eve"} {
				w := s.ask(t, member, method, path, "X-Echo", "echo-me")
				if want := nowhere(member, method); w.Code != want || strings.Contains(w.Body.String(), "echo-me") {
					t.Errorf("%s %s for %q: %d; want %d as for what is not there", method, pattern, member, w.Code, want)
				}
			}
		}
	}
}

// TestHeadIsGetWithoutItsBody holds HEAD to the access of GET.
func TestHeadIsGetWithoutItsBody(t *testing.T) {
	s := newStage(t)
	for _, pattern := range s.Routes() {
		has, path := s.path(t, pattern)
		if has != http.MethodGet || path == "/live" || strings.HasPrefix(path, "/assets/") {
			continue
		}
		for _, member := range []string{"", "eve", "bob"} {
			if head, get := s.ask(t, member, "HEAD", path).Code, s.ask(t, member, "GET", path).Code; head != get {
				t.Errorf("%s for %q: HEAD %d, GET %d", pattern, member, head, get)
			}
		}
	}
}

// TestOddPathsOpenNothing writes the path of a hidden operation in every odd way:
// each answers an outsider as it does for one that does not exist.
func TestOddPathsOpenNothing(t *testing.T) {
	s := newStage(t)
	for _, odd := range []string{
		"/w/tyche", "/w/tyche/", "//w/tyche", "/w//tyche", "/w/./tyche", "/w/x/../tyche", "/W/tyche", "/w/TYCHE", "/w/%74yche", "/w%2ftyche", "/w/tyche%2f",
		"/w/tyche;a=b", "/w/tyche%00", "/w/tyche%20", "/w/tyche.", "/w/..%2fw/tyche", "/exchange/../w/tyche", "/w/tyche/topics/", "/w/tyche//topics",
		"/w/tyche/%2e%2e/tyche", "/w/tyche?workspace=exchange", "/exchange/topics/..%2f..%2fw%2ftyche", "/w/tyche\\topics", "/w/tyche/export/.", "/w/tyche%252f",
	} {
		t.Run(odd, func(t *testing.T) {
			for _, member := range []string{"", "eve", "gus"} {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					hidden, absent := s.ask(t, member, method, odd), s.ask(t, member, method, replaceEach(odd))
					if a, b := said(hidden, "tyche"), said(absent, "nemo1"); alike.Replace(a) != alike.Replace(b) {
						t.Errorf("%s for %q can be told from what is absent:\n%s\n%s", method, member, a, b)
					}
					if hidden.Code == http.StatusOK {
						t.Errorf("%s opens for %q", method, member)
					}
				}
			}
		})
	}
}

// alike makes what was asked for the same in both answers.
var alike = strings.NewReplacer("TYCHE", "ID", "NEMO1", "ID", "%2574yche", "ID", "%256eemo1", "ID", "%74yche", "ID", "%6eemo1", "ID")

func replaceEach(path string) string {
	return strings.NewReplacer("tyche", "nemo1", "TYCHE", "NEMO1", "%74yche", "%6eemo1").Replace(path)
}

// TestAForeignHostIsRepeatedNowhere asks every page under another site's name: what
// comes back leads to no other site.
func TestAForeignHostIsRepeatedNowhere(t *testing.T) {
	s := newStage(t)
	for _, pattern := range s.Routes() {
		has, path := s.path(t, pattern)
		if path == "/live" || strings.HasPrefix(path, "/assets/") {
			continue
		}
		for _, member := range []string{"", "max"} {
			w := s.ask(t, member, has, path, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example")
			if strings.Contains(fmt.Sprint(w.Header(), w.Body), "evil.example") {
				t.Errorf("%s for %q repeats the host", pattern, member)
			}
			if has == http.MethodPost {
				break // what a door changes is for the matrix
			}
		}
	}
}

// TestPagesAreKeptByNobody holds every answer but files to no-store, and what
// depends on the reader to say so.
func TestPagesAreKeptByNobody(t *testing.T) {
	s := newStage(t)
	for _, pattern := range s.Routes() {
		has, path := s.path(t, pattern)
		if has != http.MethodGet || path == "/live" || strings.HasPrefix(path, "/assets/") {
			continue
		}
		for _, member := range []string{"", "eve", "max"} {
			w := s.ask(t, member, has, path)
			// Tiles of the journal are hashes alone, and never change: a member's own browser may keep them.
			lasting := strings.HasPrefix(path, "/log/tile/") && member != "" && strings.HasPrefix(w.Header().Get("Cache-Control"), "private, ")
			if w.Header().Get("Cache-Control") != "no-store" && !lasting {
				t.Errorf("%s for %q may be kept: %q", pattern, member, w.Header().Get("Cache-Control"))
			}
			html := strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") && w.Code != http.StatusSeeOther
			if html && !strings.Contains(w.Header().Get("Vary"), "Cookie") {
				t.Errorf("%s for %q is said to be the same for all", pattern, member)
			}
		}
	}
}

// TestForgedRequestsChangeNothing posts as other sites make browsers post.
func TestForgedRequestsChangeNothing(t *testing.T) {
	s := newStage(t)
	for _, pattern := range s.Routes() {
		has, path := s.path(t, pattern)
		if has != http.MethodPost {
			continue
		}
		for _, forged := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}, {"Origin", "https://evil.example"},
			{"Origin", "http://localhost:8080.evil.example"}, {"Origin", "http://localhost:80"}, {"Sec-Fetch-Site", "cross-site", "Origin", "http://localhost:8080"},
		} {
			if w := s.ask(t, "max", has, path, forged...); w.Code != http.StatusForbidden {
				t.Errorf("%s with %v: %d", pattern, forged, w.Code)
			}
		}
	}
}

// TestASessionIsNeverOfTheVisitorsChoosing tosses cookies at the door.
func TestASessionIsNeverOfTheVisitorsChoosing(t *testing.T) {
	s := newStage(t)
	chosen := strings.Repeat("A", 43)
	for _, cookies := range []string{
		web.SessionCookie + "=" + chosen, web.SessionCookie + "=" + chosen + "; " + web.SessionCookie + "=" + chosen, "entente=" + chosen, "__host-entente=" + chosen,
		web.SessionCookie + "=", web.SessionCookie + `="` + chosen + `"`, web.SessionCookie + "=' OR 1=1 --", web.SessionCookie + "=" + strings.Repeat("A", 20_000),
	} {
		w := s.ask(t, "", http.MethodGet, "/home", "Cookie", cookies)
		if outcome(w) != "S" || strings.Contains(w.Header().Get("Set-Cookie"), chosen) {
			t.Errorf("%.60q: %d, %v", cookies, w.Code, w.Header())
		}
	}
	for _, token := range s.tokens {
		if w := s.ask(t, "", http.MethodGet, "/home", "Cookie", web.SessionCookie+"="+token); outcome(w) != "S" {
			t.Errorf("a session that has ended opens: %d", w.Code)
		}
	}
}

// TestRequestsAreNeverReadAsTwo sends requests whose length may be read in two ways,
// as a proxy and a server might: the second within is never answered.
func TestRequestsAreNeverReadAsTwo(t *testing.T) {
	s := serving(t)
	at := strings.Replace(s.config.Listen, "localhost", "127.0.0.1", 1)
	inner := "GET /signin?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
	post := "POST /signin/password HTTP/1.1\r\nHost: localhost\r\n"
	for _, c := range []struct{ name, text string }{
		{"both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner},
		{"two lengths", post + "Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + inner},
		{"a signed length", post + "Content-Length: +0\r\n\r\n" + inner},
		{"an unknown encoding", post + "Transfer-Encoding: xchunked\r\n\r\n" + inner},
		{"an encoding with a tab", post + "Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n" + inner},
		{"a space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner},
		{"a folded header", post + "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\nA\r\n: b\r\n\r\n" + inner},
		{"chunked alone", post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner},
		{"a chunk size too long", post + "Transfer-Encoding: chunked\r\n\r\n00000000000000000\r\n\r\n" + inner},
		{"no host", "GET /signin HTTP/1.1\r\n\r\n" + inner},
		{"two hosts", "GET /signin HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + inner},
		{"headers of 40 KB", "GET /signin HTTP/1.1\r\nHost: localhost\r\nCookie: " + strings.Repeat("a", 40<<10) + "\r\n\r\n" + inner},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
			_, _ = io.WriteString(conn, c.text) // the server may hang up early
			in := bufio.NewReader(conn)
			answers := 0
			for {
				response, err := http.ReadResponse(in, nil)
				if err != nil {
					break
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if answers++; answers > 1 || response.StatusCode == http.StatusOK {
					t.Fatalf("answer %d: %s", answers, response.Status)
				}
			}
		})
	}
}
