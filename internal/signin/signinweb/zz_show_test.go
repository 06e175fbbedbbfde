// SPDX-License-Identifier: Apache-2.0

package signinweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"entente.example/internal/signin/passkey/passkeytest"
	"entente.example/internal/signin/signinweb"
	"entente.example/internal/web"
	"entente.example/internal/web/assets"
)

func TestShow(t *testing.T) {
	out := os.Getenv("SHOW")
	if out == "" {
		t.Skip()
	}
	s := newSite(t, func(p *signinweb.Pages, mux *web.Mux) {
		if os.Getenv("PLAIN") != "" {
			p.Mount(mux)
		} else {
			p.MountDemo(mux, func(ctx context.Context) ([]signinweb.DemoPerson, error) {
				l, _ := persons(ctx)
				return append(l, signinweb.DemoPerson{Member: "bob", Name: "منى الحداد", Org: "المكتب المركزي الوطني", Country: "MA", Role: "Analyst in TYCHE; reads Arabic pages"}), nil
			})
		}
		mux.HandleFiles(assets.Prefix, assets.Handler())
	})
	m := s.browser(t)
	m.makes(passkeytest.New(t, origin), "/invitation/link-ann/passkey")
	s.world.Advance(time.Hour / 4)
	m.makes(passkeytest.New(t, origin), "/me/passkeys")
	o := s.browser(t)
	_ = o
	lang, authed := "en", false
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Cookie")
		r.Header.Set("Accept-Language", lang)
		if authed {
			r.AddCookie(m.cookie)
		}
		s.ServeHTTP(w, r)
	}))
	defer srv.Close()
	shot := func(name, path, l, size string, in bool) {
		lang, authed = l, in
		b, err := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=3000", "--window-size="+size, "--screenshot="+out+"/"+name+".png", srv.URL+path).CombinedOutput()
		if err != nil {
			t.Log(string(b))
		}
	}
	if os.Getenv("PLAIN") != "" {
		shot("signin", "/signin", "en", "1280,800", false)
		shot("signin-ar", "/signin", "ar", "500,800", false)
		return
	}
	shot("demo", "/signin", "en", "1280,900", false)
	shot("first", "/invitation/link-bob/passkey", "fr", "1280,900", false)
	shot("setup", "/invitation/link-bob/password", "en", "500,1300", false)
	shot("security", "/me/security", "en", "1280,1000", true)
	shot("security-ar", "/me/security", "ar", "500,1400", true)
	shot("done", "/invitation/done", "es", "1280,700", true)
	shot("mypassword", "/me/password", "en", "1280,1000", true)
}
