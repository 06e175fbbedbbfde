// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/web"
	"entente.example/internal/web/limit"
)

// TestDearRoutesAreRoutes holds the list of dear routes to what is mounted.
func TestDearRoutesAreRoutes(t *testing.T) {
	s := newStage(t)
	for pattern := range dear {
		if !slices.Contains(s.Routes(), pattern) {
			t.Errorf("%q costs more than a page and is no route", pattern)
		}
	}
}

// TestSearchingCostsTheSameByEveryDoor holds what goes through an index, or through
// all that an operation knows, to the price of a search.
func TestSearchingCostsTheSameByEveryDoor(t *testing.T) {
	s := newStage(t)
	for _, path := range []string{
		"/exchange/search?q=a", "/exchange/suggest?q=a", "/w/tyche/search?q=a", "/w/tyche/suggest?q=a",
		"/w/tyche/picture", "/w/tyche/objects/o/graph", "/w/tyche/objects/o/graph/data", "/w/tyche/journal",
	} {
		if took := s.route(httptest.NewRequest(http.MethodGet, path, nil)).Units; took != 3*unit {
			t.Errorf("%s takes %d units, want %d", path, took, 3*unit)
		}
	}
}

// TestARefusalSpeaksTheReadersLanguage looks at every refusal in every language.
func TestARefusalSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	refusals := web.NewRefusals(false, false)
	for _, why := range limit.Refusals() {
		for accept, starts := range map[string]string{"en-GB": `<html lang="en"`, "fr-CA,en": `<html lang="fr"`, "es": `<html lang="es"`, "ar": `<html lang="ar" dir="rtl"`} {
			r := httptest.NewRequest(http.MethodGet, "/secret?q=secret", nil)
			r.Header.Set("Accept", "text/html")
			r.Header.Set("Accept-Language", accept)
			w := httptest.NewRecorder()
			refusals.Refuse(w, r, why)
			retry := w.Header().Get("Retry-After") != ""
			if !strings.Contains(w.Body.String(), starts) || strings.Contains(w.Body.String(), "secret") || w.Code != why.Status || retry != (why.After > 0) {
				t.Errorf("%s in %s: %d, Retry-After %v, %.200s", why.Key, accept, w.Code, retry, w.Body)
			}
		}
	}
}
