// SPDX-License-Identifier: Apache-2.0

// Package blobtest states what every blob.Store must do.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"entente.example/internal/blob"
	"entente.example/internal/fault"
)

// Store checks that s, which is empty, keeps its promises. Count says how many
// blobs, finished or not, the store holds.
func Store(t *testing.T, s blob.Store, count func() int) {
	ctx := t.Context()
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	put := func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
	t.Run("what was written comes back, and can be read from anywhere", func(t *testing.T) {
		id, err := s.Create(ctx, put)
		if err != nil {
			t.Fatal(err)
		}
		read(t, s, id, 0, content)
		read(t, s, id, 999_995, content[999_995:])
		if err := errors.Join(s.Delete(ctx, id), s.Delete(ctx, id)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(ctx, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Open after Delete = %v; want not found", err)
		}
	})
	t.Run("who fails half-way leaves nothing", func(t *testing.T) {
		boom := errors.New("the browser went away")
		_, err := s.Create(ctx, func(w io.Writer) error { return errors.Join(put(w), boom) })
		if !errors.Is(err, boom) || count() != 0 {
			t.Errorf("err = %v with %d left; want %v with none", err, count(), boom)
		}
	})
	t.Run("who is gone writes no more", func(t *testing.T) {
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := s.Create(gone, put); !errors.Is(err, context.Canceled) || count() != 0 {
			t.Errorf("err = %v with %d left; want cancelled with none", err, count())
		}
	})
	t.Run("an id that was never given is not found, wherever it leads", func(t *testing.T) {
		for _, id := range []string{"", "..", "../folder", "0123456789abcdef0123456789abcdef", "/etc/passwd"} {
			if _, err := s.Open(ctx, id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("Open(%q) = %v; want not found", id, err)
			}
			if err := s.Delete(ctx, id); err != nil {
				t.Errorf("Delete(%q) = %v", id, err)
			}
		}
	})
}

func read(t *testing.T, s blob.Store, id string, from int64, want []byte) {
	t.Helper()
	file, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("from %d: %d bytes, %v; want %d", from, len(got), err, len(want))
	}
}
