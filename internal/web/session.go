// SPDX-License-Identifier: Apache-2.0

package web

import (
	"math"
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/web/ui"
)

// left is how many seconds are left of a session, 0 where there is none.
func (m *Mux) left(s Signed) int {
	end, _ := s.end()
	if end.IsZero() {
		return 0
	}
	return max(0, int(math.Floor(end.Sub(m.Now()).Seconds())))
}

// end is when a session ends unless it is used before, and whether nothing puts
// that off.
func (s Signed) end() (at time.Time, last bool) {
	if last = !s.LastEnd.After(s.IdleEnd); last {
		return s.LastEnd, true
	}
	return s.IdleEnd, false
}

// sessionLeft tells an open page how long its session lasts.
type sessionLeft struct {
	Left int    `json:"left"` // seconds
	Last bool   `json:"last"` // the end cannot be put off
	Text string `json:"text"` // what to say of it, in the reader's language and zone
}

// session says when the session ends. Asked by a person's act it puts that off, as
// each page does; asked by the page itself it does not.
func (m *Mux) session(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind != access.Person {
		return access.ErrNobody
	}
	signed := signedOf(r.Context())
	end, last := signed.end()
	return JSON(w, sessionLeft{Left: m.left(signed), Last: last, Text: ui.SessionEnd(r.Context(), end, last)})
}
