// SPDX-License-Identifier: Apache-2.0

package password

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"entente.example/internal/signin"
)

// What a hash costs: 46 MiB, one pass, one lane.
const (
	memory  = 46 << 10 // KiB
	passes  = 1
	lanes   = 1
	saltLen = 16
	// KeyLength is of what Derive returns, in bytes.
	KeyLength = 32
)

// Hasher implements signin.Hasher.
type Hasher struct {
	random io.Reader
	turns  chan struct{}
	derive Deriver
}

// Deriver derives the key of a password and a salt, as Derive does; it fails with
// the context's error.
type Deriver func(ctx context.Context, password string, salt []byte) ([]byte, error)

// Derive returns the key of a password and a salt, KeyLength bytes. It takes tens
// of milliseconds and 46 MiB.
func Derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, KeyLength)
}

// Here derives in this process.
func Here(_ context.Context, password string, salt []byte) ([]byte, error) {
	return Derive(password, salt), nil
}

var _ signin.Hasher = (*Hasher)(nil)

// NewHasher returns a Hasher that takes salts from random and has derive do
// atOnce at once: as many as there are processors.
func NewHasher(random io.Reader, atOnce int, derive Deriver) *Hasher {
	return &Hasher{random, make(chan struct{}, atOnce), derive}
}

// Hash implements signin.Hasher.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", err
	}
	return h.encode(ctx, password, salt)
}

// encode writes the hash as libraries everywhere read it.
func (h *Hasher) encode(ctx context.Context, password string, salt []byte) (string, error) {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	key, err := h.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, b64(salt), b64(key)), nil
}

// Matches implements signin.Hasher. Where hash is none that it made, it does the
// same work with a salt of zeros.
func (h *Hasher) Matches(ctx context.Context, hash, password string) (bool, error) {
	salt := make([]byte, saltLen)
	if parts := strings.Split(hash, "$"); len(parts) == 6 {
		if read, err := base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
			salt = read
		}
	}
	again, err := h.encode(ctx, password, salt)
	return subtle.ConstantTimeCompare([]byte(again), []byte(hash)) == 1, err
}
