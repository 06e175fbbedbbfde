// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"strings"

	"entente.example/internal/page"
)

// SeeOther sends the browser on to path after a successful POST. The path is sent
// as it is: http.Redirect would clean it first, into one that was never looked at.
func SeeOther(w http.ResponseWriter, _ *http.Request, path string) error {
	w.Header().Set("Location", inASCII(path))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// inASCII writes what has no place in a header as an address does.
func inASCII(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c < '!' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// OwnPath returns path if it is one of ours, else other: a page never sends a
// browser elsewhere.
func OwnPath(path, other string) string {
	if !page.IsOwn(path) {
		return other
	}
	return path
}
