// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Class is what a request is, to the Gate: the lower, the sooner it gets a place.
type Class uint8

// The classes.
const (
	Member   Class = iota // reading and writing, signed in
	Unknown               // bears a session that nobody has looked at yet: after a restart, all do
	Stranger              // pages for everybody
	Hashing               // a password to be hashed: all of one processor, and much memory
	Upload                // a large body: long, but mostly waiting
	Dear                  // an export: long, and holds a snapshot of the database
	classes
)

// Share is what a class may have of a Gate.
type Share struct {
	AtOnce   int
	Waiting  int           // how many may wait
	Patience time.Duration // how long they wait
	// Part is how much of the time of one place this class may use while members
	// are about: after each of its requests the place stays empty so much longer.
	// Zero: all of it.
	Part float64
}

// errBusy says that there is no place, now and for a while.
var errBusy = errors.New("too many requests at once")

// Gate lets so many requests in at once. A caller has few places, whatever the
// class: who asks for more at once waits, while others go before.
type Gate struct {
	all    int
	each   int // of one caller
	shares [classes]Share
	now    func() time.Time

	mu      sync.Mutex // guards all below
	busy    int
	inside  [classes]int
	callers map[string]int
	readers map[string]int       // the same of class Member alone
	rests   map[string]time.Time // until then a member who asks for much waits
	queue   [classes][]*waiter
	pause   [classes]time.Time // until then a class with a part waits
	seen    time.Time          // when a member last asked
	wake    *time.Timer        // set while somebody waits for a pause or a rest to end
	wakes   time.Time          // when
}

type waiter struct {
	caller string
	turn   chan struct{} // gets a message with the place
}

// NewGate returns a Gate for all requests at once, of each caller so many, and of
// each class its share.
func NewGate(all, each int, shares map[Class]Share, now func() time.Time) *Gate {
	g := &Gate{all: all, each: each, now: now, callers: map[string]int{}, readers: map[string]int{}, rests: map[string]time.Time{}}
	for class, share := range shares {
		g.shares[class] = share
	}
	return g
}

// Enter waits for a place. It fails with errBusy where too many wait already or
// the wait was in vain, and with the context's error. leave gives the place back;
// it may be called again.
func (g *Gate) Enter(ctx context.Context, class Class, caller string) (leave func(), err error) {
	g.mu.Lock()
	now := g.now()
	if class == Member {
		g.seen = now
	}
	if g.free(class, caller, now) {
		leave := g.take(class, caller)
		g.mu.Unlock()
		return leave, nil
	}
	if len(g.queue[class]) >= g.shares[class].Waiting {
		g.mu.Unlock()
		return nil, errBusy
	}
	w := &waiter{caller, make(chan struct{}, 1)}
	g.queue[class] = append(g.queue[class], w)
	g.advance()
	g.mu.Unlock()

	patience := time.NewTimer(g.shares[class].Patience) //nolint:forbidigo // how long it waits, not what time it is
	defer patience.Stop()
	select {
	case <-w.turn:
	case <-patience.C:
		err = errBusy
	case <-ctx.Done():
		err = ctx.Err()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.queue[class], w); i >= 0 {
		g.queue[class] = slices.Delete(g.queue[class], i, i+1)
		return nil, err
	}
	return g.leaver(class, caller), nil // the place is given, be it at the last moment
}

// free reports whether caller may enter. All below is called under mu.
func (g *Gate) free(class Class, caller string, now time.Time) bool {
	return g.busy < g.all && g.inside[class] < g.shares[class].AtOnce && g.callers[caller] < g.each && !g.pausing(class, now) && !g.greedy(class, caller, now)
}

// greedy reports whether a member asks for more than others who read need: a
// second page at once while another member has one made, or one more before the
// rest that the last has earned.
func (g *Gate) greedy(class Class, caller string, now time.Time) bool {
	if class != Member {
		return false
	}
	if until, resting := g.rests[caller]; resting {
		if now.Before(until) {
			return true
		}
		delete(g.rests, caller)
	}
	return g.readers[caller] > 0 && g.inside[Member] > g.readers[caller]
}

// rest has a member who was answered and still asks for more wait thrice as long
// as the answer took, so that they have a quarter of one place's time at most.
func (g *Gate) rest(caller string, began time.Time) {
	const (
		times   = 3
		longest = 100 * time.Millisecond
	)
	if slices.ContainsFunc(g.queue[Member], func(w *waiter) bool { return w.caller == caller }) {
		now := g.now()
		g.rests[caller] = now.Add(min(times*now.Sub(began), longest))
	}
}

// pausing reports whether class must leave its place empty: while members are
// about, and it has had its part.
func (g *Gate) pausing(class Class, now time.Time) bool {
	const about = time.Second
	return g.shares[class].Part > 0 && now.Before(g.pause[class]) && now.Sub(g.seen) < about
}

func (g *Gate) take(class Class, caller string) (leave func()) {
	g.seat(class, caller)
	return g.leaver(class, caller)
}

func (g *Gate) seat(class Class, caller string) {
	g.busy++
	g.inside[class]++
	g.callers[caller]++
	if class == Member {
		g.readers[caller]++
	}
}

func (g *Gate) leaver(class Class, caller string) func() {
	began := g.now()
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.busy--
		g.inside[class]--
		less(g.callers, caller)
		if class == Member {
			less(g.readers, caller)
			g.rest(caller, began)
		}
		if part := g.shares[class].Part; part > 0 {
			now := g.now()
			if g.pause[class].Before(now) {
				g.pause[class] = now
			}
			g.pause[class] = g.pause[class].Add(time.Duration(float64(now.Sub(began)) * (1/part - 1)))
		}
		g.advance()
	})
}

// advance gives free places to who waits: the first class first, in each the
// first who may.
func (g *Gate) advance() {
	now := g.now()
	for class := range classes {
		queue := g.queue[class][:0]
		for _, w := range g.queue[class] {
			if !g.free(class, w.caller, now) {
				queue = append(queue, w)
				if until, resting := g.rests[w.caller]; resting && class == Member {
					g.wakeAt(until.Sub(now))
				}
				continue
			}
			g.seat(class, w.caller)
			w.turn <- struct{}{}
		}
		clear(g.queue[class][len(queue):])
		g.queue[class] = queue
		if len(queue) > 0 && g.pausing(class, now) {
			g.wakeAt(g.pause[class].Sub(now))
		}
	}
}

// wakeAt advances again after a pause; one timer, set to the first, is enough for all.
func (g *Gate) wakeAt(after time.Duration) {
	after = min(after, time.Second)
	at := g.now().Add(after)
	if g.wake != nil {
		if !at.Before(g.wakes) {
			return
		}
		g.wake.Stop() // one that fires at this moment advances once too often
	}
	g.wakes = at
	g.wake = time.AfterFunc(after, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.wake = nil
		g.advance()
	})
}
