// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
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
	file, err := os.OpenFile(filepath.Join(data, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another process uses the data folder %s: %w", data, err), file.Close())
	}
	return func() { _ = file.Close() }, nil // the lock goes with the file
}
