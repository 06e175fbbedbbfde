// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/words"
)

// Note is a request as logs and figures may know it: nothing that its sender
// wrote is in it, no path, no query, no body.
type Note struct {
	Route     string // the pattern that answered
	Status    int
	Took      time.Duration
	Reference string // the number that an error page shows
	Member    access.MemberID
	Cut       bool // the reader left before the end
}

// unrouted stands where no pattern answered.
const unrouted = "none"

type noteKey struct{}

// noteOf returns what is noted of a request: a fresh Note for one that
// did not come through ServeHTTP.
func noteOf(ctx context.Context) *Note {
	if v, ok := ctx.Value(noteKey{}).(*Note); ok {
		return v
	}
	return &Note{}
}

// noted answers r through next and tells Seen of it. A panic becomes an error
// page where nothing was sent yet, and a log entry in any case.
func (m *Mux) noted(w http.ResponseWriter, r *http.Request, next http.Handler) {
	begun := m.Now()
	note := &Note{Reference: m.NewID()}
	r = r.WithContext(context.WithValue(r.Context(), noteKey{}, note))
	seen := &recorder{ResponseWriter: w}
	defer func() {
		problem := recover()
		note.Route = r.Pattern
		if note.Route == "" {
			note.Route = unrouted
		}
		if problem != nil && problem != http.ErrAbortHandler { //nolint:errorlint // what panics is not wrapped
			m.panicked(seen, r, note, problem)
		}
		note.Status, note.Took, note.Cut = seen.code(), m.Now().Sub(begun), r.Context().Err() != nil
		if m.Seen != nil {
			m.Seen(r.Context(), *note)
		}
		if problem != nil {
			panic(http.ErrAbortHandler) // the server closes the connection, and logs nothing itself
		}
	}()
	next.ServeHTTP(seen, r)
}

// panicked answers for a handler that did not. What it panicked with may hold
// content, so the log has its type, the run time's own words, and the stack.
func (m *Mux) panicked(w *recorder, r *http.Request, v *Note, problem any) {
	what := fmt.Sprintf("%T", problem)
	if err, ok := problem.(runtime.Error); ok {
		what = err.Error()
	}
	m.Log.ErrorContext(r.Context(), "page panicked", "route", v.Route, "reference", v.Reference, "member", string(v.Member),
		"panic", what, "stack", string(debug.Stack()))
	if w.status == 0 {
		r = r.WithContext(words.With(r.Context(), words.Reader{Tag: words.Match(cookie(r, LanguageCookie), r.Header.Get("Accept-Language")), Zone: time.UTC}))
		m.errorPage(w, r, access.Actor{}, fault.Of(errPanicked), v.Reference)
	}
}

var errPanicked = errors.New("a page panicked")

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach deadlines and flushing.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
