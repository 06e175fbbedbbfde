// SPDX-License-Identifier: Apache-2.0

package assets

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// ServeHTTP answers from memory; the path carries the hash, so what it answers
// may be kept for ever.
func (s set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ours := strings.CutPrefix(r.URL.Path, Prefix+s.hash+"/")
	asset, there := s.files[name]
	if !ours || !there {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", asset.mediaType)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "public, max-age=31536000, immutable")
	head.Set("ETag", `"`+s.hash+`"`)
	body := asset.body
	if asset.gzipped != nil {
		head.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			head.Set("Content-Encoding", "gzip")
			head.Set("ETag", `"`+s.hash+`-gzip"`)
			body = asset.gzipped
		}
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// takesGzip tells whether the request accepts gzip and does not weigh it zero.
func takesGzip(r *http.Request) bool {
	for offer := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(params), "q="), "0.")
			return params == "" || weight != ""
		}
	}
	return false
}
