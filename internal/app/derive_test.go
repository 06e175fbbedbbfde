// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/signin/password"
)

// TestKeysAreTheSameWhereverTheyAreDerived derives as a process of the program
// does, and by programs that do not.
func TestKeysAreTheSameWhereverTheyAreDerived(t *testing.T) {
	t.Parallel()
	salt := []byte("0123456789abcdef")
	for _, text := range []string{"correct horse battery staple", "", "two\nlines\x00"} {
		want := password.Derive(text, salt)
		var out bytes.Buffer
		if err := DeriveKey(strings.NewReader("30313233343536373839616263646566\n"+text), &out); err != nil || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%q in a process of its own: %x, %v; want %x", text, out.Bytes(), err, want)
		}
		for name, elsewhere := range map[string]password.Deriver{
			"no such program": Elsewhere(slog.New(slog.DiscardHandler), "/nowhere/entente"), "one that fails": Elsewhere(slog.New(slog.DiscardHandler), "false"), "one that says nothing": Elsewhere(slog.New(slog.DiscardHandler), "true"),
		} {
			if key, err := elsewhere(t.Context(), text, salt); err != nil || !bytes.Equal(key, want) {
				t.Errorf("%s: %q is %x, %v; want %x", name, text, key, err, want)
			}
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if key, err := Elsewhere(slog.New(slog.DiscardHandler), "false")(gone, "x", salt); err == nil {
		t.Errorf("for somebody who is gone: %x", key)
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, bytes.Repeat([]byte("k"), password.KeyLength), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Elsewhere(slog.New(slog.DiscardHandler), "cat", key)(t.Context(), "x", salt); err != nil || string(got) != strings.Repeat("k", password.KeyLength) {
		t.Errorf("what the process wrote is not the key: %q, %v", got, err)
	}
	hasty, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const waits = `until [ "$(nice)" = 19 ] && [ "$(ps -o pgid= -p $$ | tr -d ' ')" = $$ ]; do sleep 0.01; done; printf %032d 19`
	if got, err := Elsewhere(slog.New(slog.DiscardHandler), "sh", "-c", "PATH=/bin:/usr/bin; "+waits)(hasty, "x", salt); err != nil || !strings.HasSuffix(string(got), "0019") {
		t.Errorf("a derivation does not come after all others, with all its threads: %q, %v", got, err)
	}
}
