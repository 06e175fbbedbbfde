// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

const listed = 50 // objects, findings or batches on one page

// Pages serves the pages of objects and imports.
type Pages struct {
	batches *intel.Batches
	objects *intel.Objects
	saved   *intel.SavedFilters
	handled *intel.Handlings
	mux     *web.Mux
}

// New returns the pages over batches and objects, how these are handled, and the
// filters that members keep.
func New(batches *intel.Batches, objects *intel.Objects, handled *intel.Handlings, saved *intel.SavedFilters) *Pages {
	return &Pages{batches: batches, objects: objects, handled: handled, saved: saved}
}

// uploadLimit leaves room for the form around a file of intel.MaxUpload.
const uploadLimit = intel.MaxUpload + 1<<20

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /w/{workspace}/intel", p.list)
	mux.Handle("POST /w/{workspace}/intel/saved", p.save)
	mux.Handle("POST /w/{workspace}/intel/saved/drop", p.drop)
	mux.Handle("POST /w/{workspace}/intel/csv", p.sheet)
	mux.Handle("POST /w/{workspace}/intel/handling", p.rehandlePicked)
	mux.Handle("GET /w/{workspace}/objects/{object}", p.object)
	mux.Handle("GET /w/{workspace}/objects/{object}/handling", p.handling)
	mux.Handle("POST /w/{workspace}/objects/{object}/handling", p.rehandle)
	mux.Handle("GET /w/{workspace}/objects/{object}/graph", p.graph)
	mux.Handle("GET /w/{workspace}/objects/{object}/graph/data", p.graphData)
	mux.Handle("GET /w/{workspace}/picture", p.picture)
	mux.Handle("GET /w/{workspace}/import", p.importForm)
	mux.HandleLarge("POST /w/{workspace}/import", uploadLimit, p.upload)
	mux.Handle("GET /w/{workspace}/imports", p.history)
	mux.Handle("GET /w/{workspace}/imports/{batch}", p.batch)
	mux.Handle("GET /w/{workspace}/imports/{batch}/progress", p.progress)
	mux.Handle("POST /w/{workspace}/imports/{batch}/decision", p.decide)
	mux.Handle("POST /w/{workspace}/imports/{batch}/undo", p.undo)
	mux.Handle("GET /w/{workspace}/export", p.exportForm)
	mux.Handle("POST /w/{workspace}/export", p.export)
}

// frame is a page of an operation's knowledge.
func frame(ctx context.Context, titleKey, section string, trail ...ui.Link) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Operation, Section: section, Crumbs: trail, Wide: true}
}

// question reads what a reader asks of the list. What is no choice is passed over.
func question(r *http.Request) intel.Question {
	q := intel.Question{Text: r.FormValue("q"), Filter: intel.Filter{Source: r.FormValue("source")}}
	if kind := r.FormValue("type"); kind != "" {
		q.Types = []string{kind}
	}
	if tlp, ok := access.ParseTLP(r.FormValue("tlp")); ok && r.FormValue("tlp") != "" {
		q.TLP = []access.TLP{tlp}
	}
	if since, err := time.Parse(time.DateOnly, r.FormValue("since")); err == nil {
		q.Since = since
	}
	switch order := intel.Order(r.FormValue("sort")); order {
	case intel.ByName, intel.ByType, intel.BySource:
		q.Order = order
	}
	return q
}

// mostChosen is how many objects one picks out of a list.
const mostChosen = 1000

// chosen reads which objects of a list were picked, if the form is of those: then
// none may be left of it, and all are not meant.
func chosen(r *http.Request) (ids []intel.ObjectID, picking bool) {
	picking = r.PostFormValue("chosen") != ""
	for _, id := range r.PostForm["object"] {
		ids = append(ids, intel.ObjectID(id))
	}
	return ids[:min(len(ids), mostChosen)], picking
}

// asked is the query that stands for q, without its page.
func asked(r *http.Request) url.Values {
	query := url.Values{}
	for _, name := range []string{"q", "type", "tlp", "source", "since", "sort"} {
		if value := r.FormValue(name); value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// with returns a link to path with one more choice, or one less for an empty value.
func with(path string, query url.Values, name, value string) string {
	changed := url.Values{}
	for k, v := range query {
		changed[k] = v
	}
	changed.Del(name)
	if value != "" {
		changed.Set(name, value)
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}

func keyOf(c page.Cursor) (intel.Key, error) {
	parts, err := c.Key(3)
	if err != nil || c == "" {
		return intel.Key{}, err
	}
	micros, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return intel.Key{}, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	key := intel.Key{Name: parts[1], ID: intel.ObjectID(parts[2])}
	if micros != 0 {
		key.Added = time.UnixMicro(micros).UTC()
	}
	return key, nil
}

func cursorOf(k intel.Key) page.Cursor {
	micros := int64(0)
	if !k.Added.IsZero() {
		micros = k.Added.UnixMicro()
	}
	return page.After(strconv.FormatInt(micros, 10), k.Name, string(k.ID))
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	view, err := p.viewList(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, frame(r.Context(), "intelweb.list.title", "intel"), listPage(view))
}

// viewList reads the list that r asks for.
func (p *Pages) viewList(r *http.Request, actor access.Actor) (view listView, err error) {
	ws, after := web.Workspace(r), page.Cursor(r.FormValue("after"))
	key, err := keyOf(after)
	if err != nil {
		return view, err
	}
	asks := question(r)
	asks.Things = len(asks.Types) == 0
	list, err := p.objects.List(r.Context(), actor, ws, asks, key, listed)
	if err != nil {
		return view, err
	}
	at := web.WorkspacePath(ws)
	view = listView{List: list, At: at, Query: asked(r), Text: r.FormValue("q"), First: after == ""}
	if list.More {
		view.Next = ui.Link{Href: with(at+"/intel", view.Query, "after", string(cursorOf(list.Last)))}
	}
	if view.MayWrite, err = p.handled.Writes(r.Context(), actor, ws); err != nil {
		return view, err
	}
	view.Saved, err = p.saved.List(r.Context(), actor, ws)
	return view, err
}

// listView is what the list shows.
type listView struct {
	intel.List
	MayWrite bool // the reader may change how objects are handled
	At       string
	Query    url.Values
	Text     string
	First    bool
	Next     ui.Link
	Saved    []intel.Saved // what the reader keeps
	Name     ui.Field      // for what is shown now
}

// picks reports whether there is something to do with what is picked out of the list.
func (v listView) picks() bool { return v.MayExport || v.MayWrite }

// columns are the heads of the list, each leading to the list in its order.
func (v listView) columns(ctx context.Context) []ui.Column {
	head := func(label string, order intel.Order, way string) ui.Column {
		column := ui.Column{Label: words.Say(ctx, label)}
		if v.Asked.Ordered() == order {
			column.Order = way
		}
		if v.Asked.Search.Prefix == "" && len(v.Asked.Search.Values) == 0 {
			column.Sort = with(v.At+"/intel", v.Query, "sort", string(order))
		}
		return column
	}
	fit := func(c ui.Column) ui.Column { c.Fit = true; return c }
	columns := []ui.Column{
		head("intelweb.column.name", intel.ByName, "ascending"), fit(head("intelweb.column.type", intel.ByType, "ascending")),
		{Label: words.Say(ctx, "intelweb.column.marking"), Fit: true}, head("intelweb.column.source", intel.BySource, "ascending"),
		fit(head("intelweb.column.added", intel.ByDate, "descending")),
	}
	if v.picks() {
		columns = append([]ui.Column{{Label: words.Say(ctx, "intelweb.column.choose"), Hidden: true, Fit: true}}, columns...)
	}
	return columns
}

func (v listView) facets(ctx context.Context) []ui.Facet {
	path := v.At + "/intel"
	group := func(label, name string, of []intel.Facet, more int, show func(string) string) ui.Facet {
		facet := ui.Facet{Label: words.Say(ctx, label), More: more}
		for _, f := range of {
			value := f.Value
			if f.Chosen {
				value = ""
			}
			facet.Options = append(facet.Options, ui.FacetOption{
				Label: show(f.Value), Href: with(path, v.Query, name, value), Count: int(f.Objects), On: f.Chosen,
			})
		}
		return facet
	}
	plain := func(s string) string { return s }
	return []ui.Facet{
		group("intelweb.facet.type", "type", v.Facets.Types, v.Facets.MoreTypes, func(s string) string { return ui.TypeName(ctx, s) }),
		group("intelweb.facet.tlp", "tlp", v.Facets.TLP, 0, func(s string) string { return "TLP:" + s }),
		group("intelweb.facet.source", "source", v.Facets.Sources, v.Facets.MoreSources, plain),
	}
}

func (p *Pages) object(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	entity, err := p.objects.Entity(r.Context(), actor, ws, intel.ObjectID(r.PathValue("object")))
	if err != nil {
		return err
	}
	may, err := p.handled.May(r.Context(), actor, ws, entity.Object)
	if err != nil {
		return err
	}
	at := web.WorkspacePath(ws)
	head := ui.Page{
		Title: shownName(r.Context(), entity.Name, entity.Type), Place: ui.Operation, Section: "intel", Wide: true, Follow: follow(ws, entity.ID),
		Crumbs: []ui.Link{{Label: words.Say(r.Context(), "intelweb.list.title"), Href: at + "/intel"}, {Label: ui.TypeName(r.Context(), entity.Type), Href: at + "/intel?type=" + url.QueryEscape(entity.Type)}},
	}
	return p.mux.Render(w, r, actor, head, entityPage(entityView{Entity: entity, At: at, Properties: properties(entity.Raw), MayHandle: may}))
}

// follow is the stream of a page that shows an object: when its reader may no
// longer see that, the page goes dark.
func follow(ws access.WorkspaceID, id intel.ObjectID) string {
	return "w=" + url.QueryEscape(string(ws)) + "&object=" + url.QueryEscape(string(id))
}

// shownNeighbour is what others show of an object: its name, or that it is
// withheld.
func shownNeighbour(ctx context.Context, n intel.Neighbour) string {
	if n.Withheld {
		return withheldName(ctx, n.Type, n.TLP)
	}
	return shownName(ctx, n.Name, n.Type)
}

// withheldName says of an object its type and its marking.
func withheldName(ctx context.Context, kind string, tlp access.TLP) string {
	return words.Say(ctx, "intelweb.withheld", "type", ui.TypeName(ctx, kind), "marking", "TLP:"+tlp.String())
}

// rowName is what a list calls an object.
func rowName(ctx context.Context, o intel.Object) string {
	if o.Withheld {
		return withheldName(ctx, o.Type, o.Handling.TLP)
	}
	return shownName(ctx, o.Name, o.Type)
}

// shownName is an object's name, or its type where it has none, or none but that.
func shownName(ctx context.Context, name, kind string) string {
	if name == "" {
		return words.Say(ctx, "intelweb.nameless", "type", ui.TypeName(ctx, kind))
	}
	if name == kind {
		return ui.TypeName(ctx, kind)
	}
	return defanged(name)
}
