// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/base64"
	"encoding/json"

	"entente.example/internal/fault"
)

// Cursor is the key of the row that a page goes on after, opaque to who carries
// it. The zero Cursor is the beginning.
type Cursor string

// After returns the cursor behind the row of that key.
func After(key ...string) Cursor {
	text, err := json.Marshal(key)
	if err != nil {
		panic(err) // strings always marshal
	}
	return Cursor(base64.RawURLEncoding.EncodeToString(text))
}

// Key returns the key that c carries, of n parts, or n empty strings for the
// zero Cursor. It fails with fault.Invalid for what After did not make.
func (c Cursor) Key(n int) ([]string, error) {
	if c == "" {
		return make([]string, n), nil
	}
	var key []string
	text, err := base64.RawURLEncoding.DecodeString(string(c))
	if err == nil {
		err = json.Unmarshal(text, &key)
	}
	if err != nil || len(key) != n {
		return nil, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	return key, nil
}
