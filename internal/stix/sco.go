// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"crypto/sha1" //nolint:gosec // UUID version 5 is made of SHA-1; nothing is secured by it
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// DeterministicID returns the id that an observable has by its content (STIX 2.1
// section 2.9): UUID version 5 over the canonical form of the properties that
// contribute. It reports false for what is no observable, and for observables
// that have none of those properties, whose ids are random.
//
// Times contribute as they are written.
func DeterministicID(raw []byte) (StixID, bool, error) {
	if err := syntaxOf(raw); err != nil {
		return "", false, err
	}
	all := members(raw)
	kind := text(all["type"])
	out := []byte{'{'}
	for name := range strings.SplitSeq(contributing(kind), " ") {
		value := all[name]
		if name == "" { // no property of that kind contributes
			continue
		}
		if name == "hashes" {
			value = oneHash(value)
		}
		if len(value) > 0 {
			out = appendMember(out, name, value)
		}
	}
	if len(out) == 1 {
		return "", false, nil
	}
	canonical, err := Canonical(append(out, '}'))
	if err != nil {
		return "", false, err
	}
	return StixID(kind + "--" + uuid5(canonical)), true, nil
}

// syntaxOf returns what is wrong with raw as a JSON object.
func syntaxOf(raw []byte) error {
	value := jsontext.Value(raw)
	if !value.IsValid() {
		return syntax(raw)
	}
	if value.Kind() != jsontext.KindBeginObject {
		return fault.New(fault.Invalid, "stix.object.notobject")
	}
	return nil
}

// contributing lists the properties that make the id of each observable.
func contributing(kind string) string {
	switch kind {
	case "artifact":
		return "hashes payload_bin"
	case "autonomous-system":
		return "number"
	case "directory":
		return "path"
	case "domain-name", "email-addr", "ipv4-addr", "ipv6-addr", "mac-addr", "url":
		return "value"
	case "email-message":
		return "from_ref subject body"
	case "file":
		return "hashes name parent_directory_ref extensions"
	case "mutex":
		return "name"
	case "network-traffic":
		return "start end src_ref dst_ref src_port dst_port protocols extensions"
	case "software":
		return "name cpe swid vendor version"
	case "user-account":
		return "account_type user_id account_login"
	case "windows-registry-key":
		return "key values"
	case "x509-certificate":
		return "hashes serial_number"
	}
	if isCustomSCO(kind) {
		return "value"
	}
	return ""
}

// oneHash returns the one hash that contributes: the first known of the four
// that the standard names, else the first given.
func oneHash(hashes jsontext.Value) jsontext.Value {
	all := members(hashes)
	for _, algorithm := range []string{"MD5", "SHA-1", "SHA-256", "SHA-512"} {
		if value, ok := all[algorithm]; ok {
			return append(appendMember([]byte{'{'}, algorithm, value), '}')
		}
	}
	if len(all) == 0 {
		return nil
	}
	algorithm := firstName(hashes)
	return append(appendMember([]byte{'{'}, algorithm, all[algorithm]), '}')
}

// firstName returns the name of the first member of a valid object.
func firstName(object jsontext.Value) string {
	dec := newDecoder(object)
	for range 2 {
		token, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if token.Kind() == jsontext.KindString {
			return token.String()
		}
	}
	return ""
}

// appendMember appends a member to the text of an object that is still open.
func appendMember(object []byte, name string, value jsontext.Value) []byte {
	if object[len(object)-1] != '{' {
		object = append(object, ',')
	}
	object = appendString(object, name)
	object = append(object, ':')
	return append(object, value...)
}

// appendString appends s as a JSON string. Bytes that are no UTF-8 are replaced.
func appendString(dst []byte, s string) []byte {
	out, _ := jsontext.AppendQuote(dst, s) // the error only tells of replaced bytes
	return out
}

// uuid5 returns the UUID version 5 of name in the namespace of observables.
func uuid5(name []byte) string {
	namespace := [16]byte{0x00, 0xAB, 0xED, 0xB4, 0xAA, 0x42, 0x46, 0x6C, 0x9C, 0x01, 0xFE, 0xD2, 0x33, 0x15, 0xA9, 0xB7}
	sum := sha1.Sum(append(namespace[:], name...)) //nolint:gosec // as RFC 9562 has it
	id := sum[:16]
	id[6] = id[6]&0x0F | 0x50
	id[8] = id[8]&0x3F | 0x80
	text := hex.EncodeToString(id)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
