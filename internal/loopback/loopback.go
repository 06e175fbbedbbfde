// SPDX-License-Identifier: Apache-2.0

// Package loopback knows which hosts are this machine, and hands out addresses of it,
// at which the tests and measurements let servers listen that must know their address
// before they start.
//
// To listen on port 0, close, and listen again at what one got is a race: between
// the two, the system gives the port to whoever asks. Here, a port comes from below
// those that systems give out by themselves, and who has it holds the UDP port of
// the same number, which says so to the other processes of the run.
package loopback

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// The ports to choose from: Linux gives out 32768 and above, others 49152 and above.
const first, last = 20000, 32000

var errNone = errors.New("no port of this machine is free")

// Is reports whether host, a name or an address without its port, is this machine
// and no other.
func Is(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Free returns "localhost:" and a port at which nobody listens. Nobody else who
// asks here gets it, in this process or another, until release is called, once or
// more, or the process ends.
func Free(ctx context.Context) (address string, release func(), err error) {
	for range 100 {
		port := strconv.Itoa(first + rand.IntN(last-first))
		held, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp4", "127.0.0.1:"+port)
		if err != nil {
			continue // somebody else has it
		}
		tried, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "localhost:"+port)
		if err != nil {
			_ = held.Close() // nothing was sent
			continue
		}
		if err := tried.Close(); err != nil {
			return "", nil, errors.Join(err, held.Close())
		}
		return "localhost:" + port, sync.OnceFunc(func() { _ = held.Close() }), nil
	}
	return "", nil, errors.Join(errNone, ctx.Err())
}
