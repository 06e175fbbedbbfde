// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/web"
)

// client is a browser of one member.
type client struct {
	http   *http.Client
	origin string
	cookie string
}

// client signs a member in.
func (r *run) client(ctx context.Context, actor access.Actor) (*client, error) {
	token, err := r.house.Sessions.Start(ctx, actor.Member, access.Passkey, "bench")
	if err != nil {
		return nil, err
	}
	return newClient(r.house.Origin, web.SessionCookie+"="+token), nil
}

func newClient(origin, cookie string) *client {
	transport := &http.Transport{MaxIdleConnsPerHost: 2048, DisableCompression: true}
	return &client{
		http: &http.Client{
			Transport: transport, Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		origin: origin, cookie: cookie,
	}
}

// do sends a request as a browser does, and returns the answer's body as it came.
func (c *client) do(ctx context.Context, method, path, form string) (status int, header http.Header, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.origin+path, strings.NewReader(form))
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header.Set("Cookie", c.cookie)
	request.Header.Set("Accept-Encoding", "gzip, br")
	if form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, body, err
}

// get reads a page, which must be there.
func (c *client) get(ctx context.Context, path string) (http.Header, []byte, error) {
	status, header, body, err := c.do(ctx, http.MethodGet, path, "")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", path, status)
	}
	return header, body, err
}

// many does act from many clients for a while, each once at least, and returns how often, and how long each took, in
// milliseconds.
func many(ctx context.Context, clients int, during time.Duration, act func(ctx context.Context, n int) error) (t turn, took []float64, err error) {
	var mu sync.Mutex
	var group sync.WaitGroup
	w := begin()
	end := w.began.Add(during)
	for client := range clients {
		group.Go(func() {
			var mine []float64
			var failed error
			for n := client; failed == nil && (n == client || time.Now().Before(end)); n += clients { // once at least
				start := time.Now()
				failed = act(ctx, n)
				mine = append(mine, ms(time.Since(start)))
			}
			mu.Lock()
			defer mu.Unlock()
			took, err = append(took, mine...), errors.Join(err, failed)
		})
	}
	group.Wait()
	return w.of(len(took)), took, err
}

// serve answers with handler at an address of its own, until stop is called:
// what the limits of pages and streams are measured at.
func serve(ctx context.Context, handler http.Handler) (origin string, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "localhost:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)
	return "http://" + listener.Addr().String(), server.Close, nil
}

// events reads a stream of server-sent events, and calls each with the name and
// the data of each event, until ctx ends.
func (c *client) events(ctx context.Context, path string, each func(name, data string)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.origin+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Cookie", c.cookie)
	patient := *c.http
	patient.Timeout = 0
	answer, err := patient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the stream answers %d", answer.StatusCode)
	}
	name, lines := "", bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = event
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			each(name, data)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(errors.New("the stream ended"), lines.Err())
}
