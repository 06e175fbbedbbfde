// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"crypto/sha256"

	"github.com/go-json-experiment/json/jsontext"
)

// Canonical returns the object in the form of RFC 8785, in which equal objects
// are equal bytes. Raw stays as it is.
func Canonical(raw []byte) ([]byte, error) {
	out := jsontext.Value(bytes.Clone(raw))
	if err := out.Canonicalize(); err != nil {
		return nil, syntaxFault(err)
	}
	return out, nil
}

// Digest returns the SHA-256 of the canonical form, and of the bytes themselves
// where they have none.
func Digest(raw []byte) [32]byte {
	out, err := Canonical(raw)
	if err != nil {
		out = raw
	}
	return sha256.Sum256(out)
}

// Equal reports whether two objects say the same.
func Equal(a, b []byte) bool {
	return bytes.Equal(a, b) || Digest(a) == Digest(b)
}
