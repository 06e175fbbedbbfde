// SPDX-License-Identifier: Apache-2.0

package stix

import "strings"

// StixID names an object: its type, two dashes and a UUID.
type StixID string

// Type returns the type of object that the id names.
func (id StixID) Type() string {
	if i := strings.LastIndex(string(id), "--"); i >= 0 {
		return string(id[:i])
	}
	return ""
}

// ParseID reads an id. Any version of UUID will do: objects in the field carry
// them all.
func ParseID(text string) (StixID, bool) {
	i := strings.LastIndex(text, "--")
	ok := i > 0 && IsTypeName(text[:i]) && isUUID(text[i+2:])
	if !ok {
		return "", false
	}
	return StixID(text), true
}

// IsTypeName reports whether s may be the type of an object: STIX 2.1, 3.1, but
// that it lets a name of 2.0 have an underscore.
func IsTypeName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 250
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
		if dash && c != '-' || !dash && !hex {
			return false
		}
	}
	return true
}

// isSCO reports whether objects of the type are cyber observables, which have
// neither creator's times nor versions.
func isSCO(kind string) bool {
	switch kind {
	case "artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file",
		"ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url",
		"user-account", "windows-registry-key", "x509-certificate":
		return true
	default:
		return isCustomSCO(kind)
	}
}

// The observables that STIX has no type for, under the names that the field
// gives them. Each has one property, value.
const (
	typeWallet = "cryptocurrency-wallet"
	typePhone  = "phone-number"
	typeIMEI   = "imei"
	typeBank   = "bank-account"
	typeCard   = "payment-card"
	typePlate  = "vehicle-plate"
)

func isCustomSCO(kind string) bool {
	switch kind {
	case typeWallet, typePhone, typeIMEI, typeBank, typeCard, typePlate:
		return true
	default:
		return false
	}
}
