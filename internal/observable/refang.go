// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Refang undoes what people do to a value so that nobody clicks on it: hxxp,
// [.], (dot), " dot ", [@], [:]//, full-width letters, invisible characters.
func Refang(s string) string {
	text, _ := refang(s)
	return text
}

// Defang returns v as it may be shown: nothing in it is a link.
func Defang(v Value) string {
	switch v.Kind {
	case Domain, IPv4:
		return strings.ReplaceAll(v.Text, ".", "[.]")
	case Email:
		local, domain, _ := cutLast(v.Text, "@")
		return local + "[@]" + strings.ReplaceAll(domain, ".", "[.]")
	case URL:
		return defangURL(v.Text)
	default:
		return v.Text
	}
}

func defangURL(text string) string {
	scheme, rest, _ := strings.Cut(text, "://")
	host, tail := rest, ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		host, tail = rest[:end], rest[end:]
	}
	host = strings.ReplaceAll(host, ".", "[.]")
	switch scheme {
	case "http", "https":
		return "hxxp" + scheme[len("http"):] + "://" + host + tail
	case "ftp":
		return "fxp://" + host + tail
	default:
		return scheme + "[:]//" + host + tail
	}
}

// cutLast cuts s around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// refang returns the text refanged, and for each of its bytes, and for its end,
// the offset in s that it came from.
func refang(s string) (string, []int) {
	out := make([]byte, 0, len(s))
	from := make([]int, 0, len(s)+1)
	emit := func(text string, at int) {
		for i := range len(text) {
			out, from = append(out, text[i]), append(from, at)
		}
	}
	for i := 0; i < len(s); {
		text, n := fold(s, i)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s[i:])
			for j := range n {
				out, from = append(out, s[i+j]), append(from, i+j)
			}
			i += n
			continue
		}
		for joins(text) && len(out) > 0 && out[len(out)-1] == ' ' && s[i] != ' ' {
			out, from = out[:len(out)-1], from[:len(from)-1]
		}
		emit(text, i)
		i += n
	}
	return string(out), append(from, len(s))
}

// joins reports whether text, once bracketed, drew the words around it together.
func joins(text string) bool { return text == "." || text == "@" }

// fold returns what the defanged form at s[i:] stands for and its length, or 0
// when there is none.
func fold(s string, i int) (string, int) {
	switch c := s[i]; {
	case c == '[' || c == '(' || c == '{':
		return bracketed(s[i:])
	case c == 'h' || c == 'H' || c == 'f' || c == 'F':
		if i > 0 && isWord(s[i-1]) {
			return "", 0
		}
		return scheme(s[i:])
	case c == ' ':
		return spaced(s, i)
	case c == '\\' && i+1 < len(s) && s[i+1] == '.':
		return ".", 2
	case c >= utf8.RuneSelf:
		return compatible(s[i:])
	}
	return "", 0
}

// bracketed reads "[.]", "(dot)", "[ at ]", "[:]", "[://]", "[[.]]".
func bracketed(s string) (string, int) {
	const most = 3
	open := 0
	for open < len(s) && open < most && strings.IndexByte("[({", s[open]) >= 0 {
		open++
	}
	rest := strings.TrimLeft(s[open:min(len(s), open+12)], " ")
	for _, form := range [...]struct{ text, means string }{
		{"dot", "."}, {".", "."}, {"。", "."}, {"．", "."}, {"at", "@"}, {"@", "@"}, {"://", "://"}, {":", ":"}, {"//", "//"}, {"/", "/"},
	} {
		after, ok := cutPrefixFold(rest, form.text)
		if !ok {
			continue
		}
		after = strings.TrimLeft(after, " ")
		inner := len(rest) - len(after) + len(s[open:min(len(s), open+12)]) - len(rest)
		closed := 0
		for closed < len(after) && closed < open && strings.IndexByte("])}", after[closed]) >= 0 {
			closed++
		}
		if closed == 0 {
			return "", 0
		}
		n := open + inner + closed
		if joins(form.means) {
			n += len(s[n:]) - len(strings.TrimLeft(s[n:], " "))
		}
		return strings.Repeat("[", open-closed) + form.means, n
	}
	return "", 0
}

// scheme reads hxxp, h**p, hxxps, fxp and the like before a colon.
func scheme(s string) (string, int) {
	for _, form := range [...]struct{ text, means string }{
		{"hxxps", "https"}, {"hxxp", "http"}, {"h**ps", "https"}, {"h**p", "http"}, {"h__ps", "https"}, {"h__p", "http"},
		{"htxps", "https"}, {"htxp", "http"}, {"hxtps", "https"}, {"hxtp", "http"}, {"fxps", "ftps"}, {"fxp", "ftp"},
	} {
		if after, ok := cutPrefixFold(s, form.text); ok && startsColon(after) {
			return form.means, len(form.text)
		}
	}
	return "", 0
}

func startsColon(s string) bool {
	return strings.HasPrefix(strings.TrimLeft(s[:min(len(s), 4)], "[({ "), ":") || strings.HasPrefix(s, "：")
}

// spaced reads " dot " between two words.
func spaced(s string, i int) (string, int) {
	after, ok := cutPrefixFold(s[i:], " dot ")
	if !ok || i == 0 || !isWord(s[i-1]) || after == "" || !isWord(after[0]) {
		return "", 0
	}
	return ".", len(" dot ")
}

// compatible reads one character that is invisible, or that stands for a plain
// one: full-width forms, ideographic full stops, letters in circles.
func compatible(s string) (string, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case invisible(r):
		return "", n
	case r == '。' || r == '｡' || r == '․':
		return ".", n
	case r >= 0xFF01 && r <= 0xFF5E, r >= 0x2460 && r <= 0x24FF, r >= 0x1D400 && r <= 0x1D7FF:
		return norm.NFKC.String(s[:n]), n
	}
	return "", 0
}

// invisible reports whether r is shown as nothing: zero-width characters,
// direction marks, the soft hyphen, the byte order mark.
func invisible(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2069 || r == 0xAD || r == 0xFEFF
}

// cutPrefixFold cuts an ASCII prefix without regard to case.
func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// isWord reports whether c may be part of a word.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= utf8.RuneSelf || c == '_'
}
