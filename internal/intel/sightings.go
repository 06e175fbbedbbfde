// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"crypto/sha256"
	"time"
)

var timeZero time.Time

// sightings remembers which versions of which objects a file has shown so far,
// in few bytes each: a file may hold a million.
type sightings map[[16]byte][]sighting

type sighting struct {
	version int64 // microseconds; noVersion for none
	digest  [16]byte
}

const noVersion = -1 << 63

func (s sightings) key(f Finding) [16]byte {
	sum := sha256.Sum256([]byte(f.StixID))
	return [16]byte(sum[:16])
}

// add remembers what f found, if that can come in.
func (s sightings) add(f Finding) {
	if f.StixID == "" || f.Verdict == Malformed || f.Verdict == LeftOut {
		return
	}
	seen := sighting{version: noVersion, digest: [16]byte(f.Digest[:16])}
	if !f.Version.IsZero() {
		seen.version = f.Version.UnixMicro()
	}
	key := s.key(f)
	for _, have := range s[key] {
		if have.version == seen.version {
			return // the first counts
		}
	}
	s[key] = append(s[key], seen)
}

// of returns what the file has shown of the object, in the form in which it
// would be held, or nothing.
func (s sightings) of(f Finding) []Held {
	seen := s[s.key(f)]
	if len(seen) == 0 || f.StixID == "" {
		return nil
	}
	h := Held{StixID: f.StixID}
	for _, have := range seen {
		v := HeldVersion{Digest: f.Digest}
		if have.version != noVersion {
			v.Version = time.UnixMicro(have.version).UTC()
		}
		if have.digest != [16]byte(f.Digest[:16]) {
			v.Digest[0]++
		}
		if v.Version.After(h.Head) {
			h.Head = v.Version
		}
		h.Versions = append(h.Versions, v)
	}
	return []Held{h}
}
