// SPDX-License-Identifier: Apache-2.0

package words

import "regexp"

// slip is what is typed, and by what a printer would put in its place.
type slip struct {
	typed *regexp.Regexp
	set   string
}

// slips are those that need no thought: so nobody types what cannot be seen.
// French has a narrow no-break space before ; ! ? » and after «, a no-break
// space before a colon; English and French an apostrophe of their own; Arabic
// writes tanwin before its alif.
var slips = map[Tag][]slip{
	English: {{regexp.MustCompile(`(\pL)'(\pL|\s)`), "$1’$2"}},
	French: {
		{regexp.MustCompile(`(\pL)'(\pL)`), "$1’$2"},
		{regexp.MustCompile(`[ \x{00A0}\x{202F}]+([;!?»])`), "\u202f$1"},
		{regexp.MustCompile(`«[ \x{00A0}\x{202F}]*`), "«\u202f"},
		{regexp.MustCompile(`[ \x{202F}]+:`), "\u00a0:"},
	},
	Arabic: {{regexp.MustCompile("\u0627\u064b"), "\u064b\u0627"}},
}

// typeset puts a text into the typography of its language.
func typeset(tag Tag, text string) string {
	for _, s := range slips[tag] {
		text = s.typed.ReplaceAllString(text, s.set)
	}
	return text
}

// value is a text of a catalogue, behind its key.
var value = regexp.MustCompile(`(": *)("(?:[^"\\]|\\.)*")`)

// typesetAll is typeset for all texts of a catalogue.
func typesetAll(tag Tag, catalogue []byte) []byte {
	return value.ReplaceAllFunc(catalogue, func(found []byte) []byte {
		part := value.FindSubmatch(found)
		return []byte(string(part[1]) + typeset(tag, string(part[2])))
	})
}
