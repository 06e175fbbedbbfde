// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"strings"
	"testing"

	"entente.example/internal/journey"
)

// weighed counts what the open page brought: itself and all that it asked for.
const weighed = `(async () => {
	document.body.getBoundingClientRect(); // lays the page out, which is when the faces that it shows begin to load
	await document.fonts.ready;
	const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
	return JSON.stringify({requests: all.length, bytes: all.reduce((sum, e) => sum + e.encodedBodySize, 0), names: all.map(e => e.name)});
})()`

// TestTheFirstPageIsLight holds the sign-in page to 60 KB and four requests, as
// a thin line brings it for the first time, in each language.
func TestTheFirstPageIsLight(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	for _, language := range []string{"en", "fr", "es", "ar"} {
		p := b.Person(t, "newcomer-"+language) // a profile, and a cache, of their own
		p.Looks(journey.Look{Width: 1280, Height: 800, Language: language})
		p.Goes("/signin")
		var page struct {
			Requests, Bytes int
			Names           []string
		}
		if err := json.Unmarshal([]byte(p.Tells(weighed)), &page); err != nil {
			t.Fatal(err)
		}
		if page.Bytes > 60<<10 || page.Requests > 4 || page.Bytes < 20<<10 || !strings.Contains(strings.Join(page.Names, " "), ".woff2") {
			t.Errorf("%s: %d requests, %d bytes: %v", language, page.Requests, page.Bytes, page.Names)
		}
		t.Logf("%s: %d requests, %.1f KB", language, page.Requests, float64(page.Bytes)/1024)
	}
}
