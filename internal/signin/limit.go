// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"sync"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/rate"
)

// The allowances. That of a client is wide: a whole office may share an address.
var (
	perPair   = rate.Limit{Burst: 5, Each: time.Minute}      // one name from one client
	perName   = rate.Limit{Burst: 20, Each: time.Minute}     // one name from all clients that it never signed in from
	perClient = rate.Limit{Burst: 30, Each: 2 * time.Second} // any name
	perAsk    = rate.Limit{Burst: 120, Each: time.Second}    // challenges for passkeys, and links opened
)

const (
	mostAcquainted = 100_000
	acquaintedFor  = 30 * 24 * time.Hour
)

// Limits holds attempts to a rate, in the memory of this node. Whoever tries a
// name that is not theirs uses up nothing of its owner's where the owner usually
// signs in: a client from which a name has signed in is apart from all others.
type Limits struct {
	now     func() time.Time
	buckets *rate.Buckets

	mu         sync.Mutex
	acquainted map[string]time.Time // hash of name and client → until when; guarded by mu
}

// NewLimits returns Limits that read the time from now.
func NewLimits(now func() time.Time) *Limits {
	return &Limits{now: now, buckets: rate.NewBuckets(), acquainted: map[string]time.Time{}}
}

// attempt takes one attempt at a password: of the client, of the name from that
// client, and, where the name is new there, of the name.
func (l *Limits) attempt(name, client string) error {
	if err := l.take("client "+client, perClient); err != nil {
		return err
	}
	if err := l.take("pair "+pair(name, client), perPair); err != nil || l.knows(name, client) {
		return err
	}
	return l.take("name "+hashOf(name), perName)
}

// succeeded notes that the name signed in from that client.
func (l *Limits) succeeded(name, client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.acquainted) >= mostAcquainted {
		for key, until := range l.acquainted {
			if !now.Before(until) {
				delete(l.acquainted, key)
			}
		}
	}
	if len(l.acquainted) < mostAcquainted {
		l.acquainted[pair(name, client)] = now.Add(acquaintedFor)
	}
}

func (l *Limits) knows(name, client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now().Before(l.acquainted[pair(name, client)])
}

func pair(name, client string) string { return hashOf(name + "\n" + client) }

// Ask takes one challenge or opened link of a client.
func (l *Limits) Ask(client string) error { return l.take("ask "+client, perAsk) }

// take takes one of key's allowance, or fails with fault.TooMany.
func (l *Limits) take(key string, limit rate.Limit) error {
	if wait := l.buckets.Take(key, 1, limit, l.now()); wait > 0 {
		return fault.New(fault.TooMany, "signin.too_many").With("count", int(wait/time.Second)+1)
	}
	return nil
}
