// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/limit"
)

// FuzzOwnPath holds where a page sends a browser to this site, as browsers read
// addresses (WHATWG URL): they drop tabs, line ends and blanks around, and take a
// backslash for a slash.
func FuzzOwnPath(f *testing.F) {
	for _, path := range []string{
		"/home", "//e.example", "/\\e.example", "/\t/e.example", "/%2f/e", "javascript:1", "/a?b#c", "\\\\e", "/\r\nSet-Cookie: a=b", "/..//e.example", "/.//e",
		"/./\\e.example", "/.\\e", "/a/..\\e", "/./%5Ce.example", "/a/../\\e?b", "/.?//e", "/é", " //e", "/./", "/w/1/",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		w := httptest.NewRecorder()
		if err := web.SeeOther(w, httptest.NewRequest(http.MethodPost, "/x", nil), web.OwnPath(path, "/other")); err != nil {
			t.Fatal(err)
		}
		location := w.Header().Get("Location")
		read := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimSpace(location))
		if !strings.HasPrefix(read, "/") || strings.HasPrefix(read, "//") || read != location {
			t.Errorf("%q sends the browser to %q", path, location)
		}
		if at, err := url.Parse(location); err != nil || at.Host != "" || at.Scheme != "" {
			t.Errorf("%q becomes Location %q", path, location)
		}
	})
}

// FuzzRequest sends any path, query, cookie, language and form through the frame:
// the answer is never an error of ours, and a refusal of the limits neither.
func FuzzRequest(f *testing.F) {
	f.Add("/x", "a=b", "__Host-entente=token", "fr", "text=a&b=c", "application/x-www-form-urlencoded")
	f.Add("/live", "w=%zz&topic=\x00", "entente-language=ar; entente-theme=dark", strings.Repeat("a-", 500), "%", "multipart/form-data; boundary=a")
	f.Add("/nav", "path=//e&w=;", "=;=", "*", "--a\r\n\r\n", "multipart/form-data; boundary=")
	h := newHouse()
	h.Handle("/x", func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		_ = r.FormValue("text")
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	refusals := web.NewRefusals(false, false)
	f.Fuzz(func(t *testing.T, path, query, cookies, language, form, contentType string) {
		if !slices.Contains([]string{"/x", "/nav"}, path) {
			path = "/x" // streams have no end
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
		r.URL.RawQuery = query
		r.Header.Set("Cookie", cookies)
		r.Header.Set("Accept-Language", language)
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Accept", language)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%d", w.Code)
		}
		for _, why := range limit.Refusals() {
			w := httptest.NewRecorder()
			if refusals.Refuse(w, r, why); w.Code != why.Status || w.Body.Len() < 20 {
				t.Errorf("%d, want %d; %d bytes", w.Code, why.Status, w.Body.Len())
			}
		}
	})
}
