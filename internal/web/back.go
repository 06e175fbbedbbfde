// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// comeBack returns where the reader of an answer can come back to: the page as it
// was asked for. What answers a form may stand at an address that has no page; then
// it is the page that the form stood on or, failing that, the nearest one above.
func (m *Mux) comeBack(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return OwnPath(r.URL.RequestURI(), "/home")
	}
	from, err := url.Parse(r.Referer())
	if err == nil && from.Host == r.Host && m.shows(from.Path) {
		return OwnPath(from.RequestURI(), "/home")
	}
	for at := r.URL.Path; at != "/" && at != "."; at = path.Dir(at) {
		if m.shows(at) {
			return OwnPath((&url.URL{Path: at}).RequestURI(), "/home")
		}
	}
	return "/home"
}

// shows reports whether a page is mounted at that path.
func (m *Mux) shows(at string) bool {
	_, pattern := m.http.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: at}})
	return strings.HasPrefix(pattern, http.MethodGet+" ")
}
