//go:build show

package memberweb_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"entente.example/internal/web"
	"entente.example/internal/web/assets"
)

func TestShow(t *testing.T) {
	s := newSite(t)
	populate(t, s)
	assetHandler := assets.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) > 8 && r.URL.Path[:8] == "/assets/" {
			assetHandler.ServeHTTP(w, r)
			return
		}
		if r.URL.Path == "/live" {
			<-r.Context().Done()
			return
		}
		if who := r.FormValue("who"); who != "" && r.Method == "GET" {
			r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
		}
		if l := r.FormValue("lang"); l != "" {
			r.Header.Set("Accept-Language", l)
		}
		s.ServeHTTP(w, r)
	}))
	os.WriteFile("/tmp/mw/url", []byte(srv.URL), 0o600)
	time.Sleep(90 * time.Second)
}
