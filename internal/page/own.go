// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/url"
	"path"
	"strings"
)

// IsOwn tells whether target is the path of a page of our own site, with or
// without a query, whoever reads it: Go, which cleans what it redirects to, and
// browsers (WHATWG URL), which take a backslash for a slash, drop tabs and line
// ends, and go to another host by two slashes.
func IsOwn(target string) bool {
	if !strings.HasPrefix(target, "/") || strings.ContainsFunc(target, func(r rune) bool { return r < '!' || r > '~' || r == '\\' }) {
		return false
	}
	at, _, _ := strings.Cut(target, "#")
	at, _, _ = strings.Cut(at, "?")
	if clean := path.Clean(at); at != clean && at != clean+"/" {
		return false
	}
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil
}
