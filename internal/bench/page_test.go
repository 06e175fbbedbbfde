// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/web"
)

// BenchmarkTopicPage is a page without its way over the network.
func BenchmarkTopicPage(b *testing.B) {
	ctx := b.Context()
	h, err := Open(ctx, b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	ines, err := h.Actor(ctx, "ines")
	if err != nil {
		b.Fatal(err)
	}
	topic, err := h.Topic(ctx, ines, h.Kestrel, access.AmberStrict, 1, 20)
	if err != nil {
		b.Fatal(err)
	}
	token, err := h.Sessions.Start(ctx, ines.Member, access.Passkey, "bench")
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/w/"+string(h.Kestrel)+"/topics/"+string(topic), nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	r.Header.Set("Accept-Encoding", "gzip")
	for b.Loop() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.Clone(ctx))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
