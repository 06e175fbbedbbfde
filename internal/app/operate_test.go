// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// safe is a buffer that several goroutines write to.
type safe struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.String()
}

// TestLogsHoldNothingThatCallersWrote knocks at every door as every kind of
// caller, with a word in query, body and header that no log may hold, and looks
// for it, for ids in paths, for sessions and for what the operation is about.
func TestLogsHoldNothingThatCallersWrote(t *testing.T) {
	log := &safe{}
	s := newStage(t)
	s.log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.Mux.Log = s.log
	const word = "xyzzy-plugh"
	var secrets []string
	for _, pattern := range s.Routes() {
		if pattern == "POST /signout" { // who signs out here is in no later request
			continue
		}
		method, path := s.path(t, pattern)
		join := "?"
		if strings.Contains(path, "?") {
			join = "&"
		}
		for _, c := range callers {
			w := s.knockAt(t, s, c, method, path+join+"q="+word, func(r *http.Request) {
				r.Header.Set("User-Agent", word)
				r.Header.Set("Referer", "https://"+word+".example/")
				if cookie, err := r.Cookie("__Host-entente"); err == nil {
					secrets = append(secrets, cookie.Value)
				}
			})
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%s fails for %s: %d", pattern, c.name, w.Code)
			}
		}
	}
	text := log.String()
	for _, secret := range append(secrets, word, "kestrel", "KESTREL", "Panel of the group", s.ids["token"], s.ids["object"], "Hello", `"path"`, `"query"`, "?q=") {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("the log holds %q: %s", secret, text[max(0, at-200):min(len(text), at+50)])
		}
	}
	if n := strings.Count(text, `"msg":"request"`); n < len(s.Routes()) || !strings.Contains(text, `"route":"GET /home"`) {
		t.Errorf("%d lines of requests; want one for each", n)
	}
}

// TestEachAnswerTellsBrowsersTheRules looks at the headers of every door.
func TestEachAnswerTellsBrowsersTheRules(t *testing.T) {
	s := newStage(t)
	handler := s.front(s)
	var paths []string
	for _, pattern := range s.Routes() {
		if method, path := s.path(t, strings.Replace(pattern, "/assets/", "/assets/nothing.css", 1)); method == http.MethodGet {
			paths = append(paths, path)
		}
	}
	for _, path := range append(paths, "/healthz", "/readyz", "/nothing/here") {
		for _, c := range []caller{callers[0], callers[9]} {
			if path == "/live" {
				continue // the matrix reads it; it is answered by the same mux
			}
			w := s.knockAt(t, handler, c, http.MethodGet, path)
			h := w.Header()
			csp := h.Get("Content-Security-Policy")
			// Tiles of the journal are hashes alone, and never change: a member's own browser may keep them.
			lasting := strings.HasPrefix(path, "/log/tile/") && strings.HasPrefix(h.Get("Cache-Control"), "private, ")
			for what, ok := range map[string]bool{
				"a policy that denies by default": strings.HasPrefix(csp, "default-src 'none'"),
				"no unsafe source":                !strings.Contains(csp, "unsafe-") && !strings.Contains(csp, "*"),
				"no frame around it":              strings.Contains(csp, "frame-ancestors 'none'"),
				"no other base":                   strings.Contains(csp, "base-uri 'none'"),
				"no sniffing":                     h.Get("X-Content-Type-Options") == "nosniff",
				"no referrer to others":           h.Get("Referrer-Policy") == "same-origin" || h.Get("Referrer-Policy") == "no-referrer",
				"an opener of its own":            h.Get("Cross-Origin-Opener-Policy") == "same-origin",
				"a resource of its own":           h.Get("Cross-Origin-Resource-Policy") == "same-origin",
				"no powers":                       strings.Contains(h.Get("Permissions-Policy"), "camera=()"),
				"no store":                        h.Get("Cache-Control") == "no-store" || strings.HasPrefix(path, "/assets/") || lasting,
				"no https where there is none":    h.Get("Strict-Transport-Security") == "",
				"nothing of what it runs on":      h.Get("Server") == "" && h.Get("X-Powered-By") == "",
			} {
				if !ok {
					t.Errorf("%s, as %s: not %s: %v", path, c.name, what, h)
				}
			}
		}
	}
}

func TestReadinessNamesItsChecksAndTellsStrangersNoReason(t *testing.T) {
	s := newStage(t)
	s.health.now = func() (never time.Time) { return never }
	ask := func(reasons bool) (int, string) {
		s.health.mu.Lock()
		s.health.results = nil
		s.health.mu.Unlock()
		w := httptest.NewRecorder()
		s.health.answer(w, httptest.NewRequest(http.MethodGet, "/readyz", nil), reasons)
		return w.Code, w.Body.String()
	}
	if code, text := ask(false); code != http.StatusOK || !strings.Contains(text, `"database":"ok"`) || !strings.Contains(text, `"bus":"ok"`) {
		t.Errorf("%d %s", code, text)
	}
	s.config.DiskReserve = 1 << 60
	if code, text := ask(false); code != http.StatusServiceUnavailable || !strings.Contains(text, `"disk":"failed"`) || strings.Contains(text, "bytes") {
		t.Errorf("a full disk: %d %s", code, text)
	}
	if _, text := ask(true); !strings.Contains(text, "bytes are free") {
		t.Errorf("the operator is not told why: %s", text)
	}
	s.config.DiskReserve, s.config.ReadyLag = 0, 1
	s.people.Exec(t, `INSERT INTO follow_cursor (name, number) VALUES ('laggard', -100)`)
	if code, text := ask(true); code != http.StatusServiceUnavailable || !strings.Contains(text, "laggard is ") {
		t.Errorf("a follower that is behind: %d %s", code, text)
	}
	s.config.ReadyLag = 0
	s.bus.Close()
	if code, text := ask(false); code != http.StatusServiceUnavailable || !strings.Contains(text, `"bus":"failed"`) {
		t.Errorf("without the bus: %d %s", code, text)
	}
	s.health.checks = []check{{"database", func(context.Context) error { return errors.New("secret cause") }}}
	if code, text := ask(false); code != http.StatusServiceUnavailable || strings.Contains(text, "secret") {
		t.Errorf("a database that is gone: %d %s", code, text)
	}
}

func TestAClientBehindAProxyIsCountedAsItself(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for name, c := range map[string]struct{ peer, header, want string }{
		"a stranger is who they are, whatever they claim": {"192.0.2.1:99", "198.51.100.7", "192.0.2.1:99"},
		"the proxy's word counts":                         {"10.0.0.1:99", "198.51.100.7", "198.51.100.7:0"},
		"what the client wrote before it does not":        {"10.0.0.1:99", "203.0.113.9, 198.51.100.7", "198.51.100.7:0"},
		"two proxies of ours in a row":                    {"10.0.0.1:99", "203.0.113.9, 198.51.100.7, 10.2.3.4", "198.51.100.7:0"},
		"a proxy that says nothing":                       {"10.0.0.1:99", "", "10.0.0.1:99"},
		"nonsense":                                        {"10.0.0.1:99", "198.51.100.7, <script>", "10.0.0.1:99"},
		"over IPv6":                                       {"[2001:db8::1]:99", "2001:db9::7", "[2001:db9::7]:0"},
		"IPv4 in IPv6":                                    {"[::ffff:10.0.0.1]:99", "::ffff:198.51.100.7", "198.51.100.7:0"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.header)
		if got := client(proxies, r); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
	}
}

// deployed reads a file of the folder deploy.
func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var metricName = regexp.MustCompile(`\b(entente|go|process)_[a-z_]+\b`)

// TestTheDashboardShowsTheFiguresThatExist holds dashboard and alerts to what is
// measured, and what is measured to them.
func TestTheDashboardShowsTheFiguresThatExist(t *testing.T) {
	s := newStage(t)
	s.knock(t, callers[9], http.MethodGet, "/home")
	scrape := httptest.NewRecorder()
	s.operatorPages().ServeHTTP(scrape, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	exist := s.metrics.Names()
	for line := range strings.Lines(scrape.Body.String()) {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			exist = append(exist, strings.Fields(name)[0])
		}
	}
	dashboard := deployed(t, "grafana/entente.json")
	if !json.Valid([]byte(dashboard)) {
		t.Error("the dashboard is no JSON")
	}
	shown := dashboard + deployed(t, "prometheus/alerts.yml")
	for _, name := range metricName.FindAllString(shown, -1) {
		base := name
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			base = strings.TrimSuffix(base, suffix)
		}
		if !slices.Contains(exist, name) && !slices.Contains(exist, base) {
			t.Errorf("%s is shown, but not measured", name)
		}
	}
	for _, name := range s.metrics.Names() {
		if !strings.Contains(shown, name) {
			t.Errorf("%s is measured, but neither shown nor watched", name)
		}
	}
	for _, id := range []string{"tyche", "ann", s.ids["object"]} {
		if strings.Contains(scrape.Body.String(), `"`+id+`"`) {
			t.Errorf("the figures hold the id %q", id)
		}
	}
}

var variable = regexp.MustCompile(`\bENTENTE_[A-Z_]+\b`)

func TestFilesForDeploymentNameOnlySettingsThatExist(t *testing.T) {
	reference, err := os.ReadFile(filepath.Join("..", "..", "docs", "settings.md")) // which a test of config holds to be current
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for line := range strings.Lines(string(reference)) {
		for _, v := range variable.FindAllString(line, -1) {
			known = append(known, v)
			if strings.Contains(line, "*Secret.*") {
				known = append(known, v+"_FILE")
			}
		}
	}
	for _, name := range []string{"systemd/entente.service", "systemd/entente.env", "docker/Dockerfile", "docker/compose.yml"} {
		for _, v := range variable.FindAllString(deployed(t, name), -1) {
			if !slices.Contains(known, v) {
				t.Errorf("%s names %s, which is no setting", name, v)
			}
		}
	}
}
