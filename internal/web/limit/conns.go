// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"container/list"
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"entente.example/internal/rate"
)

// Conns counts connections. Those of a member count for the member, all others
// for the address that they come from.
type Conns struct {
	ConnLimits
	now   func() time.Time
	rates *rate.Buckets

	mu        sync.Mutex
	all       int
	addresses map[netip.Addr]int // of strangers; guarded by mu, and all below
	members   map[string]int
	strangers list.List // of *conn without a request, the longest first
	friends   list.List // the same of members
	shed      int64     // closed to make room, since the start
	refused   int64     // not taken, since the start
	since     time.Time // when the second began that refusals are counted in
	before    int64     // refused by then
}

// ConnLimits are the numbers of Conns.
type ConnLimits struct {
	Most        int                   // in all
	MostAddress int                   // of strangers at one address; an eighth of it while three quarters of Most are taken
	MostMember  int                   // of one member
	New         rate.Limit            // new ones of one address
	Slowest     time.Duration         // to take writeStep bytes of an answer
	Trusted     func(netip.Addr) bool // a proxy: it stands for many, and counts them itself; nil: none is
}

// writeStep is how much of an answer a reader must take within Slowest.
const writeStep = 16 << 10

// NewConns returns Conns that have none.
func NewConns(limits ConnLimits, now func() time.Time) *Conns {
	return &Conns{ConnLimits: limits, now: now, rates: rate.NewBuckets(), addresses: map[netip.Addr]int{}, members: map[string]int{}}
}

// Listen returns l with the limits on what it accepts.
func (c *Conns) Listen(l net.Listener) net.Listener { return listener{l, c} }

// Open returns how many connections are open, how many were closed to make room
// and how many refused since the start.
func (c *Conns) Open() (open int, shed, refused int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all, c.shed, c.refused
}

type listener struct {
	net.Listener
	conns *Conns
}

// Accept implements net.Listener. What is over a limit is closed at once, without
// a word: a word would cost more than the question. Where very many are, it rests
// between them: those who are in go before those who come.
func (l listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if conn := l.conns.admit(raw); conn != nil {
			if tcp, ok := raw.(*net.TCPConn); ok {
				_ = tcp.SetKeepAlive(true) // without it a reader who vanished is noticed at the next write
			}
			return conn, nil
		}
		refuse(raw)
		if l.conns.beset() {
			time.Sleep(rest)
		}
	}
}

// How many refusals a second are made without a rest, and how long one is.
const (
	unrested = 500
	rest     = 400 * time.Microsecond
)

// beset reports whether very many were refused within this second.
func (c *Conns) beset() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.since) >= time.Second {
		c.since, c.before = now, c.refused
	}
	return c.refused-c.before > unrested
}

// refuse closes without the courtesies of TCP, which would keep the port for a minute.
func refuse(raw net.Conn) {
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a connection that is already gone
	}
	_ = raw.Close()
}

func (c *Conns) admit(raw net.Conn) *conn {
	address := Address(raw.RemoteAddr().String())
	trusted := c.Trusted != nil && c.Trusted(address)
	over := !trusted && c.rates.Take(address.String(), 1, c.New, c.now()) > 0
	c.mu.Lock()
	defer c.mu.Unlock()
	each := c.MostAddress
	if c.all > c.Most/4*3 {
		each = max(1, each/8)
	}
	if over || !trusted && c.addresses[address] >= each || c.all >= c.Most && !c.makeRoom() {
		c.refused++
		return nil
	}
	conn := &conn{Conn: raw, conns: c, address: address, trusted: trusted}
	c.all++
	c.addresses[address]++
	conn.waits()
	return conn
}

// makeRoom closes the connection that has been without a request for longest.
func (c *Conns) makeRoom() bool {
	for _, waiting := range []*list.List{&c.strangers, &c.friends} {
		if first := waiting.Front(); first != nil {
			oldest, _ := first.Value.(*conn)
			oldest.forget()
			c.shed++
			go refuse(oldest.Conn) // its reader notices, and ends
			return true
		}
	}
	return false
}

// Context goes into the http.Server: it ties a request to its connection.
func (c *Conns) Context(ctx context.Context, raw net.Conn) context.Context {
	if tls, ok := raw.(interface{ NetConn() net.Conn }); ok {
		raw = tls.NetConn()
	}
	if conn, ok := raw.(*conn); ok {
		return context.WithValue(ctx, connKey{}, conn)
	}
	return ctx
}

type connKey struct{}

// conn is one connection that was let in.
type conn struct {
	net.Conn
	conns   *Conns
	address netip.Addr
	trusted bool

	// Guarded by conns.mu.
	member   string        // who was last seen on it; empty: nobody
	requests int           // being answered
	place    *list.Element // among those without a request
	gone     bool          // no longer counted

	deadline time.Time // of writing, as the server wants it; guarded by writing
	writing  sync.Mutex
}

// waits and forget are called under conns.mu.
func (c *conn) waits() {
	if c.gone || c.place != nil {
		return
	}
	if c.member != "" {
		c.place = c.conns.friends.PushBack(c)
	} else {
		c.place = c.conns.strangers.PushBack(c)
	}
}

func (c *conn) busy() {
	if c.place == nil {
		return
	}
	c.conns.strangers.Remove(c.place) // a list leaves alone what is not its own
	c.conns.friends.Remove(c.place)
	c.place = nil
}

func (c *conn) forget() {
	if c.gone {
		return
	}
	c.busy()
	c.gone = true
	c.conns.all--
	c.uncount()
}

func (c *conn) uncount() {
	if c.member != "" {
		less(c.conns.members, c.member)
	} else {
		less(c.conns.addresses, c.address)
	}
}

func less[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}

// begins notes that a request of member (empty: a stranger) is being answered,
// and reports whether the connection may be kept afterwards.
func (c *conn) begins(member string) (keep bool) {
	c.conns.mu.Lock()
	defer c.conns.mu.Unlock()
	c.requests++
	c.busy()
	if c.gone || c.trusted || member == "" || member == c.member {
		return !c.gone
	}
	c.uncount()
	c.member = member
	c.conns.members[member]++
	return c.conns.members[member] <= c.conns.MostMember
}

// ends is the end of what begins began.
func (c *conn) ends() {
	c.conns.mu.Lock()
	defer c.conns.mu.Unlock()
	if c.requests--; c.requests == 0 {
		c.waits()
	}
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.conns.mu.Lock()
	c.forget()
	c.conns.mu.Unlock()
	return c.Conn.Close()
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.deadline = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetWriteDeadline(t); err != nil {
		return err
	}
	return c.SetReadDeadline(t)
}

// Write implements net.Conn: whoever takes a step of an answer too slowly is cut.
func (c *conn) Write(text []byte) (written int, err error) {
	for {
		step := text[written:min(len(text), written+writeStep)]
		if err := c.Conn.SetWriteDeadline(c.patience()); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(step)
		written += n
		if err != nil || written == len(text) {
			return written, err
		}
	}
}

// patience is until when the next step must be taken.
func (c *conn) patience() time.Time {
	c.writing.Lock()
	defer c.writing.Unlock()
	until := c.conns.now().Add(c.conns.Slowest)
	if !c.deadline.IsZero() && c.deadline.Before(until) {
		return c.deadline
	}
	return until
}

// Address returns what stands for the client at a remote address ("host:port"):
// an IPv4 address, or the /64 network of an IPv6 one.
func Address(remote string) netip.Addr {
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	address := from.Addr().Unmap().WithZone("")
	if address.Is4() {
		return address
	}
	const network = 64
	prefix, err := address.Prefix(network)
	if err != nil {
		return address
	}
	return prefix.Addr()
}
