// SPDX-License-Identifier: Apache-2.0

package markup_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"entente.example/internal/markup"
)

// TestWorkIsBounded wants each text done in 100 ms or, where the machine is slow,
// in twenty times what the longest ordinary text takes.
func TestWorkIsBounded(t *testing.T) {
	ordinary := strings.Repeat("Some *words* of `text`.\n\n", markup.MaxText/25)
	limit := max(100*time.Millisecond, 20*took(ordinary))
	full := func(s string) string { return strings.Repeat(s, markup.MaxText/len(s)) }
	for name, text := range map[string]string{
		"10,000 quotes":                  strings.Repeat(">", 10_000),
		"10,000 brackets":                strings.Repeat("[", 10_000),
		"10,000 images":                  strings.Repeat("![", 10_000),
		"10,000 links without end":       strings.Repeat("[a](", 10_000),
		"10,000 lists in lists":          strings.Repeat("- ", 10_000),
		"emphasis that crosses":          strings.Repeat("*a_ ", 10_000),
		"emphasis that never fits":       strings.Repeat("a**b*c* ", 5_000),
		"code that never ends":           strings.Repeat("`a``", 10_000),
		"backslashes":                    full(`\`),
		"a table of very many cells":     strings.Repeat("|a", 3_000) + "\n" + strings.Repeat("|-", 3_000) + strings.Repeat("\n|", 20_000),
		"a wide table repeated narrowly": strings.Repeat("|a\n|-\n", 5_000),
	} {
		t.Run(name, func(t *testing.T) {
			if best := took(text); best > limit {
				t.Errorf("%v, want less than %v", best, limit)
			}
		})
	}
}

// took returns the best time of three, since the machine may be busy with others.
func took(text string) time.Duration {
	best := time.Hour
	for range 3 {
		start := time.Now()
		markup.Render(text, nil)
		best = min(best, time.Since(start))
	}
	return best
}

func TestOutputIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"what is over the limit is cut off": strings.Repeat("a ", markup.MaxText),
		"a table of very many cells":        strings.Repeat("|a", 60) + "\n" + strings.Repeat("|-", 60) + strings.Repeat("\n|", 30_000),
		"turns of direction":                strings.Repeat("\u202E", markup.MaxText),
	} {
		t.Run(name, func(t *testing.T) {
			if n := len(markup.Render(text, nil)); n > 20*markup.MaxText {
				t.Errorf("%d bytes of HTML", n)
			}
		})
	}
}

func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"# a\n\n*b* [c](/d) [e](https://f.example) ![g](h) <script>x</script>",
		"|a|\n|-|\n|`b`|", "> - 1. ```\n", "@ann &#x202e; &lt;img src=x onerror=y&gt;", "[x](javascript:1)", "[a](/\"onclick=b)",
		"[x](<//e.example>) [y](/\\e) http://e.example/@ann", "~~*a~~*", "\x00\xff", "<a href='/x'>", "&#60;iframe&#62;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := markup.Render(text, people{"ann": "/people/1"})
		doc, err := html.Parse(strings.NewReader(out))
		if err != nil {
			t.Fatalf("%q gives %q: %v", text, out, err)
		}
		for n := range doc.Descendants() {
			if problem := danger(n); problem != "" {
				t.Errorf("%q gives %q: %s", text, out, problem)
			}
		}
		markup.Mentions(text)
		markup.Plain(text, 80)
	})
}

var harmless = strings.Fields("html head body p h3 h4 h5 h6 blockquote ul ol li hr br pre code em strong del table thead tbody tr th td span a")

// danger says what is wrong with a node of a page, or nothing.
func danger(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	if !slices.Contains(harmless, n.Data) {
		return "element " + n.Data
	}
	for _, a := range n.Attr {
		switch {
		case !slices.Contains([]string{"dir", "class", "title", "start", "href"}, a.Key):
			return "attribute " + a.Key
		case a.Key == "href" && (!strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") || strings.ContainsAny(a.Val, "\\\t\r\n")):
			return "link to " + a.Val
		}
	}
	return ""
}
