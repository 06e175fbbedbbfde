// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Sniff tells whether a file that begins with head looks like MISP rather than
// STIX, by the first name of a member that only one of them has.
func Sniff(head []byte) bool {
	in := strings.NewReader(strings.TrimPrefix(string(head), byteOrderMark))
	dec := jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return false
		}
		kind, members := dec.StackIndex(dec.StackDepth())
		if kind != '{' || token.Kind() != '"' || members%2 == 0 {
			continue
		}
		switch token.String() {
		case "Event", "Attribute", "Object", "Orgc", "Tag", "Galaxy", "info", "threat_level_id", "analysis", "publish_timestamp":
			return true
		case "type", "spec_version", "objects":
			return false
		}
	}
}
