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
	const (
		each   = time.Second
		spare  = 32 << 20 // what may stay for the next rush
		atRest = 2        // rounds in which no more was taken
	)
	ticker := time.NewTicker(each)
	defer ticker.Stop()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	calm, cycles := 0, uint64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		metrics.Read(sample)
		free, used, now := sample[0].Value.Uint64(), sample[1].Value.Uint64(), sample[2].Value.Uint64()
		busy := now > cycles+2 // a collection every half second or sooner: the rush goes on
		cycles = now
		if busy || free+used < 2*spare {
			calm = 0
			continue
		}
		if calm++; calm == atRest {
			debug.FreeOSMemory()
		}
		calm %= 30 * atRest // at most once a minute
	}
}
