// SPDX-License-Identifier: Apache-2.0

package folder_test

import (
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"testing"

	"entente.example/internal/blob/blobtest"
	"entente.example/internal/blob/folder"
)

func TestStore(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	s, err := folder.New(root, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	blobtest.Store(t, s, func() int { return len(names(t, root)) })
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	s, err := folder.New(root, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.Create(t.Context(), func(w io.Writer) error { _, err := io.WriteString(w, "secret"); return err })
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{root: 0o700, filepath.Join(root, id): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %o", path, info.Mode(), err, want)
		}
	}
}

func TestRestsOfACrashAreCleared(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "0123.part"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.New(root, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if left := names(t, root); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func names(t *testing.T, root string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}
