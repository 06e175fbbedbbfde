// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"strings"

	"entente.example/internal/fault"
)

// PatternValue is one value that a pattern looks for: the property of an object
// equals it.
type PatternValue struct {
	ObjectType string // "file"
	Path       string // without quotes: "hashes.SHA-256"
	Value      string
}

// PatternValues reads a STIX pattern (STIX 2.1 section 9) and lists the values
// that it looks for by equality, IN included, in their order. What it excludes
// (NOT, !=) or compares otherwise is read and not listed.
func PatternValues(pattern string) ([]PatternValue, error) {
	p := patternParser{lexer: lexer{src: pattern}}
	p.advance()
	p.observations()
	if p.problem == nil && p.tok.kind != tokEnd {
		p.fail()
	}
	if p.problem != nil {
		return nil, p.problem
	}
	return p.values, nil
}

// maxGroups bounds parentheses within parentheses.
const maxGroups = 64

type patternParser struct {
	lexer
	tok     token
	depth   int
	values  []PatternValue
	problem *fault.Error
}

// fail notes the first problem, at the current token, and ends the reading.
func (p *patternParser) fail() {
	if p.problem == nil {
		p.problem = about("stix.pattern.invalid", "pattern").
			With("position", p.tok.at+1).With("near", shorten(p.src[p.tok.at:min(len(p.src), p.tok.at+40)], 20))
	}
	p.tok = token{kind: tokEnd, at: p.tok.at}
	p.pos = len(p.src)
}

func (p *patternParser) advance() { p.tok = p.next() }

// is reports whether the current token is that sign or keyword.
func (p *patternParser) is(text string) bool {
	return p.tok.kind == tokSign && p.tok.text == text || p.tok.kind == tokWord && strings.EqualFold(p.tok.text, text)
}

// accept moves past the current token if it is that sign or keyword.
func (p *patternParser) accept(text string) bool {
	if !p.is(text) {
		return false
	}
	p.advance()
	return true
}

func (p *patternParser) expect(text string) {
	if !p.accept(text) {
		p.fail()
	}
}

// group reads what open and close enclose, within bounds.
func (p *patternParser) group(closing string, inner func()) {
	p.depth++
	if p.depth > maxGroups {
		p.fail()
		return
	}
	inner()
	p.expect(closing)
	p.depth--
}

// observations = observation { (AND | OR | FOLLOWEDBY) observation }
func (p *patternParser) observations() {
	p.observation()
	for p.accept("AND") || p.accept("OR") || p.accept("FOLLOWEDBY") {
		p.observation()
	}
}

// observation = ( "[" comparisons "]" | "(" observations ")" ) { qualifier }
func (p *patternParser) observation() {
	switch {
	case p.accept("["):
		p.group("]", p.comparisons)
	case p.accept("("):
		p.group(")", p.observations)
	default:
		p.fail()
	}
	for p.qualifier() {
	}
}

// qualifier = WITHIN n SECONDS | REPEATS n TIMES | START time STOP time
func (p *patternParser) qualifier() bool {
	switch {
	case p.accept("WITHIN"):
		p.literal()
		p.expect("SECONDS")
	case p.accept("REPEATS"):
		p.literal()
		p.expect("TIMES")
	case p.accept("START"):
		p.literal()
		p.expect("STOP")
		p.literal()
	default:
		return false
	}
	return true
}

// comparisons = comparison { (AND | OR) comparison }
func (p *patternParser) comparisons() {
	p.comparison()
	for p.accept("AND") || p.accept("OR") {
		p.comparison()
	}
}

// comparison = "(" comparisons ")" | [NOT] EXISTS path | [NOT] path [NOT] test
func (p *patternParser) comparison() {
	if p.accept("(") {
		p.group(")", p.comparisons)
		return
	}
	excluded := p.accept("NOT")
	if p.accept("EXISTS") {
		p.path()
		return
	}
	at := p.path()
	excluded = p.accept("NOT") != excluded
	p.test(at, excluded)
}

// test = ("=" | "==") literal | IN "(" literal { "," literal } ")" | other literal
func (p *patternParser) test(at PatternValue, excluded bool) {
	keep := func(value string) {
		if !excluded && p.problem == nil {
			at.Value = value
			p.values = append(p.values, at)
		}
	}
	switch {
	case p.accept("="), p.accept("=="):
		keep(p.literal())
	case p.accept("IN"):
		p.expect("(")
		keep(p.literal())
		for p.accept(",") {
			keep(p.literal())
		}
		p.expect(")")
	case p.accept("!="), p.accept("<>"), p.accept("<"), p.accept("<="), p.accept(">"), p.accept(">="),
		p.accept("LIKE"), p.accept("MATCHES"), p.accept("ISSUBSET"), p.accept("ISSUPERSET"):
		p.literal()
	default:
		p.fail()
	}
}

// path = type ":" step { "." step | "[" (index | "*") "]" }
func (p *patternParser) path() PatternValue {
	at := PatternValue{ObjectType: p.word()}
	p.expect(":")
	var path strings.Builder
	path.WriteString(p.step())
	for {
		switch {
		case p.accept("."):
			path.WriteString("." + p.step())
		case p.accept("["):
			if p.tok.kind != tokNumber && !p.is("*") {
				p.fail()
			}
			path.WriteString("[" + p.tok.text + "]")
			p.advance()
			p.expect("]")
		default:
			at.Path = path.String()
			return at
		}
	}
}

// word reads a name.
func (p *patternParser) word() string {
	name := p.tok.text
	if p.tok.kind != tokWord {
		p.fail()
		return ""
	}
	p.advance()
	return name
}

// step reads one part of a path, quoted or not.
func (p *patternParser) step() string {
	if p.tok.kind == tokString {
		return p.literal()
	}
	return p.word()
}

// literal reads a constant and returns its text.
func (p *patternParser) literal() string {
	text := p.tok.text
	if k := p.tok.kind; k != tokString && k != tokNumber && !p.is("true") && !p.is("false") {
		p.fail()
		return ""
	}
	p.advance()
	return text
}
