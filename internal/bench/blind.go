// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"entente.example/internal/deconflict/blind"
	"entente.example/internal/observable"
)

// blind measures the work of a full match of all keys with each other, as it is
// done when the secret changes: blind each value, sort, and find those that two
// operations hold. It is done in memory: the program has no door for it yet.
func (r *run) blind(context.Context) error {
	var figure, limit []turn
	values := make([]observable.Value, min(r.Keys, 100_000))
	for i := range values {
		values[i] = observable.Value{Kind: observable.Domain, Text: valueOf(seriesSeed, 4*i).text}
	}
	keyer := blind.NewKeyer(sha256.Sum256([]byte("bench")))
	type held struct {
		key       blind.Key
		workspace uint32
	}
	all := make([]held, r.Keys)
	for range r.Rounds {
		w := begin()
		var sum [sha256.Size]byte
		for i := range all {
			binary.BigEndian.PutUint64(sum[:], uint64(i))
			sum = sha256.Sum256(sum[:])
			copy(all[i].key[:], sum[:])
		}
		slices.SortFunc(all, func(a, b held) int { return bytes.Compare(a.key[:], b.key[:]) })
		limit = append(limit, w.of(r.Keys))
		w = begin()
		for i := range all {
			all[i] = held{keyer.Key(values[i%len(values)]), uint32(i / len(values))}
		}
		slices.SortFunc(all, func(a, b held) int { return bytes.Compare(a.key[:], b.key[:]) })
		pairs := 0
		for i := 1; i < len(all); i++ {
			if all[i].key == all[i-1].key && all[i].workspace != all[i-1].workspace {
				pairs++
			}
		}
		if want := r.Keys - len(values); pairs != want {
			return fmt.Errorf("%d pairs; want %d", pairs, want)
		}
		figure = append(figure, w.of(r.Keys))
	}
	r.add(rate("full match of all keys, blinded anew, in memory (no door of the program)", "keys/s", figure, limit, "one SHA-256 a key, and the same sort", 0))
	return nil
}
