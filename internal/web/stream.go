// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/live"
	"entente.example/internal/web/ui"
)

const (
	streamsEach  = 24               // open pages a member may have
	heartbeat    = 20 * time.Second // so that a dead line is noticed
	writeTimeout = 10 * time.Second // a reader that takes longer, or half of it, is cut, and comes again
)

// watching is one open page: who reads it, and what it follows.
type watching struct {
	actor access.Actor
	token string
	Followed
}

// Followed is what an open page shows and follows; what is empty it does not.
type Followed struct {
	Workspace access.WorkspaceID
	Topic     string
	Object    string
}

// stream tells an open page that something is new, until the page is closed or
// its reader may no longer read: then the last it hears is "dark".
func (m *Mux) stream(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	page := watching{actor, Token(r), Followed{access.WorkspaceID(r.FormValue("w")), r.FormValue("topic"), r.FormValue("object")}}
	out := events{w, http.NewResponseController(w), new(time.Time)}
	leave, err := m.count(actor)
	if err != nil {
		return err
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	subjects := []live.Subject{live.Member(string(actor.Member))}
	if page.Workspace != "" {
		subjects = append(subjects, live.Workspace(string(page.Workspace)))
	}
	if page.Topic != "" {
		subjects = append(subjects, live.Topic(string(page.Workspace), page.Topic))
	}
	if page.Object != "" {
		subjects = append(subjects, live.Object(string(page.Workspace), page.Object))
	}
	listener := m.Hub.Listen(subjects...) // before the question: nothing falls between
	defer m.Hub.Leave(listener)
	return m.follow(r, page, listener, out)
}

func (m *Mux) follow(r *http.Request, page watching, listener *live.Listener, out events) error {
	grant, err := m.mayWatch(r, page)
	if err != nil {
		return dark(out, err)
	}
	if err := out.send("open"); err != nil {
		return err
	}
	again := m.After(m.patience(grant)) // however much there is to tell meanwhile
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-m.Closing:
			return out.renew(m.departures.Add(1))
		case <-listener.C:
			before := grant.Until()
			if grant, err = m.tell(r, page, listener.Take(), grant, out); err == nil && !grant.Until().Equal(before) {
				again = m.After(m.patience(grant))
			}
		case <-again:
			if grant, err = m.mayWatch(r, page); err == nil {
				err = out.beat()
			}
			again = m.After(m.patience(grant))
		}
		if err != nil {
			return dark(out, err)
		}
	}
}

// tell sends notices in one piece, those that the reader may hear of. One of them
// may ask to look again first whether the reader still may. Of what they may not
// hear nothing comes of it, not even a delay of what comes next.
func (m *Mux) tell(r *http.Request, page watching, notices []live.Notice, grant access.Grant, out events) (access.Grant, error) {
	checked := slices.ContainsFunc(notices, func(n live.Notice) bool { return n.Event == live.Check })
	if checked {
		var err error
		if grant, err = m.mayWatch(r, page); err != nil {
			return grant, err
		}
	}
	var text []byte
	counted := false
	for _, n := range notices {
		if n.Event == live.Check || n.Event == live.Counts && (counted || !n.MayHear(grant)) {
			continue
		}
		counted = counted || n.Event == live.Counts
		text = appendNotice(text, n)
	}
	if len(text) == 0 && !checked {
		return grant, nil
	}
	if len(text) > 0 {
		if err := out.write(text); err != nil {
			return grant, err
		}
	}
	return grant, m.rest(r)
}

// breath is how long a stream rests after it has told something: what comes
// meanwhile goes out together. It is shorter than anybody notices. Where very many
// pages are open it is longer, up to twice: what they cost then is their writes.
func (m *Mux) breath() time.Duration {
	const least, each = 15 * time.Millisecond, 50 * time.Microsecond
	return min(2*least, max(least, time.Duration(m.open.Load())*each))
}

func (m *Mux) rest(r *http.Request) error {
	select {
	case <-r.Context().Done():
	case <-m.After(m.breath()):
	}
	return nil
}

// patience is how long to wait before asking again.
func (m *Mux) patience(grant access.Grant) time.Duration {
	if until := grant.Until(); !until.IsZero() {
		return min(heartbeat, max(0, until.Sub(m.Now())))
	}
	return heartbeat
}

// mayWatch asks whether the page's session and its reader's rights still hold.
func (m *Mux) mayWatch(r *http.Request, page watching) (grant access.Grant, err error) {
	if page.actor.Kind != access.Person {
		return grant, access.ErrNobody
	}
	if _, err := m.Check(r.Context(), page.token); err != nil {
		return grant, err
	}
	return m.Watch(r.Context(), page.actor, page.Followed)
}

// dark tells the page to hide what it shows, where err says that its reader may
// not read it any more.
func dark(out events, err error) error {
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.Forbidden, fault.NotFound:
		return out.send("dark")
	}
	return err
}

// count holds a member to a number of open pages.
func (m *Mux) count(actor access.Actor) (leave func(), err error) {
	entry, _ := m.streams.LoadOrStore(actor.Member, new(atomic.Int64))
	open, _ := entry.(*atomic.Int64)
	if open.Add(1) > streamsEach && actor.Kind == access.Person {
		open.Add(-1)
		return nil, fault.New(fault.TooMany, "error.too_many_pages")
	}
	m.open.Add(1)
	return func() { open.Add(-1); m.open.Add(-1) }, nil
}

// events writes server-sent events (WHATWG HTML, 9.2).
type events struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
	late *time.Time // when a write is cut that begins now
}

// send sends an event that says no more than its name.
func (e events) send(name string) error { return e.write([]byte("event: " + name + "\ndata: {}\n\n")) }

// appendNotice writes what the page is told: which topic has posts up to which
// number. It is written by hand, for it is said to each of very many pages.
func appendNotice(to []byte, n live.Notice) []byte {
	to = append(append(to, "event: "...), n.Event...)
	to = append(to, "\ndata: {"...)
	if n.Topic != "" {
		quoted, _ := json.Marshal(n.Topic) // a text can always be quoted
		to = append(append(to, `"topic":`...), quoted...)
	}
	if n.Topic != "" && n.Number != 0 {
		to = append(to, ',')
	}
	if n.Number != 0 {
		to = append(to, `"number":`...)
		to = strconv.AppendInt(to, n.Number, 10)
	}
	return append(to, "}\n\n"...)
}

// renew sends the page to ask for its stream anew, from this node's successor.
// Pages that leave together come back one after the other, over three seconds.
func (e events) renew(departure int64) error {
	const soonest, spread, step = 1000, 3000, 37 // milliseconds
	return e.write(fmt.Appendf(nil, "retry: %d\nevent: renew\ndata: {}\n\n", soonest+departure*step%spread))
}

func (e events) beat() error { return e.write([]byte(": \n\n")) }

func (e events) write(text []byte) error {
	// A writer without deadlines or flushing is one of a test's: then nothing waits.
	if now := time.Now(); e.late.Sub(now) < writeTimeout/2 { //nolint:forbidigo // the deadline of a socket is of this clock
		*e.late = now.Add(writeTimeout)
		_ = e.ctrl.SetWriteDeadline(*e.late)
	}
	if _, err := e.w.Write(text); err != nil {
		return errGone
	}
	return gone(e.ctrl.Flush())
}

type countsKey struct{}

// AsksForCounts reports whether an open page asks for its counts alone, because
// something is new.
func AsksForCounts(ctx context.Context) bool { return ctx.Value(countsKey{}) != nil }

// counts sends the frame's counters again, for a page that was told of news.
func (m *Mux) counts(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind != access.Person {
		return access.ErrNobody
	}
	nav, err := m.Navigate(context.WithValue(r.Context(), countsKey{}, true), actor, access.WorkspaceID(r.FormValue("w")))
	if err != nil {
		return err
	}
	nav.Demo, nav.Path = m.Demo, OwnPath(r.FormValue("path"), "/home")
	return Fragment(w, r, ui.Counters(nav))
}
