// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"compress/gzip"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"entente.example/internal/web/limit"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Pattern returns the pattern of the page that answers r.
func (m *Mux) Pattern(r *http.Request) string {
	_, pattern := m.http.Handler(r)
	return pattern
}

// Refusals answers requests that are over a limit. The pages are made once, in
// each language: a refusal must cost less than the request.
type Refusals struct {
	demo   bool
	secure bool
	once   sync.Once
	pages  map[refused]made
}

type refused struct {
	key string
	tag words.Tag
}

// made is one page, as it is and compressed, and what it says in one line.
type made struct{ page, zipped, line []byte }

// NewRefusals returns the refusals of a deployment, which may be a demonstration,
// and which browsers may reach by https.
func NewRefusals(demo, secure bool) *Refusals { return &Refusals{demo: demo, secure: secure} }

// Refuse answers r with why, in its reader's language.
func (f *Refusals) Refuse(w http.ResponseWriter, r *http.Request, why limit.Refusal) {
	f.once.Do(f.make)
	m := f.pages[refused{why.Key, language(r)}]
	h := w.Header()
	Headers(h, f.secure)
	if why.After > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(why.After.Seconds()))))
	}
	text := m.line
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		text = m.page
		h.Set("Content-Type", "text/html; charset=utf-8")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			text = m.zipped
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(why.Status)
	_, _ = w.Write(text) // a reader who is gone
}

// language is the reader's, from what costs nothing to read: their cookie, or the
// first language of ours that the browser names.
func language(r *http.Request) words.Tag {
	const glance = 64
	for _, wish := range []string{cookie(r, LanguageCookie), r.Header.Get("Accept-Language")} {
		for part := range strings.SplitSeq(wish[:min(len(wish), glance)], ",") {
			part = strings.ToLower(strings.TrimSpace(part))
			for _, tag := range words.Tags() {
				if strings.HasPrefix(part, string(tag)) {
					return tag
				}
			}
		}
	}
	return words.English
}

func (f *Refusals) make() {
	f.pages = map[refused]made{}
	for _, why := range limit.Refusals() {
		for _, tag := range words.Tags() {
			f.pages[refused{why.Key, tag}] = f.one(why, tag)
		}
	}
}

func (f *Refusals) one(why limit.Refusal, tag words.Tag) made {
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		panic(err) // the request is a constant
	}
	ctx := words.With(r.Context(), words.Reader{Tag: tag})
	text := words.Say(ctx, why.Key)
	title := words.Say(ctx, "error.title."+refusedTitle(why.Status))
	var page, zipped bytes.Buffer
	if err := ui.ErrorPage(ui.Page{Title: title}, ui.Nav{Demo: f.demo, Path: "/"}, why.Status, title, text, "").Render(ctx, &page); err != nil {
		page.WriteString(text) // a template that fails in memory is a fault that its tests find
	}
	zip := gzip.NewWriter(&zipped)
	_, _ = zip.Write(page.Bytes()) // a buffer takes all
	_ = zip.Close()
	return made{page.Bytes(), zipped.Bytes(), []byte(text + "\n")}
}

func refusedTitle(status int) string {
	switch status {
	case http.StatusTooManyRequests:
		return "too_many"
	case http.StatusServiceUnavailable:
		return "unavailable"
	case http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge:
		return "too_large"
	}
	return "invalid"
}
