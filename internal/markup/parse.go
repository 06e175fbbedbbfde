// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits of what is read as markup; beyond them signs are plain characters.
const (
	maxDepth    = 16    // blocks within blocks
	maxMarks    = 2_000 // characters that may open or close emphasis
	maxBrackets = 600   // brackets that may belong to a link
	maxCells    = 5_000 // of one table, the missing ones counted too
	maxInlines  = 32    // emphasis within emphasis
	shownTarget = 2_048 // bytes of a link's target
)

// markdown reads the part of Markdown that a post may use.
var markdown = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(shallow{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(sparing{parser.NewLinkParser(), brackets, maxBrackets}, 200),
		util.Prioritized(sparing{parser.NewEmphasisParser(), marks, maxMarks}, 500),
		util.Prioritized(sparing{extension.NewStrikethroughParser(), marks, maxMarks}, 500),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(smallTables{extension.NewTableParagraphTransformer()}, 200),
	),
	parser.WithASTTransformers(
		util.Prioritized(extension.NewTableASTTransformer(), 0),
	),
)

// parse reads text up to its limit.
func parse(input string) (source []byte, doc ast.Node) {
	if len(input) > MaxText {
		input = input[:MaxText]
	}
	source = []byte(strings.ToValidUTF8(input, "\uFFFD"))
	return source, markdown.Parse(text.NewReader(source))
}

// shallow keeps a block from opening in too many others.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if depth > maxDepth {
		return nil, parser.NoChildren
	}
	return s.BlockParser.Open(parent, reader, pc)
}

// What was tried so far in a text.
var (
	brackets = parser.NewContextKey()
	marks    = parser.NewContextKey()
)

// sparing stops to look at a kind of mark when there were too many of it, since
// each is compared with those before.
type sparing struct {
	parser.InlineParser
	tried parser.ContextKey
	most  int
}

func (s sparing) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	tried, _ := pc.Get(s.tried).(int)
	if tried >= s.most {
		return nil
	}
	pc.Set(s.tried, tried+1)
	return s.InlineParser.Parse(parent, block, pc)
}

// CloseBlock implements parser.CloseBlocker for those that need it.
func (s sparing) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := s.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// smallTables leaves a paragraph alone that would be a table of very many cells.
type smallTables struct{ parser.ParagraphTransformer }

func (s smallTables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, columns := node.Lines(), 0
	for _, line := range lines.Sliced(0, lines.Len()) {
		columns = max(columns, 1+strings.Count(string(line.Value(reader.Source())), "|"))
	}
	if columns*lines.Len() <= maxCells {
		s.ParagraphTransformer.Transform(node, reader, pc)
	}
}
