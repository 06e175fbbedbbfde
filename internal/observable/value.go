// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente.example/internal/fault"
)

// Kind is what sort of thing a value names.
type Kind string

// The kinds. They are stored: never rename one.
const (
	Domain      Kind = "domain"
	IPv4        Kind = "ipv4"
	IPv6        Kind = "ipv6"
	URL         Kind = "url"
	Email       Kind = "email"
	MD5         Kind = "md5"
	SHA1        Kind = "sha1"
	SHA256      Kind = "sha256"
	SHA512      Kind = "sha512"
	MAC         Kind = "mac"
	ASN         Kind = "asn"
	Phone       Kind = "phone"
	IMEI        Kind = "imei"
	Wallet      Kind = "wallet"
	IBAN        Kind = "iban"
	Card        Kind = "card"
	Account     Kind = "account"
	Plate       Kind = "plate"
	Mutex       Kind = "mutex"
	RegistryKey Kind = "registry-key"
	Filename    Kind = "filename"
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{
		Domain, IPv4, IPv6, URL, Email, MD5, SHA1, SHA256, SHA512, MAC, ASN, Phone, IMEI,
		Wallet, IBAN, Card, Account, Plate, Mutex, RegistryKey, Filename,
	}
}

// Value is a technical value in canonical form; equal things are equal Values.
type Value struct {
	Kind Kind
	Text string
}

// maxText bounds a value: no real one is longer, and hostile ones are.
const maxText = 8 << 10

// Canonical returns the canonical form of text as a value of that kind.
// Addresses are told by what they are: an IPv4 address given as a domain or as
// IPv4-mapped IPv6 comes back as IPv4.
func Canonical(kind Kind, text string) (Value, error) {
	switch {
	case !slices.Contains(Kinds(), kind):
		return Value{}, fault.New(fault.Invalid, "observable.kind.unknown").With("kind", string(kind))
	case len(text) > maxText:
		return Value{}, fault.New(fault.TooLarge, "observable.value.long").With("limit", maxText)
	case !utf8.ValidString(text):
		return Value{}, fault.New(fault.Invalid, "observable.value.encoding")
	}
	text = strings.TrimSpace(text)
	if fanged(kind) {
		settled, ok := settle(text, Refang)
		if !ok {
			return Value{}, invalid(kind)
		}
		text = strings.TrimSpace(settled)
	}
	if text == "" {
		return Value{}, fault.New(fault.Invalid, "observable.value.empty")
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return Value{}, fault.New(fault.Invalid, "observable.value.control")
	}
	v, ok := canonical(kind, text)
	if !ok || v.Text == "" {
		return Value{}, invalid(kind)
	}
	return v, nil
}

// canonical dispatches to the form of each kind.
func canonical(kind Kind, text string) (Value, bool) {
	var form func(string) (string, bool)
	switch kind {
	case Domain, IPv4, IPv6:
		return network(kind, text)
	case URL:
		form = canonicalURL
	case Email:
		form = email
	case MD5, SHA1, SHA256, SHA512:
		form = func(s string) (string, bool) { return digest(s, hashLength(kind)) }
	case MAC:
		form = mac
	case ASN:
		form = asn
	case Phone:
		form = phone
	case IMEI:
		form = imei
	case Wallet:
		form = wallet
	case IBAN:
		form = iban
	case Card:
		form = card
	case Account:
		form = account
	case Plate:
		form = plate
	case RegistryKey:
		form = registryKey
	case Filename:
		form = filename
	case Mutex:
		form = func(s string) (string, bool) { return s, true }
	}
	out, ok := form(text)
	return Value{kind, out}, ok
}

// invalid returns the error for a text that is no value of its kind.
func invalid(kind Kind) error {
	return fault.New(fault.Invalid, "observable.value.invalid").With("kind", string(kind))
}

// fanged reports whether values of that kind are written defanged.
func fanged(kind Kind) bool {
	return slices.Contains([]Kind{Domain, IPv4, IPv6, URL, Email}, kind)
}

// Guessable reports whether all values of that kind can be tried one by one, so
// that a run of them is a search and not a match.
func Guessable(kind Kind) bool {
	return slices.Contains([]Kind{IPv4, MAC, ASN, Phone, IMEI, IBAN, Card, Account, Plate}, kind)
}

// settle applies f until it changes nothing, and reports whether it came to that
// within a few rounds.
func settle(text string, f func(string) string) (string, bool) {
	for range 6 {
		next := f(text)
		if next == text {
			return text, true
		}
		text = next
	}
	return "", false
}

// Key names the kind in the catalogues of words.
func (k Kind) Key() string { return "observable.kind." + string(k) }
