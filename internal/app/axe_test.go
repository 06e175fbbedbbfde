// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente.example/internal/journey"
)

// findings runs axe over the page and returns a line for each finding.
const findings = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})
	.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' ' + n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? ''))).join('\n'))`

// reflow tells what reaches over the edge of a narrow page.
const reflow = `(() => {
	const page = document.documentElement, wide = [];
	if (page.scrollWidth <= page.clientWidth) return '';
	for (const e of document.body.querySelectorAll('*')) {
		const r = e.getBoundingClientRect();
		if (r.width > 0 && (r.right > page.clientWidth + 1 || r.left < -1) && !e.closest('.table-box, pre, [popover], .post-body table')) wide.push(e.tagName + '.' + e.className);
	}
	return 'wider than the window by ' + (page.scrollWidth - page.clientWidth) + ': ' + wide.slice(0, 4).join(', ');
})()`

// TestPagesAreOpenToAll holds every page to WCAG 2.2 AA as far as axe-core can
// tell, in both themes and both directions, and to a window of 320 pixels, which
// is 1280 at a zoom of 400 % (1.4.10).
func TestPagesAreOpenToAll(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("..", "..", "web", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed (npm ci in web/): %v", err)
	}
	only := regexp.MustCompile(os.Getenv("ONLY"))
	th := newTheatre(t)
	scenes := th.scenes(t)
	for _, look := range []journey.Look{
		{Width: 1280, Height: 900, NoMotion: true, Language: "fr"},
		{Width: 320, Height: 700, NoMotion: true, Language: "ar", Dark: true},
	} {
		th.exec(t, `UPDATE member_member SET language = $1`, look.Language)
		for _, s := range scenes {
			if !only.MatchString(s.name) {
				continue
			}
			th.Looks(look)
			th.opens(t, s)
			th.Tells(string(axe) + "; ''")
			for line := range strings.Lines(th.Tells(findings)) {
				t.Errorf("%s (%s): %s", s.name, look.Language, strings.TrimSpace(line))
			}
			th.Narrows(320)
			if found := th.Tells(reflow); found != "" {
				t.Errorf("%s (%s): %s", s.name, look.Language, found)
			}
		}
	}
}
