// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Values knows technical values.
type Values interface {
	// Find returns the values that stand in text, in their order.
	Find(text string) []Value
	// Read returns the canonical forms that the whole of text may have, as
	// values of one kind or another.
	Read(text string) []string
}

// Value is a technical value and where it stands in a text, in bytes.
type Value struct {
	Text       string   // in canonical form
	Parts      []string // further values that it is found by, e.g. the domain of a URL
	Start, End int
}

// Token is what a text is found by, and where it stands, in bytes. The text of a
// whole value begins with "_", that of a word never does.
type Token struct {
	Text       string
	Start, End int
}

// Analyser tells what texts are found by.
type Analyser struct{ values Values }

// NewAnalyser returns an Analyser that knows these values.
func NewAnalyser(values Values) Analyser { return Analyser{values} }

// longest is how many bytes of a token count: what is longer is found by its
// beginning.
const longest = 200

// Tokens returns what text is found by: its words, its values, and the words of
// their canonical forms. Tokens may overlap and repeat.
func (a Analyser) Tokens(text string) []Token {
	tokens := words(text, true)
	for _, v := range a.values.Find(text) {
		for _, part := range valueTokens(v.Text, v.Parts) {
			tokens = append(tokens, Token{part, v.Start, v.End})
		}
	}
	return tokens
}

// Words is Tokens of a text that is known to hold no values.
func (a Analyser) Words(text string) []Token { return words(text, true) }

// TokensOf returns what an item is found by that stands for a value.
func (a Analyser) TokensOf(value string) []Token {
	tokens := a.Tokens(value)
	for _, part := range valueTokens(value, nil) {
		tokens = append(tokens, Token{part, 0, len(value)})
	}
	return tokens
}

func valueTokens(text string, parts []string) []string {
	tokens := []string{whole(text)}
	for _, part := range parts {
		tokens = append(tokens, whole(part))
	}
	for _, word := range words(text, true) {
		tokens = append(tokens, word.Text)
	}
	return tokens
}

// whole is the token of a value.
func whole(value string) string { return cut("_"+value, longest) }

// cut shortens text to at most limit bytes, at a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// words splits text. A run of a script that has no spaces becomes its pairs of
// characters; with tails also its last character alone, so that each is found.
func words(text string, tails bool) (tokens []Token) {
	for start := 0; start < len(text); {
		r, n := utf8.DecodeRuneInString(text[start:])
		switch {
		case isUnspaced(r):
			end := run(text, start, isUnspaced)
			tokens = append(tokens, pairs(text, start, end, tails)...)
			start = end
		case isWord(r):
			end := run(text, start, func(r rune) bool { return isWord(r) && !isUnspaced(r) })
			if word := cut(fold(text[start:end]), longest); word != "" {
				tokens = append(tokens, Token{word, start, end})
			}
			start = end
		default:
			start += n
		}
	}
	return tokens
}

// run returns where the run ends that begins at start; marks and invisible
// joiners belong to any.
func run(text string, start int, of func(rune) bool) int {
	for i, r := range text[start:] {
		if !of(r) && !isJoined(r) {
			return start + i
		}
	}
	return len(text)
}

func pairs(text string, start, end int, tails bool) (tokens []Token) {
	marks := []int{} // where characters begin
	for i, r := range text[start:end] {
		if i == 0 || !isJoined(r) && !isVoicing(r) {
			marks = append(marks, start+i)
		}
	}
	ends := append(slices.Clone(marks[1:]), end)
	for i, at := range marks {
		last := i == len(marks)-1
		if last && !tails && i > 0 {
			break
		}
		to := ends[min(i+1, len(ends)-1)]
		if pair := fold(text[at:to]); pair != "" {
			tokens = append(tokens, Token{cut(pair, longest), at, to})
		}
	}
	return tokens
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// isJoined reports whether r belongs to the character before it.
func isJoined(r rune) bool {
	return unicode.IsMark(r) || unicode.Is(unicode.Cf, r)
}

// isVoicing reports the half-width marks that voice a kana.
func isVoicing(r rune) bool { return r == '\uff9e' || r == '\uff9f' }

// isUnspaced reports whether r is written without spaces between words, or, as
// Hangul, with particles written onto them.
func isUnspaced(r rune) bool {
	return r >= 0x0e00 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) || r == '\u30fc' || r == '\uff70' || isVoicing(r))
}

// isOneWord reports whether a value is found by a word as well.
func isOneWord(value string) bool {
	list := words(value, false)
	return len(list) == 1 && strings.EqualFold(list[0].Text, value)
}
