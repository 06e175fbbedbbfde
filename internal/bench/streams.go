// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

const (
	bareStreams = "the same bytes written to as many streams of the bare server"
	pagesEach   = 20 // of one reader
)

// streams measures how long after its acknowledgement's commit began a post is
// announced on each of many open pages, and that no announcement is lost.
func (r *run) streams(ctx context.Context) error {
	topic, err := r.house.Topic(ctx, r.writer, r.house.Kestrel, access.AmberStrict, 600_000, 1)
	if err != nil {
		return err
	}
	var readers []*client
	for n := range (r.Streams + pagesEach - 1) / pagesEach {
		actor, err := r.house.Join(ctx, n)
		if err != nil {
			return err
		}
		browser, err := r.client(ctx, actor)
		if err != nil {
			return err
		}
		readers = append(readers, browser)
	}
	path := fmt.Sprintf("/live?w=%s&topic=%s", r.house.Kestrel, topic)
	for _, rate := range []int{20, 100} {
		bare, err := r.bareStreams(ctx, rate)
		if err != nil {
			return err
		}
		heard, err := r.listen(ctx, readers, path, rate, func(ctx context.Context, n int) (int64, error) {
			return r.house.Posts.Reply(ctx, r.writer, r.house.Kestrel, discussion.PostDraft{Topic: topic, Text: say(n)})
		})
		if err != nil {
			return err
		}
		row := Row{
			Name: fmt.Sprintf("notice of a post on %d open pages, %d posts/s (post through the service, to the page)", r.Streams, rate), Unit: "ms",
			Figure: quantile(heard, 0.99), Limit: quantile(bare, 0.99), Of: bareStreams + ", p99", Ratio: quantile(bare, 0.99) / quantile(heard, 0.99),
		}
		if rate == 100 {
			row = row.within(row.Figure, 60, "p99")
		}
		r.add(row.spread(heard))
	}
	return nil
}

// listen opens the streams, posts at a rate for a while, and returns how long
// each notice took to each page from when its post was begun. A page that did not
// hear of the last post, or of any at all, is an error.
func (r *run) listen(ctx context.Context, readers []*client, path string, rate int, post func(context.Context, int) (int64, error)) ([]float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var began sync.Map // number → time
	var opened, last atomic.Int64
	heard := make([][]float64, r.Streams)
	newest := make([]atomic.Int64, r.Streams)
	failed := make(chan error, r.Streams)
	var group sync.WaitGroup
	for i := range r.Streams {
		group.Go(func() {
			err := readers[i/pagesEach].events(ctx, path, func(name, data string) {
				switch name {
				case "open":
					opened.Add(1)
				case "topic":
					var told struct{ Number int64 }
					if json.Unmarshal([]byte(data), &told) != nil || told.Number <= newest[i].Load() {
						return
					}
					if at, ok := began.Load(told.Number); ok {
						at, _ := at.(time.Time)
						heard[i] = append(heard[i], ms(time.Since(at)))
					}
					newest[i].Store(told.Number)
				}
			})
			if err != nil {
				failed <- err
			}
		})
	}
	if err := until(ctx, failed, func() bool { return int(opened.Load()) == r.Streams }); err != nil {
		return nil, fmt.Errorf("open the streams: %w", err)
	}
	err := r.talk(ctx, rate, func(n int) error {
		at := time.Now()
		number, err := post(ctx, n)
		if err != nil {
			return err
		}
		began.LoadOrStore(number, at)
		for old := last.Load(); number > old && !last.CompareAndSwap(old, number); old = last.Load() {
		}
		return nil
	})
	if err == nil {
		err = until(ctx, failed, func() bool {
			for i := range newest {
				if newest[i].Load() < last.Load() {
					return false
				}
			}
			return true
		})
	}
	cancel()
	group.Wait()
	var all []float64
	for _, some := range heard {
		all = append(all, some...)
	}
	return all, err
}

// talk calls act at a rate for a while, each time on its own.
func (r *run) talk(ctx context.Context, rate int, act func(n int) error) error {
	ticks := time.NewTicker(time.Second / time.Duration(rate))
	defer ticks.Stop()
	var group sync.WaitGroup
	failed := make(chan error, 1)
	for n := range int(r.Talk.Seconds()*float64(rate)) + 1 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-failed:
			return err
		case <-ticks.C:
		}
		group.Go(func() {
			if err := act(n); err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
	}
	group.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// until waits for something to be so.
func until(ctx context.Context, failed <-chan error, so func() bool) error {
	for end := time.Now().Add(time.Minute); !so(); {
		select {
		case err := <-failed:
			return err
		default:
		}
		if time.Now().After(end) {
			return errors.New("waited for a minute")
		}
		if err := wait(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// bareStreams is the same over a server that does nothing else.
func (r *run) bareStreams(ctx context.Context, rate int) ([]float64, error) {
	var mu sync.Mutex
	var listeners []chan string
	origin, stop, err := serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		mine := make(chan string, 64)
		mu.Lock()
		listeners = append(listeners, mine)
		mu.Unlock()
		out := http.NewResponseController(w)
		w.Write([]byte("event: open\ndata: {}\n\n"))
		out.Flush()
		for {
			select {
			case <-q.Context().Done():
				return
			case text := <-mine:
				w.Write([]byte(text))
				out.Flush()
			}
		}
	}))
	if err != nil {
		return nil, err
	}
	defer stop()
	readers := make([]*client, (r.Streams+pagesEach-1)/pagesEach)
	for i := range readers {
		readers[i] = newClient(origin, "")
	}
	var number atomic.Int64
	return r.listen(ctx, readers, "/", rate, func(context.Context, int) (int64, error) {
		n := number.Add(1)
		text := fmt.Sprintf("event: topic\ndata: {\"topic\":\"00000000-0000-7000-8000-000000000000\",\"number\":%d}\n\n", n)
		mu.Lock()
		defer mu.Unlock()
		for _, l := range listeners {
			l <- text
		}
		return n, nil
	})
}
