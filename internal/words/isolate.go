// SPDX-License-Identifier: Apache-2.0

package words

import (
	"context"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// The isolates of the Unicode Bidirectional Algorithm (UAX #9, 2.7): what stands
// between one of the first three and pdi is read in its own direction, and moves
// nothing around it.
const (
	lri = '\u2066'
	rli = '\u2067'
	fsi = '\u2068' // in the direction of its first letter
	pdi = '\u2069'
)

// Plain is Say without isolates, for what leaves the page as text: a file, a value
// that is copied or compared.
func Plain(ctx context.Context, key string, pairs ...any) string {
	return withoutIsolates(Say(ctx, key, pairs...))
}

func withoutIsolates(text string) string {
	return strings.Map(func(r rune) rune {
		if isolates(r) || r == pdi {
			return -1
		}
		return r
	}, text)
}

func isolates(r rune) bool { return r == lri || r == rli || r == fsi }

// isolated returns an argument as it may stand in a text of that language: in an
// isolate where it would else be read, or have its neighbours read, in another
// order than it was written in.
func isolated(tag Tag, text string) string {
	if !strays(tag, text) {
		return text
	}
	if !balanced(text) {
		text = withoutIsolates(text) // nobody's text ends ours
	}
	return string(fsi) + text + string(pdi)
}

// strays reports whether text has a direction that is not the language's, or that
// its neighbours would lend it.
func strays(tag Tag, text string) bool {
	if tag != Arabic {
		return strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf && rightToLeft(r) })
	}
	ours, number := false, true
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return true
		case bidi.R, bidi.AL:
			ours = true
		case bidi.EN, bidi.CS: // figures with a comma, a point or a colon keep together
		default:
			number = false
		}
	}
	return !ours && !number
}

func rightToLeft(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL || p.Class() == bidi.RLO || p.Class() == bidi.RLE || isolates(r)
}

// balanced reports whether each isolate in text ends in it, and none that is not.
func balanced(text string) bool {
	open := 0
	for _, r := range text {
		switch {
		case isolates(r):
			open++
		case r == pdi:
			if open--; open < 0 {
				return false
			}
		}
	}
	return open == 0
}
