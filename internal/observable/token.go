// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// token finds hashes, wallets and MAC addresses: words that leave no doubt.
func (s scanner) token(i int) (Value, int) {
	end := s.run(i, 200, isAlphanumeric)
	if s.byteAt(end) == '_' || end == i || !s.edge(end) {
		return Value{}, 0
	}
	if kind := hashOf(end - i); kind != "" && strings.Trim(s.text[i:end], hexDigits) == "" {
		return s.make(kind, i, end)
	}
	if checkedWallet(s.text[i:end]) {
		return s.make(Wallet, i, end)
	}
	pairs := s.run(i, 18, func(c byte) bool { return isAlphanumeric(c) || c == ':' || c == '-' })
	if pairs-i == 17 && isPaired(s.text[i:pairs]) && (i == 0 || s.text[i-1] != s.text[i+2]) {
		return s.make(MAC, i, pairs)
	}
	return Value{}, 0
}

const hexDigits = "0123456789abcdefABCDEF"

func hashOf(length int) Kind {
	for _, kind := range [...]Kind{MD5, SHA1, SHA256, SHA512} {
		if hashLength(kind) == length {
			return kind
		}
	}
	return ""
}

// isPaired reports whether text is pairs parted by one and the same sign.
func isPaired(text string) bool {
	for i := 2; i < len(text); i += 3 {
		if text[i] != text[2] || isAlphanumeric(text[i]) {
			return false
		}
	}
	return true
}

// number finds what people write with digits: phones in full, IBANs, cards,
// autonomous systems, and IMEIs where the text calls them so.
func (s scanner) number(i int) (Value, int) {
	switch c := s.text[i]; {
	case c == '+' && (i == 0 || !isWord(s.text[i-1])):
		return s.spacedNumber(Phone, i, i+1, "() -./")
	case c >= '0' && c <= '9' && s.calledIMEI(i):
		return s.spacedNumber(IMEI, i, i, " -/")
	case c >= '0' && c <= '9':
		return s.card(i)
	case (c == 'A' || c == 'a') && strings.HasPrefix(strings.ToUpper(s.text[i:min(len(s.text), i+2)]), "AS"):
		return s.system(i)
	case isLetter(c):
		return s.iban(i)
	}
	return Value{}, 0
}

// spacedNumber finds digits from j, in groups parted by any of seps.
func (s scanner) spacedNumber(kind Kind, i, j int, seps string) (Value, int) {
	end := s.run(j, 32, func(c byte) bool { return c >= '0' && c <= '9' || strings.IndexByte(seps, c) >= 0 })
	end = j + len(strings.TrimRight(s.text[j:end], seps))
	if !s.edge(end) {
		return Value{}, 0
	}
	return s.make(kind, i, end)
}

// calledIMEI reports whether the words just before i say that an IMEI follows.
func (s scanner) calledIMEI(i int) bool {
	return strings.Contains(strings.ToUpper(s.text[max(0, i-12):i]), "IMEI")
}

// card finds a number of a known card scheme in groups as they are printed.
func (s scanner) card(i int) (Value, int) {
	end := s.run(i, 23, func(c byte) bool { return c >= '0' && c <= '9' || c == ' ' || c == '-' })
	text := strings.TrimRight(s.text[i:end], " -")
	end = i + len(text)
	digits := without(text, " -")
	if !s.edge(end) || s.joined(i, end) || !isCardScheme(digits) || !inGroups(text) {
		return Value{}, 0
	}
	return s.make(Card, i, end)
}

// joined reports whether a digit with a dot or a comma goes on on either side.
func (s scanner) joined(i, end int) bool {
	before := i > 0 && strings.IndexByte(".,:/-", s.text[i-1]) >= 0
	after := strings.IndexByte(".,:/", s.byteAt(end)) >= 0 && isDigits(string(s.byteAt(end+1)))
	return before || after
}

// isCardScheme reports whether digits begin and are as long as those of the
// large schemes.
func isCardScheme(digits string) bool {
	switch len(digits) {
	case 15:
		return digits[:2] == "34" || digits[:2] == "37"
	case 16:
		return digits[0] == '4' || digits[:2] >= "51" && digits[:2] <= "55" || digits[:4] >= "2221" && digits[:4] <= "2720" ||
			digits[:4] == "6011" || digits[:2] == "65" || digits[:2] == "35" || digits[:2] == "62"
	default:
		return false
	}
}

// inGroups reports whether the digits stand together, or in groups of four to
// six as on a card.
func inGroups(text string) bool {
	groups := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' })
	if len(groups) == 1 {
		return true
	}
	for _, group := range groups {
		if len(group) < 4 || len(group) > 6 {
			return false
		}
	}
	return len(groups) >= 3 && !strings.Contains(text, "  ")
}

// system finds AS15139 and ASN 15139.
func (s scanner) system(i int) (Value, int) {
	j := i + 2
	if c := s.byteAt(j); c == 'N' || c == 'n' {
		j++
		if s.byteAt(j) == ' ' {
			j++
		}
	}
	end := s.run(j, 11, func(c byte) bool { return c >= '0' && c <= '9' })
	if end == j || !s.edge(end) || s.text[i] == 'a' {
		return s.iban(i)
	}
	return s.make(ASN, i, end)
}

// iban finds an account number, in groups of four or in one piece.
func (s scanner) iban(i int) (Value, int) {
	head := s.text[i:min(len(s.text), i+4)]
	if len(head) < 4 || !isLetter(head[1]) || !isDigits(head[2:]) {
		return Value{}, 0
	}
	length, known := ibanLength(head[:2])
	if !known {
		return Value{}, 0
	}
	end, left := i, length
	for end < len(s.text) && left > 0 {
		c := s.text[end]
		if c != ' ' && c != '-' {
			left--
		}
		if c != ' ' && c != '-' && !isLetter(c) && (c < '0' || c > '9') {
			return Value{}, 0
		}
		end++
	}
	if left > 0 || !s.edge(end) {
		return Value{}, 0
	}
	return s.make(IBAN, i, end)
}

// address4 finds an IPv4 address that is no part of a longer number with dots,
// no version and no network.
func (s scanner) address4(i int) (Value, int) {
	end := s.run(i, 100, func(c byte) bool { return c >= '0' && c <= '9' || c == '.' })
	if end == i {
		return Value{}, 0
	}
	text := strings.TrimRight(s.text[i:end], ".")
	end = i + len(text)
	goesOn := strings.IndexByte(".-", s.byteAt(end)) >= 0 && isWord(s.byteAt(end+1))
	if strings.Count(text, ".") < 2 || !s.edge(end) || goesOn {
		return Value{}, 0
	}
	if _, err := netip.ParseAddr(text); err != nil || i > 0 && strings.IndexByte(".-", s.text[i-1]) >= 0 || s.calledVersion(i) && !s.defanged(i, end) {
		return Value{}, end
	}
	return s.network(i, end)
}

// network takes an address, unless the prefix behind it makes it a network.
func (s scanner) network(i, end int) (Value, int) {
	if s.byteAt(end) == '/' {
		prefix := s.run(end+1, 3, func(c byte) bool { return c >= '0' && c <= '9' })
		if prefix > end+1 && s.edge(prefix) {
			v, whole := s.make(IPv4, i, prefix)
			return v, max(whole, prefix)
		}
	}
	return s.make(IPv4, i, end)
}

// calledVersion reports whether the word just before i says that a version
// follows.
func (s scanner) calledVersion(i int) bool {
	before := strings.ToLower(strings.TrimRight(s.text[max(0, i-12):i], " .:="))
	for _, word := range [...]string{"version", "ver", "build", "release", "firmware", " v"} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return before == "v"
}

// address6 finds an IPv6 address. Two colons in a row are too common elsewhere:
// there must be digits around them.
func (s scanner) address6(i int) (Value, int) {
	end := s.run(i, 60, func(c byte) bool { return strings.IndexByte(hexDigits, c) >= 0 || c == ':' || c == '.' })
	text := strings.TrimRight(s.text[i:end], ".")
	if !strings.HasSuffix(text, "::") {
		text = strings.TrimRight(text, ":")
	}
	end = i + len(text)
	if strings.Count(text, ":") < 2 || !s.edge(end) || i > 0 && strings.IndexByte(":.", s.text[i-1]) >= 0 {
		return Value{}, 0
	}
	if strings.Count(text, ":") < 3 && !strings.ContainsAny(text, "0123456789") {
		return Value{}, 0
	}
	if _, err := netip.ParseAddr(text); err != nil {
		return Value{}, 0
	}
	return s.network(i, end)
}

// hasPublicSuffix reports whether names end like this one on the internet. The
// suffix of a private registry counts, that of no registry does not.
func hasPublicSuffix(name string) bool {
	ascii, ok := hostname(name)
	if !ok {
		return false
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	return icann || strings.Contains(suffix, ".")
}

// isSuffix reports whether name is itself a suffix under which names are given
// out by a registry of the internet.
func isSuffix(name string) bool {
	ascii, _ := hostname(name)
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	return icann && suffix == ascii
}

// looksLikeFile reports whether a name that nobody defanged is rather a file, or
// two sentences without a space between them.
func looksLikeFile(name string) bool {
	stem, suffix, _ := cutLast(name, ".")
	if suffix[0] >= 'A' && suffix[0] <= 'Z' && suffix != strings.ToUpper(suffix) {
		return true // "the file.It was": a sentence begins
	}
	if strings.Contains(stem, ".") {
		return false
	}
	switch strings.ToLower(suffix) {
	case "zip", "mov", "sh", "py", "md", "so", "ps":
		return true
	default:
		return false
	}
}
