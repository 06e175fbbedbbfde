// SPDX-License-Identifier: Apache-2.0

package markup

import (
	"fmt"
	"html"
	"iter"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	plainToken tokenKind = iota
	addressToken
	mentionToken // with its "@"
)

// token is a stretch of running text.
type token struct {
	kind tokenKind
	text string
}

var (
	addresses = regexp.MustCompile(`(?i:https?|ftp)://[^\s<>"']*`)
	handles   = regexp.MustCompile(`@[a-z0-9][a-z0-9._-]*`)
	handle    = regexp.MustCompile(`^@[a-z0-9][a-z0-9._-]{1,30}$`)
)

// tokens cuts text into what it holds.
func tokens(text string) iter.Seq[token] {
	return func(yield func(token) bool) {
		end := 0
		for _, at := range addresses.FindAllStringIndex(text, -1) {
			// Marks that end a sentence are none of the address.
			address := strings.TrimRight(text[at[0]:at[1]], ".,;:!?)*")
			if !eachMention(text, end, at[0], yield) || !yield(token{addressToken, address}) {
				return
			}
			end = at[0] + len(address)
		}
		eachMention(text, end, len(text), yield)
	}
}

// eachMention yields the mentions in text[start:end] and what stands between.
func eachMention(text string, start, end int, yield func(token) bool) bool {
	base := start
	for _, at := range handles.FindAllStringIndex(text[base:end], -1) {
		from := base + at[0]
		name := strings.TrimRight(text[from:base+at[1]], "._-")
		if endsInWord(text[:from]) || startsWithWord(text[from+len(name):]) || !handle.MatchString(name) {
			continue
		}
		if start < from && !yield(token{plainToken, text[start:from]}) || !yield(token{mentionToken, name}) {
			return false
		}
		start = from + len(name)
	}
	return start == end || yield(token{plainToken, text[start:end]})
}

// endsInWord tells of what stands before an "@" that makes it part of an e-mail
// address or the like.
func endsInWord(before string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return before != "" && (isWord(r) || strings.ContainsRune("._-+@/", r))
}

func startsWithWord(after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	return after != "" && (isWord(r) || r == '@')
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

var addressParts = regexp.MustCompile(`^(?i:(https?|ftp))://([^/?#\\]*)(?s:(.*))$`)

// defang makes an address one that no program follows: its scheme is changed
// and the dots of its host stand in brackets. Of a target that is no web address
// the first colon and every dot are put in brackets.
func defang(address string) string {
	parts := addressParts.FindStringSubmatch(address)
	if parts == nil {
		return bracketed(strings.Replace(address, ":", "[:]", 1))
	}
	scheme := map[string]string{"http": "hxxp", "https": "hxxps", "ftp": "fxp"}[strings.ToLower(parts[1])]
	return scheme + "://" + bracketed(parts[2]) + parts[3]
}

func bracketed(host string) string {
	return strings.ReplaceAll(strings.ReplaceAll(host, "[.]", "."), ".", "[.]")
}

// changesDirection tells the characters that make text read in another order
// than it is stored in.
func changesDirection(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}

func withoutBidi(text string) string {
	return strings.Map(func(r rune) rune {
		if changesDirection(r) {
			return -1
		}
		return r
	}, text)
}

// shown returns text as HTML in which nothing turns unseen.
func shown(text string) string {
	if !strings.ContainsFunc(text, changesDirection) {
		return html.EscapeString(text)
	}
	var out strings.Builder
	for _, r := range text {
		if changesDirection(r) {
			fmt.Fprintf(&out, `<span class="bidi" title="U+%04X">⟮U+%04X⟯</span>`, r, r)
			continue
		}
		out.WriteString(html.EscapeString(string(r)))
	}
	return out.String()
}
