// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"strings"
	"testing"
)

func TestACacheRendersWhatRenderDoes(t *testing.T) {
	var c Cache
	texts := []string{"", "*one*", "@ann and `code`", "- a list\n- of two", strings.Repeat("long ", 1000)}
	for range 3 {
		for _, text := range texts {
			if got, want := c.Render(text), Render(text, nil); got != want {
				t.Errorf("%.20q: %q; want %q", text, got, want)
			}
		}
	}
}

func TestACacheForgets(t *testing.T) {
	var c Cache
	text := strings.Repeat("word ", 10_000)
	for n := range 4 * generation / len(text) {
		c.Render(text + strings.Repeat(".", n))
	}
	kept := 0
	for _, html := range c.young {
		kept += len(html)
	}
	for _, html := range c.aged {
		kept += len(html)
	}
	if kept > 3*generation {
		t.Errorf("%d bytes are kept", kept)
	}
}

func BenchmarkRender(b *testing.B) {
	text := strings.Repeat("Seen in traffic between *two* hosts; `code` and http://panel.example/x. ", 8)
	for b.Loop() {
		Render(text, nil)
	}
}
