// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/member"
)

// submits sends a form as it was filled in.
func (s *stage) submits(t *testing.T, who, path string, form url.Values, dress ...func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	c := caller{"nobody", who, access.Passkey}
	fill := func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(form.Encode())) }
	return s.knockAt(t, s, c, http.MethodPost, path, append([]func(*http.Request){fill}, dress...)...)
}

// nodes lists the elements of a page.
func nodes(t *testing.T, w *httptest.ResponseRecorder) (all []*html.Node) {
	t.Helper()
	page, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	for n := range page.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func byID(all []*html.Node, id string) *html.Node {
	for _, n := range all {
		if attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

// below reports whether a node like that holds n.
func below(n *html.Node, like func(*html.Node) bool) bool {
	for up := range n.Ancestors() {
		if like(up) {
			return true
		}
	}
	return false
}

// TestAllThatIsWrongIsSaidAtOnce fills each form with several mistakes: each is
// said in the summary, which leads to its field, and beside the field; and nothing
// that was typed is lost.
func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	staged, err := s.Batches.Stage(t.Context(), gatetest.As("ann"), "tyche", intel.Upload{Name: "b.json", Content: strings.NewReader(oneURL("http://b.kestrel.example/"))})
	if err == nil {
		err = s.settle(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, who, path string
		form            string
		wrong           []string // fields, as the page calls them
		kept            []string // what was typed
	}{
		{"a new operation", "max", "/operations", "name=&purpose=Why+we+are+here&legal_basis=&ceiling=MAUVE&match=9&contact=&review=never",
			[]string{"name", "legal_basis", "ceiling", "match", "contact", "review", "declared"}, []string{"Why we are here", "never"}},
		{"an operation's settings", "max", "/w/tyche/settings", "name=TYCHE&purpose=&legal_basis=The+law&ceiling=RED&match=1&contact=&review=2020-01-01",
			[]string{"purpose", "contact", "review"}, []string{"The law", "2020-01-01"}},
		{"an invitation into an operation", "max", "/w/tyche/members", "who=&role=9&until=2020-01-01&export=soon",
			[]string{"who", "role", "until", "export"}, []string{"2020-01-01", "soon"}},
		{"a member's terms", "max", "/w/tyche/members/bob", "prefix=terms-bob-&terms-bob-role=9&terms-bob-until=2020-01-01&terms-bob-export=soon",
			[]string{"terms-bob-role", "terms-bob-until", "terms-bob-export"}, []string{"2020-01-01", "soon"}},
		{"a topic", "ann", "/w/tyche/topics", "title=&text=&channel=nowhere&tlp=MAUVE&audience=all", []string{"title", "channel", "tlp", "text"}, nil},
		{"a topic's text alone is there", "ann", "/exchange/topics", "title=&text=A+long+thought&channel=&tlp=RED", []string{"title", "channel", "tlp"}, []string{"A long thought"}},
		{"an organisation", "off", "/directorate/organisations", "name=&kind=guild&country=ZZ", []string{"name", "kind", "country"}, nil},
		{"an agreement", "off", "/directorate/organisations/acme/agreements", "reference=&scope=none&first_day=2099-01-01&last_day=", []string{"reference", "scope", "first_day", "last_day"}, []string{"2099-01-01"}},
		{"an invitation", "off", "/directorate/invitations", "org=&name=Nuria+Sala&email=nobody", []string{"org", "email"}, []string{"Nuria Sala", "nobody"}},
		{"an endorsement", "off", "/directorate/members/acm/vetting", "statement=&last_day=2020-01-01", []string{"statement", "last_day"}, []string{"2020-01-01"}},
		{"settings", "ann", "/me/settings", "language=xx&time_zone=Nowhere&theme=mauve", []string{"language", "time_zone", "theme"}, []string{"Nowhere"}},
		{"a profile", "ann", "/me/profile", "about=I+know+" + strings.Repeat("x", 500) + "&fields=flying&askable=yes&hours=" + strings.Repeat("h", 121) + "&languages=xx",
			[]string{"about", "fields", "hours", "languages"}, []string{"I know xxx", "hhhh"}},
		{"a member's details", "max", "/directorate/members/ann/details", "name=&post=", []string{"name", "post"}, nil},
		{"joining", "", "/invitation/" + url.PathEscape(s.ids["token"]), "rules=" + member.RulesVersion + "&name=&post=&handle=%21&time_zone=Nowhere",
			[]string{"name", "post", "handle", "time_zone"}, []string{"!", "Nowhere"}},
		{"the decision on an import", "ann", "/w/tyche/imports/" + string(staged) + "/decision", "decision=accept&tlp=MAUVE&pap=9&court=9", []string{"tlp", "pap", "court"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			form, err := url.ParseQuery(c.form)
			if err != nil {
				t.Fatal(err)
			}
			w := s.submits(t, c.who, c.path, form)
			if w.Code != http.StatusUnprocessableEntity {
				t.Fatalf("status %d", w.Code)
			}
			all := nodes(t, w)
			if said := summary(all); !slices.Equal(said, c.wrong) {
				t.Errorf("the summary leads to %q; want %q", said, c.wrong)
			}
			for _, field := range c.wrong {
				besideIt(t, all, field)
			}
			for _, typed := range c.kept {
				if !strings.Contains(w.Body.String(), html.EscapeString(typed)) {
					t.Errorf("%q is lost", typed)
				}
			}
		})
	}
}

// summary lists the fields to which the summaries of a page lead.
func summary(all []*html.Node) (fields []string) {
	inSummary := func(n *html.Node) bool { return attribute(n, "role") == "alert" }
	for _, n := range all {
		if field, ok := strings.CutPrefix(attribute(n, "href"), "#field-"); ok && below(n, inSummary) {
			fields = append(fields, field)
		}
	}
	return fields
}

// besideIt wants the error of a field where the field is, and the field in sight.
func besideIt(t *testing.T, all []*html.Node, field string) {
	t.Helper()
	input, said := byID(all, "field-"+field), byID(all, "field-"+field+"-error")
	if input == nil || said == nil {
		t.Errorf("%s: the page has the field: %t; its error: %t", field, input != nil, said != nil)
		return
	}
	if !slices.Contains(strings.Fields(attribute(input, "aria-describedby")), "field-"+field+"-error") {
		t.Errorf("%s is not described by its error", field)
	}
	closed := func(n *html.Node) bool {
		return n.Data == "details" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" })
	}
	if below(input, closed) {
		t.Errorf("%s is out of sight", field)
	}
}

// TestWhoMayNotIsToldNothingOfWhatTheyTyped: the policy is asked before a word is
// said of a form.
func TestWhoMayNotIsToldNothingOfWhatTheyTyped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		who, path string
		code      int
	}{
		{"gus", "/operations", http.StatusNotFound},
		{"gus", "/w/tyche/settings", http.StatusNotFound},
		{"bob", "/w/tyche/settings", http.StatusForbidden},
		{"gus", "/w/tyche/members", http.StatusNotFound},
		{"bob", "/w/tyche/members", http.StatusForbidden},
		{"bob", "/w/tyche/members/ann", http.StatusForbidden},
		{"gus", "/w/tyche/members/ann", http.StatusNotFound},
		{"max", "/w/tyche/members/gus", http.StatusNotFound},
		{"gus", "/w/tyche/topics", http.StatusNotFound},
		{"bob", "/w/tyche/topics", http.StatusForbidden},
		{"ann", "/directorate/organisations", http.StatusNotFound},
		{"ann", "/directorate/organisations/acme/agreements", http.StatusNotFound},
		{"ann", "/directorate/members/acm/vetting", http.StatusNotFound},
	} {
		if w := s.submits(t, c.who, c.path, url.Values{"until": {"never"}}); w.Code != c.code {
			t.Errorf("%s at %s: %d; want %d", c.who, c.path, w.Code, c.code)
		}
	}
}
