// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/web/limit"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// status maps each kind of error to its one answer.
func status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fail answers with what the reader may know of err. What is ours to mend is
// logged by route and reference, never with path, query or content.
func (m *Mux) fail(w http.ResponseWriter, r *http.Request, actor access.Actor, pattern string, err error) {
	if errors.Is(err, errGone) || r.Context().Err() != nil {
		return // nobody reads the answer; who still waits is told, though what was done for them was given up
	}
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.Wrap(fault.TooLarge, "error.too_large", err).With("limit", words.Bytes(r.Context(), large.Limit))
	}
	if slow := errors.Is(err, limit.ErrSlow); slow || errors.Is(err, limit.ErrFields) {
		w.Header().Set("Connection", "close")
		key := "error.limit.fields"
		if slow {
			key = "error.limit.slow"
		}
		err = fault.Wrap(fault.Invalid, key, err)
	}
	e := fault.Of(err)
	if e.Kind == fault.Unauthenticated && wantsPage(r) && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		_ = SeeOther(w, r, "/signin?next="+url.QueryEscape(OwnPath(r.URL.RequestURI(), "/home")))
		return
	}
	if m.signedOut(w, r, e.Kind) {
		return
	}
	reference := ""
	if e.Kind == fault.Internal || e.Kind == fault.Unavailable {
		reference = noteOf(r.Context()).Reference
		m.Log.ErrorContext(r.Context(), "page failed", "route", pattern, "reference", reference, "member", string(actor.Member), "err", err)
	}
	if e.Kind == fault.TooMany || e.Kind == fault.Unavailable {
		w.Header().Set("Retry-After", "30")
	}
	m.errorPage(w, r, actor, e, reference)
}

// wantsPage reports whether the answer is for a person's eyes, not a script's.
func wantsPage(r *http.Request) bool {
	mode := r.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate"
}

func (m *Mux) errorPage(w http.ResponseWriter, r *http.Request, actor access.Actor, e *fault.Error, reference string) {
	ctx := r.Context()
	text := words.Fault(ctx, e)
	if strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
		_ = jsonStatus(w, status(e.Kind), map[string]string{"error": text, "reference": reference})
		return
	}
	nav, err := m.nav(r, actor)
	if err != nil {
		nav = ui.Nav{Demo: m.Demo, Path: r.URL.Path, Back: m.comeBack(r)} // the frame must not hide the error
	}
	title := words.Say(ctx, "error.title."+titles[e.Kind])
	body := ui.ErrorPage(ui.Page{Title: title, Place: placeOf(r, nav)}, nav, status(e.Kind), title, text, reference)
	if err := send(w, r, status(e.Kind), nil, body); err != nil && !errors.Is(err, errGone) {
		m.Log.ErrorContext(ctx, "error page failed", "reference", reference, "err", err)
		http.Error(w, text, status(e.Kind))
	}
}

// placeOf guesses the look of an error page from where it happened: that of an
// operation, or of the Directorate, for those alone who may be there.
func placeOf(r *http.Request, nav ui.Nav) ui.Place {
	switch {
	case nav.Workspace != nil:
		return ui.Operation
	case strings.HasPrefix(r.URL.Path, "/exchange"):
		return ui.Exchange
	case nav.Directorate && strings.HasPrefix(r.URL.Path, "/directorate"):
		return ui.Directorate
	}
	return ui.Mine
}

var titles = map[fault.Kind]string{
	fault.Internal: "internal", fault.Invalid: "invalid", fault.Unauthenticated: "unauthenticated", fault.Forbidden: "forbidden",
	fault.NotFound: "not_found", fault.Conflict: "conflict", fault.TooLarge: "too_large", fault.TooMany: "too_many", fault.Unavailable: "unavailable",
}

// nowhere answers for all that no page is mounted at, as for what is hidden.
func (m *Mux) nowhere(_ http.ResponseWriter, _ *http.Request, actor access.Actor) error {
	if actor.Kind == access.Nobody {
		return access.ErrNobody
	}
	return access.ErrHidden
}
