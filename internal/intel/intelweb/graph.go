// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// graphListed is how many objects a page of the list beneath a graph shows.
const graphListed = 300

// graphView is what the page around a graph shows.
type graphView struct {
	intel.Graph
	Centre  string
	At      string // of the object
	Objects string
	Listed  []graphRow

	First, Next ui.Link // pages of the list
}

// graphRow is an object of the graph in the list.
type graphRow struct {
	ID               intel.ObjectID
	Name, Type, Href string
	Distance, Ties   int
}

// steps reads how far a graph is to reach: two steps where it is not said.
func steps(r *http.Request) int {
	n, err := strconv.Atoi(r.FormValue("steps"))
	if err != nil {
		return 2
	}
	return n
}

func (p *Pages) graph(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws, id := web.Workspace(r), intel.ObjectID(r.PathValue("object"))
	g, err := p.objects.Around(r.Context(), actor, ws, id, steps(r))
	if err != nil {
		return err
	}
	at := web.WorkspacePath(ws)
	view := graphView{Graph: g, At: at + "/objects/" + string(id), Objects: at + "/objects/"}
	view.list(r.Context(), listedNodes(r.Context(), at, g), intel.ObjectID(r.FormValue("after")))
	centre := g.Nodes[0]
	view.Centre = shownNeighbour(r.Context(), centre.Neighbour)
	head := ui.Page{
		Title: words.Say(r.Context(), "intelweb.graph.title", "name", view.Centre), Place: ui.Operation, Section: "intel", Wide: true, Script: "graph.js", Charts: true, Follow: follow(ws, id),
		Crumbs: []ui.Link{{Label: words.Say(r.Context(), "intelweb.list.title"), Href: at + "/intel"}, {Label: view.Centre, Href: view.At}},
	}
	return p.mux.Render(w, r, actor, head, graphPage(view))
}

// list takes the page of rows that lies behind that object; the first, where it is
// none of them any more.
func (v *graphView) list(ctx context.Context, rows []graphRow, after intel.ObjectID) {
	begin := 1 + slices.IndexFunc(rows, func(row graphRow) bool { return row.ID == after })
	v.Listed = rows[begin:min(len(rows), begin+graphListed)]
	if begin > 0 {
		v.First = ui.Link{Label: words.Say(ctx, "intelweb.graph.list.first"), Href: v.reach(v.Steps) + "#list"}
	}
	if end := begin + len(v.Listed); end < len(rows) {
		v.Next = ui.Link{Href: v.reach(v.Steps) + "&after=" + url.QueryEscape(string(rows[end-1].ID)) + "#list"}
	}
}

// listedNodes lists the objects of a graph: the nearest, the best connected first.
func listedNodes(ctx context.Context, at string, g intel.Graph) (rows []graphRow) {
	ties := make([]int, len(g.Nodes))
	for _, t := range g.Ties {
		ties[t.From]++
		ties[t.To]++
	}
	for i, n := range g.Nodes {
		rows = append(rows, graphRow{
			ID: n.ID, Name: shownNeighbour(ctx, n.Neighbour), Type: n.Type, Href: at + "/objects/" + string(n.ID), Distance: n.Distance, Ties: ties[i],
		})
	}
	slices.SortStableFunc(rows, func(a, b graphRow) int {
		if a.Distance != b.Distance {
			return a.Distance - b.Distance
		}
		return b.Ties - a.Ties
	})
	return rows
}

// graphNode and graphData are what the drawing of a graph asks for.
type graphNode struct {
	Href     string `json:"href"`
	Type     string `json:"type"`
	Kind     string `json:"kind"` // the type, in the reader's words
	Name     string `json:"name"`
	Distance int    `json:"distance"`
}

type graphData struct {
	Nodes []graphNode `json:"nodes"`
	Ties  [][3]any    `json:"ties"` // from, to, label
}

func (p *Pages) graphData(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	g, err := p.objects.Around(r.Context(), actor, ws, intel.ObjectID(r.PathValue("object")), steps(r))
	if err != nil {
		return err
	}
	data := graphData{Nodes: []graphNode{}, Ties: [][3]any{}}
	for _, n := range g.Nodes {
		data.Nodes = append(data.Nodes, graphNode{
			Href: web.WorkspacePath(ws) + "/objects/" + string(n.ID), Type: n.Type, Kind: ui.TypeName(r.Context(), n.Type),
			Name: shownNeighbour(r.Context(), n.Neighbour), Distance: n.Distance,
		})
	}
	for _, t := range g.Ties {
		data.Ties = append(data.Ties, [3]any{t.From, t.To, t.Label})
	}
	return web.JSON(w, data)
}

// data is where the drawing finds its graph.
func (v graphView) data() string {
	return v.At + "/graph/data?" + url.Values{"steps": {strconv.Itoa(v.Steps)}}.Encode()
}

// reach returns the link to a graph that reaches n steps.
func (v graphView) reach(n int) string { return v.At + "/graph?steps=" + strconv.Itoa(n) }
