// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// network returns the canonical form of an address or a domain, by what it is.
func network(kind Kind, text string) (Value, bool) {
	if addr, ok := address(text); ok {
		return addressValue(addr), true
	}
	if kind != Domain {
		return Value{}, false
	}
	name, ok := hostname(text)
	return Value{Domain, name}, ok && strings.Contains(name, ".")
}

// address reads an IP address, in brackets or not, with or without a prefix
// that names it alone (/32, /128).
func address(text string) (netip.Addr, bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	text, prefix, cidr := strings.Cut(text, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || cidr && prefix != strconv.Itoa(addr.BitLen()) {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

func addressValue(addr netip.Addr) Value {
	if addr.Is4() {
		return Value{IPv4, addr.String()}
	}
	return Value{IPv6, addr.String()}
}

// hostname returns a host name in lower case and in ASCII (IDNA, as a browser
// looks it up), without the final dot. It is lenient where real names are:
// underscores, and names of one label.
func hostname(text string) (string, bool) {
	name := strings.ToLower(text)
	if !isASCII(name) {
		profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
		ascii, err := profile.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = strings.ToLower(ascii)
	}
	name = strings.TrimSuffix(name, ".")
	if len(name) > 253 || !hasLabels(name) {
		return "", false
	}
	return name, true
}

// hasLabels reports whether name is made of labels, the last of which is no
// number.
func hasLabels(name string) bool {
	last := ""
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notLabel) {
			return false
		}
		last = label
	}
	return strings.Trim(last, "0123456789") != ""
}

func notLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// email returns an address in lower case, its domain canonical. Mail systems
// tell no local parts apart by case, whatever the standard would let them.
func email(text string) (string, bool) {
	if after, ok := cutPrefixFold(text, "mailto:"); ok {
		text = after
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">")
	local, domain, ok := cutLast(text, "@")
	local = norm.NFC.String(strings.ToLower(norm.NFC.String(local)))
	if !ok || local == "" || len(local) > 64 || strings.ContainsFunc(local, notLocal) {
		return "", false
	}
	name, ok := hostname(domain)
	return local + "@" + name, ok && strings.Contains(name, ".")
}

func notLocal(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"<>()[]{}\,;:@`, r)
}

// urlHost returns the host of a URL: a name, or an address in any of the forms
// that a browser understands (decimal, octal, hexadecimal parts).
func urlHost(text string) (string, bool) {
	if strings.Contains(text, "%") {
		decoded, ok := percentDecode(text)
		if !ok {
			return "", false
		}
		text = decoded
	}
	if addr, ok := address(text); ok && !strings.Contains(text, "/") {
		if addr.Is6() {
			return "[" + addr.String() + "]", strings.HasPrefix(text, "[")
		}
		return addr.String(), true
	}
	if addr, ok := looseIPv4(text); ok {
		return addr, true
	}
	return hostname(text)
}

// looseIPv4 reads the forms of an IPv4 address that only browsers accept.
func looseIPv4(text string) (string, bool) {
	parts := strings.Split(strings.TrimSuffix(text, "."), ".")
	if len(parts) > 4 {
		return "", false
	}
	var sum uint64
	for i, part := range parts {
		n, ok := looseNumber(part)
		last := i == len(parts)-1
		room := uint64(1) << 8
		if last {
			room = 1 << (8 * (5 - len(parts)))
		}
		if !ok || n >= room {
			return "", false
		}
		if last {
			sum += n
		} else {
			sum += n << (8 * (3 - i))
		}
	}
	bytes := [4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
	return netip.AddrFrom4(bytes).String(), true
}

func looseNumber(part string) (uint64, bool) {
	base := 10
	if hex, ok := cutPrefixFold(part, "0x"); ok {
		part, base = hex, 16
	} else if len(part) > 1 && part[0] == '0' {
		part, base = part[1:], 8
	}
	n, err := strconv.ParseUint(part, base, 64)
	return n, err == nil && !strings.Contains(part, "_") && part[0] != '+'
}
