// SPDX-License-Identifier: Apache-2.0

// Package rate holds any number of callers to a rate, in memory of fixed size.
package rate

import (
	"hash/maphash"
	"sync"
	"time"
)

// Limit is an allowance: Burst units at once, and one more each Each.
type Limit struct {
	Burst int
	Each  time.Duration
}

// PerSecond is a rate of n units a second that lets saved-up seconds go at once.
func PerSecond(n, seconds int) Limit { return Limit{n * seconds, time.Second / time.Duration(n)} }

const (
	rows    = 3
	columns = 1 << 16
)

// Buckets holds any number of keys to a rate in a table of fixed size, 1.5 MB: a
// count-min sketch of the times at which each key's bucket is full again. Keys
// that share a cell in every row share a budget, which takes tens of thousands of
// keys over their rates at once; whoever tries to bring that about for one key
// does not know the seeds. Nothing is ever swept, so that no flood of keys frees
// another.
type Buckets struct {
	seeds [rows]maphash.Seed
	mu    sync.Mutex
	full  [rows][columns]int64 // Unix nanoseconds; guarded by mu
}

// NewBuckets returns Buckets that are all full.
func NewBuckets() *Buckets {
	b := &Buckets{}
	for i := range b.seeds {
		b.seeds[i] = maphash.MakeSeed()
	}
	return b
}

// Take takes units from key's bucket. Where it holds too few it takes nothing and
// returns how long until it would.
func (b *Buckets) Take(key string, units int, l Limit, now time.Time) (wait time.Duration) {
	var cells [rows]*int64
	for i := range rows {
		cells[i] = &b.full[i][maphash.String(b.seeds[i], key)%columns]
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	full := *cells[0]
	for _, cell := range cells[1:] {
		full = min(full, *cell)
	}
	full = max(full, now.UnixNano()) + int64(units)*int64(l.Each)
	if over := full - now.UnixNano() - int64(l.Burst)*int64(l.Each); over > 0 {
		return time.Duration(over)
	}
	for _, cell := range cells {
		*cell = max(*cell, full) // only as far as this key needs: others in the cell lose nothing
	}
	return 0
}
