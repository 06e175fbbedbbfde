// SPDX-License-Identifier: Apache-2.0

package seal_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"entente.example/internal/seal"
)

func TestMatchKey(t *testing.T) {
	t.Parallel()
	t.Run("a first start makes a key that later starts find", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "match.key")
		first, err := seal.MatchKey(path, rand.Reader)
		if err != nil || first == (seal.Key{}) {
			t.Fatalf("MatchKey = %v", err)
		}
		again, err := seal.MatchKey(path, strings.NewReader(""))
		if err != nil || again != first {
			t.Errorf("the second start found another key: %v", err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode = %v, %v; want 0600", info.Mode(), err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("a key that others may read is refused", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "match.key")
		write(t, path, 32, 0o640)
		if _, err := seal.MatchKey(path, rand.Reader); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("a damaged key is refused and left as it is", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "match.key")
		write(t, path, 31, 0o600)
		if _, err := seal.MatchKey(path, rand.Reader); err == nil {
			t.Error("31 bytes were taken for a key")
		}
		if text, _ := os.ReadFile(path); len(text) != 31 {
			t.Errorf("the file now has %d bytes", len(text))
		}
	})
	t.Run("without randomness there is no key", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "match.key")
		if _, err := seal.MatchKey(path, strings.NewReader("short")); err == nil {
			t.Error("a short source made a key")
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file was left: %v", err)
		}
	})
	t.Run("processes that start at once share one key", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "match.key")
		keys := make([]seal.Key, 8)
		var wg sync.WaitGroup
		for i := range keys {
			wg.Go(func() {
				key, err := seal.MatchKey(path, rand.Reader)
				if err != nil {
					t.Error(err)
				}
				keys[i] = key
			})
		}
		wg.Wait()
		for _, key := range keys[1:] {
			if key != keys[0] {
				t.Error("two processes hold two keys")
			}
		}
	})
}

func TestAKeyDoesNotShowItself(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "match.key")
	key, err := seal.MatchKey(path, strings.NewReader(strings.Repeat("s", 32)))
	if err != nil {
		t.Fatal(err)
	}
	asJSON, _ := json.Marshal(key)
	shown := fmt.Sprintf("%v %+v %#v %s %x %d %s", key, key, key, key, key, key, asJSON)
	if strings.Contains(shown, "ss") || strings.Contains(shown, "7373") || strings.Contains(shown, "115") {
		t.Errorf("the key shows as %s", shown)
	}
}

func write(t *testing.T, path string, size int, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, make([]byte, size), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestTextKey(t *testing.T) {
	t.Parallel()
	fresh := func() (string, error) { return "PRIVATE+KEY+name+00000000+secret", nil }
	path := filepath.Join(t.TempDir(), "journal.key")
	first, err := seal.OpenTextKey(path, fresh)
	if err != nil || first.Secret() != "PRIVATE+KEY+name+00000000+secret" {
		t.Fatalf("%q, %v", first.Secret(), err)
	}
	again, err := seal.OpenTextKey(path, func() (string, error) { return "another", nil })
	if err != nil || again != first {
		t.Errorf("the second start found another key: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v; want 0600", info.Mode(), err)
	}
	asJSON, _ := json.Marshal(first)
	if shown := fmt.Sprintf("%v %+v %#v %s %x %s", first, first, first, first, first, asJSON); strings.Contains(shown, "PRIVATE") || strings.Contains(shown, "505249") {
		t.Errorf("the key shows as %s", shown)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenTextKey(path, fresh); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others may read: %v", err)
	}
}
