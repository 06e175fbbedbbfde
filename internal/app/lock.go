// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"entente.example/internal/durable"
)

// takeFolder makes the data folder this process's until unlock: two servers, or
// a server and what moves its database, must not work in one. It fails where
// another has it, and where a restore was not finished.
func takeFolder(data string) (unlock func(), err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(data, restoring)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("a restore into %s was not finished: run it again", data)
	}
	return lockFolder(data)
}

// lockFile lies in a folder that one process at a time may use.
const lockFile = "lock"

func lockFolder(data string) (unlock func(), err error) {
	unlock, err = durable.Lock(filepath.Join(data, lockFile))
	if errors.Is(err, durable.ErrHeld) {
		err = fmt.Errorf("another process uses the data folder %s: %w", data, err)
	}
	return unlock, err
}
