// SPDX-License-Identifier: Apache-2.0

package durable

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAFileIsWholeOrAsItWas(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "kept")
	is := func(when, want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		names, listing := os.ReadDir(folder)
		if errors.Join(err, listing) != nil || string(got) != want || len(names) != 1 {
			t.Errorf("%s: %q, %v, %d files; want %q alone", when, got, errors.Join(err, listing), len(names), want)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want a file for its owner alone", when, info, err)
		}
	}
	for _, step := range []struct {
		name  string
		write func(string, []byte) error
		text  string
		want  string
	}{
		{"a name that is free is taken", Create, "one", "one"},
		{"a name that is taken stays", Create, "two", "one"},
		{"what is there is replaced", Replace, "three", "three"},
	} {
		if err := step.write(path, []byte(step.text)); err != nil {
			t.Fatal(err)
		}
		is(step.name, step.want)
	}
	if err := Replace(filepath.Join(folder, "nowhere", "kept"), nil); err == nil {
		t.Error("a file in no folder is written")
	}
	is("after a failure", "three")
}

func TestALockIsHeldByOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path); !errors.Is(err, ErrHeld) {
		t.Errorf("a second holder: %v; want %v", err, ErrHeld)
	}
	unlock()
	if unlock, err = Lock(path); err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	unlock()
}
