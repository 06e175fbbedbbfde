// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// unseen are routes that no reader sees as a page: parts of pages, files, and
// answers to programs.
var unseen = []string{
	"GET /live", "GET /nav", "GET /session", "GET /_design/graph", "GET /{$}", "GET /assets/", "GET /exchange/suggest", "GET /w/{workspace}/suggest",
	"GET /exchange/topics/{topic}/posts", "GET /w/{workspace}/topics/{topic}/posts", "GET /w/{workspace}/imports/{batch}/progress",
	"GET /w/{workspace}/objects/{object}/graph/data", "GET /log/checkpoint", "GET /log/key", "GET /log/tile/{tile...}", "GET /me/entries/{entry}/proof",
	"GET /exchange/topics/next", "GET /w/{workspace}/topics/next", // these lead on
}

// TestEachPageIsAScene holds the scenes to the routes: a page that is not among
// them is looked at by nobody, and by no audit.
func TestEachPageIsAScene(t *testing.T) {
	th := newTheatre(t)
	routes, seen := http.NewServeMux(), map[string]bool{}
	for _, pattern := range th.Routes() {
		routes.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	for _, s := range th.scenes(t) {
		_, pattern := routes.Handler(httptest.NewRequest(http.MethodGet, s.path, nil))
		seen[pattern] = true
	}
	for _, pattern := range th.Routes() {
		if strings.HasPrefix(pattern, "GET ") && !seen[pattern] && !slices.Contains(unseen, pattern) {
			t.Errorf("no scene shows %s", pattern)
		}
	}
}
