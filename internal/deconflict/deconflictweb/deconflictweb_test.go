// SPDX-License-Identifier: Apache-2.0

package deconflictweb_test

import (
	"context"
	"fmt"
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
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/deconflict/deconflictweb"
	"entente.example/internal/gate"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/live"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

// house serves the pages; a session's token is its member's id.
type house struct {
	*gatetest.World
	mux *web.Mux
	t   *testing.T
}

func newHouse(t *testing.T) house {
	h := house{gatetest.New(t, sqldbtest.Open(t)), nil, t}
	h.mux = web.New(web.Options{
		Resume: func(_ context.Context, token string) (web.Signed, error) {
			return web.Signed{Actor: gatetest.As(token), Language: "en"}, nil
		},
		Navigate: func(_ context.Context, a access.Actor, _ access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: string(a.Member)}}, nil
		},
		Hub: &live.Hub{}, Log: slog.New(slog.DiscardHandler), NewID: h.NewID, Now: h.Now, After: time.After,
	})
	store := deconflictsql.New(h.Gate)
	deconflictweb.New(deconflict.NewHits(store, h.Now, h.NewID), deconflict.NewDesk(store, h.Now, h.NewID)).Mount(h.mux)
	return h
}

// brings has a member bring domains into an operation, as a batch of their own.
func (h house) brings(member, workspace string, restricted bool, domains ...string) {
	h.t.Helper()
	handling := access.Unmarked("pol-fr")
	handling.Restricted = restricted
	m := deconflict.Matching{Keyer: blind.NewKeyer([32]byte{1}), Limits: deconflict.DefaultLimits(), NewID: h.NewID, Now: h.Now(),
		Batch: h.NewID(), BatchSize: int64(len(domains))}
	err := h.Gate.Update(h.t.Context(), gatetest.Ask(member, workspace, access.Write), func(tx *sqldb.Tx, g access.Grant) error {
		id, err := gate.SaveHandling(h.t.Context(), tx, g, handling)
		var found []deconflict.Observed
		for _, d := range domains {
			found = append(found, deconflict.Observed{Object: workspace + "-" + d, Handling: string(id), Value: observable.Value{Kind: observable.Domain, Text: d}})
		}
		if err == nil {
			err = deconflictsql.Match(h.t.Context(), tx, g, m, found)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) ask(member, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: member})
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w
}

// main returns the text of the page's main part, and the addresses it leads to.
func (h house) main(member, path string) (text string, links []string) {
	h.t.Helper()
	w := h.ask(member, http.MethodGet, path, nil)
	if w.Code != http.StatusOK {
		h.t.Fatalf("GET %s as %s: %d", path, member, w.Code)
	}
	root, err := html.Parse(w.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	var inside func(*html.Node, bool)
	inside = func(n *html.Node, in bool) {
		in = in || n.Data == "main"
		if in && n.Type == html.TextNode {
			text += strings.NewReplacer("\u2068", "", "\u2069", "").Replace(n.Data) + " "
		}
		for _, a := range n.Attr {
			if in && (a.Key == "href" || a.Key == "action") {
				links = append(links, a.Val)
			}
		}
		for c := range n.ChildNodes() {
			inside(c, in)
		}
	}
	inside(root, false)
	return strings.Join(strings.Fields(text), " "), links
}

func holds(t *testing.T, text string, wanted, unwanted []string) {
	t.Helper()
	for _, s := range wanted {
		if !strings.Contains(text, s) {
			t.Errorf("%q is missing in %q", s, text)
		}
	}
	for _, s := range unwanted {
		if strings.Contains(text, s) {
			t.Errorf("%q stands in %q", s, text)
		}
	}
}

func TestHitsPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	text, links := h.main("ann", "/w/tyche/hits")
	holds(t, text, []string{"No hits yet"}, []string{"Mark all"})
	holds(t, strings.Join(links, " "), []string{"/w/tyche/import"}, nil)

	h.Exec(t, `UPDATE workspace_workspace SET contact = $1 WHERE workspace_id = 'other'`, "duty officer, ES")
	h.brings("ann", "tyche", false, "evil.example")
	h.brings("eve", "other", false, "evil.example", "quiet.example")
	text, links = h.main("ann", "/w/tyche/hits")
	holds(t, text, []string{"evil[.]example", "Another operation holds this value. Contact point: duty officer, ES", "a batch of 2 objects brought there", "TLP:AMBER+STRICT"},
		[]string{"OTHER", "quiet", "evil.example"})
	holds(t, strings.Join(links, " "), []string{"/w/tyche/objects/tyche-evil.example"}, []string{"other-evil"})
	text, _ = h.main("eve", "/w/other/hits")
	holds(t, text, []string{"the deconfliction desk", "brought here"}, []string{"TYCHE"})

	hit := firstHit(t, h)
	if w := h.ask("ann", http.MethodPost, "/w/tyche/hits/seen", url.Values{"hit": {hit}}); w.Code != http.StatusSeeOther {
		t.Fatalf("mark as seen: %d", w.Code)
	}
	text, _ = h.main("ann", "/w/tyche/hits")
	holds(t, text, []string{"evil[.]example"}, []string{"Mark all", "Mark seen"})
}

func firstHit(t *testing.T, h house) string {
	t.Helper()
	hits, _, err := deconflict.NewHits(deconflictsql.New(h.Gate), h.Now, h.NewID).In(t.Context(), gatetest.As("ann"), "tyche", "")
	if err != nil || len(hits) != 1 {
		t.Fatal(hits, err)
	}
	return hits[0].ID
}

func TestAnOpenOperationShowsItsName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Exec(t, `UPDATE workspace_workspace SET match_policy = 2, contact = 'ring'`)
	h.brings("ann", "tyche", true, "evil.example")
	h.brings("eve", "other", false, "evil.example")
	text, _ := h.main("eve", "/w/other/hits")
	holds(t, text, []string{"The operation TYCHE holds this value. Contact point: ring"}, nil)
	text, _ = h.main("ann", "/w/tyche/hits")
	holds(t, text, []string{"A value of a restricted item"}, []string{"evil"})
	text, _ = h.main("bob", "/w/tyche/hits")
	holds(t, text, []string{"No hits yet"}, []string{"OTHER"})
}

func TestDeskPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	text, _ := h.main("off", "/desk")
	holds(t, text, []string{"Nothing for the desk"}, nil)
	h.Exec(t, `UPDATE workspace_workspace SET match_policy = 0 WHERE workspace_id = 'other'`)
	h.brings("ann", "tyche", false, "evil.example")
	h.brings("eve", "other", false, "evil.example")
	text, _ = h.main("off", "/desk")
	holds(t, text, []string{"TYCHE", "OTHER", "An operation is silent", "domain name"}, []string{"evil"})
	for _, member := range []string{"ann", "acm", "eve"} {
		if w := h.ask(member, http.MethodGet, "/desk", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s at the desk: %d", member, w.Code)
		}
	}
}

func TestAnOfficerNotesWhatWasDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Exec(t, `UPDATE workspace_workspace SET match_policy = 0 WHERE workspace_id = 'other'`)
	h.brings("ann", "tyche", false, "evil.example")
	h.brings("eve", "other", false, "evil.example")
	_, links := h.main("off", "/desk")
	path := links[slices.IndexFunc(links, func(l string) bool { return strings.HasPrefix(l, "/desk/") })]
	note := func(member, outcome, text, leads string) {
		t.Helper()
		w := h.ask(member, http.MethodPost, path, url.Values{"outcome": {outcome}, "note": {text}})
		if got := fmt.Sprint(w.Code, " ", w.Header().Get("Location")); got != leads {
			t.Errorf("%s notes %s: %s; want %s", member, outcome, got, leads)
		}
	}
	for _, member := range []string{"ann", "acm", "eve"} {
		note(member, "none", "", "404 ")
		note(member, "malformed", "", "404 ")
	}
	note("off", "malformed", "", "422 ")
	note("off", "called", "They talk.", "303 /desk")
	text, _ := h.main("off", "/desk")
	holds(t, text, []string{"Nothing for the desk"}, []string{"TYCHE"})
	text, _ = h.main("off", "/desk?pile=closed")
	holds(t, text, []string{"TYCHE", "OTHER", "Both called", "Member off", "They talk.", "Open it again"}, []string{"evil"})
	note("off", "called", "", "409 ")
	note("off", "reopened", "", "303 /desk?pile=closed")
	text, _ = h.main("off", "/desk")
	holds(t, text, []string{"TYCHE", "Opened again"}, nil)
}

func TestAStrangerLearnsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.brings("ann", "tyche", false, "evil.example")
	h.brings("eve", "other", false, "evil.example")
	for _, path := range []string{"/hits", "/hits?after=forged"} {
		hidden := h.ask("eve", http.MethodGet, "/w/tyche"+path, nil)
		absent := h.ask("eve", http.MethodGet, "/w/nowhere"+path, nil)
		if hidden.Code != absent.Code {
			t.Errorf("%s: hidden %d, absent %d", path, hidden.Code, absent.Code)
		}
	}
	for _, form := range []url.Values{{"hit": {firstHit(t, h)}}, {"last": {firstHit(t, h)}}} {
		if w := h.ask("eve", http.MethodPost, "/w/tyche/hits/seen", form); w.Code != http.StatusNotFound {
			t.Errorf("mark as seen: %d", w.Code)
		}
	}
}
