// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

const (
	saidCookie = "__Host-entente-said"
	sentence   = "The changes are saved."
)

// sayingHouse has an act and a page that follows it.
func sayingHouse() *house {
	h := newHouse()
	h.Handle("POST /act", func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		return web.SeeOtherSaying(w, r, "/page", r.FormValue("key"))
	})
	h.Handle("GET /page", func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		return h.Render(w, r, actor, ui.Page{Title: "Page"}, templ.NopComponent)
	})
	h.Handle("GET /hidden", func(http.ResponseWriter, *http.Request, access.Actor) error { return access.ErrHidden })
	return h
}

// acts does the act in the session of cookies, and returns the cookie that it sets.
func (h *house) acts(key, cookies string) *http.Cookie {
	r := httptest.NewRequest(http.MethodPost, "/act", strings.NewReader("key="+key))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookies)
	return h.sets(r)
}

func (h *house) sets(r *http.Request) *http.Cookie {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == saidCookie {
			return c
		}
	}
	return nil
}

func TestWhatWasDoneIsSaidOnce(t *testing.T) {
	h := sayingHouse()
	c := h.acts("workspace.said.saved", signedIn)
	if c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.MaxAge <= 0 || c.MaxAge > 60 || c.Path != "/" {
		t.Fatalf("the cookie is %+v", c)
	}
	if strings.Contains(c.Value, "token") || strings.Contains(c.Value, sentence) {
		t.Errorf("the cookie holds more than a key: %q", c.Value)
	}
	cookies := signedIn + "; " + saidCookie + "=" + c.Value
	for _, test := range []struct {
		name, path, cookies string
		header              []string
		says, clears        bool
	}{
		{"the next page says it and forgets it", "/page", cookies, nil, true, true},
		{"in the reader's language", "/page", cookies, []string{"Sec-Fetch-Mode", "navigate"}, true, true},
		{"what a script fetches leaves it for the page", "/page", cookies, []string{"Sec-Fetch-Mode", "cors"}, false, false},
		{"a page that is not there says nothing", "/hidden", cookies, nil, false, false},
		{"a page without the cookie is as it was", "/page", signedIn, nil, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := h.get(test.path, append(test.header, "Cookie", test.cookies)...)
			if says := strings.Contains(w.Body.String(), sentence); says != test.says {
				t.Errorf("says it: %t", says)
			}
			if clears := strings.Contains(strings.Join(w.Header()["Set-Cookie"], "\n"), saidCookie+"=;"); clears != test.clears {
				t.Errorf("clears it: %t", clears)
			}
		})
	}
	if page := h.get("/page", "Cookie", cookies).Body.String(); !strings.Contains(page, `role="status"`) {
		t.Error("it is no status")
	}
}

func TestAForgedCookieShowsNothing(t *testing.T) {
	h := sayingHouse()
	earned := h.acts("workspace.said.saved", signedIn).Value
	_, seal, _ := strings.Cut(earned, "~")
	for name, value := range map[string]string{
		"a sentence that somebody wrote":              "You+have+been+suspended",
		"a key without a seal":                        "workspace.said.saved",
		"a key with a seal of nothing":                "workspace.said.saved~",
		"another key under a seal that was earned":    "member.said.suspended~" + seal,
		"the seal alone":                              "~" + seal,
		"a seal of another session":                   h.acts("workspace.said.saved", web.SessionCookie+"=other").Value,
		"a message that is not of the closed list":    h.acts("error.internal", signedIn).Value,
		"a key of the list's form without message":    h.acts("workspace.said.nothing", signedIn).Value,
		"what is longer than any cookie should be":    strings.Repeat("a", 3000),
		"a key with something of one's own behind it": h.acts("workspace.said.saved%20x", signedIn).Value,
	} {
		t.Run(name, func(t *testing.T) {
			w := h.get("/page", "Cookie", signedIn+"; "+saidCookie+"="+value)
			if page := w.Body.String(); w.Code != http.StatusOK || strings.Contains(page, `class="alert`) {
				t.Errorf("%d; the page says something", w.Code)
			}
		})
	}
	if c := h.acts("workspace.said.saved", ""); c != nil {
		t.Errorf("nobody is told something: %+v", c)
	}
}
