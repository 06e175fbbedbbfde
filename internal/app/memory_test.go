// SPDX-License-Identifier: Apache-2.0

package app

import "testing"

// TestMemoryReturnsAfterARush drives the keeper second by second.
func TestMemoryReturnsAfterARush(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, tc := range []struct {
		name    string
		seconds int
		each    uint64 // collections a second
		unused  uint64
		rush    bool // came before
		want    int  // how often memory is given back
	}{
		{"a rush goes on: nothing is given back", 120, 3, 100 * mb, true, 0},
		{"a rush has ended: once, whatever it left, and no more while little is unused", 180, 1, 5 * mb, true, 1},
		{"no rush, and little is unused: nothing", 180, 1, 5 * mb, false, 0},
		{"a steady load that takes what it gives: once a minute", 180, 2, 50 * mb, false, 3},
	} {
		k, cycles, got := keeper{}, uint64(0), 0
		if tc.rush {
			if cycles = 10; k.returns(cycles, 100*mb) {
				t.Errorf("%s: memory is given back in the rush", tc.name)
			}
		}
		for range tc.seconds {
			cycles += tc.each
			if k.returns(cycles, tc.unused) {
				got++
			}
		}
		if got != tc.want {
			t.Errorf("%s: given back %d times; want %d", tc.name, got, tc.want)
		}
	}
}
