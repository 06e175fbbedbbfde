// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/intel"
)

const (
	barePage = "the same bytes from memory through the same kind of server"
	reading  = 4 // clients that read at once
)

// pages measures pages as a browser asks for them, beside the same answers from
// memory.
func (r *run) pages(ctx context.Context) error {
	topic, err := r.house.Topic(ctx, r.writer, r.house.Kestrel, access.AmberStrict, 700_000, 20)
	if err != nil {
		return err
	}
	if err := r.house.Indexed(ctx); err != nil {
		return err
	}
	browser, err := r.client(ctx, r.writer)
	if err != nil {
		return err
	}
	list, err := r.house.Objects.List(ctx, r.writer, r.house.Kestrel, intel.Question{}, intel.Key{}, 100)
	if err != nil {
		return err
	}
	if err := r.firstPage(ctx, browser); err != nil {
		return err
	}
	at := "/w/" + string(r.house.Kestrel)
	of := fmt.Sprintf(" at %d objects", r.Objects)
	value := func(n int) string { return valueOf(seriesSeed, 4*(n%(r.Objects/4))).text }
	for _, p := range []struct {
		name string
		path func(n int) string
		goal func(Row) Row
	}{
		{"topic page, 20 posts", func(int) string { return at + "/topics/" + string(topic) }, func(row Row) Row { return row.atLeast(1. / 3) }},
		{"list of objects, first page" + of, func(int) string { return at + "/intel" }, underFifteen},
		{"entity page" + of, func(n int) string { return at + "/objects/" + string(list.Objects[n%len(list.Objects)].ID) }, underFifteen},
		{"search for a value" + of, func(n int) string { return at + "/search?q=" + value(n) }, underFifteen},
		{"search for a word of every object" + of, func(int) string { return at + "/search?q=indicator" }, underFifteen},
		{"list, found by a value" + of, func(n int) string { return at + "/intel?q=" + value(n) }, underFifteen},
	} {
		if err := r.page(ctx, browser, p.name, p.path, p.goal); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func underFifteen(row Row) Row { return row.within(row.P50, 15, "p50") }

func (r Row) atLeast(share float64) Row {
	met := r.Ratio >= share
	r.Goal, r.Met = fmt.Sprintf("at least %.2f of the limit", share), &met
	return r
}

// page measures one kind of page: how many a second several readers get, and how
// long one reader waits alone.
func (r *run) page(ctx context.Context, browser *client, name string, path func(int) string, goal func(Row) Row) error {
	header, body, err := browser.get(ctx, path(0))
	if err != nil {
		return err
	}
	origin, stop, err := serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for key, values := range header {
			w.Header()[key] = values
		}
		w.Write(body)
	}))
	if err != nil {
		return err
	}
	defer stop()
	bare := newClient(origin, browser.cookie)
	asking := func(c *client) func(context.Context, int) error {
		return func(ctx context.Context, n int) error {
			_, _, err := c.get(ctx, path(n))
			return err
		}
	}
	var figure, limit []turn
	var alone []float64
	for range r.Rounds {
		each, _, err := many(ctx, reading, r.Pages, asking(bare))
		if err != nil {
			return err
		}
		limit = append(limit, each)
		if each, _, err = many(ctx, reading, r.Pages, asking(browser)); err != nil {
			return err
		}
		figure = append(figure, each)
		_, took, err := many(ctx, 1, r.Pages/2, asking(browser))
		if err != nil {
			return err
		}
		alone = append(alone, took...)
	}
	row := goal(rate(name, "pages/s", figure, limit, barePage, 0).spread(alone))
	row.KB = float64(len(body)) / 1024
	r.add(row)
	return nil
}

// parts finds what a page makes a browser fetch at once.
var parts = regexp.MustCompile(`<(?:link|script)[^>]+(?:href|src)="([^"]+)"`)

// firstPage counts what a browser that knows nothing yet fetches for the first
// page that anybody sees.
func (r *run) firstPage(ctx context.Context, browser *client) error {
	plain := *browser
	plain.cookie = ""
	_, raw, err := plain.uncompressed(ctx, "/signin")
	if err != nil {
		return err
	}
	_, page, err := plain.get(ctx, "/signin")
	if err != nil {
		return err
	}
	bytes, requests := len(page), 1
	var seen []string
	for _, found := range parts.FindAllStringSubmatch(string(raw), -1) {
		path, _, _ := strings.Cut(found[1], "#")
		if !strings.HasPrefix(path, "/") || slices.Contains(seen, path) {
			continue
		}
		seen = append(seen, path)
		_, part, err := plain.get(ctx, path)
		if err != nil {
			continue // a link to a page, not a part of this one
		}
		bytes, requests = bytes+len(part), requests+1
	}
	kb := float64(bytes) / 1024
	met := kb <= 60
	r.add(Row{Name: "first page (sign-in), all that it links to", Unit: "KB", Figure: kb, Goal: "60 KB", Met: &met})
	met4 := requests <= 4
	r.add(Row{Name: "requests for it", Unit: "requests", Figure: float64(requests), Goal: "4", Met: &met4})
	return nil
}

func (c *client) uncompressed(ctx context.Context, path string) (http.Header, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.origin+path, nil)
	if err != nil {
		return nil, nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.Header, body, err
}
