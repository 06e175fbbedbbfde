// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"bufio"
	"html"
	"iter"
	"strings"

	"github.com/yuin/goldmark/ast"
	goldhtml "github.com/yuin/goldmark/renderer/html"
)

// pieces yields what stands directly in parent: stretches of text, as long as
// they go, and the nodes between them. The parser cuts text wherever a mark
// might have been; an address must not escape through such a cut. A line break
// in the text is a newline.
func pieces(source []byte, parent ast.Node) iter.Seq2[string, ast.Node] {
	return func(yield func(string, ast.Node) bool) {
		var run strings.Builder
		for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
			if t, ok := n.(*ast.Text); ok {
				run.WriteString(textOf(source, t))
				continue
			}
			if run.Len() > 0 && !yield(run.String(), nil) {
				return
			}
			run.Reset()
			if !yield("", n) {
				return
			}
		}
		if run.Len() > 0 {
			yield(run.String(), nil)
		}
	}
}

// proseOf yields the text under n that is neither code nor in a link.
func proseOf(source []byte, n ast.Node) iter.Seq[string] {
	return func(yield func(string) bool) { eachProse(source, n, yield) }
}

func eachProse(source []byte, n ast.Node, yield func(string) bool) bool {
	switch n.(type) {
	case *ast.CodeSpan, *ast.Link:
		return true
	}
	for text, child := range pieces(source, n) {
		if child != nil && !eachProse(source, child, yield) {
			return false
		}
		if child == nil && !yield(text) {
			return false
		}
	}
	return true
}

// textOf returns t as it is meant to be read.
func textOf(source []byte, t *ast.Text) string {
	read := string(t.Value(source))
	if !t.IsRaw() {
		read = unescape(t.Value(source))
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		read += "\n"
	}
	return read
}

// unescape resolves backslashes and character references, in one pass as the
// specification asks: the parser's own writer does so, and escapes for HTML.
func unescape(raw []byte) string {
	if !strings.ContainsAny(string(raw), `\&`) {
		return string(raw)
	}
	var out strings.Builder
	w := bufio.NewWriterSize(&out, 64)
	goldhtml.DefaultWriter.Write(w, raw)
	if err := w.Flush(); err != nil {
		return string(raw) // a strings.Builder takes all
	}
	return html.UnescapeString(out.String())
}

// targetOf returns where a link was meant to lead.
func targetOf(link *ast.Link) string {
	target := unescape(link.Destination)
	if len(target) > shownTarget {
		return strings.ToValidUTF8(target[:shownTarget], "") + "…"
	}
	return target
}

// codeOf returns the text of a code span, its line breaks as spaces.
func codeOf(source []byte, span *ast.CodeSpan) string {
	var code strings.Builder
	for n := span.FirstChild(); n != nil; n = n.NextSibling() {
		if t, ok := n.(*ast.Text); ok {
			code.Write(t.Value(source))
		}
	}
	return strings.ReplaceAll(code.String(), "\n", " ")
}
