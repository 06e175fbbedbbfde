// SPDX-License-Identifier: Apache-2.0

package web

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// worthwhile is the size from which an answer is compressed.
const worthwhile = 1 << 10

var gzips = sync.Pool{New: func() any {
	zip, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return zip
}}

// respond sends text, compressed where the reader takes it. No secret stands
// beside what a stranger could choose on a page of ours (tokens live in cookies
// alone), so compression gives nothing away.
func respond(w http.ResponseWriter, r *http.Request, status int, contentType string, text []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if len(text) < worthwhile || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, err := w.Write(text)
		return gone(err)
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	zip, _ := gzips.Get().(*gzip.Writer)
	defer gzips.Put(zip)
	zip.Reset(w)
	if _, err := zip.Write(text); err != nil {
		return gone(err)
	}
	return gone(zip.Close())
}
