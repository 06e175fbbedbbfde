// SPDX-License-Identifier: Apache-2.0

package searchweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/page"
	"entente.example/internal/search"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Pages serves the page of search.
type Pages struct {
	documents *search.Documents
	mux       *web.Mux
}

// New returns the page over documents.
func New(documents *search.Documents) *Pages { return &Pages{documents: documents} }

// Mount adds the page to mux, for the Knowledge Exchange and for operations.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /exchange/search", p.search)
	mux.Handle("GET /w/{workspace}/search", p.search)
	mux.Handle("GET /exchange/suggest", p.suggest)
	mux.Handle("GET /w/{workspace}/suggest", p.suggest)
}

func (p *Pages) search(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	query := search.Query{
		Text:      r.FormValue("q"),
		Workspace: web.Workspace(r),
		Kind:      search.Kind(r.FormValue("kind")),
		After:     page.Cursor(r.FormValue("after")),
	}
	results, err := p.documents.Search(r.Context(), actor, query)
	if err != nil {
		return err
	}
	frame := ui.Page{Title: words.Say(r.Context(), "search.title"), Place: ui.Operation, Section: "search"}
	if query.Workspace == access.Exchange {
		frame.Place = ui.Exchange
	}
	return p.mux.Render(w, r, actor, frame, resultsPage(viewOf(r.Context(), query, results)))
}

// view is what the page shows.
type view struct {
	Path     string // of the page, without a query
	Query    search.Query
	Kinds    []ui.Tab
	Hits     []search.Hit
	Next     ui.Link
	Exchange bool
}

func viewOf(ctx context.Context, q search.Query, results search.Results) view {
	v := view{
		Path: web.WorkspacePath(q.Workspace) + "/search", Query: q, Hits: results.Hits,
		Exchange: q.Workspace == access.Exchange,
	}
	if results.Next != "" {
		v.Next.Href = v.href(q.Kind, results.Next)
	}
	v.Kinds = append(v.Kinds, ui.Tab{Label: words.Say(ctx, "search.kind.all"), Href: v.href("", ""), On: q.Kind == ""})
	for _, kind := range search.Kinds() {
		if kind == search.Object && v.Exchange {
			continue // there are none
		}
		v.Kinds = append(v.Kinds, ui.Tab{Label: words.Say(ctx, "search.kinds."+string(kind)), Href: v.href(kind, ""), On: q.Kind == kind})
	}
	return v
}

// href leads to the same question, of one kind or behind one result.
func (v view) href(kind search.Kind, after page.Cursor) string {
	values := url.Values{"q": {v.Query.Text}}
	if kind != "" {
		values.Set("kind", string(kind))
	}
	if after != "" {
		values.Set("after", string(after))
	}
	return v.Path + "?" + values.Encode()
}

// asked reports whether there was a question at all.
func (v view) asked() bool { return v.Query.Text != "" }

// hitPath leads to what was found.
func hitPath(h search.Hit) string {
	at := web.WorkspacePath(h.Workspace)
	if h.Kind == search.Object {
		return at + "/objects/" + url.PathEscape(h.ID)
	}
	n := strconv.FormatInt(h.Number, 10)
	return at + "/topics/" + url.PathEscape(h.Topic) + "?from=" + n + "#post-" + n
}

// kindOf names what was found: an answer by its number.
func kindOf(ctx context.Context, h search.Hit) string {
	switch h.Kind {
	case search.Topic:
		return words.Say(ctx, "search.kind.topic")
	case search.Post:
		return words.Say(ctx, "search.kind.post", "number", h.Number)
	default:
		return words.Say(ctx, "search.kind.object")
	}
}

func iconOf(kind search.Kind) string {
	switch kind {
	case search.Object:
		return "intel"
	case search.Post:
		return "reply"
	default:
		return "topics"
	}
}
