// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entente.example/internal/rate"
)

// Settings are the numbers of a Limiter.
type Settings struct {
	MemberRate, AddressRate     rate.Limit // units
	MemberAtOnce, AddressAtOnce int        // requests, streams apart
	AddressStreams, Streams     int        // of strangers at one address; of all. A member's are counted by the stream itself
	Pace                        Pace
	Shape                       Shape
	BodyFirst                   int64 // bytes of a body that are read before a place is taken; a stranger's body is no larger
}

// Route is what a request asks for.
type Route struct {
	Units  int   // of the caller's rate; 0: one
	Class  Class // Stranger is set by the Limiter
	Stream bool  // stays open
	Free   bool  // the same for all and already in memory: takes no place
}

// Around is what a Limiter asks of the house.
type Around struct {
	// Credential is what r bears to say whose it is; empty: nothing.
	Credential func(r *http.Request) string
	// Recognise returns the member whose credential r bears, without a trace, or
	// "" where it does not hold.
	Recognise func(r *http.Request) string
	Route     func(r *http.Request) Route
	Refuse    func(w http.ResponseWriter, r *http.Request, why Refusal)
	Now       func() time.Time
}

// Refusal is why a request was not answered.
type Refusal struct {
	Status int
	Key    string        // of the message
	After  time.Duration // when to come again; zero: not at all in this form
}

// The refusals.
var (
	often    = Refusal{http.StatusTooManyRequests, "error.limit.often", 5 * time.Second}
	busy     = Refusal{http.StatusServiceUnavailable, "error.limit.busy", 5 * time.Second}
	slow     = Refusal{http.StatusRequestTimeout, "error.limit.slow", 0}
	crowded  = Refusal{http.StatusRequestEntityTooLarge, "error.limit.fields", 0}
	large    = Refusal{http.StatusRequestEntityTooLarge, "error.limit.large", 0}
	long     = Refusal{http.StatusRequestURITooLong, "error.limit.long", 0}
	headers  = Refusal{http.StatusRequestHeaderFieldsTooLarge, "error.limit.long", 0}
	encoding = Refusal{http.StatusUnsupportedMediaType, "error.limit.encoding", 0}
)

// Refusals lists them all, for whoever makes their pages.
func Refusals() []Refusal {
	return []Refusal{often, busy, slow, crowded, large, long, headers, encoding}
}

// Limiter holds callers to their limits before next answers.
type Limiter struct {
	Settings
	Around
	gate    *Gate
	next    http.Handler
	members *rate.Buckets
	others  *rate.Buckets
	late    chan struct{} // a place for each refusal that is held back
	turn    atomic.Uint32 // counts them
	counts  counts
	known   known
}

// mostLate is how many refusals are held back at once.
const mostLate = 1 << 10

// New returns a Limiter before next.
func New(s Settings, a Around, gate *Gate, next http.Handler) *Limiter {
	return &Limiter{
		Settings: s, Around: a, gate: gate, next: next, members: rate.NewBuckets(), others: rate.NewBuckets(),
		late: make(chan struct{}, mostLate), counts: counts{n: map[string]int{}}, known: known{members: map[[16]byte]knownMember{}},
	}
}

// visit is one request on its way in.
type visit struct {
	*Limiter
	w      http.ResponseWriter
	r      *http.Request
	conn   *conn // nil in a test
	route  Route
	member string // empty: a stranger
	stale  bool   // whether that must be asked anew
	from   string // the address
}

// ServeHTTP implements http.Handler.
func (l *Limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := &visit{Limiter: l, w: w, r: r, route: l.Route(r), from: Address(r.RemoteAddr).String()}
	v.conn, _ = r.Context().Value(connKey{}).(*conn)
	v.member, v.stale = l.known.of(l.Credential(r), l.Now())
	v.begins()
	defer v.ends()
	if why, bad := l.Shape.check(r); bad {
		v.refuse(why)
		return
	}
	if v.mayAsk() {
		v.answer()
	}
}

func (v *visit) begins() {
	if v.conn != nil && !v.conn.begins(v.member) {
		v.w.Header().Set("Connection", "close")
	}
}

func (v *visit) ends() {
	if v.conn != nil {
		v.conn.ends()
	}
}

// mayAsk holds the caller to their rate, and finds out who a stranger is that
// bears a session.
func (v *visit) mayAsk() bool {
	if !v.take() {
		return false
	}
	credential := v.Credential(v.r)
	if v.member != "" && !v.stale || credential == "" || v.route.Free {
		return true
	}
	class := Unknown
	if v.stale {
		class = Member // it held a minute ago
	}
	leave, err := v.gate.Enter(v.r.Context(), class, v.caller())
	if err != nil {
		v.refuseBusy()
		return false
	}
	before := v.member
	v.member = v.Recognise(v.r)
	leave()
	v.known.note(credential, v.member, v.Now())
	if v.member == before {
		return true
	}
	v.begins()
	v.ends()
	return v.take()
}

// take takes the route's units of the caller's rate.
func (v *visit) take() bool {
	units := max(1, v.route.Units)
	var wait time.Duration
	if v.member != "" {
		wait = v.members.Take(v.member, units, v.MemberRate, v.Now())
	} else {
		wait = v.others.Take(v.from, units, v.AddressRate, v.Now())
	}
	if wait == 0 {
		return true
	}
	v.holdBack()
	v.refuse(often)
	return false
}

// holdBack lets a refused caller wait for the answer, so that asking again at once
// gains nothing: nor does asking on many connections when the next unit is near.
// The connection counts as one without a request
// meanwhile: it is among the first to go.
func (v *visit) holdBack() {
	select {
	case v.late <- struct{}{}:
	default:
		v.w.Header().Set("Connection", "close")
		return
	}
	defer func() { <-v.late }()
	v.ends()
	defer v.begins()
	timer := time.NewTimer(v.patience()) //nolint:forbidigo // how long it waits, not what time it is
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-v.r.Context().Done():
	}
}

// patience is how long a refusal is held back: one second to two, by turns, so that
// those who were refused together do not all come again in one moment.
func (l *Limiter) patience() time.Duration {
	const steps = 64
	return time.Second + time.Duration(l.turn.Add(1)*37%steps)*(time.Second/steps)
}

// answer lets next answer, within the number of requests at once.
func (v *visit) answer() {
	if v.route.Free {
		v.next.ServeHTTP(v.w, v.r)
		return
	}
	leave, ok := v.count()
	if !ok {
		v.holdBack()
		v.refuse(often)
		return
	}
	defer leave()
	if !v.body() {
		return
	}
	if v.route.Stream {
		v.next.ServeHTTP(v.w, v.r)
		return
	}
	class := v.route.Class
	if v.member == "" && class != Hashing {
		class = Stranger
	}
	out, err := v.gate.Enter(v.r.Context(), class, v.caller())
	switch {
	case errors.Is(err, errBusy):
		v.refuseBusy()
	case err == nil:
		defer out()
		v.next.ServeHTTP(v.writer(class, out), v.r)
	}
}

// caller names whose request it is. No member is named like an address.
func (v *visit) caller() string {
	if v.member != "" {
		return v.member
	}
	return v.from
}

// writer gives the place back with the first byte of a page, which is made whole
// before it is sent: who reads it slowly holds nothing.
func (v *visit) writer(class Class, out func()) http.ResponseWriter {
	if class == Dear || class == Upload {
		return v.w
	}
	return &leaving{ResponseWriter: v.w, out: out}
}

type leaving struct {
	http.ResponseWriter
	out func()
}

func (l *leaving) Write(text []byte) (int, error) {
	l.out()
	return l.ResponseWriter.Write(text)
}

// Unwrap is for http.ResponseController.
func (l *leaving) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// count takes one of the caller's requests at once.
func (v *visit) count() (leave func(), ok bool) {
	const allStreams = "streams"
	switch {
	case v.route.Stream && !v.counts.add(allStreams, v.Streams):
		return nil, false
	case v.route.Stream && v.member == "" && !v.counts.add("stream "+v.from, v.AddressStreams):
		v.counts.remove(allStreams)
		return nil, false
	case v.route.Stream && v.member == "":
		return func() { v.counts.remove(allStreams); v.counts.remove("stream " + v.from) }, true
	case v.route.Stream:
		return func() { v.counts.remove(allStreams) }, true
	case v.member != "":
		key := "member " + v.member
		return func() { v.counts.remove(key) }, v.counts.add(key, v.MemberAtOnce)
	}
	key := "address " + v.from
	return func() { v.counts.remove(key) }, v.counts.add(key, v.AddressAtOnce)
}

// body sets the body's pace and reads its beginning.
func (v *visit) body() bool {
	if v.r.ContentLength == 0 {
		return true
	}
	if len(v.r.TransferEncoding) > 0 {
		// Where a proxy may have read another length than we do, nothing may follow.
		v.w.Header().Set("Connection", "close")
	}
	fields := -1
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		fields = v.Shape.Fields
	}
	controller := http.NewResponseController(v.w)
	v.r.Body = &paced{
		ReadCloser: v.r.Body, pace: v.Pace, now: v.Now, began: v.Now(), fields: fields, until: controller.SetReadDeadline,
	}
	whole, err := first(v.r, v.BodyFirst)
	switch {
	case errors.Is(err, ErrSlow):
		v.refuseAndClose(slow)
	case errors.Is(err, ErrFields):
		v.refuseAndClose(crowded)
	case err != nil: // the caller is gone
		v.w.Header().Set("Connection", "close")
		v.w.WriteHeader(http.StatusBadRequest)
	case !whole && v.member == "":
		v.refuseAndClose(large)
	default:
		return true
	}
	return false
}

func (v *visit) refuse(why Refusal) { v.Refuse(v.w, v.r, why) }

func (v *visit) refuseBusy() {
	if v.member == "" {
		v.holdBack()
	}
	v.refuse(busy)
}

func (v *visit) refuseAndClose(why Refusal) {
	v.w.Header().Set("Connection", "close")
	v.refuse(why)
}

// counts counts what goes on at once. What is over is not kept, so that there
// are never more keys than requests.
type counts struct {
	mu sync.Mutex
	n  map[string]int // guarded by mu
}

func (c *counts) add(key string, most int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key] >= most {
		return false
	}
	c.n[key]++
	return true
}

func (c *counts) remove(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	less(c.n, key)
}

// known remembers whose a credential is: to order who comes first, never to let
// anyone in.
type known struct {
	mu      sync.Mutex
	members map[[16]byte]knownMember // guarded by mu
}

type knownMember struct {
	member string
	at     time.Time // when it was last seen to hold
}

const (
	freshFor  = time.Minute
	knownFor  = time.Hour
	mostKnown = 1 << 16
)

func fingerprint(credential string) [16]byte {
	sum := sha256.Sum256([]byte(credential))
	return [16]byte(sum[:16])
}

// of returns whose the credential was, and whether that is to be asked anew.
func (k *known) of(credential string, now time.Time) (member string, stale bool) {
	if credential == "" {
		return "", false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	m := k.members[fingerprint(credential)]
	if m.member == "" || now.Sub(m.at) > knownFor {
		return "", false
	}
	return m.member, now.Sub(m.at) > freshFor
}

// note remembers whose the credential is; nobody's is forgotten.
func (k *known) note(credential, member string, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := fingerprint(credential)
	if member == "" {
		delete(k.members, key)
		return
	}
	if len(k.members) >= mostKnown {
		for key, m := range k.members {
			if now.Sub(m.at) > knownFor {
				delete(k.members, key)
			}
		}
	}
	if _, held := k.members[key]; held || len(k.members) < mostKnown {
		k.members[key] = knownMember{member, now}
	}
}

// Shape is what a request may look like.
type Shape struct {
	Address int // bytes of path and query
	Headers int
	Fields  int // of a query or a form
}

func (s Shape) check(r *http.Request) (Refusal, bool) {
	switch n := len(r.RequestURI); {
	case n > s.Address, strings.Count(r.URL.RawQuery, "&") >= s.Fields:
		return long, true
	}
	count := 0
	for _, values := range r.Header {
		count += len(values)
	}
	if count > s.Headers {
		return headers, true
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return encoding, true
	}
	return Refusal{}, false
}
