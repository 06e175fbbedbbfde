// SPDX-License-Identifier: Apache-2.0

package homeweb

import (
	"cmp"
	"context"
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/home"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Names returns the names of the workspaces that the actor is in.
type Names func(ctx context.Context, actor access.Actor) (map[access.WorkspaceID]string, error)

// Pages serves the home page and the inbox.
type Pages struct {
	inbox   *home.Inbox
	names   Names
	sources []home.Source
	mux     *web.Mux
}

// New returns the pages over an inbox, and over what the sources tell.
func New(inbox *home.Inbox, names Names, sources ...home.Source) *Pages {
	return &Pages{inbox: inbox, names: names, sources: sources}
}

// Mount adds the pages to mux; the bare address of the server leads to the first.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		return web.SeeOther(w, r, "/home")
	})
	mux.Handle("GET /home", p.show)
	mux.Handle("GET /inbox", p.list)
	mux.Handle("POST /inbox/read", p.markRead)
	mux.Handle("POST /inbox/read/all", p.markAllRead)
	mux.Handle("POST /inbox/unread", p.goBack)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind != access.Person {
		return access.ErrNobody
	}
	ctx := r.Context()
	matters, err := home.Gather(ctx, actor, p.sources...)
	if err != nil {
		return err
	}
	if matters, err = p.inbox.Keep(ctx, actor, matters); err != nil {
		return err
	}
	names, err := p.names(ctx, actor)
	if err != nil {
		return err
	}
	page := ui.Page{Title: words.Say(ctx, "home.title"), Place: ui.Mine, Section: "home"}
	return p.mux.Render(w, r, actor, page, homePage(homeView{matters, names}))
}

// homeView is what the first page shows.
type homeView struct {
	Matters []home.Matter
	Names   map[access.WorkspaceID]string
}

// where names the place of a matter: its workspace, or what is said of it.
func where(names map[access.WorkspaceID]string, m home.Matter) string {
	return cmp.Or(names[m.Workspace], m.Place)
}

// weigh groups matters by weight, keeping their order.
func weigh(matters []home.Matter, weight home.Weight) (of []home.Matter) {
	for _, m := range matters {
		if m.Weight == weight {
			of = append(of, m)
		}
	}
	return of
}
