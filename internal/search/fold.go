// SPDX-License-Identifier: Apache-2.0

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold returns a word as it is looked for: without case, accents, vowel marks,
// letter variants and the Arabic article, its digits as ASCII.
func fold(word string) string {
	if isPlain(word) {
		return strings.ToLower(word)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(word) {
		writeFolded(&b, r)
	}
	return withoutArticle(norm.NFC.String(b.String()))
}

// isPlain reports whether only the case of word may differ.
func isPlain(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func writeFolded(b *strings.Builder, r rune) {
	r = unicode.ToLower(r)
	if plain, ok := letters[r]; ok {
		b.WriteString(plain)
		return
	}
	switch {
	case r < utf8.RuneSelf || unicode.Is(unicode.L, r):
		if isWord(r) {
			b.WriteRune(r)
		}
	case unicode.Is(unicode.Nd, r):
		b.WriteRune(digit(r))
	case unicode.Is(unicode.M, r) && !isAccent(r), unicode.Is(unicode.N, r):
		b.WriteRune(r)
	}
}

// isAccent reports whether a mark may be left out. Those of Indic and Thai
// writing are vowels, and the two of kana make other sounds.
func isAccent(r rune) bool {
	return r != '\u3099' && r != '\u309a' &&
		unicode.In(r, unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Syriac)
}

// letters stand for others that decomposing does not lead to. Arabic ones are
// those that people write one for the other, or that keyboards confuse.
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "ng", 'ŧ': "t",
	'ς': "σ",
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ې': "ي", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ە': "ه", 'ک': "ك",
	'\u0640': "", // tatweel
}

// digit returns the ASCII digit that r writes. The ten of each script stand in a
// row.
func digit(r rune) rune {
	value := rune(0)
	for value < 9 && unicode.Is(unicode.Nd, r-value-1) {
		value++
	}
	return '0' + value
}

// withoutArticle takes the Arabic article off a folded word, with the particles
// that are written onto it, where enough of a word is left.
func withoutArticle(word string) string {
	const least, leastBehindParticle = 2, 3 // letters
	for _, article := range [...]struct {
		text string
		left int
	}{{"ال", least}, {"وال", leastBehindParticle}, {"بال", leastBehindParticle}, {"كال", leastBehindParticle}, {"فال", leastBehindParticle}, {"لل", leastBehindParticle}} {
		if rest, ok := strings.CutPrefix(word, article.text); ok && utf8.RuneCountInString(rest) >= article.left {
			return rest
		}
	}
	return word
}
