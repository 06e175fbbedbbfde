// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/observable"
)

// Observables returns the technical values of an object, each once: those of a
// cyber observable, those that the STIX pattern of an indicator looks for, those
// within the observed data of STIX 2.0, and wallets, phones and the like in
// custom properties. Names of files and processes are none: too many things
// share them. A value that has no canonical form is left out.
func Observables(o Object, raw []byte) []observable.Value {
	var found valueSet
	switch {
	case o.Type == "indicator":
		found.addIndicator(raw)
	case o.Type == "observed-data":
		for _, inner := range members(members(raw)["objects"]) {
			found.addMembers(text(members(inner)["type"]), members(inner))
		}
		slices.SortFunc(found.values, compareValues) // members have no order
	case hasValues(o.Type):
		found.addMembers(o.Type, members(raw))
	}
	return found.values
}

func compareValues(a, b observable.Value) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
}

// hasValues reports whether objects of a type are looked into: observables, and
// the unknown types that may be some.
func hasValues(kind string) bool {
	return isSCO(kind) || !isSTIX(kind)
}

// isSTIX reports whether a type is one of the standard's that is no observable.
func isSTIX(kind string) bool {
	switch kind {
	case "attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator", "infrastructure",
		"intrusion-set", "location", "malware", "malware-analysis", "note", "observed-data", "opinion", "report", "threat-actor",
		"tool", "vulnerability", "relationship", "sighting", "marking-definition", "language-content", "extension-definition":
		return true
	default:
		return strings.HasPrefix(kind, "x-mitre-")
	}
}

// valueSet gathers values, each once, in their order.
type valueSet struct {
	values []observable.Value
	seen   map[observable.Value]bool
}

func (s *valueSet) add(kind observable.Kind, text string) {
	v, err := observable.Canonical(kind, text)
	if err != nil || s.seen[v] {
		return
	}
	if s.seen == nil {
		s.seen = map[observable.Value]bool{}
	}
	s.seen[v] = true
	s.values = append(s.values, v)
}

func (s *valueSet) addIndicator(raw []byte) {
	all := members(raw)
	if kind := text(all["pattern_type"]); kind != "" && kind != "stix" {
		return
	}
	found, err := PatternValues(text(all["pattern"]))
	if err != nil {
		return
	}
	for _, v := range found {
		if kind := kindAt(v.ObjectType, v.Path); kind != "" {
			s.add(kind, v.Value)
		}
	}
}

func (s *valueSet) addMembers(kind string, all map[string]jsontext.Value) {
	switch kind {
	case "user-account":
		login := cmp.Or(text(all["account_login"]), text(all["user_id"]))
		if login != "" {
			s.add(observable.Account, strings.TrimPrefix(text(all["account_type"])+":"+login, ":"))
		}
	case "autonomous-system":
		s.add(observable.ASN, string(all["number"]))
	}
	for algorithm, hash := range textMembers(all["hashes"]) {
		if of := kindAt(kind, "hashes."+algorithm); of != "" {
			s.add(of, hash)
		}
	}
	for _, name := range []string{"value", "name", "key", "iban", "card_number"} {
		if value := text(all[name]); value != "" {
			if of := kindAt(kind, name); of != "" {
				s.add(of, value)
			}
		}
	}
	s.addCustom(all)
}

// addCustom looks at x_ properties whose names tell what they hold.
func (s *valueSet) addCustom(all map[string]jsontext.Value) {
	for name, value := range all {
		if !strings.HasPrefix(name, "x_") || value.Kind() != jsontext.KindString {
			continue
		}
		for _, known := range [...]struct {
			part string
			kind observable.Kind
		}{
			{"wallet", observable.Wallet}, {"bitcoin", observable.Wallet}, {"btc", observable.Wallet}, {"ethereum", observable.Wallet},
			{"phone", observable.Phone}, {"imei", observable.IMEI}, {"iban", observable.IBAN},
		} {
			if strings.Contains(name, known.part) {
				s.add(known.kind, text(value))
			}
		}
	}
	slices.SortStableFunc(s.values, compareValues)
}

// kindAt returns the kind of value that a property of an object holds, empty
// where it is none.
func kindAt(objectType, path string) observable.Kind {
	if algorithm, ok := strings.CutPrefix(path, "hashes."); ok {
		return hashKind(algorithm)
	}
	switch objectType + ":" + path {
	case "domain-name:value", "hostname:value":
		return observable.Domain
	case "ipv4-addr:value", "ipv6-addr:value":
		return observable.IPv4
	case "domain-name:resolves_to_refs[*].value", "network-traffic:src_ref.value", "network-traffic:dst_ref.value":
		return observable.Domain // or an address: Canonical tells
	case "url:value":
		return observable.URL
	case "email-addr:value", "email-message:from_ref.value", "email-message:sender_ref.value":
		return observable.Email
	case "mac-addr:value":
		return observable.MAC
	case "autonomous-system:number":
		return observable.ASN
	case "mutex:name":
		return observable.Mutex
	case "windows-registry-key:key":
		return observable.RegistryKey
	case "user-account:account_login", "user-account:user_id":
		return observable.Account
	case typeWallet + ":value":
		return observable.Wallet
	case typePhone + ":value":
		return observable.Phone
	case typeIMEI + ":value":
		return observable.IMEI
	case typeBank + ":value", typeBank + ":iban":
		return observable.IBAN
	case typeCard + ":value", typeCard + ":card_number":
		return observable.Card
	case typePlate + ":value":
		return observable.Plate
	}
	return ""
}

// hashKind returns the kind of hash that an algorithm makes, however its name is
// written.
func hashKind(algorithm string) observable.Kind {
	switch strings.ToUpper(strings.NewReplacer("-", "", "_", "", "'", "").Replace(algorithm)) {
	case "MD5":
		return observable.MD5
	case "SHA1":
		return observable.SHA1
	case "SHA256":
		return observable.SHA256
	case "SHA512":
		return observable.SHA512
	}
	return ""
}
