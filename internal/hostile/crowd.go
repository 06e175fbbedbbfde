// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Member is one signed in.
type Member struct {
	client *http.Client
	target *Target
	token  string
	topics []string // paths that they may open
}

// sessionCookie is what carries a session.
const sessionCookie = "__Host-entente"

// SignIn signs in the demonstration's people, each from an address of their own.
func SignIn(t *Target, group byte, most int) ([]*Member, error) {
	door := client(group, 0)
	_, page, err := read(door, get(t, "/signin", ""))
	if err != nil {
		return nil, err
	}
	var members []*Member
	for i, be := range regexp.MustCompile(`/demo/be/[0-9a-f-]+`).FindAllString(page, most) {
		m := &Member{client: client(group, i+1), target: t}
		response, _, err := read(m.client, post(t, be, "", "next=%2Fhome"))
		if err != nil {
			return nil, err
		}
		for _, c := range response.Cookies() {
			if c.Name == sessionCookie {
				m.token = c.Value
			}
		}
		_, exchange, err := read(m.client, get(t, "/exchange", m.token))
		if err != nil {
			return nil, err
		}
		m.topics = slices.Compact(regexp.MustCompile(`/exchange/topics/[0-9a-f-]{36}`).FindAllString(exchange, -1))
		if m.token == "" || len(m.topics) == 0 {
			return nil, fmt.Errorf("person %d: no session, or no topic to read", i)
		}
		members = append(members, m)
	}
	if len(members) == 0 {
		return nil, errors.New("the page of signing in lists nobody")
	}
	return members, nil
}

func get(t *Target, path, token string) *http.Request {
	return request(t, http.MethodGet, path, token, "")
}

func post(t *Target, path, token, form string) *http.Request {
	return request(t, http.MethodPost, path, token, form)
}

func request(t *Target, method, path, token, form string) *http.Request {
	r, err := http.NewRequest(method, "http://"+t.Address+path, strings.NewReader(form)) //nolint:noctx // clients have a time limit
	if err != nil {
		panic(err) // paths are our own
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
	}
	r.Header.Set("Accept", "text/html")
	return r
}

// next is the n-th thing that a member does: they read topics and their home
// page, and now and then write.
func (m *Member) next(n int) *http.Request {
	switch n % 10 {
	case 4:
		return get(m.target, "/home", m.token)
	case 9:
		return post(m.target, m.topics[0]+"/posts", m.token, fmt.Sprintf("text=Post+%d", n))
	}
	return get(m.target, m.topics[n%len(m.topics)], m.token)
}

// Seen is what a crowd met in one turn.
type Seen struct {
	Times   []time.Duration
	Refused int // 429 and 503
	Failed  int // no answer, or another 5xx
	Bad     []string
}

// add joins what two turns saw.
func (s *Seen) add(o Seen) {
	s.Times = append(s.Times, o.Times...)
	s.Refused += o.Refused
	s.Failed += o.Failed
	s.Bad = append(s.Bad, o.Bad...)
}

// At returns the time within which that part of the requests was answered.
func (s *Seen) At(part float64) time.Duration {
	if len(s.Times) == 0 {
		return 0
	}
	slices.Sort(s.Times)
	return s.Times[min(len(s.Times)-1, int(float64(len(s.Times))*part))]
}

// Crowd has every member do something each so often, for a while. A request's
// time runs from when it was due: a server that stalls is not forgiven the
// requests that were not sent meanwhile.
func Crowd(ctx context.Context, members []*Member, each, long time.Duration) Seen {
	var (
		mu   sync.Mutex
		all  Seen
		done sync.WaitGroup
	)
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	for i, m := range members {
		done.Add(1)
		go func() {
			defer done.Done()
			seen := m.works(ctx, each*time.Duration(i)/time.Duration(len(members)), each, i)
			mu.Lock()
			defer mu.Unlock()
			all.add(seen)
		}()
	}
	done.Wait()
	return all
}

func (m *Member) works(ctx context.Context, offset, each time.Duration, n int) (seen Seen) {
	due := time.Now().Add(offset)
	for ; ; n++ {
		select {
		case <-ctx.Done():
			return seen
		case <-time.After(time.Until(due)):
		}
		response, body, err := read(m.client, m.next(n))
		seen.Times = append(seen.Times, time.Since(due))
		switch {
		case err != nil:
			seen.Failed++
			seen.Bad = append(seen.Bad, err.Error())
		case response.StatusCode == http.StatusTooManyRequests, response.StatusCode == http.StatusServiceUnavailable:
			seen.Refused++
			seen.Bad = append(seen.Bad, wellFormed(response, body)...)
		case response.StatusCode >= 500:
			seen.Failed++
		}
		due = due.Add(each)
	}
}

// wellFormed says what is wrong with a refusal.
func wellFormed(r *http.Response, body string) (bad []string) {
	if r.StatusCode != http.StatusTooManyRequests && r.StatusCode != http.StatusServiceUnavailable {
		return nil
	}
	if r.Header.Get("Retry-After") == "" {
		bad = append(bad, fmt.Sprint(r.StatusCode, " without Retry-After"))
	}
	if r.Header.Get("Content-Security-Policy") == "" || r.Header.Get("Cache-Control") != "no-store" {
		bad = append(bad, fmt.Sprint(r.StatusCode, " without the headers of every answer"))
	}
	if len(body) < 20 {
		bad = append(bad, fmt.Sprint(r.StatusCode, " without a word"))
	}
	return bad
}

// page is a page that stays open, and is told what is new.
type page struct{ ended chan struct{} }

// open opens a member's page, until ctx ends.
func (m *Member) open(ctx context.Context) (*page, error) {
	stream := &http.Client{Transport: m.client.Transport} // no time limit
	response, err := stream.Do(get(m.target, "/live", m.token).WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("a stream is answered with %s", response.Status), response.Body.Close())
	}
	p := &page{make(chan struct{})}
	go func() {
		defer close(p.ended)
		_, _ = io.Copy(io.Discard, response.Body) // its end is what matters
		_ = response.Body.Close()
	}()
	return p, nil
}

// isOpen reports whether the stream still comes.
func (p *page) isOpen() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}
