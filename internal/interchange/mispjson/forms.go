// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"entente.example/internal/observable"
)

// form reads the value of an attribute of one type. It is false where the value
// is none of that type.
type form func(value string) (meaning, bool)

// meaning is what a value says in STIX.
type meaning struct {
	compare  []string   // the comparisons of a pattern that finds it
	objects  []observed // what it is if it is just observed, the main thing first; none for what STIX cannot show
	resolves bool       // the first of objects resolves to the second
}

func equal(path, value string) string {
	return path + " = '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

func equalNumber(path string, n int64) string { return path + " = " + strconv.FormatInt(n, 10) }

// valued is the meaning of an observable whose value says all.
func valued(kind, value string) meaning {
	return meaning{
		compare: []string{equal(kind+":value", value)},
		objects: []observed{{Type: kind, Value: value}},
	}
}

func domain(value string) (meaning, bool) {
	v, err := observable.Canonical(observable.Domain, value)
	return valued("domain-name", v.Text), err == nil && v.Kind == observable.Domain
}

// address reads an IP address or a network.
func address(value string) (meaning, bool) {
	if prefix, err := netip.ParsePrefix(value); err == nil && !prefix.IsSingleIP() {
		return valued(family(prefix.Addr()), prefix.Masked().String()), true
	}
	v, err := observable.Canonical(observable.IPv4, value)
	if err != nil {
		return meaning{}, false
	}
	addr, err := netip.ParseAddr(v.Text)
	return valued(family(addr), v.Text), err == nil
}

func family(addr netip.Addr) string {
	if addr.Is4() {
		return "ipv4-addr"
	}
	return "ipv6-addr"
}

// webAddress keeps a URL as it is written, but for its defanging.
func webAddress(value string) (meaning, bool) {
	_, err := observable.Canonical(observable.URL, value)
	return valued("url", observable.Refang(value)), err == nil
}

func emailAddress(value string) (meaning, bool) {
	_, err := observable.Canonical(observable.Email, value)
	return valued("email-addr", observable.Refang(value)), err == nil
}

func macAddress(value string) (meaning, bool) {
	v, err := observable.Canonical(observable.MAC, value)
	return valued("mac-addr", v.Text), err == nil
}

// custom reads a value whose observable STIX does not know, under the name that
// the house gives to it. A form in which the value is known is kept; others are
// taken as they are.
func custom(kind string, known observable.Kind) form {
	return func(value string) (meaning, bool) {
		if v, err := observable.Canonical(known, value); err == nil {
			value = v.Text
		}
		return valued(kind, value), isVisible(value)
	}
}

func autonomousSystem(value string) (meaning, bool) {
	v, err := observable.Canonical(observable.ASN, value)
	number, parseErr := strconv.ParseUint(strings.TrimPrefix(v.Text, "AS"), 10, 32)
	if err != nil || parseErr != nil {
		return meaning{}, false
	}
	n := int64(number)
	return meaning{
		compare: []string{equalNumber("autonomous-system:number", n)},
		objects: []observed{{Type: "autonomous-system", Number: &n}},
	}, true
}

// hash reads a hash of so many hexadecimal digits; 0 for one that is text.
func hash(kind, name string, digits int) form {
	return func(value string) (meaning, bool) {
		if digits > 0 {
			value = strings.ToLower(value)
		}
		_, err := hex.DecodeString(value)
		ok := isVisible(value) && !strings.Contains(value, " ") && (digits == 0 || len(value) == digits && err == nil)
		return meaning{
			compare: []string{equal(kind+":hashes.'"+name+"'", value)},
			objects: []observed{{Type: kind, Hashes: map[string]string{name: value}}},
		}, ok
	}
}

func named(kind string) form {
	return func(value string) (meaning, bool) {
		return meaning{
			compare: []string{equal(kind+":name", value)},
			objects: []observed{{Type: kind, Name: value}},
		}, isVisible(value)
	}
}

func registryKey(value string) (meaning, bool) {
	return meaning{
		compare: []string{equal("windows-registry-key:key", value)},
		objects: []observed{{Type: "windows-registry-key", Key: value}},
	}, isVisible(value)
}

func account(service string) form {
	return func(value string) (meaning, bool) {
		return meaning{
			compare: []string{equal("user-account:account_type", service), equal("user-account:account_login", value)},
			objects: []observed{{Type: "user-account", AccountType: service, Login: value}},
		}, isVisible(value)
	}
}

func emailSubject(value string) (meaning, bool) {
	single := false
	return meaning{
		compare: []string{equal("email-message:subject", value)},
		objects: []observed{{Type: "email-message", IsMultipart: &single, Subject: value}},
	}, isVisible(value)
}

// sought is what a pattern can look for, but no observable can show alone.
func sought(path string) form {
	return func(value string) (meaning, bool) {
		return meaning{compare: []string{equal(path, value)}}, isVisible(value)
	}
}

func port(value string) (meaning, bool) {
	n, ok := portNumber(value)
	return meaning{compare: []string{equalNumber("network-traffic:dst_port", n)}}, ok
}

func portNumber(value string) (int64, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 16)
	return int64(n), err == nil
}

// isVisible tells whether there is something to read in value, on one line.
func isVisible(value string) bool {
	return strings.TrimSpace(value) != "" && !strings.ContainsFunc(value, unicode.IsControl)
}
