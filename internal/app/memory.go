// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// returnMemory gives memory that a rush has left unused back to the system within
// seconds, until ctx ends; the runtime by itself takes minutes.
func returnMemory(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	var k keeper
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if k.returns(memory()) {
			debug.FreeOSMemory()
		}
	}
}

// keeper decides when memory is given back; it is asked once a second.
type keeper struct {
	cycles uint64 // collections by then
	calm   int    // seconds without a rush
	since  int    // seconds since memory was given back
	rushed bool   // since then
	most   uint64 // goroutines since then
}

// returns reports whether to give back now, with so many collections so far and
// so many bytes unused by their count, and running goroutines: always when a rush
// has ended, or a crowd of connections has gone, for then the count is theirs; else
// once a minute where it is worth it, since a steady load takes again what it gives.
func (k *keeper) returns(cycles, unused, running uint64) bool {
	const (
		crowd  = 256
		spare  = 16 << 20
		atRest = 2
		apart  = 4
		seldom = 60
	)
	rush := cycles > k.cycles+2 // a collection every half second or sooner
	k.cycles = cycles
	k.since++
	if k.calm++; rush {
		k.calm, k.rushed = 0, true
	}
	k.most = max(k.most, running)
	ended := (k.rushed || k.most >= running+crowd) && k.since >= apart
	if k.calm < atRest || !ended && (k.since < seldom || unused < spare) {
		return false
	}
	k.since, k.rushed, k.most = 0, false, running
	return true
}

// memory returns how many collections there were, how many bytes the program holds
// for objects beyond those that the last of them found alive, and its goroutines.
func memory() (cycles, unused, running uint64) {
	sample := []metrics.Sample{
		{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/sched/goroutines:goroutines"},
	}
	metrics.Read(sample)
	n := func(i int) uint64 { return sample[i].Value.Uint64() }
	held := n(2) + n(3) + n(4)
	return n(0), held - min(held, n(1)), n(5)
}
