// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"entente.example/internal/durable"
)

// keySize is that of HMAC-SHA256's output: a longer key would not be stronger.
const keySize = 32

// Key is a secret. It does not show itself when it is printed or logged.
type Key struct{ secret [keySize]byte }

// String implements fmt.Stringer without giving the key away.
func (Key) String() string { return "seal.Key" }

// Format implements fmt.Formatter, so that no verb gives the key away.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText implements encoding.TextMarshaler without giving the key away.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Secret returns the bytes of the key, for the room that computes with them.
func (k Key) Secret() [keySize]byte { return k.secret }

// MatchKey returns the key in the file of that path. Where there is no such file
// it makes one of bytes from random, which must be a cryptographic source; of
// several processes that start at once, one makes the key of all. It fails where
// the file is not what MatchKey wrote, or where others than its owner may read it.
func MatchKey(path string, random io.Reader) (Key, error) {
	key, err := read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	var secret [keySize]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return Key{}, fmt.Errorf("make match key: %w", err)
	}
	if err := durable.Create(path, secret[:]); err != nil {
		return Key{}, fmt.Errorf("make match key: %w", err)
	}
	return read(path)
}

func read(path string) (Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return Key{}, fmt.Errorf("open match key: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return Key{}, fmt.Errorf("open match key: %w", err)
	case !info.Mode().IsRegular() || info.Size() != keySize:
		return Key{}, fmt.Errorf("match key %s is not a file of %d bytes: restore it, or matches already made are lost", path, keySize)
	case info.Mode().Perm()&0o077 != 0:
		return Key{}, fmt.Errorf("match key %s may be read by others: chmod 600", path)
	}
	var key Key
	if _, err := io.ReadFull(f, key.secret[:]); err != nil {
		return Key{}, fmt.Errorf("read match key: %w", err)
	}
	return key, nil
}
