// SPDX-License-Identifier: Apache-2.0

package markup_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"entente.example/internal/markup"
)

// people is a Resolver of tests.
type people map[string]string

func (p people) Mention(handle string) (label, href string, ok bool) {
	href, ok = p[handle]
	return "Name of " + handle, href, ok
}

func TestRender(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a line break stays a line break": {"one\ntwo", `<p dir="auto">one<br>` + "\ntwo</p>\n"},
		"the first heading is a page's third": {"# A\n###### B",
			"<h3 dir=\"auto\">A</h3>\n<h6 dir=\"auto\">B</h6>\n"},
		"emphasis, strong and struck text": {"*a* **b** ~~c~~",
			"<p dir=\"auto\"><em>a</em> <strong>b</strong> <del>c</del></p>\n"},
		"lists keep their numbers": {"3. a\n4. b",
			"<ol start=\"3\"><li dir=\"auto\">a</li>\n<li dir=\"auto\">b</li>\n</ol>\n"},
		"a quote holds blocks": {"> a", "<blockquote dir=\"auto\"><p dir=\"auto\">a</p>\n</blockquote>\n"},
		"a table aligns its cells": {"| a | b |\n|---|--:|\n| 1 | 2 |",
			`<table dir="ltr"><thead><tr><th dir="auto">a</th>` + "\n" + `<th dir="auto" class="cell-end">b</th>` + "\n</tr></thead>\n" +
				`<tr><td dir="auto">1</td>` + "\n" + `<td dir="auto" class="cell-end">2</td>` + "\n</tr></table>"},
		"a table's columns go the way of its text": {"| 1 | اسم |\n|---|---|",
			`<table dir="rtl"><thead><tr><th dir="auto">1</th>` + "\n" + `<th dir="auto">اسم</th>` + "\n</tr></thead>\n</table>"},
		"HTML is shown as typed": {"<script>alert(1)</script>",
			"<p dir=\"auto\">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
		"a block of HTML is shown as typed": {"<div onclick=x>\n<b>y</b>",
			"<p dir=\"auto\">&lt;div onclick=x&gt;<br>\n&lt;b&gt;y&lt;/b&gt;</p>\n"},
		"an image becomes its text": {"![a *cat*](https://evil.example/x.png)", "<p dir=\"auto\">a <em>cat</em></p>\n"},
		"an address in text is defanged": {"see http://evil.example/a_b_c?x=1.",
			`<p dir="auto">see <span class="defanged" dir="ltr">hxxp://evil[.]example/a_b_c?x=1</span>.</p>` + "\n"},
		"an address in angle brackets is no link": {"<https://evil.example>",
			`<p dir="auto">&lt;<span class="defanged" dir="ltr">hxxps://evil[.]example</span>&gt;</p>` + "\n"},
		"an address written with references is defanged": {"http&#58;//evil.example",
			`<p dir="auto"><span class="defanged" dir="ltr">hxxp://evil[.]example</span></p>` + "\n"},
		"an address cut by a backslash is defanged": {`http:\/\/evil\.example`,
			`<p dir="auto"><span class="defanged" dir="ltr">hxxp://evil[.]example</span></p>` + "\n"},
		"what was defanged stays so": {"hxxp://evil[.]example", "<p dir=\"auto\">hxxp://evil[.]example</p>\n"},
		"a code span stays as typed": {"`http://evil.example @ann`",
			"<p dir=\"auto\"><code dir=\"ltr\">http://evil.example @ann</code></p>\n"},
		"a code block stays as typed": {"```go\nhttp://evil.example <b> @ann\n```",
			"<pre dir=\"ltr\"><code>http://evil.example &lt;b&gt; @ann\n</code></pre>\n"},
		"a link elsewhere shows where": {"[bank](https://evil.example/a.b)",
			`<p dir="auto">bank (<span class="defanged" dir="ltr">hxxps://evil[.]example/a.b</span>)</p>` + "\n"},
		"a link that is its own text is shown once": {"[http://e.example](http://e.example)",
			`<p dir="auto"><span class="defanged" dir="ltr">hxxp://e[.]example</span></p>` + "\n"},
		"a link that runs a script shows it": {"[x](javascript:alert`1`)",
			`<p dir="auto">x (<span class="defanged" dir="ltr">javascript[:]alert` + "`1`" + `</span>)</p>` + "\n"},
		"a link to a page of ours leads there": {"[*x*](/w/1?a=1&b=2#c)",
			`<p dir="auto"><a href="/w/1?a=1&amp;b=2#c"><em>x</em></a></p>` + "\n"},
		"a link to another host in disguise leads nowhere": {"[x](//evil.example)",
			`<p dir="auto">x (<span class="defanged" dir="ltr">//evil[.]example</span>)</p>` + "\n"},
		"nor does one with a slash more": {"[x](///evil.example)",
			`<p dir="auto">x (<span class="defanged" dir="ltr">///evil[.]example</span>)</p>` + "\n"},
		"a backslash makes no path": {`[x](/\\evil.example)`,
			`<p dir="auto">x (<span class="defanged" dir="ltr">/\evil[.]example</span>)</p>` + "\n"},
		"a written tab makes no path": {"[x](/&Tab;/evil)",
			"<p dir=\"auto\">x (<span class=\"defanged\" dir=\"ltr\">/\t/evil</span>)</p>\n"},
		"there are no reference links": {"[x]\n\n[x]: /w/1",
			"<p dir=\"auto\">[x]</p>\n<p dir=\"auto\">[x]: /w/1</p>\n"},
		"a turn of direction is shown": {"a\u202Eb",
			`<p dir="auto">a<span class="bidi" title="U+202E">⟮U+202E⟯</span>b</p>` + "\n"},
		"a turn of direction is shown in code": {"`\u061C`",
			`<p dir="auto"><code dir="ltr"><span class="bidi" title="U+061C">⟮U+061C⟯</span></code></p>` + "\n"},
		"a mention of someone known leads to them": {"@ann, look",
			`<p dir="auto"><a class="mention" href="/people/1">Name of ann</a>, look</p>` + "\n"},
		"a mention of nobody is text":              {"@bob", "<p dir=\"auto\">@bob</p>\n"},
		"a mention that leads elsewhere is text":   {"@eve", "<p dir=\"auto\">@eve</p>\n"},
		"a mention in a link is text":              {"[@ann](/w/1)", `<p dir="auto"><a href="/w/1">@ann</a></p>` + "\n"},
		"an e-mail address mentions nobody":        {"x@ann", "<p dir=\"auto\">x@ann</p>\n"},
		"a mention with an underscore is one word": {"@a_b_c", `<p dir="auto"><a class="mention" href="/people/2">Name of a_b_c</a></p>` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			known := people{"ann": "/people/1", "a_b_c": "/people/2", "eve": "https://evil.example"}
			if got := markup.Render(c.text, known); got != c.want {
				t.Errorf("Render(%q)\n got %q\nwant %q", c.text, got, c.want)
			}
		})
	}
}

func TestRenderWithoutResolver(t *testing.T) {
	if got, want := markup.Render("@ann", nil), "<p dir=\"auto\">@ann</p>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMentions(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"in order, each once":                    {"@bob @ann @bob", []string{"bob", "ann"}},
		"in emphasis, lists and tables":          {"**@bob**\n\n- @ann\n\n|@cy|\n|-|\n|x|", []string{"bob", "ann", "cy"}},
		"none in code":                           {"`@bob`\n\n```\n@ann\n```\n\n    @cy", nil},
		"none in a link":                         {"[@ann](/w/1)", nil},
		"none in an address":                     {"https://social.example/@ann", nil},
		"none in an e-mail address":              {"joe@bob.example joe.@bob @@ann", nil},
		"without what ends the sentence":         {"@ann. (@bob-)", []string{"ann", "bob"}},
		"none of one letter, none of very many":  {"@a @" + strings.Repeat("x", 32), nil},
		"of 31 letters":                          {"@" + strings.Repeat("x", 31), []string{strings.Repeat("x", 31)}},
		"none where a word of another case ends": {"@annB @anné", nil},
		"beside an address without a gap":        {"@ann http://x.example", []string{"ann"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := markup.Mentions(c.text); !slices.Equal(got, c.want) {
				t.Errorf("Mentions(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		limit int
		want  string
	}{
		"blocks on one line":           {"# A\n\n- *b*\n- c\n\n> d\ne", 0, "A b c d e"},
		"cells apart":                  {"|a|b|\n|-|-|\n|1|2|", 0, "a b 1 2"},
		"code as typed":                {"`a  b`\n\n```\nc\n```", 0, "a b c"},
		"addresses defanged":           {"http://e.example [x](https://e.example) [y](/w/1)", 0, "hxxp://e[.]example x (hxxps://e[.]example) y"},
		"an image as its text":         {"![cat](https://e.example/x.png)", 0, "cat"},
		"turns of direction left out":  {"a\u202Eb `\u2066c`", 0, "ab c"},
		"cut at a character":           {"été à la mer", 5, "été…"},
		"uncut when it just fits":      {"été", 3, "été"},
		"nothing of nothing":           {"", 10, ""},
		"HTML as typed, to be escaped": {"<b>x</b>", 0, "<b>x</b>"},
	} {
		t.Run(name, func(t *testing.T) {
			got := markup.Plain(c.text, c.limit)
			if got != c.want {
				t.Errorf("Plain(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
			}
			if n := utf8.RuneCountInString(got); c.limit > 0 && n > c.limit {
				t.Errorf("%d characters, limit %d", n, c.limit)
			}
		})
	}
}
