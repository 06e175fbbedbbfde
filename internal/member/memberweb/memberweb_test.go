// SPDX-License-Identifier: Apache-2.0

package memberweb_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/live"
	"entente.example/internal/member"
	"entente.example/internal/member/membersql"
	"entente.example/internal/member/memberweb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// site is the pages over the world of gatetest. A request's session token is the
// id of the member who sends it.
type site struct {
	*web.Mux
	world *gatetest.World
}

type noSessions struct{}

func (noSessions) EndAll(context.Context, access.MemberID) error { return nil }

func newSite(t *testing.T) *site {
	t.Helper()
	w := gatetest.New(t, sqldbtest.Open(t))
	for _, officer := range []string{"olga", "omar"} {
		w.Exec(t, `INSERT INTO member_member (member_id, org_id, handle, name, post, email, state, officer, vetted_until, ends_at,
				language, time_zone, theme, created_at)
			VALUES ($1, 'sec', $1, $1, 'Desk', $2, 'active', 'confirmed', 0, 0, 'en', 'UTC', '', 1)`, officer, officer+"@sec.example")
	}
	tokens := 0
	store := membersql.New(w.Gate)
	mux := web.New(web.Options{
		Resume: func(_ context.Context, token string) (web.Signed, error) {
			return web.Signed{Actor: gatetest.As(token), Zone: "UTC"}, nil
		},
		Navigate: func(_ context.Context, actor access.Actor, _ access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: string(actor.Member), Initials: "M"}, Directorate: true}, nil
		},
		Hub: &live.Hub{}, Log: slog.New(slog.DiscardHandler), NewID: w.NewID, Now: w.Now, After: time.After,
	})
	pages := &memberweb.Pages{
		Organisations: member.NewOrganisations(store, w.Now, w.NewID),
		People:        member.NewPeople(store, noSessions{}, w.Now, w.NewID),
		Invitations: member.NewInvitations(store, w.Now, w.NewID, func() string {
			tokens++
			return fmt.Sprint("secret-", tokens)
		}),
		Officers: member.NewOfficers(store, w.Now, w.NewID),
		Vettings: member.NewVettings(store, w.Now, w.NewID),
		Origin:   "https://entente.example", Now: w.Now,
	}
	pages.Mount(mux)
	return &site{mux, w}
}

// answer is what came back, read as a page.
type answer struct {
	status   int
	location string
	cookies  []*http.Cookie
	body     string
	doc      *html.Node
}

func (s *site) send(t *testing.T, who, lang, method, path string, form url.Values) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept-Language", lang)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return answer{w.Code, w.Header().Get("Location"), w.Result().Cookies(), w.Body.String(), doc}
}

func (s *site) get(t *testing.T, who, path string) answer {
	t.Helper()
	return s.send(t, who, "en", http.MethodGet, path, nil)
}

func (s *site) post(t *testing.T, who, path string, pairs ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return s.send(t, who, "en", http.MethodPost, path, form)
}

func (a answer) is(t *testing.T, status int, location string) {
	t.Helper()
	if a.status != status || a.location != location {
		t.Fatalf("status %d, location %q; want %d, %q: %s", a.status, a.location, status, location, text(a.doc))
	}
}

// find returns the elements of that name that have that attribute and value.
func find(n *html.Node, name, attr, value string) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name && attribute(d, attr) == value {
			found = append(found, d)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// value is what the field of that name holds.
func (a answer) value(t *testing.T, name string) string {
	t.Helper()
	for _, element := range []string{"input", "textarea", "select"} {
		for _, field := range find(a.doc, element, "name", name) {
			switch element {
			case "textarea":
				return text(field)
			case "select":
				for o := range field.Descendants() {
					if slices.ContainsFunc(o.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
						return attribute(o, "value")
					}
				}
				return ""
			}
			return attribute(field, "value")
		}
	}
	t.Fatalf("no field %q", name)
	return ""
}

// key is a message that was not said.
var key = regexp.MustCompile(`\bmember\.[a-z_]+|<no value>|%!`)

func TestEachPageSpeaksEachLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	populate(t, s)
	for _, c := range []struct{ who, path string }{
		{"off", "/directorate"}, {"max", "/directorate"},
		{"off", "/directorate/organisations"}, {"max", "/directorate/organisations"}, {"off", "/directorate/organisations/new"},
		{"off", "/directorate/organisations/acme"}, {"off", "/directorate/organisations/ncb-es"}, {"max", "/directorate/organisations/pol-fr"},
		{"off", "/directorate/members"}, {"off", "/directorate/members?q=nobody+at+all"},
		{"off", "/directorate/organisations?kind=judicial"}, {"off", "/directorate/organisations?ends=soon&order=end&state=active&country=FR"},
		{"off", "/directorate/members?org=acme&vetting=soon&order=end"}, {"max", "/directorate/invitations?state=over"}, {"max", "/directorate/members?q=ann"},
		{"off", "/directorate/members/ann"}, {"olga", "/directorate/members/exp"}, {"max", "/directorate/members/sus"},
		{"off", "/directorate/members/olga"}, {"max", "/directorate/members/exp"},
		{"off", "/directorate/invitations"}, {"max", "/directorate/invitations/new"}, {"", "/invitation/secret-1"},
		{"", "/invitation/secret-1?rules=" + member.RulesVersion}, {"ann", "/me/settings"},
		{"ann", "/me/profile"},
	} {
		for _, tag := range words.Tags() {
			a := s.send(t, c.who, string(tag), http.MethodGet, c.path, nil)
			if a.status != http.StatusOK {
				t.Errorf("%s %s by %q: status %d: %s", tag, c.path, c.who, a.status, text(a.doc))
			}
			if left := key.FindString(a.body); left != "" {
				t.Errorf("%s %s by %q says %q", tag, c.path, c.who, left)
			}
		}
	}
}

// populate makes something of each kind wait.
func populate(t *testing.T, s *site) {
	t.Helper()
	day := s.world.Now().AddDate(0, 6, 0).Format(time.DateOnly)
	today := s.world.Now().Format(time.DateOnly)
	for _, act := range [][]string{
		{"max", "/directorate/invitations", "org", "pol-fr", "name", "Nour", "email", "nour@pol-fr.example"},
		{"off", "/directorate/organisations/acme/agreements", "reference", "CA 7", "scope", "both", "first_day", today, "last_day", day},
		{"off", "/directorate/organisations", "name", "Bleu SA", "kind", "private", "country", "FR"},
		{"max", "/directorate/members/exp/vetting", "statement", "Seen in person.", "last_day", day},
		{"olga", "/directorate/members/exp/vetting/approve"},
		{"off", "/directorate/countries/suspend", "country", "MT"},
	} {
		if a := s.post(t, act[0], act[1], act[2:]...); a.status >= http.StatusBadRequest {
			t.Fatalf("%v: status %d: %s", act, a.status, text(a.doc))
		}
	}
}

func TestTheWayFromALinkToTheFirstMeans(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	made := s.post(t, "max", "/directorate/invitations", "org", "pol-fr", "name", "Nour", "email", "Nour@pol-fr.example")
	made.is(t, http.StatusOK, "")
	if !strings.Contains(text(made.doc), "https://entente.example/invitation/secret-1") {
		t.Fatalf("the link is not shown: %s", text(made.doc))
	}
	if again := s.get(t, "max", "/directorate/invitations"); strings.Contains(again.body, "secret-1") {
		t.Error("the link is shown again")
	}
	const link, means = "/invitation/secret-1", "/invitation/secret-1/passkey"
	for range 2 {
		rules := s.get(t, "", link)
		if rules.is(t, http.StatusOK, ""); rules.value(t, "rules") != member.RulesVersion {
			t.Fatal("no rules to accept")
		}
	}
	s.get(t, "", link+"?rules="+member.RulesVersion).is(t, http.StatusOK, "")

	wrong := s.post(t, "", link, "rules", member.RulesVersion, "handle", "No Good", "name", "Nour N.", "post", "Unit", "time_zone", "Europe/Paris")
	wrong.is(t, http.StatusUnprocessableEntity, "")
	for field, want := range map[string]string{"handle": "No Good", "name": "Nour N.", "post": "Unit", "time_zone": "Europe/Paris"} {
		if got := wrong.value(t, field); got != want {
			t.Errorf("%s is %q after an error; want %q", field, got, want)
		}
	}
	if len(find(wrong.doc, "input", "aria-invalid", "true")) != 1 {
		t.Error("the error is not beside its field")
	}
	s.post(t, "", link, "handle", "nour").is(t, http.StatusUnprocessableEntity, "") // the rules again
	good := []string{"rules", member.RulesVersion, "handle", "nour", "name", "Nour N.", "post", "Unit", "time_zone", "Europe/Paris"}
	s.post(t, "", link, good...).is(t, http.StatusSeeOther, means)
	s.get(t, "", link).is(t, http.StatusSeeOther, means)

	second := s.post(t, "", link, good...)
	second.is(t, http.StatusNotFound, "")
	unknown := s.get(t, "", "/invitation/nothing")
	if unknown.is(t, http.StatusNotFound, ""); text(unknown.doc) != text(second.doc) {
		t.Errorf("a used link and an unknown one differ: %q, %q", text(second.doc), text(unknown.doc))
	}
}

func TestWhatOneMayNotSeeIsAbsent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	same := func(t *testing.T, a, b answer) {
		t.Helper()
		if a.status != http.StatusNotFound || b.status != a.status || text(a.doc) != text(b.doc) {
			t.Errorf("hidden: %d %s; absent: %d %s", a.status, text(a.doc), b.status, text(b.doc))
		}
	}
	t.Run("a member of another country, to a bureau", func(t *testing.T) {
		same(t, s.get(t, "max", "/directorate/members/bob"), s.get(t, "max", "/directorate/members/nowhere"))
		same(t, s.post(t, "max", "/directorate/members/bob/suspend"), s.post(t, "max", "/directorate/members/nowhere/suspend"))
		same(t, s.post(t, "max", "/directorate/members/bob/details"), s.post(t, "max", "/directorate/members/nowhere/details", "name", "X", "post", "Y"))
	})
	t.Run("an organisation of another country, to a bureau", func(t *testing.T) {
		same(t, s.get(t, "max", "/directorate/organisations/pol-es"), s.get(t, "max", "/directorate/organisations/nowhere"))
	})
	t.Run("the Directorate's own forms, to a bureau", func(t *testing.T) {
		same(t, s.get(t, "max", "/directorate/organisations/new"), s.get(t, "max", "/directorate/members/nowhere"))
		same(t, s.post(t, "max", "/directorate/countries/suspend", "country", "ES"), s.get(t, "max", "/directorate/members/nowhere"))
	})
	t.Run("all of it, to others", func(t *testing.T) {
		for _, path := range []string{
			"/directorate", "/directorate/organisations", "/directorate/members", "/directorate/members/ann",
			"/directorate/invitations", "/directorate/invitations/new",
		} {
			same(t, s.get(t, "ann", path), s.get(t, "ann", "/directorate/nowhere"))
			s.get(t, "", path).is(t, http.StatusSeeOther, "/signin?next="+url.QueryEscape(path))
		}
	})
}

func TestWhatThePagesDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := func(who, path string) string { return text(s.get(t, who, path).doc) }
	t.Run("a suspended member is shown as such, and restored", func(t *testing.T) {
		s.post(t, "max", "/directorate/members/ann/suspend").is(t, http.StatusSeeOther, "/directorate/members/ann")
		if !strings.Contains(page("max", "/directorate/members/ann"), "Suspended") {
			t.Error("not shown as suspended")
		}
		s.post(t, "max", "/directorate/members/ann/restore").is(t, http.StatusSeeOther, "/directorate/members/ann")
	})
	t.Run("a name is put right, and what is wrong is said beside its field", func(t *testing.T) {
		const path = "/directorate/members/ann/details"
		wrong := s.post(t, "max", path, "name", "Anne Martin", "post", "")
		if wrong.is(t, http.StatusUnprocessableEntity, ""); wrong.value(t, "name") != "Anne Martin" || len(find(wrong.doc, "input", "aria-invalid", "true")) != 1 {
			t.Error("what was typed is lost, or its error")
		}
		s.post(t, "max", path, "name", "Anne Martin", "post", "Head of unit").is(t, http.StatusSeeOther, "/directorate/members/ann")
		for who, at := range map[string]string{"max": "/directorate/members?q=anne+martin", "ann": "/me/settings"} {
			if !strings.Contains(page(who, at), "Anne Martin") {
				t.Errorf("%s does not read the name at %s", who, at)
			}
		}
		if strings.Contains(s.get(t, "off", "/directorate/members/ann").body, path) {
			t.Error("the Directorate is offered to correct police")
		}
	})
	t.Run("a profile is kept, and what is wrong with it is said beside its field", func(t *testing.T) {
		send := func(about string) answer {
			return s.send(t, "ann", "en", http.MethodPost, "/me/profile", url.Values{
				"about": {about}, "fields": {"osint", "malware"}, "languages": {"fr"}, "askable": {"yes"}, "hours": {"Mondays"},
			})
		}
		checked := func(a answer) (n int) {
			for d := range a.doc.Descendants() {
				if attribute(d, "type") == "checkbox" && slices.ContainsFunc(d.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
					n++
				}
			}
			return n
		}
		wrong := send(strings.Repeat("x", member.MaxAbout+1))
		if wrong.is(t, http.StatusUnprocessableEntity, ""); checked(wrong) != 4 || wrong.value(t, "hours") != "Mondays" || len(find(wrong.doc, "textarea", "aria-invalid", "true")) != 1 {
			t.Error("what was chosen is lost, or its error")
		}
		send("I find things.").is(t, http.StatusSeeOther, "/me/profile")
		if a := s.get(t, "ann", "/me/profile"); checked(a) != 4 || a.value(t, "about") != "I find things." {
			t.Error("the profile was not kept")
		}
	})
	t.Run("two approvals vet a member", func(t *testing.T) {
		day := s.world.Now().AddDate(0, 6, 0)
		s.post(t, "max", "/directorate/members/exp/vetting", "statement", "", "last_day", day.Format(time.DateOnly)).is(t, http.StatusUnprocessableEntity, "")
		s.post(t, "max", "/directorate/members/exp/vetting", "statement", "Seen.", "last_day", day.Format(time.DateOnly)).is(t, http.StatusSeeOther, "/directorate/members/exp")
		for _, officer := range []string{"olga", "omar"} {
			s.post(t, officer, "/directorate/members/exp/vetting/approve").is(t, http.StatusSeeOther, "/directorate/members/exp")
		}
		if want := "Vetted until " + day.Format("2 January 2006"); !strings.Contains(page("exp", "/me/settings"), want) {
			t.Errorf("the member does not read %q", want)
		}
	})
	t.Run("a wrong country is said beside the form, which keeps it", func(t *testing.T) {
		a := s.post(t, "off", "/directorate/countries/suspend", "country", "FR")
		if a.is(t, http.StatusUnprocessableEntity, ""); a.value(t, "country") != "FR" {
			t.Error("what was chosen is lost")
		}
	})
	t.Run("before a country is suspended it is said whom that cuts off", func(t *testing.T) {
		asked := s.get(t, "off", "/directorate/countries/suspend?country=ES")
		if asked.is(t, http.StatusOK, ""); !strings.Contains(text(asked.doc), "people in") || len(find(asked.doc, "input", "value", "ES")) != 1 {
			t.Errorf("it is not asked: %s", text(asked.doc))
		}
		s.get(t, "off", "/directorate/countries/suspend?country=ZZ").is(t, http.StatusUnprocessableEntity, "")
		if list := s.get(t, "off", "/directorate/organisations"); strings.Contains(text(list.doc), "Country suspended") {
			t.Error("asking suspends it")
		}
	})
	t.Run("a wrong organisation is said beside its field", func(t *testing.T) {
		a := s.post(t, "off", "/directorate/organisations", "name", "Another NCB", "kind", "ncb", "country", "FR")
		if a.is(t, http.StatusUnprocessableEntity, ""); a.value(t, "name") != "Another NCB" || len(find(a.doc, "select", "aria-invalid", "true")) != 1 {
			t.Error("what was typed is lost, or its error")
		}
	})
}

func TestLanguageAndThemeAreForNobodyToo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.post(t, "", "/settings/language", "language", "ar", "next", "/signin")
	a.is(t, http.StatusSeeOther, "/signin")
	if len(a.cookies) != 1 || a.cookies[0].Name != "entente-language" || a.cookies[0].Value != "ar" || !a.cookies[0].Secure {
		t.Errorf("cookies %v", a.cookies)
	}
	s.post(t, "", "/settings/theme", "theme", "dark", "next", "//evil.example").is(t, http.StatusSeeOther, "/")
	s.post(t, "", "/settings/language", "language", "xx").is(t, http.StatusUnprocessableEntity, "")

	s.post(t, "ann", "/settings/theme", "theme", "dark", "next", "/home").is(t, http.StatusSeeOther, "/home")
	if a := s.get(t, "ann", "/me/settings"); a.value(t, "time_zone") != "UTC" || a.value(t, "language") != "en" {
		t.Error("a choice of theme changed more than that")
	}
	s.post(t, "ann", "/me/settings", "language", "fr", "time_zone", "Nowhere/At_All", "theme", "dark").is(t, http.StatusUnprocessableEntity, "")
	s.post(t, "ann", "/me/settings", "language", "fr", "time_zone", "Africa/Cairo", "theme", "dark").is(t, http.StatusSeeOther, "/me/settings")
	if a := s.get(t, "ann", "/me/settings"); a.value(t, "time_zone") != "Africa/Cairo" || a.value(t, "language") != "fr" {
		t.Error("settings were not kept")
	}
}
