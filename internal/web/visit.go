// SPDX-License-Identifier: Apache-2.0

package web

import "net/http"

// visit reads all that a page shows in one snapshot, which ends when the answer
// begins: a reader on a thin line holds nothing of the database.
func (m *Mux) visit(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request, func()) {
	if m.Visit == nil || r.Method != http.MethodGet {
		return w, r, func() {}
	}
	ctx, leave := m.Visit(r.Context())
	return &leaving{ResponseWriter: w, leave: leave}, r.WithContext(ctx), leave
}

// leaving ends a visit with the first byte of the answer.
type leaving struct {
	http.ResponseWriter
	leave func()
	left  bool
}

func (l *leaving) first() {
	if !l.left {
		l.left = true
		l.leave()
	}
}

// WriteHeader implements http.ResponseWriter.
func (l *leaving) WriteHeader(status int) {
	l.first()
	l.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (l *leaving) Write(text []byte) (int, error) {
	l.first()
	return l.ResponseWriter.Write(text)
}

// Unwrap is for http.ResponseController.
func (l *leaving) Unwrap() http.ResponseWriter { return l.ResponseWriter }
