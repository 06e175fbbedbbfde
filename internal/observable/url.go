// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"strconv"
	"strings"
)

// canonicalURL returns the form of a URL in which equal ones are equal bytes:
// scheme and host in lower case and ASCII, no default port, no fragment, dot
// segments resolved, escapes in one way, "/" for an empty path; the query as it
// came.
func canonicalURL(text string) (string, bool) {
	good := true
	settled, ok := settle(text, func(s string) string {
		out, ok := normalURL(s)
		if !ok {
			good = false
			return s
		}
		return Refang(out)
	})
	return settled, ok && good
}

// normalURL does one round of canonicalURL. Decoding an escape can uncover
// another thing to refang, hence the rounds.
func normalURL(text string) (string, bool) {
	scheme, rest, ok := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	if !ok || !isScheme(scheme) {
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	if defaultPort(scheme) != "" {
		rest = strings.ReplaceAll(rest, `\`, "/")
	}
	authority, path, _ := strings.Cut(rest, "/")
	authority, ok = canonicalAuthority(scheme, authority)
	if !ok {
		return "", false
	}
	out := scheme + "://" + authority + resolveDots("/"+normalEscapes(path))
	if hasQuery {
		out += "?" + escapeForeign(query)
	}
	return out, true
}

func isScheme(s string) bool {
	for i := range len(s) {
		letter := s[i] >= 'a' && s[i] <= 'z'
		if !letter && (i == 0 || !strings.Contains("0123456789+-.", s[i:i+1])) {
			return false
		}
	}
	return s != ""
}

// defaultPort returns the port that a browser leaves out, empty for schemes
// that browsers do not know.
func defaultPort(scheme string) string {
	switch scheme {
	case "http", "ws":
		return "80"
	case "https", "wss":
		return "443"
	case "ftp":
		return "21"
	default:
		return ""
	}
}

func canonicalAuthority(scheme, authority string) (string, bool) {
	user, host, hasUser := cutLast(authority, "@")
	if !hasUser {
		user, host = "", authority
	}
	host, port, ok := splitPort(host)
	if !ok {
		return "", false
	}
	host, ok = urlHost(host)
	if !ok {
		return "", false
	}
	out := host
	if port != "" && port != defaultPort(scheme) {
		out += ":" + port
	}
	if user != "" {
		out = normalEscapes(user) + "@" + out
	}
	return out, true
}

// splitPort splits a port, which may be empty, off a host.
func splitPort(host string) (name, port string, ok bool) {
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 || strings.HasSuffix(host, "]") {
		return host, "", true
	}
	name, port = host[:colon], host[colon+1:]
	if port == "" {
		return name, "", true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return name, strconv.FormatUint(n, 10), err == nil
}

// normalEscapes writes a path, or a user, with its escapes in one way: what
// needs none has none, hexadecimal digits are upper-case, what may not stand
// there is escaped.
func normalEscapes(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if decoded, ok := unhex(s[i+1], s[i+2]); ok {
				writeEscaped(&out, decoded, isUnreserved(decoded))
				i += 2
				continue
			}
		}
		writeEscaped(&out, c, isUnreserved(c) || strings.IndexByte("/!$&'()*+,;=:@", c) >= 0)
	}
	return out.String()
}

// escapeForeign escapes in a query what can stand in no URL, and leaves the rest.
func escapeForeign(query string) string {
	var out strings.Builder
	for i := range len(query) {
		writeEscaped(&out, query[i], query[i] > ' ' && query[i] < 0x7F)
	}
	return out.String()
}

func writeEscaped(out *strings.Builder, c byte, plain bool) {
	const digits = "0123456789ABCDEF"
	if plain {
		out.WriteByte(c)
		return
	}
	out.Write([]byte{'%', digits[c>>4], digits[c&15]})
}

func isUnreserved(c byte) bool {
	return c < 0x80 && isWord(c) || c == '-' || c == '.' || c == '~'
}

func unhex(high, low byte) (byte, bool) {
	h, okHigh := hexDigit(high)
	l, okLow := hexDigit(low)
	return h<<4 | l, okHigh && okLow
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	default:
		return 0, false
	}
}

// percentDecode decodes every escape of a host.
func percentDecode(s string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if i+2 >= len(s) {
				return "", false
			}
			decoded, ok := unhex(s[i+1], s[i+2])
			if !ok {
				return "", false
			}
			c, i = decoded, i+2
		}
		out.WriteByte(c)
	}
	return out.String(), true
}

// resolveDots takes "." and ".." out of a path that begins with "/".
func resolveDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	parts := strings.Split(path[1:], "/")
	kept := parts[:0]
	for i, part := range parts {
		last := i == len(parts)-1
		switch part {
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		case ".":
		default:
			kept = append(kept, part)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}
