// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"net"
	"testing"
)

// TestAnAddressIsOneServersAlone asks for many, as the tests of a run do, and
// listens at each.
func TestAnAddressIsOneServersAlone(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		address, release, err := Free(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		if seen[address] {
			t.Errorf("%s is given out twice", address)
		}
		seen[address] = true
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
	}
}
