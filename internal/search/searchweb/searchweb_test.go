// SPDX-License-Identifier: Apache-2.0

package searchweb_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/live"
	"entente.example/internal/search"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/search/searchweb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

// shelf is a store whose documents are all found by anything, by whoever the
// gate lets in.
type shelf struct {
	search.Store
	documents []search.Document
}

func (s shelf) View(ctx context.Context, ask access.Ask, fn func(search.Reader) error) error {
	return s.Store.View(ctx, ask, func(search.Reader) error { return fn(s) })
}

func (s shelf) Find(_ context.Context, _ search.Match, kind search.Kind, after search.Place, limit int) (found []search.Document, err error) {
	for _, d := range s.documents {
		behind := after.Rank == 0 || d.Rank > after.Rank || d.Rank == after.Rank && d.Order < after.Order
		if (kind == "" || d.Kind == kind) && behind && len(found) < limit {
			found = append(found, d)
		}
	}
	return found, nil
}

func (s shelf) People(_ context.Context, text string, _ int) ([]access.Card, error) {
	if text != "ann" {
		return nil, nil
	}
	return []access.Card{{Handle: "ann", Name: "Ann", OrgName: "Police"}}, nil
}

type house struct {
	mux *web.Mux
	t   *testing.T
}

func newHouse(t *testing.T, documents ...search.Document) house {
	world := gatetest.New(t, sqldbtest.Open(t))
	mux := web.New(web.Options{
		Resume: func(_ context.Context, token string) (web.Signed, error) {
			return web.Signed{Actor: gatetest.As(token), Language: "en"}, nil
		},
		Navigate: func(_ context.Context, a access.Actor, _ access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: string(a.Member)}}, nil
		},
		Hub: &live.Hub{}, Log: slog.New(slog.DiscardHandler), NewID: world.NewID, Now: world.Now, After: time.After,
	})
	store := shelf{searchsql.New(world.Gate), documents}
	searchweb.New(search.NewDocuments(store, search.NewAnalyser(searchsql.Values{}))).Mount(mux)
	return house{mux, t}
}

func (h house) get(member, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: member})
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w
}

// main returns the page's main part.
func (h house) main(member, path string) *html.Node {
	h.t.Helper()
	w := h.get(member, path)
	if w.Code != http.StatusOK {
		h.t.Fatalf("GET %s as %s: %d", path, member, w.Code)
	}
	root, err := html.Parse(w.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return all(root, "main")[0]
}

func all(n *html.Node, tag string) (found []*html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag {
			found = append(found, c)
		}
	}
	return found
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(b.String())), " ")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func links(n *html.Node) (list []string) {
	for _, a := range all(n, "a") {
		list = append(list, attr(a, "href"))
	}
	return list
}

func document(kind search.Kind, order int64, title, body string) search.Document {
	return search.Document{
		Place: search.Place{Rank: search.Says, Order: order}, Workspace: "tyche", Kind: kind, ID: "id-1", Topic: "topic-1", Number: 3,
		Title: title, Text: body, TLP: access.Amber, At: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
}

func TestResultsLeadToWhatWasFound(t *testing.T) {
	object := document(search.Object, 1, "evilshop[.]com", "")
	object.Type, object.Withheld = "domain-name", true
	h := newHouse(t, document(search.Post, 2, "Panel", "The panel of evilshop[.]com is <b>up</b>"), object)
	page := h.main("bob", "/w/tyche/search?q=evilshop")
	for _, href := range []string{"/w/tyche/topics/topic-1?from=3#post-3", "/w/tyche/objects/id-1"} {
		if !slices.Contains(links(page), href) {
			t.Errorf("no link to %s among %v", href, links(page))
		}
	}
	for _, want := range []string{"The panel of evilshop[.]com is <b>up</b>", "Reply no. 3", "TLP:AMBER", "Domain name", "A sensitive object"} {
		if !strings.Contains(text(page), want) {
			t.Errorf("the page does not say %q: %s", want, text(page))
		}
	}
	marks := all(page, "mark")
	if len(marks) != 2 || text(marks[0]) != "evilshop[.]com" {
		t.Errorf("%d marks in %s", len(marks), text(page))
	}
	if got := attr(all(page, "input")[0], "value"); got != "evilshop" {
		t.Errorf("the question is kept as %q", got)
	}
}

func TestResultsGoOn(t *testing.T) {
	var documents []search.Document
	for i := range 25 {
		documents = append(documents, document(search.Topic, int64(100-i), "Panel", ""))
	}
	h := newHouse(t, documents...)
	first := h.main("bob", "/w/tyche/search?q=panel+%26+more&kind=topic")
	list := links(first)
	next, err := url.Parse(list[len(list)-1])
	if err != nil || next.Query().Get("q") != "panel & more" || next.Query().Get("kind") != "topic" {
		t.Fatalf("next = %v, %v", next, err)
	}
	if rows := len(all(h.main("bob", next.String()), "li")); rows != 5 {
		t.Errorf("the second page has %d rows, want 5", rows)
	}
}

func TestPagesWithoutResults(t *testing.T) {
	h := newHouse(t)
	for _, test := range []struct {
		name, path, says string
	}{
		{"nothing was asked", "/w/tyche/search", "What are you looking for?"},
		{"nothing was found", "/w/tyche/search?q=x", "Try fewer words"},
		{"nothing of a kind", "/w/tyche/search?q=x&kind=object", "Nothing of this kind"},
		{"the Knowledge Exchange", "/exchange/search?q=x", "Try fewer words"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := text(h.main("bob", test.path)); !strings.Contains(got, test.says) {
				t.Errorf("the page says %s", got)
			}
		})
	}
	if got := text(h.main("bob", "/exchange/search?q=x")); strings.Contains(got, "Intelligence") {
		t.Error("the Knowledge Exchange offers objects, which it has none of")
	}
}

func TestPagesThatAreNotThere(t *testing.T) {
	h := newHouse(t, document(search.Topic, 1, "Panel", ""))
	for member, path := range map[string]string{
		"gus": "/w/tyche/search?q=panel", "eve": "/w/tyche/search", "ann": "/w/none/search", "max": "/w/tyche/search?q=x&kind=person",
	} {
		if got := h.get(member, path).Code; got != http.StatusNotFound {
			t.Errorf("GET %s as %s: %d", path, member, got)
		}
	}
}

func TestSuggestionsAreWhatASearchWouldFind(t *testing.T) {
	object := document(search.Object, 1, "evilshop[.]com", "")
	object.Type = "domain-name"
	h := newHouse(t, object)
	w := h.get("bob", "/w/tyche/suggest?q=evilsh")
	if want := `[{"title":"evilshop[.]com","note":"Domain name","href":"/w/tyche/objects/id-1","group":"Found here"}]`; w.Body.String() != want {
		t.Errorf("got %s; want %s", w.Body, want)
	}
	person := `{"title":"Ann","note":"Police","href":"/w/tyche/people/ann","group":"People"}`
	if w := h.get("bob", "/w/tyche/suggest?q=ann"); !strings.HasPrefix(w.Body.String(), "["+person+",") {
		t.Errorf("a person is offered by %s", w.Body)
	}
	if w := h.get("bob", "/w/tyche/suggest?q="); w.Body.String() != "[]" {
		t.Errorf("no question is answered by %s", w.Body)
	}
	if w := h.get("gus", "/w/tyche/suggest?q=evilsh"); w.Code != http.StatusNotFound {
		t.Errorf("a stranger gets %d", w.Code)
	}
}
