// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"strings"
	"testing"
)

// FuzzAddress holds a client's address to a form that stands for itself: an
// address in it is never told apart from itself, and one client never has many.
func FuzzAddress(f *testing.F) {
	for _, remote := range []string{"192.0.2.1:1", "[2001:db8::1]:1", "[::ffff:192.0.2.1]:1", "[fe80::1%a]:1", "@", ":", "[::1%" + strings.Repeat("z", 100) + "]:1"} {
		f.Add(remote)
	}
	f.Fuzz(func(t *testing.T, remote string) {
		address := Address(remote)
		if !address.IsValid() {
			return
		}
		if address.Zone() != "" || address.Is4In6() || address.Is6() && address.As16()[15] != 0 {
			t.Errorf("%q is %v: one client has many", remote, address)
		}
	})
}
