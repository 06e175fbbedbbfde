// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"entente.example/internal/durable"
)

// keySize is that of HMAC-SHA256's output: a longer key would not be stronger.
const keySize = 32

// Key is the match key.
type Key struct {
	veil
	secret [keySize]byte
}

// Secret returns the bytes of the key, for the room that computes with them.
func (k Key) Secret() [keySize]byte { return k.secret }

// MatchKey returns the key in the file of that path. Where there is no such file
// it makes one of bytes from random, which must be a cryptographic source; of
// several processes that start at once, one makes the key of all. It fails where
// the file is not what MatchKey wrote, or where others than its owner may read it.
func MatchKey(path string, random io.Reader) (Key, error) {
	key, err := readKey(path)
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
	return readKey(path)
}

func readKey(path string) (Key, error) {
	secret, err := read(path, keySize)
	if err != nil {
		return Key{}, err
	}
	if len(secret) != keySize {
		return Key{}, fmt.Errorf("match key %s is not a file of %d bytes: restore it, or matches already made are lost", path, keySize)
	}
	return Key{secret: [keySize]byte(secret)}, nil
}
