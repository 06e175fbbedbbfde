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
		gone    bool // were there before
		want    int  // how often memory is given back
	}{
		{"a rush goes on: nothing is given back", 120, 3, 100 * mb, true, false, 0},
		{"a rush has ended: once, whatever it left, and no more while little is unused", 180, 1, 5 * mb, true, false, 1},
		{"no rush, and little is unused: nothing", 180, 1, 5 * mb, false, false, 0},
		{"a thousand connections have gone: once", 60, 0, 5 * mb, false, true, 1},
		{"a steady load that takes what it gives: once a minute", 180, 2, 50 * mb, false, false, 3},
	} {
		k, cycles, got := keeper{}, uint64(0), 0
		if tc.rush {
			if cycles = 10; k.returns(cycles, 100*mb, 50) {
				t.Errorf("%s: memory is given back in the rush", tc.name)
			}
		}
		if tc.gone && k.returns(cycles, tc.unused, 1050) {
			t.Errorf("%s: memory is given back while they are there", tc.name)
		}
		for range tc.seconds {
			cycles += tc.each
			if k.returns(cycles, tc.unused, 50) {
				got++
			}
		}
		if got != tc.want {
			t.Errorf("%s: given back %d times; want %d", tc.name, got, tc.want)
		}
	}
}
