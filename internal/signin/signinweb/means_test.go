// SPDX-License-Identifier: Apache-2.0

package signinweb_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/signin/passkey/passkeytest"
	"entente.example/internal/signin/signinweb"
	"entente.example/internal/web"
)

const word = "quiet rivers run"

func TestAPasswordAndACodeLetIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	secret := s.browser(t).hasPassword("ann", word)
	s.world.Advance(time.Minute)
	b := s.browser(t)
	b.goesTo(b.post("/signin/password", "name", "ann", "password", word, "code", b.code(secret), "next", "/exchange"), "/exchange")
	for next, path := range map[string]string{"/exchange?a=b": "/exchange?a=b", "/./\\e.example": "/home", "/.\\e.example": "/home", "/a/..//e.example": "/home"} {
		b.goesTo(b.get("/signin?next="+url.QueryEscape(next)), path)
	}
	security := b.get("/me/security")
	b.wants(security, http.StatusOK)
	for _, says := range []string{"Password and code", "Firefox, Windows", "this session"} {
		if !strings.Contains(security.Body.String(), says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	if strings.Contains(security.Body.String(), "/me/password/remove") {
		t.Error("the page offers to remove the last means")
	}
	b.wants(b.post("/me/password/remove"), http.StatusConflict)
}

func TestWhateverIsWrongTheFormSaysTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	secret := s.browser(t).hasPassword("ann", word)
	s.world.Advance(time.Minute)
	b := s.browser(t)
	said := func(name, password, code string) string {
		w := b.post("/signin/password", "name", name, "password", password, "code", code)
		b.wants(w, http.StatusUnprocessableEntity)
		return strings.ReplaceAll(w.Body.String(), `value="`+name+`"`, "")
	}
	first := said("ann", "wrong password", b.code(secret))
	for _, typed := range [][3]string{{"ann", word, "000000"}, {"nobody", word, "000000"}, {"bob", word, "000000"}} {
		if said(typed[0], typed[1], typed[2]) != first {
			t.Errorf("%v can be told from a wrong password", typed)
		}
	}
	if b.cookie != nil {
		t.Error("somebody was let in")
	}
}

func TestTooManyAttemptsAreHeldBackAndPasskeysAreNot(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	b, d := s.browser(t), passkeytest.New(t, origin)
	b.makes(d, "/invitation/link-ann/passkey")
	b.cookie = nil
	for range 5 {
		b.wants(b.post("/signin/password", "name", "ann", "password", "x", "code", "1"), http.StatusUnprocessableEntity)
	}
	w := b.post("/signin/password", "name", "ann", "password", "x", "code", "1")
	b.wants(w, http.StatusTooManyRequests)
	if w.Header().Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	b.wants(b.signsIn(d, ""), http.StatusOK)
}

func TestAMemberAddsRemovesAndEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t, ordinary)
	b, first, second := s.browser(t), passkeytest.New(t, origin), passkeytest.New(t, origin)
	b.makes(first, "/invitation/link-ann/passkey")
	if page := b.get("/me/security").Body.String(); strings.Contains(page, "/me/passkeys/remove") || !strings.Contains(page, "Add a second one") {
		t.Error("of a single passkey, the page offers removal or does not ask for a second")
	}
	s.world.Advance(time.Minute)
	if next := b.makes(second, "/me/passkeys"); next != "/me/security" {
		t.Errorf("on to %q", next)
	}
	b.wants(b.json("/me/passkeys/begin", `{"name":" "}`), http.StatusUnprocessableEntity)
	b.wants(b.json("/me/passkeys/begin", `[]`), http.StatusUnprocessableEntity)

	other := s.browser(t)
	other.wants(other.signsIn(second, ""), http.StatusOK)
	stranger := s.browser(t)
	stranger.makes(passkeytest.New(t, origin), "/invitation/link-bob/passkey")
	session := regexp.MustCompile(`/me/sessions/([0-9a-f-]+)/end`).FindStringSubmatch(b.get("/me/security").Body.String())
	if session == nil {
		t.Fatal("the page does not offer to end the other session")
	}
	stranger.wants(stranger.post(session[0]), http.StatusNotFound)
	b.goesTo(b.post(session[0]), "/me/security")
	other.goesTo(other.get("/me/security"), "/signin?next=%2Fme%2Fsecurity")

	other.wants(other.signsIn(second, ""), http.StatusOK)
	b.goesTo(b.post("/me/sessions/end"), "/me/security")
	other.goesTo(other.get("/me/security"), "/signin?next=%2Fme%2Fsecurity")

	page := b.get("/me/security")
	b.goesTo(b.post("/me/passkeys/remove", "passkey", field(t, page, "passkey")), "/me/security")
	stranger.cookie = nil
	refused := stranger.signsIn(first, "")
	stranger.wants(refused, http.StatusUnprocessableEntity)
	stranger.wants(stranger.signsIn(second, ""), http.StatusOK)
}

func TestNobodyHasNothingOfTheirOwn(t *testing.T) {
	t.Parallel()
	b := newSite(t, ordinary).browser(t)
	for _, path := range []string{"/me/security", "/me/password", "/invitation/done"} {
		if w := b.get(path); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/signin?next=") {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/me/passkeys/begin", "/me/passkeys/finish"} {
		b.wants(b.json(path, `{"name":"x","rawId":"AA","response":{"clientDataJSON":"e30"}}`), http.StatusUnauthorized)
	}
	for _, path := range []string{"/me/passkeys/remove", "/me/password", "/me/password/remove", "/me/sessions/end", "/me/sessions/x/end"} {
		b.wants(b.post(path, "setup", "x"), http.StatusUnauthorized)
	}
	b.goesTo(b.post("/signout"), "/signin?left=yes")
}

func persons(context.Context) ([]signinweb.DemoPerson, error) {
	return []signinweb.DemoPerson{{Member: "ann", Name: "Ann Leeward", Org: "Police", Country: "FR", Look: "demo.look.head"}}, nil
}

func TestOnlyTheDemonstrationLetsAnybodyBeAnybody(t *testing.T) {
	t.Parallel()
	plain := newSite(t, ordinary)
	if slices.ContainsFunc(plain.Routes(), func(route string) bool { return strings.Contains(route, "demo") }) {
		t.Error("an ordinary deployment has routes of the demonstration")
	}
	demo := newSite(t, func(p *signinweb.Pages, mux *web.Mux) { p.MountDemo(mux, persons) })
	b := demo.browser(t)
	if page := b.get("/signin").Body.String(); !strings.Contains(page, "Ann Leeward") || !strings.Contains(page, "/demo/be/ann") {
		t.Error("the page does not offer ann")
	}
	b.wants(b.post("/demo/be/bob"), http.StatusNotFound) // a member, but none of the persons
	b.goesTo(b.post("/demo/be/ann", "next", "/exchange"), "/exchange")
	b.wants(b.get("/me/security"), http.StatusOK)
	unfilled := newSite(t, func(p *signinweb.Pages, mux *web.Mux) {
		p.MountDemo(mux, func(context.Context) ([]signinweb.DemoPerson, error) { return nil, errors.New("not filled") })
	}).browser(t)
	unfilled.wants(unfilled.get("/signin"), http.StatusInternalServerError)
}

// A key that stands on a page has no message; a style in it breaks the policy.
func TestPagesSpeakEachLanguageAndKeepToThePolicy(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(p *signinweb.Pages, mux *web.Mux) { p.MountDemo(mux, persons) })
	member := s.browser(t)
	member.makes(passkeytest.New(t, origin), "/invitation/link-ann/passkey")
	member.makes(passkeytest.New(t, origin), "/me/passkeys")
	nobody := s.browser(t)
	broken := regexp.MustCompile(`>signin\.[a-z._]+<|\sstyle=|<script>|\{\{|<no value>`)
	for _, lang := range []string{"en", "fr", "es", "ar"} {
		member.lang, nobody.lang = lang, lang
		for path, b := range map[string]*browser{
			"/signin": nobody, "/signin?left=yes": nobody, "/invitation/link-bob/passkey": nobody, "/invitation/link-bob/password": nobody,
			"/me/security": member, "/me/password": member, "/invitation/done": member,
		} {
			w := b.get(path)
			b.wants(w, http.StatusOK)
			if found := broken.FindString(w.Body.String()); found != "" {
				t.Errorf("%s in %s holds %q", path, lang, found)
			}
			if !strings.Contains(w.Body.String(), `lang="`+lang+`"`) {
				t.Errorf("%s is not in %s", path, lang)
			}
		}
	}
}
