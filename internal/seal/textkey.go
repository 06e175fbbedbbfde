// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"entente.example/internal/durable"
)

// TextKey is a secret in text form, such as the signing key of the journal.
type TextKey struct {
	veil
	secret string
}

// Secret returns the text of the key, for the room that computes with it.
func (k TextKey) Secret() string { return k.secret }

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
	text, err := read(path, textKeyLimit)
	if err != nil {
		return TextKey{}, err
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return TextKey{}, fmt.Errorf("%s is not a file with a key in it: restore it", path)
	}
	return TextKey{secret: secret}, nil
}
