// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"entente.example/internal/rate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAddress(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.1:80":                 "192.0.2.1",
		"[::ffff:192.0.2.1]:80":        "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:80":    "2001:db8:1:2::",
		"[fe80::1:2:3:4%eth0]:80":      "fe80::",
		"something that is no address": "invalid IP",
	} {
		if got := Address(remote).String(); got != want {
			t.Errorf("Address(%q) = %s; want %s", remote, got, want)
		}
	}
}

// gate has one place, and for strangers a fifth of the time while members are about.
func gate() *Gate {
	return NewGate(2, 1, map[Class]Share{
		Member:   {AtOnce: 2, Waiting: 2, Patience: time.Second},
		Stranger: {AtOnce: 1, Waiting: 1, Patience: 5 * time.Second, Part: 0.2},
	}, time.Now)
}

func TestGate(t *testing.T) {
	ctx := context.Background()
	enter := func(t *testing.T, g *Gate, class Class, caller string) func() {
		t.Helper()
		leave, err := g.Enter(ctx, class, caller)
		if err != nil {
			t.Fatal(err)
		}
		return leave
	}
	t.Run("members go before strangers who came first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := gate()
			one, two := enter(t, g, Member, "ann"), enter(t, g, Member, "bob")
			var order []string
			for _, who := range []struct {
				class Class
				name  string
			}{{Stranger, "stranger"}, {Member, "cem"}} {
				go func() {
					leave, err := g.Enter(ctx, who.class, who.name)
					if err == nil {
						order = append(order, who.name)
						leave()
					}
				}()
				synctest.Wait()
			}
			one()
			synctest.Wait()
			two()
			time.Sleep(10 * time.Second)
			if got := strings.Join(order, " "); got != "cem stranger" {
				t.Errorf("order %q", got)
			}
		})
	})
	t.Run("a caller who asks for more at once waits while others pass", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := gate()
			defer enter(t, g, Member, "ann")()
			go func() {
				if _, err := g.Enter(ctx, Member, "ann"); !errors.Is(err, errBusy) {
					t.Errorf("a second of ann's: %v", err)
				}
			}()
			synctest.Wait()
			enter(t, g, Member, "bob")()
			time.Sleep(2 * time.Second)
		})
	})
	t.Run("a member who asks for much has one place while others read, and a quarter of its time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := NewGate(8, 4, map[Class]Share{Member: {AtOnce: 8, Waiting: 8, Patience: time.Minute}}, time.Now)
			defer enter(t, g, Member, "ann")()
			began, took := time.Now(), time.Duration(0)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					leave := enter(t, g, Member, "wild")
					time.Sleep(10 * time.Millisecond)
					leave()
				})
			}
			time.Sleep(time.Millisecond)
			enter(t, g, Member, "bob")() // at once
			if took = time.Since(began); took > time.Millisecond {
				t.Errorf("another waited for %v", took)
			}
			all.Wait()
			if took = time.Since(began); took != (4+3*3)*10*time.Millisecond {
				t.Errorf("four pages of ten milliseconds took %v; want three rests of thirty between them", took)
			}
			if len(g.rests) > 0 || len(g.readers) != 1 {
				t.Errorf("%v, %v are left", g.rests, g.readers)
			}
		})
	})
	t.Run("a full queue refuses at once, and who leaves it leaves no trace", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := gate()
			one, two := enter(t, g, Member, "ann"), enter(t, g, Member, "bob")
			gone, cancel := context.WithCancel(ctx)
			go func() { _, _ = g.Enter(gone, Stranger, "a") }()
			synctest.Wait()
			if _, err := g.Enter(ctx, Stranger, "b"); !errors.Is(err, errBusy) {
				t.Errorf("err = %v", err)
			}
			cancel()
			synctest.Wait()
			one()
			two()
			synctest.Wait()
			if g.busy != 0 || len(g.callers) != 0 || len(g.queue[Stranger]) != 0 {
				t.Errorf("%d busy, %d callers, %d wait", g.busy, len(g.callers), len(g.queue[Stranger]))
			}
		})
	})
	t.Run("strangers have their part of the time while members are about, and all of it after", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			g := gate()
			began := time.Now()
			for range 3 {
				enter(t, g, Member, "ann")()
				leave := enter(t, g, Stranger, "s")
				time.Sleep(100 * time.Millisecond)
				leave()
			}
			if took := time.Since(began); took != 1100*time.Millisecond {
				t.Errorf("three of 100 ms took %v; want 1.1 s", took)
			}
			time.Sleep(2 * time.Second)
			began = time.Now()
			for range 3 {
				leave := enter(t, g, Stranger, "s")
				time.Sleep(100 * time.Millisecond)
				leave()
			}
			if took := time.Since(began); took != 300*time.Millisecond {
				t.Errorf("alone, three of 100 ms took %v", took)
			}
		})
	})
}

// stand is a server with limits of a few.
func stand(t *testing.T, change func(*Settings, *ConnLimits)) (*httptest.Server, *Conns, *Limiter) {
	t.Helper()
	settings := Settings{
		MemberRate: rate.PerSecond(1000, 1), AddressRate: rate.PerSecond(1000, 1), MemberAtOnce: 10, AddressAtOnce: 10, AddressStreams: 1, Streams: 2,
		Pace:  Pace{Grace: 20 * time.Second, PerSecond: 1 << 20},
		Shape: Shape{Address: 200, Headers: 20, Fields: 5}, BodyFirst: 1000,
	}
	limits := ConnLimits{Most: 100, MostAddress: 100, MostMember: 2, New: rate.PerSecond(1000, 1), Slowest: time.Second}
	change(&settings, &limits)
	conns := NewConns(limits, time.Now)
	limiter := New(settings, Around{
		Credential: func(r *http.Request) string { return r.Header.Get("Authorization") },
		Recognise:  func(r *http.Request) string { return strings.TrimPrefix(r.Header.Get("Authorization"), "token of ") },
		Route: func(r *http.Request) Route {
			return Route{Stream: r.URL.Path == "/live"}
		},
		Refuse: func(w http.ResponseWriter, _ *http.Request, why Refusal) { http.Error(w, why.Key, why.Status) },
		Now:    time.Now,
	}, NewGate(4, 2, map[Class]Share{Member: {4, 4, time.Second, 0}, Unknown: {2, 2, time.Second, 0}, Stranger: {2, 2, time.Second, 0}}, time.Now),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/live" {
				w.WriteHeader(http.StatusOK)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
				return
			}
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprintln(w, n, err)
		}))
	srv := httptest.NewUnstartedServer(limiter)
	srv.Config.ConnContext = conns.Context
	srv.Listener = conns.Listen(srv.Listener)
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv, conns, limiter
}

func nothing(*Settings, *ConnLimits) {}

// says sends raw text on a connection of its own and returns the first line of the answer.
func says(t *testing.T, srv *httptest.Server, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		return err.Error()
	}
	answer := make([]byte, 1000)
	n, _ := conn.Read(answer)
	line, _, _ := strings.Cut(string(answer[:n]), "\r\n")
	return line
}

func TestRequestsOutOfShape(t *testing.T) {
	t.Parallel()
	srv, _, _ := stand(t, nothing)
	form := "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for _, c := range []struct{ name, text, want string }{
		{"an ordinary one", "GET /?a=b HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK"},
		{"a long address", "GET /" + strings.Repeat("a", 300) + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 Request URI Too Long"},
		{"many parameters", "GET /?" + strings.Repeat("&", 10) + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 Request URI Too Long"},
		{"many headers", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 30) + "\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		{"a compressed body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n.", "HTTP/1.1 415 Unsupported Media Type"},
		{"many fields", form + "Content-Length: 9\r\n\r\na&b&c&d&e&f&g", "HTTP/1.1 200 OK"},
		{"too many fields", form + "Content-Length: 13\r\n\r\na&b&c&d&e&f&g", "HTTP/1.1 413 Request Entity Too Large"},
		{"a stranger's large body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + strings.Repeat("a", 2000), "HTTP/1.1 413 Request Entity Too Large"},
		{"a member's large body", "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: token of ann\r\nContent-Length: 2000\r\n\r\n" + strings.Repeat("a", 2000), "HTTP/1.1 200 OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := says(t, srv, c.text); got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
		})
	}
}

func TestABodyThatNeverComesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	srv, _, _ := stand(t, func(s *Settings, _ *ConnLimits) { s.Pace.Grace = 200 * time.Millisecond })
	if got := says(t, srv, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"); got != "HTTP/1.1 408 Request Timeout" {
		t.Errorf("%q", got)
	}
}

// eventually waits until ok holds, for what the server does when it does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	srv, _, limiter := stand(t, func(s *Settings, _ *ConnLimits) {
		s.AddressRate, s.MemberRate = rate.Limit{Burst: 2, Each: time.Hour}, rate.Limit{Burst: 3, Each: time.Hour}
	})
	ask := func(header string) (code int) {
		t.Helper()
		var n int
		fmt.Sscanf(says(t, srv, "GET / HTTP/1.1\r\nHost: x\r\n"+header+"\r\n"), "HTTP/1.1 %d", &n) //nolint:errcheck // then it is 0
		return n
	}
	ann, eve := "Authorization: token of ann\r\n", "Authorization: token of eve\r\n"
	var got []int
	for range 4 {
		got = append(got, ask(ann))
	}
	if fmt.Sprint(got) != "[200 200 200 429]" {
		t.Errorf("a member with three: %v", got)
	}
	if got := []int{ask(eve), ask(""), ask("")}; fmt.Sprint(got) != "[200 429 429]" {
		t.Errorf("another member and strangers, two of the address taken to see who the members are: %v", got)
	}
	if got := ask(eve); got != 200 {
		t.Errorf("strangers used up a member's allowance: %d", got)
	}
	if n := limiter.underWay(); n != 0 {
		t.Errorf("%d callers are still counted", n)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	dial := func(t *testing.T, srv *httptest.Server) net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil { // refused before the kernel had told us that it was taken
			return nil
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	open := func(conn net.Conn, header string) bool {
		if conn == nil {
			return false
		}
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n"+header+"\r\n")
		if err != nil {
			return false
		}
		n, err := conn.Read(make([]byte, 1000))
		return n > 0 && err == nil
	}
	t.Run("strangers at one address have so many, members' do not count", func(t *testing.T) {
		srv, _, _ := stand(t, func(_ *Settings, c *ConnLimits) { c.Most, c.MostAddress = 20, 2 })
		if !open(dial(t, srv), "Authorization: token of ann\r\n") {
			t.Fatal("a member was refused")
		}
		var got []bool
		for range 3 {
			got = append(got, open(dial(t, srv), ""))
		}
		if fmt.Sprint(got) != "[true true false]" {
			t.Errorf("got %v", got)
		}
	})
	t.Run("where all are taken, the stranger's that waits longest goes", func(t *testing.T) {
		srv, conns, _ := stand(t, func(_ *Settings, c *ConnLimits) { c.Most, c.MostAddress = 3, 100 })
		friend, first, second := dial(t, srv), dial(t, srv), dial(t, srv)
		if !open(friend, "Authorization: token of ann\r\n") || !open(first, "") || !open(second, "") {
			t.Fatal("not open")
		}
		if !open(dial(t, srv), "") {
			t.Fatal("no room is made")
		}
		eventually(t, "the first is closed", func() bool { return !open(first, "") })
		if !open(second, "") || !open(friend, "Authorization: token of ann\r\n") {
			t.Error("another had to go")
		}
		if n, shed, _ := conns.Open(); n != 3 || shed != 1 {
			t.Errorf("%d open, %d shed", n, shed)
		}
	})
	t.Run("a proxy stands for many", func(t *testing.T) {
		srv, _, _ := stand(t, func(_ *Settings, c *ConnLimits) {
			c.Most, c.MostAddress, c.Trusted = 20, 1, func(a netip.Addr) bool { return a.IsLoopback() }
		})
		for range 5 {
			if !open(dial(t, srv), "") {
				t.Error("refused")
			}
		}
	})
	t.Run("streams are counted", func(t *testing.T) {
		srv, _, limiter := stand(t, func(_ *Settings, c *ConnLimits) { c.Most, c.MostAddress = 20, 20 })
		live := "GET /live HTTP/1.1\r\nHost: x\r\n"
		streams := []net.Conn{dial(t, srv), dial(t, srv)}
		var got []string
		for i, header := range []string{"", "Authorization: token of ann\r\n"} {
			_, _ = io.WriteString(streams[i], live+header+"\r\n")
			line := make([]byte, 12)
			_, _ = io.ReadFull(streams[i], line)
			got = append(got, string(line[9:]))
		}
		got = append(got, says(t, srv, live+"\r\n"), says(t, srv, live+"Authorization: token of eve\r\n\r\n"))
		if strings.Join(got, ", ") != "200, 200, HTTP/1.1 429 Too Many Requests, HTTP/1.1 429 Too Many Requests" {
			t.Errorf("got %v", got)
		}
		for _, s := range streams {
			_ = s.Close()
		}
		eventually(t, "the server notices that they are closed", func() bool { return limiter.underWay() == 0 })
	})
}
