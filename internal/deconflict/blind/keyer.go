// SPDX-License-Identifier: Apache-2.0

package blind

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"entente.example/internal/observable"
)

// Key is a value, blinded: the first half of an HMAC-SHA256. Among 10^9 values,
// one pair shares a key by chance with a probability below 10^-20.
type Key [16]byte

// Keyer blinds values under one secret. It may be used by many at once.
type Keyer struct{ pool sync.Pool }

// state is an HMAC, which is dear to make and cheap to use again, with room for
// what goes in and out of it.
type state struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

// NewKeyer returns a Keyer under that secret.
func NewKeyer(secret [32]byte) *Keyer {
	return &Keyer{pool: sync.Pool{New: func() any { return &state{mac: hmac.New(sha256.New, secret[:])} }}}
}

// Key blinds v. Kind and text go in with their lengths, so that no two values
// are the same bytes.
func (k *Keyer) Key(v observable.Value) (key Key) {
	s := k.pool.Get().(*state)
	defer k.pool.Put(s)
	s.in = appendPart(appendPart(s.in[:0], string(v.Kind)), v.Text)
	s.mac.Reset()
	s.mac.Write(s.in) // a hash never fails to be written to
	copy(key[:], s.mac.Sum(s.out[:0]))
	return key
}

func appendPart(b []byte, part string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
	return append(b, part...)
}
