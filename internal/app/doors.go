// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/intel"
	"entente.example/internal/page"
	"entente.example/internal/signin/signinweb"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace/workspaceweb"
)

// Newcomer implements signinweb.Newcomers.
func (a *App) Newcomer(ctx context.Context, token string) (access.MemberID, error) {
	m, err := a.Invitations.Enrolled(ctx, token)
	return m.ID, err
}

// doors are the pages of signing in: in a demonstration, those that let anybody
// be anyone.
func (a *App) doors() interface{ Mount(*web.Mux) } {
	pages := &signinweb.Pages{Sessions: a.Sessions, Passkeys: a.Passkeys, Passwords: a.Passwords, Limits: a.limits, Newcomers: a}
	if a.world.Demo {
		return demoDoors{pages, a.personas}
	}
	return pages
}

// demoDoors mounts the sign-in of a demonstration.
type demoDoors struct {
	*signinweb.Pages
	personas func(context.Context) ([]signinweb.DemoPerson, error)
}

// Mount adds the pages to mux, and the one that shows each component.
func (d demoDoors) Mount(mux *web.Mux) {
	d.MountDemo(mux, d.personas)
	mux.Handle("GET /_design", func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		if actor.Kind != access.Person {
			return access.ErrNobody
		}
		return mux.Render(w, r, actor, ui.Page{Title: "Components", Place: ui.Mine, Wide: true, Charts: true, Script: "graph.js map.js"}, ui.Design("/_design/graph"))
	})
	mux.Handle("GET /_design/graph", func(w http.ResponseWriter, _ *http.Request, actor access.Actor) error {
		if actor.Kind != access.Person {
			return access.ErrNobody
		}
		return web.JSON(w, json.RawMessage(designGraph))
	})
}

// designGraph is an invented graph, as the drawing asks for it.
const designGraph = `{"nodes": [
	{"href": "#", "type": "intrusion-set", "kind": "Intrusion set", "name": "Kestrel group", "distance": 0},
	{"href": "#", "type": "malware", "kind": "Malware", "name": "Kestrel loader", "distance": 1},
	{"href": "#", "type": "attack-pattern", "kind": "Attack pattern", "name": "Scheduled Task", "distance": 1},
	{"href": "#", "type": "report", "kind": "Report", "name": "What the panel told", "distance": 1},
	{"href": "#", "type": "indicator", "kind": "Indicator", "name": "harbour-login[.]example", "distance": 2},
	{"href": "#", "type": "identity", "kind": "Identity", "name": "NCB Lisbon", "distance": 2}],
	"ties": [[0, 1, "uses"], [0, 2, "uses"], [3, 0, "object_refs"], [4, 1, "indicates"], [3, 5, "created_by_ref"]]}`

// waiting tells the list of operations what is new in each.
func (a *App) waiting(ctx context.Context, actor access.Actor) (map[access.WorkspaceID]workspaceweb.Count, error) {
	hits, err := a.Hits.Waiting(ctx, actor)
	if err != nil {
		return nil, err
	}
	counts, err := a.Topics.Counts(ctx, actor)
	if err != nil {
		return nil, err
	}
	waiting := map[access.WorkspaceID]workspaceweb.Count{}
	for _, c := range counts {
		w := waiting[c.Workspace]
		w.Unread += c.Channel.Unread
		waiting[c.Workspace] = w
	}
	for id, n := range hits {
		w := waiting[id]
		w.Hits = n
		waiting[id] = w
	}
	return waiting, nil
}

// figures tells the overview of an operation what its rooms hold for the actor.
func (a *App) figures(ctx context.Context, actor access.Actor, id access.WorkspaceID) ([]ui.Figure, error) {
	known, err := a.Objects.List(ctx, actor, id, intel.Question{}, intel.Key{}, 1)
	if err != nil {
		return nil, err
	}
	waiting, err := a.waiting(ctx, actor)
	if err != nil {
		return nil, err
	}
	at, here := web.WorkspacePath(id), waiting[id]
	figure := func(room, hint, path string, n int64) ui.Figure {
		return ui.Figure{Label: words.Say(ctx, room), Value: words.Number(ctx, n), Hint: words.Say(ctx, hint), Href: at + path}
	}
	return []ui.Figure{
		figure("ui.room.intel", "app.figure.objects", "/intel", known.Facets.Total),
		figure("ui.room.topics", "app.figure.topics", "/topics?unread=1", int64(here.Unread)),
		figure("ui.room.hits", "app.figure.hits", "/hits", int64(here.Hits)),
	}, nil
}

// latest tells the overview of an operation which topics were active last.
func (a *App) latest(ctx context.Context, actor access.Actor, id access.WorkspaceID) ([]workspaceweb.Panel, error) {
	list, err := a.Topics.List(ctx, actor, id, discussion.Filter{}, page.Cursor(""))
	if err != nil {
		return nil, err
	}
	at := web.WorkspacePath(id)
	panel := workspaceweb.Panel{
		Title: words.Say(ctx, "app.latest"), More: ui.Link{Label: words.Say(ctx, "app.latest.more"), Href: at + "/topics"},
		Empty: words.Say(ctx, "app.latest.empty"),
	}
	for i, t := range list.Topics {
		if i == 6 {
			break
		}
		panel.Lines = append(panel.Lines, workspaceweb.Line{
			Title: t.Title, Href: at + "/topics/" + string(t.ID), Note: list.People[t.LastBy].Name, At: t.LastAt, Unread: t.Unread(a.world.now()),
		})
	}
	panels, err := a.latestImports(ctx, actor, id)
	if len(panels) > 1 { // what waits comes first
		return []workspaceweb.Panel{panels[1], panel, panels[0]}, err
	}
	return append([]workspaceweb.Panel{panel}, panels...), err
}

// latestImports are the imports that came last and, where some wait for the actor's
// decision, these.
func (a *App) latestImports(ctx context.Context, actor access.Actor, id access.WorkspaceID) ([]workspaceweb.Panel, error) {
	briefs, err := a.Batches.Latest(ctx, actor, id, 6)
	at := web.WorkspacePath(id)
	latest := workspaceweb.Panel{
		Title: words.Say(ctx, "app.imports"), More: ui.Link{Label: words.Say(ctx, "app.imports.more"), Href: at + "/imports"},
		Empty: words.Say(ctx, "app.imports.empty"),
	}
	waits := workspaceweb.Panel{Title: words.Say(ctx, "app.waits")}
	for _, b := range briefs {
		line := workspaceweb.Line{
			Title: b.File, Href: at + "/imports/" + url.PathEscape(string(b.ID)), At: b.At,
			Note: words.Say(ctx, "intelweb.state."+string(b.State)) + " · " + isolated(b.By.Name),
		}
		if b.MayDecide {
			line.Note = words.Say(ctx, "app.waits.import") + " · " + isolated(b.By.Name)
			waits.Lines = append(waits.Lines, line)
			continue
		}
		latest.Lines = append(latest.Lines, line)
	}
	if len(waits.Lines) == 0 {
		return []workspaceweb.Panel{latest}, err
	}
	return []workspaceweb.Panel{latest, waits}, err
}
