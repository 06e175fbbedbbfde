// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"sync"
	"time"

	"entente.example/internal/fault"
)

// allowance is a token bucket: so many at once, and one more each so often.
type allowance struct {
	burst int
	each  time.Duration
}

// The allowances. That of a client is wide: a whole office may share an address.
var (
	perName   = allowance{5, time.Minute}
	perClient = allowance{30, 2 * time.Second}
	perAsk    = allowance{120, time.Second} // challenges for passkeys, and links opened
)

// mostBuckets bounds the memory of Limits.
const mostBuckets = 100_000

// Limits holds attempts to a rate, in the memory of this node.
type Limits struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket // guarded by mu
}

// bucket is full again at a time: an attempt moves that time on.
type bucket struct{ full time.Time }

// NewLimits returns Limits that read the time from now.
func NewLimits(now func() time.Time) *Limits {
	return &Limits{now: now, buckets: map[string]bucket{}}
}

// attempt takes one attempt at a password: of the name, and of the client.
func (l *Limits) attempt(name, client string) error {
	if err := l.take("client "+client, perClient); err != nil {
		return err
	}
	return l.take("name "+hashOf(name), perName)
}

// Ask takes one challenge or opened link of a client.
func (l *Limits) Ask(client string) error { return l.take("ask "+client, perAsk) }

// take takes one of key's allowance, or fails with fault.TooMany.
func (l *Limits) take(key string, a allowance) error {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.buckets[key].full
	if full.Before(now) {
		full = now
	}
	full = full.Add(a.each)
	if wait := full.Sub(now) - time.Duration(a.burst)*a.each; wait > 0 {
		return fault.New(fault.TooMany, "signin.too_many").With("count", int(wait/time.Second)+1)
	}
	if len(l.buckets) >= mostBuckets {
		l.sweep(now)
	}
	l.buckets[key] = bucket{full}
	return nil
}

// sweep forgets the buckets that are full again and, where that does not help,
// all: then somebody has a hundred thousand addresses, and this is not what stops
// them.
func (l *Limits) sweep(now time.Time) {
	for key, b := range l.buckets {
		if !b.full.After(now) {
			delete(l.buckets, key)
		}
	}
	if len(l.buckets) >= mostBuckets {
		clear(l.buckets)
	}
}
