// SPDX-License-Identifier: Apache-2.0

package stix

import "strings"

// tokenKind is what a token of a pattern is.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokWord
	tokString // also t'…', h'…' and b'…', without the letter
	tokNumber
	tokSign
	tokBad
)

type token struct {
	kind tokenKind
	text string // of a string, what it says
	at   int
}

// lexer cuts a pattern into tokens.
type lexer struct {
	src string
	pos int
}

func (l *lexer) next() token {
	rest := strings.TrimLeft(l.src[l.pos:], " \t\r\n\v\f\u00a0")
	l.pos = len(l.src) - len(rest)
	if rest == "" {
		return token{kind: tokEnd, at: l.pos}
	}
	c := rest[0]
	switch {
	case c == '\'':
		return l.quoted(0)
	case strings.IndexByte("thb", c) >= 0 && len(rest) > 1 && rest[1] == '\'':
		return l.quoted(1)
	case isDigit(c), (c == '-' || c == '+') && len(rest) > 1 && (isDigit(rest[1]) || rest[1] == '.'):
		return l.run(tokNumber, 1, func(c byte) bool { return isDigit(c) || c == '.' })
	case isNameByte(c):
		return l.run(tokWord, 1, func(c byte) bool { return isNameByte(c) || isDigit(c) || c == '-' })
	case strings.IndexByte("!<>=", c) >= 0 && len(rest) > 1 && strings.IndexByte("=>", rest[1]) >= 0:
		return l.run(tokSign, 2, nil)
	case strings.IndexByte("[]().:,=<>*", c) >= 0:
		return l.run(tokSign, 1, nil)
	default:
		return l.run(tokBad, 1, nil)
	}
}

// run takes at least n bytes, and as many more as belong.
func (l *lexer) run(kind tokenKind, n int, belongs func(byte) bool) token {
	start, rest := l.pos, l.src[l.pos:]
	for belongs != nil && n < len(rest) && belongs(rest[n]) {
		n++
	}
	l.pos += n
	return token{kind, rest[:n], start}
}

// quoted takes a string behind a prefix of that many bytes. A backslash escapes
// a quote or a backslash.
func (l *lexer) quoted(prefix int) token {
	start, rest := l.pos, l.src[l.pos+prefix+1:]
	var out strings.Builder
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '\'':
			l.pos += prefix + 1 + i + 1
			return token{tokString, out.String(), start}
		case c == '\\' && i+1 < len(rest) && (rest[i+1] == '\'' || rest[i+1] == '\\'):
			i++
			out.WriteByte(rest[i])
		default:
			out.WriteByte(c)
		}
	}
	l.pos = len(l.src)
	return token{tokBad, rest, start}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}
