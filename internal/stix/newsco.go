// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"strings"

	"entente.example/internal/observable"
)

// NewSCO returns a STIX 2.1 observable for a value, with its deterministic id.
// Values that STIX has no type for become custom types with one property,
// value, under the names that other platforms use: cryptocurrency-wallet,
// phone-number, imei, bank-account, payment-card and, of our own, vehicle-plate.
// For a value of no known kind it returns nil.
func NewSCO(v observable.Value) []byte {
	kind, properties := scoOf(v)
	if kind == "" {
		return nil
	}
	bare := append(appendString([]byte(`{"type":`), kind), ',')
	bare = append(append(bare, properties...), '}')
	id, ok, err := DeterministicID(bare)
	if err != nil || !ok {
		return nil
	}
	out := append(appendString([]byte(`{"type":`), kind), `,"spec_version":"2.1","id":`...)
	out = append(appendString(out, string(id)), ',')
	return append(append(out, properties...), '}')
}

// scoOf returns the type of object for a value, and the text of its properties.
func scoOf(v observable.Value) (kind string, properties []byte) {
	property := func(name string) []byte {
		return appendString(append(appendString(nil, name), ':'), v.Text)
	}
	hash := func(algorithm string) []byte {
		out := append(appendString([]byte(`"hashes":{`), algorithm), ':')
		return append(appendString(out, v.Text), '}')
	}
	switch v.Kind {
	case observable.Domain:
		return "domain-name", property("value")
	case observable.IPv4:
		return "ipv4-addr", property("value")
	case observable.IPv6:
		return "ipv6-addr", property("value")
	case observable.URL:
		return "url", property("value")
	case observable.Email:
		return "email-addr", property("value")
	case observable.MAC:
		return "mac-addr", property("value")
	case observable.MD5:
		return "file", hash("MD5")
	case observable.SHA1:
		return "file", hash("SHA-1")
	case observable.SHA256:
		return "file", hash("SHA-256")
	case observable.SHA512:
		return "file", hash("SHA-512")
	case observable.Filename:
		return "file", property("name")
	case observable.Mutex:
		return "mutex", property("name")
	case observable.RegistryKey:
		return "windows-registry-key", property("key")
	case observable.ASN:
		return "autonomous-system", []byte(`"number":` + strings.TrimPrefix(v.Text, "AS"))
	case observable.Account:
		return "user-account", accountProperties(v.Text)
	case observable.Wallet:
		return typeWallet, property("value")
	case observable.Phone:
		return typePhone, property("value")
	case observable.IMEI:
		return typeIMEI, property("value")
	case observable.IBAN:
		return typeBank, property("value")
	case observable.Card:
		return typeCard, property("value")
	case observable.Plate:
		return typePlate, property("value")
	}
	return "", nil
}

func accountProperties(account string) []byte {
	service, login, ok := strings.Cut(account, ":")
	if !ok {
		return appendString([]byte(`"account_login":`), account)
	}
	out := append(appendString([]byte(`"account_type":`), service), `,"account_login":`...)
	return appendString(out, login)
}
