// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// profiled runs fn, and writes where its time went to files in folder (read
// them with go tool pprof), unless that is empty.
func profiled(folder string, fn func() error) (err error) {
	if folder == "" {
		return fn()
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, "cpu"))
	if err != nil {
		return err
	}
	runtime.SetMutexProfileFraction(20)
	runtime.SetBlockProfileRate(10_000)
	if err := pprof.StartCPUProfile(file); err != nil {
		return errors.Join(err, file.Close())
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, file.Close())
		for _, name := range []string{"mutex", "block", "allocs"} {
			err = errors.Join(err, write(filepath.Join(folder, name), name))
		}
	}()
	return fn()
}

func write(path, profile string) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return errors.Join(pprof.Lookup(profile).WriteTo(file, 0), file.Close())
}
