// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Found is a value and where it stands in the text it was found in, in bytes.
type Found struct {
	Value      Value
	Start, End int
}

// Extract finds the values in pasted text and in reports, defanged or not, in
// their order and each once. Where things overlap the longest meaning wins: a
// URL over its domain, an address over its parts. A name counts as a domain when
// its suffix is a public one, and as a file when it looks like one.
//
// The work grows with the length of the text, whatever is in it.
func Extract(text string) []Found {
	s := newScanner(text)
	seen := map[Value]bool{}
	var found []Found
	for i := 0; i < len(s.text); {
		if !s.edge(i) {
			i++
			continue
		}
		v, end := s.at(i)
		if end == 0 {
			i++
			continue
		}
		if v.Kind != "" && !seen[v] {
			seen[v] = true
			found = append(found, Found{v, s.from[i], s.from[end]})
		}
		i = end
	}
	return found
}

// scanner looks at one place after the other in a text that it refanged.
type scanner struct {
	source string
	text   string
	from   []int // for each byte of text, and for its end, where it stands in source
}

func newScanner(source string) scanner {
	text, from := refang(source)
	return scanner{source, text, from}
}

// edge reports whether a word may begin or end at i. Scripts that are written
// without spaces, or that no name mixes with Latin letters, end where those
// begin.
func (s scanner) edge(i int) bool {
	if i == 0 || i >= len(s.text) || !isWord(s.text[i-1]) || !isWord(s.text[i]) {
		return true
	}
	before, after := s.text[i-1] < utf8.RuneSelf, s.text[i] < utf8.RuneSelf
	if before == after {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	if after {
		r, _ = utf8.DecodeLastRuneInString(s.text[:i])
	}
	return !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// defanged reports whether somebody had made text[i:j] safe to show.
func (s scanner) defanged(i, j int) bool {
	return s.source[s.from[i]:s.from[j]] != s.text[i:j]
}

// at returns the value that begins at i and its end, or 0 when none does. A
// Value without a Kind tells that what stands there is known to be none.
func (s scanner) at(i int) (Value, int) {
	for _, find := range [...]func(int) (Value, int){s.url, s.registry, s.email, s.number, s.token, s.address6, s.address4, s.domain} {
		if v, end := find(i); end > i {
			return v, end
		}
	}
	return Value{}, 0
}

// run returns the end of the run of bytes from i that belong, of at most limit.
func (s scanner) run(i, limit int, belongs func(byte) bool) int {
	end := i
	for end < len(s.text) && end-i < limit && belongs(s.text[end]) {
		end++
	}
	return end
}

// make returns the canonical value of text[i:j] and its end, or 0.
func (s scanner) make(kind Kind, i, j int) (Value, int) {
	v, err := Canonical(kind, s.text[i:j])
	if err != nil {
		return Value{}, 0
	}
	return v, j
}

// url finds a scheme that is followed by "://", up to what ends a URL in prose.
// What has a host and yet is no URL is passed over whole.
func (s scanner) url(i int) (Value, int) {
	colon := s.run(i, 12, func(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '-' })
	start := colon + len("://")
	if !strings.HasPrefix(s.text[colon:], "://") || !isNetworkScheme(s.text[i:colon]) || !s.hasHost(s.text[i:colon], start) {
		return Value{}, 0
	}
	end := start + proseEnd(s.text[start:min(len(s.text), i+maxText)])
	if v, end := s.make(URL, i, end); end > 0 {
		return v, end
	}
	return Value{}, end
}

// hasHost reports whether a host stands at i.
func (s scanner) hasHost(scheme string, i int) bool {
	text := s.text[i:min(len(s.text), i+300)]
	text = text[:proseEnd(text)]
	if end := strings.IndexAny(text, `/?#\`); end >= 0 {
		text = text[:end]
	}
	_, ok := canonicalAuthority(strings.ToLower(scheme), text)
	return ok
}

func (s scanner) byteAt(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return ' '
}

func isNetworkScheme(scheme string) bool {
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp", "ws", "wss", "ftps", "sftp", "ssh", "tcp", "udp", "ldap", "ldaps", "smb", "rtsp", "socks5", "telnet", "gopher", "mongodb", "mysql", "redis":
		return true
	default:
		return false
	}
}

// proseEnd returns where a URL ends in prose: at white space, a quotation mark,
// a bracket that it does not open or the next URL of a list, and not with the
// punctuation of the sentence around it.
func proseEnd(text string) int {
	end := len(text)
	var open [3]int
	for i, r := range text {
		if endsURL(r) || (r == ',' || r == ';') && strings.HasPrefix(text[i+1:], "http") {
			end = i
			break
		}
		if pair := strings.IndexRune("([{", r); pair >= 0 {
			open[pair]++
		}
		if pair := strings.IndexRune(")]}", r); pair >= 0 {
			if open[pair] == 0 {
				end = i
				break
			}
			open[pair]--
		}
	}
	return len(strings.TrimRight(text[:end], ".,;:!?'*_([{"))
}

// endsURL reports whether r cannot stand in a URL in prose.
func endsURL(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || strings.ContainsRune("\"<>`|^“”’«»、」،؛", r)
}

// registry finds a key of the Windows registry, up to white space or a quote.
func (s scanner) registry(i int) (Value, int) {
	if c := s.text[i]; c != 'H' && c != 'h' {
		return Value{}, 0
	}
	hive := s.run(i, 24, func(c byte) bool { return isAlphanumeric(c) || c == '_' })
	if _, known := registryKey(s.text[i:hive]); !known || s.byteAt(hive) != '\\' {
		return Value{}, 0
	}
	end := s.run(hive, 1024, func(c byte) bool { return c > ' ' && strings.IndexByte(`"'<>|,;()[]`, c) < 0 })
	for end > hive && !utf8.RuneStart(s.byteAt(end)) {
		end--
	}
	return s.make(RegistryKey, i, i+len(strings.TrimRight(s.text[i:end], `.:\`)))
}

// email finds a local part, "@" and a domain with a public suffix, or any
// suffix where it was defanged.
func (s scanner) email(i int) (Value, int) {
	at := s.run(i, 65, func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte("._%+'-", c) >= 0 })
	if at == i || s.byteAt(at) != '@' || at+1 >= len(s.text) {
		return Value{}, 0
	}
	end := s.nameEnd(at + 1)
	if end == at+1 || !hasPublicSuffix(s.text[at+1:end]) && !s.defanged(i, end) {
		return Value{}, 0
	}
	return s.make(Email, i, end)
}

// domain finds a name whose suffix is public.
func (s scanner) domain(i int) (Value, int) {
	end := s.nameEnd(i)
	if j := i + asciiLabels(s.text[i:end]); i < j && j < end && !hasPublicSuffix(s.text[i:end]) {
		end = j // an ideographic stop that ends a sentence
	}
	name := s.text[i:end]
	if !strings.Contains(name, ".") || s.byteAt(end) == '@' {
		return Value{}, 0
	}
	known := hasPublicSuffix(name) && !isSuffix(name)
	if !known || !s.defanged(i, end) && looksLikeFile(name) {
		return Value{}, end
	}
	return s.make(Domain, i, end)
}

// asciiLabels returns the length of the labels before the first that is not in
// ASCII, without the dot between them.
func asciiLabels(name string) int {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return max(0, strings.LastIndexByte(name[:i], '.'))
		}
	}
	return len(name)
}

// nameEnd returns the end of the run of labels from i, less the dots and dashes
// at its end.
func (s scanner) nameEnd(i int) int {
	const longest = 255
	end := i
	for end < len(s.text) && end-i < longest && (end == i || s.text[end] == '.' || !s.edge(end) || !isWord(s.text[end-1])) {
		c := s.text[end]
		if !isWord(c) && c != '.' && c != '-' || c == '.' && s.text[max(i, end-1)] == '.' {
			break
		}
		end++
	}
	for end > i && !utf8.RuneStart(s.byteAt(end)) {
		end--
	}
	return i + len(strings.TrimRight(s.text[i:end], ".-_"))
}

func isAlphanumeric(c byte) bool { return c < utf8.RuneSelf && c != '_' && isWord(c) }
