// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// names knows values that look like name.example.
type names struct{}

func (names) Find(text string) (found []Value) {
	at := 0
	for _, word := range strings.Fields(text) {
		at += strings.Index(text[at:], word)
		if strings.HasSuffix(word, ".example") {
			found = append(found, Value{Text: word, Parts: []string{"example"}, Start: at, End: at + len(word)})
		}
		at += len(word)
	}
	return found
}

func (names) Read(text string) []string { return []string{strings.ToUpper(text)} }

func TestFold(t *testing.T) {
	for _, test := range []struct{ name, word, want string }{
		{"case", "ABC", "abc"},
		{"accents, composed or not", "Cafe\u0301É", "cafee"},
		{"ligatures", "ÆŒß", "aeoess"},
		{"full-width letters and digits", "Ａ１", "a1"},
		{"dotted and dotless i", "İı", "ii"},
		{"final sigma", "ΟΔΟΣ", "οδοσ"},
		{"Cyrillic", "Ёлка", "елка"},
		{"digits of any script", "١٢३৪", "1234"},
		{"Arabic vowels, tatweel and letter forms", "مُحـــتالة", "محتاله"},
		{"hamza on its carriers", "أإآؤئ", "اااوي"},
		{"Persian yeh and kaf", "یک", "يك"},
		{"the Arabic article", "الشركة", "شركه"},
		{"the article with a particle", "والشركة", "شركه"},
		{"a word that only begins like the article", "الا", "الا"},
		{"Hangul stays whole", "도박", "도박"},
		{"kana keep their voicing", "ガ", "ガ"},
		{"half-width kana", "ｶﾞ", "ガ"},
		{"Hebrew without points", "שָׁלוֹם", "שלום"},
		{"Devanagari keeps its vowels", "हिन्दी", "हिन्दी"},
		{"joiners are not seen", "می\u200cخواهم", "ميخواهم"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := fold(test.word); got != test.want {
				t.Errorf("fold(%q) = %q, want %q", test.word, got, test.want)
			}
			if got := fold(test.word); fold(got) != got && !strings.HasPrefix(test.name, "the") {
				t.Errorf("fold(%q) = %q folds on", test.word, got)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"words", "Don't stop-me, 42!", "don t stop me 42"},
		{"pairs of characters, and the last alone", "网络赌博", "网络 络赌 赌博 博"},
		{"a change of script ends a word", "iPhone手机v2", "iphone 手机 机 v2"},
		{"a value whole, by its parts and by its words", "at a.example", "at a example _a.example _example a example"},
		{"nothing", " …\u200b ", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, token := range NewAnalyser(names{}).Tokens(test.text) {
				got = append(got, token.Text)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("tokens of %q = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct{ name, query, want string }{
		{"the last word may go on", "one two", "one two*"},
		{"each word once", "one one two", "one two*"},
		{"pairs only", "网络赌", "网络 络赌*"},
		{"one character may go on", "赌 usa", "赌* usa*"},
		{"a value is one term", "at a.example now", "at _a.example now*"},
		{"nothing", " ?! ", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := NewAnalyser(names{}).Match(test.query)
			var got []string
			for _, term := range m.Terms {
				got = append(got, term.Text+map[bool]string{true: "*"}[term.Prefix])
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("Match(%q) = %q, want %q", test.query, got, test.want)
			}
			if whole := m.Whole; len(got) > 0 && !slices.Equal(whole, []string{"_" + strings.ToUpper(strings.TrimSpace(test.query))}) {
				t.Errorf("whole = %q", whole)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("word ", 100)
	for _, test := range []struct{ name, text, query, want string }{
		{"marks what was asked for", "The café is open", "cafe op", "The <café> is <open>"},
		{"joins what touches", "网络赌博案", "网络赌博", "<网络赌博>案"},
		{"begins shortly before it", long + "target " + long, "target", "…" + strings.Repeat("word ", 12) + "<target> " + strings.TrimSpace(strings.Repeat("word ", 34)) + "…"},
		{"begins at the beginning where it is not there", "a b", "c", "a b"},
		{"is one line", "a\n\n  b", "a", "<a> b"},
		{"marks a value by its part", "see b.example", "example", "see <b.example>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := NewAnalyser(names{})
			var got strings.Builder
			for _, span := range a.Excerpt(test.text, a.Match(test.query)) {
				if span.Match {
					got.WriteString("<" + span.Text + ">")
				} else {
					got.WriteString(span.Text)
				}
			}
			if got.String() != test.want {
				t.Errorf("excerpt = %q, want %q", got.String(), test.want)
			}
		})
	}
}

// Whatever is in them, texts are read without harm, their tokens lie within
// them, and nothing of a marked text is lost.
func FuzzAnalyse(f *testing.F) {
	for _, seed := range []string{"", "a.example 网络 ﾞ", "ال", "\u0301\u200b", "\xff\xfe", "e\u0301́", "กำ ½ ﷺ"} {
		f.Add(seed, "x")
	}
	a := NewAnalyser(names{})
	f.Fuzz(func(t *testing.T, text, query string) {
		for _, token := range a.Tokens(text) {
			if token.Start < 0 || token.Start > token.End || token.End > len(text) || token.Text == "" || len(token.Text) > longest {
				t.Fatalf("token %+v of %q", token, text)
			}
		}
		m := a.Match(query)
		var whole strings.Builder
		for _, span := range a.Mark(text, m) {
			whole.WriteString(span.Text)
		}
		if whole.String() != text {
			t.Fatalf("marked %q is %q", text, whole.String())
		}
		for _, span := range a.Excerpt(text, m) {
			if utf8.ValidString(text) && !utf8.ValidString(span.Text) {
				t.Fatalf("excerpt of %q breaks a character: %q", text, span.Text)
			}
		}
	})
}
