// SPDX-License-Identifier: Apache-2.0

package live

import (
	"sync"

	"entente.example/internal/access"
)

// Subject names what one listens to.
type Subject string

// Topic is the subject of a topic's posts.
func Topic(workspace, topic string) Subject { return Subject("topic " + workspace + " " + topic) }

// Object is the subject of how an object is handled.
func Object(workspace, object string) Subject { return Subject("object " + workspace + " " + object) }

// Workspace is the subject of whatever else happens in a workspace.
func Workspace(workspace string) Subject { return Subject("workspace " + workspace) }

// Member is the subject of what concerns one member: their counts, their standing.
func Member(member string) Subject { return Subject("member " + member) }

// Everyone is the subject of what may concern all: a country is suspended.
func Everyone() Subject { return "everyone" }

// Event says what a notice is about.
type Event string

// The events.
const (
	Posted Event = "topic" // the topic has posts up to Number
	Counts Event = "nav"   // counts beside the page have changed
	Check  Event = "check" // ask again whether the reader may still read
)

// Notice is one message to a listener.
type Notice struct {
	Subject Subject
	Event   Event
	Topic   string
	Number  int64
	Of      Item // what is new; who may not see it is told nothing
}

// Item is what says who may hear of something new. The zero Item is everybody's
// who listens.
type Item struct {
	Workspace access.WorkspaceID
	Reach     string // id of the handling
	Handling  access.Handling
	Hit       bool // of the blind match, and so never for who starts closed
}

// MayHear reports whether the holder of g may know that there is something new.
func (n Notice) MayHear(g access.Grant) bool {
	if n.Of.Workspace == "" {
		return true
	}
	return g.Workspace() == n.Of.Workspace && !(n.Of.Hit && g.StartsClosed()) && g.MayRead(n.Of.Handling)
}

// same reports whether n says anew what o said.
func (n Notice) same(o Notice) bool {
	return n.Event == o.Event && n.Topic == o.Topic &&
		n.Of.Workspace == o.Of.Workspace && n.Of.Reach == o.Of.Reach && n.Of.Hit == o.Of.Hit
}

// Listener receives the notices of its subjects. Of several about the same
// thing that wait, the newest alone is kept: it says what the others said, so
// that who is slow holds no more than there are subjects and handlings.
type Listener struct {
	C <-chan struct{} // has a value while there is something to Take

	news     chan<- struct{} // the other end of C
	subjects []Subject
	mu       sync.Mutex
	waiting  []Notice // guarded by mu
}

// Take returns what waits, in the order in which it first came.
func (l *Listener) Take() []Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.waiting
	l.waiting = nil
	return taken
}

func (l *Listener) put(n Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.waiting {
		if w.same(n) {
			l.waiting[i].Number = max(w.Number, n.Number)
			return
		}
	}
	l.waiting = append(l.waiting, n)
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// Hub passes notices to the listeners of this node. The zero Hub is ready.
type Hub struct {
	mu        sync.RWMutex
	listeners map[Subject]map[*Listener]struct{} // guarded by mu
}

// Listen begins to receive the notices of subjects, until Leave.
func (h *Hub) Listen(subjects ...Subject) *Listener {
	news := make(chan struct{}, 1)
	l := &Listener{C: news, news: news, subjects: append(subjects, Everyone())}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners == nil {
		h.listeners = map[Subject]map[*Listener]struct{}{}
	}
	for _, s := range l.subjects {
		if h.listeners[s] == nil {
			h.listeners[s] = map[*Listener]struct{}{}
		}
		h.listeners[s][l] = struct{}{}
	}
	return l
}

// Leave ends what Listen began. It may be called again.
func (h *Hub) Leave(l *Listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(l)
}

func (h *Hub) remove(l *Listener) {
	for _, s := range l.subjects {
		delete(h.listeners[s], l)
		if len(h.listeners[s]) == 0 {
			delete(h.listeners, s)
		}
	}
}

// Heard reports whether anybody listens to s.
func (h *Hub) Heard(s Subject) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.listeners[s]) > 0
}

// Tell passes n to all who listen to its subject. It never waits for them.
func (h *Hub) Tell(n Notice) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for l := range h.listeners[n.Subject] {
		l.put(n)
	}
}

// Listeners returns how many listen now.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners[Everyone()])
}
