// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// behind puts the client's own address in the place of the proxy's, where a
// proxy that is trusted has noted it. What others claim is not read.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = client(proxies, r)
		next.ServeHTTP(w, r)
	})
}

// client returns the last address on the way to us that is no proxy of ours:
// each proxy adds who asked it at the right, and what stands further left than
// the first stranger is that stranger's claim.
func client(proxies []netip.Prefix, r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !within(proxies, peer.Addr()) {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	found := r.RemoteAddr
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		found = net.JoinHostPort(hop.Unmap().String(), "0")
		if !within(proxies, hop) {
			break
		}
	}
	return found
}

func within(networks []netip.Prefix, a netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
