// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"entente.example/internal/durable"
)

// TextKey is a secret in text form, such as the signing key of the journal. It
// does not show itself when it is printed or logged.
type TextKey struct{ secret string }

// String implements fmt.Stringer without giving the key away.
func (TextKey) String() string { return "seal.TextKey" }

// Format implements fmt.Formatter, so that no verb gives the key away.
func (k TextKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText implements encoding.TextMarshaler without giving the key away.
func (k TextKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Reveal returns the secret, for the room that computes with it.
func (k TextKey) Reveal() string { return k.secret }

// textKeyLimit is more than any key is long, in bytes.
const textKeyLimit = 4096

// OpenTextKey returns the key in the file of that path, one line. Where there is
// no such file it makes one of what fresh returns; of several processes that start
// at once, one makes the key of all. It fails where others than its owner may read
// the file.
func OpenTextKey(path string, fresh func() (string, error)) (TextKey, error) {
	key, err := readText(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	secret, err := fresh()
	if err != nil {
		return TextKey{}, fmt.Errorf("make key %s: %w", path, err)
	}
	if err := durable.Create(path, []byte(secret+"\n")); err != nil {
		return TextKey{}, fmt.Errorf("make key %s: %w", path, err)
	}
	return readText(path)
}

func readText(path string) (TextKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return TextKey{}, fmt.Errorf("open key: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return TextKey{}, fmt.Errorf("open key: %w", err)
	case !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > textKeyLimit:
		return TextKey{}, fmt.Errorf("key %s is not a file with a key in it: restore it", path)
	case info.Mode().Perm()&0o077 != 0:
		return TextKey{}, fmt.Errorf("key %s may be read by others: chmod 600", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, textKeyLimit))
	if err != nil {
		return TextKey{}, fmt.Errorf("read key: %w", err)
	}
	return TextKey{strings.TrimSpace(string(text))}, nil
}
