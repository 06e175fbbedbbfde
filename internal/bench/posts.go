// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
)

const bareGroup = "the same forms to a bare server, their text in groups that commit once, synced"

// posts measures how many posts are acknowledged: the form is sent, and the
// answer is the redirect that comes after the commit is on disk.
func (r *run) posts(ctx context.Context) error {
	topic, err := r.house.Topic(ctx, r.writer, r.house.Kestrel, access.AmberStrict, 500_000, 1)
	if err != nil {
		return err
	}
	browser, err := r.client(ctx, r.writer)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/w/%s/topics/%s/posts", r.house.Kestrel, topic)
	forms := make([]string, 1000)
	for i := range forms {
		forms[i] = url.Values{"text": {say(i)}}.Encode()
	}
	group := r.grouped(ctx)
	defer group.stop()
	origin, stop, err := serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.PostFormValue("text") == "" || group.insert(q.Context()) != nil {
			http.Error(w, "not written", http.StatusInternalServerError)
			return
		}
		http.Redirect(w, q, path, http.StatusSeeOther)
	}))
	if err != nil {
		return err
	}
	defer stop()
	bare := newClient(origin, browser.cookie)
	posting := func(c *client) func(context.Context, int) error {
		return func(ctx context.Context, n int) error {
			status, _, _, err := c.do(ctx, http.MethodPost, path, forms[n%len(forms)])
			if err == nil && status != http.StatusSeeOther {
				err = fmt.Errorf("a post was answered by %d", status)
			}
			return err
		}
	}
	for _, clients := range []int{64, 1} {
		var figure, limit []turn
		var took []float64
		for range r.Rounds {
			floor, _, err := many(ctx, clients, r.Posts, posting(bare))
			if err != nil {
				return err
			}
			each, times, err := many(ctx, clients, r.Posts, posting(browser))
			if err != nil {
				return err
			}
			limit, figure, took = append(limit, floor), append(figure, each), append(took, times...)
		}
		goal := map[int]float64{64: 0.5}[clients]
		r.add(rate(fmt.Sprintf("posts acknowledged, %d clients (POST to 303)", clients), "posts/s", figure, limit, bareGroup, goal).spread(took))
	}
	return nil
}

// grouping is the limit of acknowledged writes: one goroutine that takes what
// waits into one commit; on PostgreSQL a commit each.
type grouping struct {
	r     *run
	queue chan waiter
	next  atomic.Int64
}

type waiter struct {
	n    int
	done chan error
}

func (r *run) grouped(ctx context.Context) *grouping {
	g := &grouping{r: r, queue: make(chan waiter, 256)}
	g.next.Store(time.Now().UnixMicro())
	go g.write(ctx)
	return g
}

func (g *grouping) write(ctx context.Context) {
	before := 1
	for first := range g.queue {
		group := g.gather(first, before)
		before = len(group)
		numbers := make([]int, len(group))
		for i, w := range group {
			numbers[i] = w.n
		}
		err := g.r.insertPosts(ctx, numbers)
		for _, w := range group {
			w.done <- err
		}
	}
}

// gather waits a millisecond for as many as came together before.
func (g *grouping) gather(first waiter, before int) []waiter {
	group := []waiter{first}
	patience := time.After(time.Millisecond)
	for {
		if len(group) >= before {
			select {
			case w := <-g.queue:
				group = append(group, w)
			default:
				return group
			}
			continue
		}
		select {
		case w := <-g.queue:
			group = append(group, w)
		case <-patience:
			return group
		}
	}
}

// stop ends the goroutine, once nobody inserts any more.
func (g *grouping) stop() { close(g.queue) }

func (g *grouping) insert(ctx context.Context) error {
	n := int(g.next.Add(1))
	if g.r.engine.Name != "sqlite" {
		return g.r.insertPosts(ctx, []int{n})
	}
	w := waiter{n, make(chan error, 1)}
	g.queue <- w
	return <-w.done
}
