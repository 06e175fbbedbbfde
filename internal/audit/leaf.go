// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"entente.example/internal/audit/merkle"
)

// Salt hides an entry behind its leaf: without it nobody can try which entry the
// leaf commits to. It is 32 random bytes, kept beside the entry and apart from the
// log, and destroyed when its workspace is purged.
type Salt [32]byte

// leafPrefix keeps the commitments of the journal apart from any other hash.
const leafPrefix = "entente journal entry v1\n"

// timeForm is how a time stands in a leaf: UTC, to the microsecond.
const timeForm = "2006-01-02T15:04:05.000000Z"

// Fields returns the entry as the texts that its leaf commits to, in order.
func (r Record) Fields() [10]string {
	return [10]string{
		strconv.FormatInt(r.Number, 10), r.ID, r.At.UTC().Format(timeForm), r.Actor, string(r.Workspace),
		string(r.Verb), r.Object, r.About, strconv.FormatInt(r.Count, 10), string(r.Concerns),
	}
}

// Commitment returns what the log says of the entry: SHA-256 over a prefix, the
// salt, and each field behind its length in bytes (32 bits, big-endian).
func (r Record) Commitment(salt Salt) merkle.Hash {
	text := append([]byte(leafPrefix), salt[:]...)
	for _, field := range r.Fields() {
		text = binary.BigEndian.AppendUint32(text, uint32(len(field)))
		text = append(text, field...)
	}
	return sha256.Sum256(text)
}

// ParseTime reads a time as it stands in a leaf.
func ParseTime(text string) (time.Time, error) { return time.Parse(timeForm, text) }

// FormatTime returns a time as it stands in a leaf.
func FormatTime(t time.Time) string { return t.UTC().Format(timeForm) }
