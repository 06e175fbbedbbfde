// SPDX-License-Identifier: Apache-2.0

// Package durable writes small files that are whole, and on disk, before they have
// their name, and stay under it through a loss of power. It does so in one way for
// all who must not find half a file, or the one of before, at the next start. What
// two processes must not write at once, it locks.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Replace gives path that content, in place of what may be there, readable by its
// owner alone.
func Replace(path string, content []byte) error {
	return place(path, content, func(written string) error { return os.Rename(written, path) })
}

// Create does as Replace does, and leaves what is there: a name that is taken is
// no error.
func Create(path string, content []byte) error {
	return place(path, content, func(written string) error {
		if err := os.Link(written, path); !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// place writes content beside path, and has name give it its name.
func place(path string, content []byte, name func(written string) error) error {
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-*") // made 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // where it still has this name
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := name(f.Name()); err != nil {
		return err
	}
	return Sync(folder)
}

// ErrHeld says that another process has the lock.
var ErrHeld = errors.New("another process holds the lock")

// Lock makes the file at path, if it is not there, and holds it until unlock is
// called or the process ends. It fails with ErrHeld where another has it.
func Lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrHeld
	}
	if err != nil {
		return nil, errors.Join(&fs.PathError{Op: "lock", Path: path, Err: err}, file.Close())
	}
	return func() { _ = file.Close() }, nil // the lock goes with the file
}

// Sync makes a folder remember its new names.
func Sync(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
