// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"
	"golang.org/x/text/unicode/bidi"

	"entente.example/internal/page"
)

// printer writes a document as HTML. What it does not know, it writes as the
// text within.
type printer struct {
	source   []byte
	resolver Resolver
	out      strings.Builder
	known    map[string]string // handle → its HTML, "" if nobody's
	inlines  int               // emphasis around the present place
	inLink   bool
}

func (p *printer) print(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		p.block("h"+strconv.Itoa(min(n.Level+2, 6)), "", n)
	case *ast.Paragraph:
		p.block("p", "", n)
	case *ast.Blockquote:
		p.block("blockquote", "", n)
	case *ast.List:
		p.list(n)
	case *ast.ListItem:
		p.block("li", "", n)
	case *ast.ThematicBreak:
		p.out.WriteString("<hr>\n")
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		p.out.WriteString(`<pre dir="ltr"><code>` + shown(string(n.Lines().Value(p.source))) + "</code></pre>\n")
	case *table.Table, *table.TableHeader, *table.TableRow, *table.TableCell:
		p.table(n)
	default:
		p.inline(n)
	}
}

func (p *printer) children(n ast.Node) {
	for text, child := range pieces(p.source, n) {
		if child != nil {
			p.print(child)
			continue
		}
		p.prose(text)
	}
}

func (p *printer) element(name string, n ast.Node) {
	p.out.WriteString("<" + name + ">")
	p.children(n)
	p.out.WriteString("</" + name + ">")
}

// block writes an element that finds its own direction.
func (p *printer) block(name, class string, n ast.Node) {
	p.out.WriteString("<" + name + ` dir="auto"`)
	if class != "" {
		p.out.WriteString(` class="` + class + `"`)
	}
	p.out.WriteString(">")
	p.children(n)
	p.out.WriteString("</" + name + ">\n")
}

func (p *printer) list(n *ast.List) {
	if !n.IsOrdered() {
		p.element("ul", n)
		return
	}
	p.out.WriteString(`<ol start="` + strconv.Itoa(n.Start) + `">`)
	p.children(n)
	p.out.WriteString("</ol>\n")
}

func (p *printer) table(n ast.Node) {
	switch n := n.(type) {
	case *table.Table:
		p.out.WriteString(`<table dir="` + p.direction(n) + `">`)
		p.children(n)
		p.out.WriteString("</table>")
	case *table.TableHeader:
		p.out.WriteString("<thead><tr>")
		p.children(n)
		p.out.WriteString("</tr></thead>\n")
	case *table.TableRow:
		p.element("tr", n)
	case *table.TableCell:
		name := "td"
		if _, head := n.Parent().(*table.TableHeader); head {
			name = "th"
		}
		p.block(name, map[table.Alignment]string{table.AlignCenter: "cell-center", table.AlignRight: "cell-end"}[n.Alignment], n)
	}
}

// direction returns that of the first letter in n that has one: a table's columns
// follow it. Browsers do not find it, since each cell finds its own.
func (p *printer) direction(n ast.Node) string {
	found := "auto"
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		t, ok := n.(*ast.Text)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		for _, r := range string(t.Value(p.source)) {
			properties, _ := bidi.LookupRune(r)
			switch properties.Class() {
			case bidi.L:
				found = "ltr"
				return ast.WalkStop, nil
			case bidi.R, bidi.AL:
				found = "rtl"
				return ast.WalkStop, nil
			}
		}
		return ast.WalkContinue, nil
	})
	return found
}

func (p *printer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Emphasis:
		p.emphasis([...]string{"em", "strong"}[min(n.Level, 2)-1], n)
	case *table.Strikethrough:
		p.emphasis("del", n)
	case *ast.CodeSpan:
		p.out.WriteString(`<code dir="ltr">` + shown(codeOf(p.source, n)) + "</code>")
	case *ast.Link:
		p.link(n)
	default: // the document, the text of a tight list, an image's alternative text
		p.children(n)
	}
}

// emphasis writes an element unless it stands too deep in others.
func (p *printer) emphasis(name string, n ast.Node) {
	p.inlines++
	defer func() { p.inlines-- }()
	if p.inlines > maxInlines {
		p.children(n)
		return
	}
	p.element(name, n)
}

// link writes a way to a page of our own, or the text of a link with its target
// beside it.
func (p *printer) link(n *ast.Link) {
	p.inLink = true
	defer func() { p.inLink = false }()
	target := targetOf(n)
	if page.IsOwn(target) {
		p.out.WriteString(`<a href="` + html.EscapeString(target) + `">`)
		p.children(n)
		p.out.WriteString("</a>")
		return
	}
	if p.isNothingBut(n, target) {
		p.defanged(target)
		return
	}
	p.children(n)
	p.out.WriteString(" (")
	p.defanged(target)
	p.out.WriteString(")")
}

// isNothingBut tells whether a link's text is just that, or nothing at all.
func (p *printer) isNothingBut(n *ast.Link, text string) bool {
	for piece, child := range pieces(p.source, n) {
		if child != nil || piece != text {
			return false
		}
	}
	return true
}

func (p *printer) defanged(address string) {
	p.out.WriteString(`<span class="defanged" dir="ltr">` + shown(defang(address)) + "</span>")
}

func (p *printer) prose(text string) {
	for t := range tokens(text) {
		switch t.kind {
		case addressToken:
			p.defanged(t.text)
		case mentionToken:
			p.out.WriteString(p.mention(t.text))
		default:
			p.out.WriteString(strings.ReplaceAll(shown(t.text), "\n", "<br>\n"))
		}
	}
}

// mention returns the HTML of a mention such as "@ann".
func (p *printer) mention(text string) string {
	if p.resolver == nil || p.inLink {
		return text
	}
	handle := text[1:]
	shownAs, asked := p.known[handle]
	if !asked {
		shownAs = text
		if label, href, ok := p.resolver.Mention(handle); ok && page.IsOwn(href) {
			shownAs = `<a class="mention" href="` + html.EscapeString(href) + `">` + shown(label) + "</a>"
		}
		if p.known == nil {
			p.known = map[string]string{}
		}
		p.known[handle] = shownAs
	}
	return shownAs
}
