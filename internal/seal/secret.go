// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"fmt"
	"io"
	"os"
)

// veil is part of each key, so that it does not show itself when it is printed or
// logged.
type veil struct{}

// String implements fmt.Stringer without giving the key away.
func (veil) String() string { return "a secret key" }

// Format implements fmt.Formatter, so that no verb gives the key away.
func (v veil) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, v.String()) }

// MarshalText implements encoding.TextMarshaler without giving the key away.
func (v veil) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// read returns what is in the file of a key, at most limit bytes. It fails where
// the file is longer or no file, or where others than its owner may read it.
func read(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("open key: %w", err)
	case !info.Mode().IsRegular() || info.Size() > limit:
		return nil, fmt.Errorf("%s is not a file with a key in it: restore it", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("key %s may be read by others: chmod 600", path)
	}
	secret, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return secret, nil
}
