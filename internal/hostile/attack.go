// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Attack is one way of asking too much.
type Attack struct {
	Name string
	Many int // connections at once
	// one keeps one connection busy until ctx ends; it is called again and again.
	one func(ctx context.Context, a *assault, n int)
}

// Attacks are all that are tried.
func Attacks() []Attack {
	return []Attack{
		{"nothing, to compare with", 1, nothing},
		{"slow headers", 1000, slowHeaders},
		{"slow bodies", 1000, slowBodies},
		{"slow readers", 1000, slowReaders},
		{"idle connections", 1000, idle},
		{"churn of connections", 32, churn},
		{"flood, one address", 64, flood(1)},
		{"flood, 256 addresses", 256, flood(256)},
		{"flood with stolen words for sessions", 64, bogus},
		{"passwords", 64, passwords},
		{"a member's own flood", 32, memberFlood},
	}
}

// Tally is what became of an attack's requests.
type Tally struct {
	Sent, Answered, Refused, Other, Cut int64
	Bad                                 []string
}

// assault is an attack that runs.
type assault struct {
	target *Target
	group  byte
	member *Member // an honest account, gone wild

	sent, answered, refused, other, cut atomic.Int64
	mu                                  sync.Mutex
	bad                                 map[string]bool
}

// Run attacks until ctx ends.
func (a Attack) Run(ctx context.Context, t *Target, group byte, member *Member) Tally {
	as := &assault{target: t, group: group, member: member, bad: map[string]bool{}}
	var done sync.WaitGroup
	for n := range a.Many {
		done.Add(1)
		go func() {
			defer done.Done()
			for ctx.Err() == nil {
				a.one(ctx, as, n)
			}
		}()
	}
	done.Wait()
	tally := Tally{Sent: as.sent.Load(), Answered: as.answered.Load(), Refused: as.refused.Load(), Other: as.other.Load(), Cut: as.cut.Load()}
	for bad := range as.bad {
		tally.Bad = append(tally.Bad, bad)
	}
	return tally
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// dial opens a connection that ends with ctx. After a refusal it waits a little:
// the attacker's machine has other things to attack.
func (as *assault) dial(ctx context.Context, n int) (net.Conn, func()) {
	conn, err := from(as.group, n).DialContext(ctx, "tcp", as.target.Address)
	if err != nil {
		as.cut.Add(1)
		pause(ctx, 20*time.Millisecond)
		return nil, nil
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, func() { stop(); _ = conn.Close() }
}

// drip sends text a byte at a time.
func (as *assault) drip(ctx context.Context, conn net.Conn, text string, each time.Duration) {
	for i := range len(text) {
		if _, err := conn.Write([]byte{text[i]}); err != nil {
			as.cut.Add(1)
			return
		}
		if !pause(ctx, each) {
			return
		}
	}
}

// nothing keeps the processor as busy as an attacker does, and asks for nothing.
func nothing(ctx context.Context, _ *assault, _ int) { burn(ctx) }

func slowHeaders(ctx context.Context, as *assault, n int) {
	conn, end := as.dial(ctx, n)
	if conn == nil {
		return
	}
	defer end()
	as.sent.Add(1)
	as.drip(ctx, conn, "GET / HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("a", 10_000), 500*time.Millisecond)
}

func slowBodies(ctx context.Context, as *assault, n int) {
	conn, end := as.dial(ctx, n)
	if conn == nil {
		return
	}
	defer end()
	as.sent.Add(1)
	fmt.Fprintf(conn, "POST /signin/password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n")
	as.drip(ctx, conn, strings.Repeat("a", 60_000), 500*time.Millisecond)
}

// slowReaders ask again and again on one connection and read nothing.
func slowReaders(ctx context.Context, as *assault, n int) {
	conn, end := as.dial(ctx, n)
	if conn == nil {
		return
	}
	defer end()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10) // smaller is a wish only
	}
	for range 64 {
		as.sent.Add(1)
		if _, err := fmt.Fprintf(conn, "GET /signin HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"); err != nil {
			as.cut.Add(1)
			return
		}
	}
	pause(ctx, time.Minute)
}

func idle(ctx context.Context, as *assault, n int) {
	conn, end := as.dial(ctx, n)
	if conn == nil {
		return
	}
	defer end()
	_, _ = io.Copy(io.Discard, conn) // until either side closes
	as.cut.Add(1)
}

func churn(ctx context.Context, as *assault, n int) {
	conn, end := as.dial(ctx, n)
	if conn != nil {
		as.sent.Add(1)
		end()
	}
}

// asks sends one request on a connection and reads the answer.
func (as *assault) asks(conn net.Conn, in *bufio.Reader, request string) bool {
	as.sent.Add(1)
	if _, err := io.WriteString(conn, request); err != nil {
		as.cut.Add(1)
		return false
	}
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		as.cut.Add(1)
		return false
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		as.cut.Add(1)
		return false
	}
	switch {
	case response.StatusCode == http.StatusTooManyRequests, response.StatusCode == http.StatusServiceUnavailable:
		as.refused.Add(1)
		as.notes(wellFormed(response, string(body)))
	case response.StatusCode < 500:
		as.answered.Add(1)
	default:
		as.other.Add(1)
		as.notes([]string{response.Status})
	}
	return !response.Close
}

func (as *assault) notes(bad []string) {
	as.mu.Lock()
	defer as.mu.Unlock()
	for _, b := range bad {
		as.bad[b] = true
	}
}

// floods sends the same request as fast as it is answered.
func (as *assault) floods(ctx context.Context, n int, request string) {
	conn, end := as.dial(ctx, n)
	if conn == nil {
		return
	}
	defer end()
	in := bufio.NewReader(conn)
	for as.asks(conn, in, request) && ctx.Err() == nil {
		continue
	}
}

func flood(addresses int) func(context.Context, *assault, int) {
	return func(ctx context.Context, as *assault, n int) {
		as.floods(ctx, n%addresses, "GET /signin HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n")
	}
}

func bogus(ctx context.Context, as *assault, n int) {
	as.floods(ctx, n, fmt.Sprintf("GET /home HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: %s=%043d\r\n\r\n", sessionCookie, n))
}

func passwords(ctx context.Context, as *assault, n int) {
	body := fmt.Sprintf("name=someone%d&password=correct+horse+battery&code=123456", n)
	as.floods(ctx, n, fmt.Sprintf("POST /signin/password HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
}

func memberFlood(ctx context.Context, as *assault, n int) {
	as.floods(ctx, n, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: %s=%s\r\n\r\n",
		as.member.topics[0], sessionCookie, as.member.token))
}
