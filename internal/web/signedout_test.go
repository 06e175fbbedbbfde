// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/web/ui"
)

// sends posts a form, by default one of our own page's, and returns the answer.
func (h *house) sends(path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const marked = "thoughts+%3Cb%3Eand+more" // as a form writes it

func TestWhatWasWrittenIsGivenBackToWhoWasSignedOut(t *testing.T) {
	const ours, boundary = "same-origin", "multipart/form-data; boundary=x"
	part := func(head, text string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + text + "\r\n"
	}
	for _, test := range []struct {
		name, body string
		header     []string
		given      bool
	}{
		{"a text of our own page", "id=7&text=" + marked, []string{"Sec-Fetch-Site", ours}, true},
		{"of a browser that names the origin alone", "id=7&text=" + marked, []string{"Origin", "http://example.com"}, true},
		{"of a browser that says nothing", "id=7&text=" + marked, nil, false},
		{"typed into the address bar", "id=7&text=" + marked, []string{"Sec-Fetch-Site", "none"}, false},
		{"of another site", "id=7&text=" + marked, []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"of a script", "id=7&text=" + marked, []string{"Sec-Fetch-Site", ours, "Sec-Fetch-Mode", "cors"}, false},
		{"with a password", "text=" + marked + "&password=thoughts", []string{"Sec-Fetch-Site", ours}, false},
		{"with a code", "text=" + marked + "&code=123456", []string{"Sec-Fetch-Site", ours}, false},
		{"of many bytes", "text=" + marked + strings.Repeat("x", 200<<10), []string{"Sec-Fetch-Site", ours}, false},
		{"of many fields", "text=" + marked + strings.Repeat("&a=b", 300), []string{"Sec-Fetch-Site", ours}, false},
		{"of parts", part(`name="id"`, "7") + part(`name="text"`, "thoughts <b>and more") + "--x--\r\n", []string{"Sec-Fetch-Site", ours, "Content-Type", boundary}, true},
		{"with a file", part(`name="text"`, "thoughts <b>and more") + part(`name="file"; filename="a"`, "bytes") + "--x--\r\n", []string{"Sec-Fetch-Site", ours, "Content-Type", boundary}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse()
			h.Handle("POST /x", func(http.ResponseWriter, *http.Request, access.Actor) error { return access.ErrNobody })
			w := h.sends("/x", test.body, test.header...)
			page := w.Body.String()
			if given := strings.Contains(page, "thoughts"); given != test.given || strings.Contains(page, "thoughts <b>") {
				t.Errorf("%d, given back: %v; want %v, escaped", w.Code, given, test.given)
			}
			if !test.given {
				return
			}
			for _, want := range []string{"thoughts &lt;b&gt;and more</textarea>", `name="id" value="7"`, `action="/x"`, `href="/signin?next=%2Fhome"`} {
				if !strings.Contains(page, want) {
					t.Errorf("the page has no %s", want)
				}
			}
			if w.Code != http.StatusUnauthorized || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d, %q: want 401 that nobody keeps", w.Code, w.Header().Get("Cache-Control"))
			}
		})
	}
}

func TestWhoIsSignedOutLearnsNothingOfThePathOfAForm(t *testing.T) {
	h := newHouse()
	h.Handle("POST /w/{workspace}/x", func(http.ResponseWriter, *http.Request, access.Actor) error { return access.ErrNobody })
	answers := map[string]bool{}
	for _, path := range []string{"/w/1/x", "/w/2/x", "/w/1/y", "/nowhere"} {
		w := h.sends(path, "text="+marked, "Sec-Fetch-Site", "same-origin")
		answers[strings.ReplaceAll(w.Body.String(), path, "PATH")] = true
		if !strings.Contains(w.Body.String(), "thoughts") {
			t.Errorf("%s gives nothing back", path)
		}
	}
	if len(answers) != 1 {
		t.Errorf("%d different answers", len(answers))
	}
}

func TestAChoiceOfLanguageComesBackToThePage(t *testing.T) {
	for _, test := range []struct{ name, method, path, referer, want string }{
		{"with its query", http.MethodGet, "/x/list?q=a+b&after=3", "", "/x/list?q=a+b&amp;after=3"},
		{"of which a form was answered", http.MethodPost, "/x/send", "http://example.com/x/list?from=3", "/x/list?from=3"},
		{"nearest to an answer of unknown origin", http.MethodPost, "/x/list/1/send", "", "/x/list"},
		{"never of another site", http.MethodPost, "/x/list/1/send", "http://evil.example/x/list?from=3", "/x/list"},
		{"never one that only takes forms", http.MethodPost, "/x/send", "http://example.com/x/send", "/home"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse()
			show := func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
				return h.Render(w, r, actor, ui.Page{Title: "X"}, templ.NopComponent)
			}
			h.Handle("GET /x/list", show)
			h.Handle("POST /x/send", show)
			h.Handle("POST /x/list/{id}/send", show)
			r := httptest.NewRequest(test.method, test.path, nil)
			r.Header.Set("Cookie", signedIn)
			if test.referer != "" {
				r.Header.Set("Referer", test.referer)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if n := strings.Count(w.Body.String(), `name="next" value="`+test.want+`"`); n != 2 {
				t.Errorf("%d of the two menus lead back to %s", n, test.want)
			}
		})
	}
}
