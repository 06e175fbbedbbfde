// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"entente.example/internal/page"
)

// MaxText is the length in bytes up to which a text is read; what follows is
// cut off. Whoever accepts texts refuses longer ones first.
const MaxText = 64 << 10

// Resolver knows who is mentioned.
type Resolver interface {
	// Mention returns how to show the one whose handle is given, without "@",
	// and the path of their page on our own site. It is asked once for each
	// handle of a text. If it does not know the handle, or its href leads
	// elsewhere, the text stays as typed.
	Mention(handle string) (label, href string, ok bool)
}

// Render returns text as HTML that may stand in a page as it is. With a nil
// resolver mentions stay text.
func Render(text string, r Resolver) (html string) {
	source, doc := parse(text)
	p := printer{source: source, resolver: r}
	p.print(doc)
	return sanitizer.Sanitize(p.out.String())
}

// Mentions lists the handles that text mentions, in order, each once. What
// stands in code or in a link mentions nobody.
func Mentions(text string) []string {
	source, doc := parse(text)
	var handles []string
	for piece := range proseOf(source, doc) {
		for t := range tokens(piece) {
			if t.kind == mentionToken && !slices.Contains(handles, t.text[1:]) {
				handles = append(handles, t.text[1:])
			}
		}
	}
	return handles
}

// Plain returns text without markup, on one line and at most limit characters
// long, the last of them "…" if it was cut; a limit of 0 is none. Addresses are
// defanged, characters that change the direction of text are left out.
func Plain(text string, limit int) string {
	source, doc := parse(text)
	w := plainWriter{source: source}
	w.write(doc)
	line := strings.Join(strings.Fields(w.out.String()), " ")
	if limit <= 0 || utf8.RuneCountInString(line) <= limit {
		return line
	}
	return strings.TrimRight(string([]rune(line)[:limit-1]), " ") + "…"
}

// plainWriter writes a document's words, blocks apart.
type plainWriter struct {
	source []byte
	out    strings.Builder
}

func (w *plainWriter) write(n ast.Node) {
	if n.Type() != ast.TypeInline {
		w.out.WriteByte(' ')
	}
	switch n := n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.out.WriteString(withoutBidi(string(n.Lines().Value(w.source))))
		return
	case *ast.CodeSpan:
		w.out.WriteString(withoutBidi(codeOf(w.source, n)))
		return
	}
	for text, child := range pieces(w.source, n) {
		if child != nil {
			w.write(child)
			continue
		}
		w.prose(text)
	}
	if link, ok := n.(*ast.Link); ok && !page.IsOwn(targetOf(link)) {
		w.out.WriteString(" (" + withoutBidi(defang(targetOf(link))) + ")")
	}
}

func (w *plainWriter) prose(text string) {
	for t := range tokens(withoutBidi(text)) {
		if t.kind == addressToken {
			t.text = defang(t.text)
		}
		w.out.WriteString(t.text)
	}
}
