// SPDX-License-Identifier: Apache-2.0

package searchweb

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/search"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// suggested is how many results are offered while somebody types.
const suggested = 8

// suggestion is one line below the search box.
type suggestion struct {
	Title string `json:"title"`
	Note  string `json:"note"`
	Href  string `json:"href"`
	Group string `json:"group"` // the heading below which it stands
}

// suggest answers with people of that name, whose pages stand beside the search, and
// with the first of what a search would find: the same question, asked in the same
// name, so it tells no more.
func (p *Pages) suggest(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx := r.Context()
	text, id := r.FormValue("q"), web.Workspace(r)
	people, err := p.documents.People(ctx, actor, id, text)
	if err != nil {
		return err
	}
	results, err := p.documents.Search(ctx, actor, search.Query{Text: text, Workspace: id})
	if err != nil {
		return err
	}
	list := []suggestion{}
	for _, who := range people {
		list = append(list, suggestion{who.Name, who.OrgName, web.PersonPath(id, who.Handle), words.Say(ctx, "search.suggest.people")})
	}
	for _, h := range results.Hits[:min(suggested, len(results.Hits))] {
		note := kindOf(ctx, h)
		if h.Type != "" {
			note = ui.TypeName(ctx, h.Type)
		}
		if h.Withheld {
			note += " · TLP:" + h.TLP.String()
		}
		list = append(list, suggestion{cmp.Or(plain(h.Title), nameless(ctx, h)), note, hitPath(h), words.Say(ctx, "search.suggest.found")})
	}
	return web.JSON(w, list)
}

// nameless says why a result has no title.
func nameless(ctx context.Context, h search.Hit) string {
	if h.Withheld {
		return words.Say(ctx, "search.withheld_title")
	}
	return words.Say(ctx, "search.untitled")
}

func plain(spans []search.Span) string {
	var text strings.Builder
	for _, s := range spans {
		text.WriteString(s.Text)
	}
	return text.String()
}
