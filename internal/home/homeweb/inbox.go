// SPDX-License-Identifier: Apache-2.0

package homeweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/home"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

const atInbox = "/inbox"

// inboxView is a page of an inbox.
type inboxView struct {
	home.List
	Filter home.Filter
	Names  map[access.WorkspaceID]string
	Query  url.Values // that stands for Filter
	Here   string     // the page's own address
	First  ui.Link
	More   ui.Link
}

func filterOf(r *http.Request) home.Filter {
	return home.Filter{
		Kind: home.Kind(r.FormValue("kind")), Workspace: access.WorkspaceID(r.FormValue("in")), Unread: r.FormValue("unread") != "",
	}
}

func queryOf(f home.Filter) url.Values {
	query := url.Values{}
	for name, value := range map[string]string{"kind": string(f.Kind), "in": string(f.Workspace)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if f.Unread {
		query.Set("unread", "1")
	}
	return query
}

// with returns the address of the inbox with one more choice, or one less for an
// empty value.
func with(query url.Values, name, value string) string {
	changed := url.Values{}
	for k, v := range query {
		changed[k] = v
	}
	changed.Del(name)
	if value != "" {
		changed.Set(name, value)
	}
	if len(changed) == 0 {
		return atInbox
	}
	return atInbox + "?" + changed.Encode()
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, after := r.Context(), page.Cursor(r.FormValue("after"))
	view := inboxView{Filter: filterOf(r)}
	var err error
	if view.List, err = p.inbox.List(ctx, actor, view.Filter, after); err != nil {
		return err
	}
	if view.Names, err = p.names(ctx, actor); err != nil {
		return err
	}
	view.Query = queryOf(view.Filter)
	view.Here = with(view.Query, "after", string(after))
	if after != "" {
		view.First = ui.Link{Label: words.Say(ctx, "home.inbox.first"), Href: with(view.Query, "after", "")}
	}
	if view.Next != "" {
		view.More = ui.Link{Href: with(view.Query, "after", string(view.Next))}
	}
	head := ui.Page{Title: words.Say(ctx, "home.inbox.title"), Place: ui.Mine, Section: "inbox", Wide: true}
	return p.mux.Render(w, r, actor, head, inboxPage(view))
}

func (p *Pages) markRead(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.inbox.Mark(r.Context(), actor, r.PostFormValue("item")); err != nil {
		return err
	}
	return back(w, r)
}

func (p *Pages) markAllRead(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	micros, err := strconv.ParseInt(r.PostFormValue("until"), 10, 64)
	if err != nil {
		micros = 0 // no page was seen: nothing is read
	}
	if err := p.inbox.MarkAll(r.Context(), actor, time.UnixMicro(micros).UTC()); err != nil {
		return err
	}
	web.SayNext(w, r, "home.said.all_read")
	return back(w, r)
}

func (p *Pages) goBack(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.inbox.GoBack(r.Context(), actor); err != nil {
		return err
	}
	web.SayNext(w, r, "home.said.unread")
	return back(w, r)
}

// back leads to the page of the inbox that the form was on.
func back(w http.ResponseWriter, r *http.Request) error {
	return web.SeeOther(w, r, web.OwnPath(r.PostFormValue("next"), atInbox))
}

// part is what was read, or what was not, which comes first on the page.
func (v inboxView) part(read bool) (part []home.Entry) {
	for _, e := range v.Entries {
		if e.Read == read {
			part = append(part, e)
		}
	}
	return part
}

func (v inboxView) tabs(ctx context.Context) []ui.Tab {
	return []ui.Tab{
		{Label: words.Say(ctx, "home.inbox.all"), Href: with(v.Query, "unread", ""), On: !v.Filter.Unread},
		{Label: words.Say(ctx, "home.inbox.unread"), Href: with(v.Query, "unread", "1"), On: v.Filter.Unread, Count: v.Unread},
	}
}

func (v inboxView) facets(ctx context.Context) []ui.Facet {
	kinds := ui.Facet{Label: words.Say(ctx, "home.inbox.kind")}
	for _, t := range v.Kinds {
		kinds.Options = append(kinds.Options, v.option("kind", string(t.Kind), words.Say(ctx, kindKeys[t.Kind]), t.Entries, t.Kind == v.Filter.Kind))
	}
	places := ui.Facet{Label: words.Say(ctx, "home.inbox.where")}
	for _, t := range v.Workspaces {
		name := cmp.Or(v.Names[t.Workspace], t.Place)
		places.Options = append(places.Options, v.option("in", string(t.Workspace), name, t.Entries, t.Workspace == v.Filter.Workspace))
	}
	return []ui.Facet{kinds, places}
}

func (v inboxView) option(name, value, label string, count int, on bool) ui.FacetOption {
	if on {
		value = ""
	}
	return ui.FacetOption{Label: label, Href: with(v.Query, name, value), Count: count, On: on}
}

var kindKeys = map[home.Kind]string{
	home.Mentioned: "home.kind.mention", home.Replied: "home.kind.reply", home.Found: "home.kind.hit", home.Invited: "home.kind.invitation",
	home.Imported: "home.kind.import", home.Decision: "home.kind.decision",
	home.Desked: "home.kind.desk", home.Operating: "home.kind.operation", home.Ending: "home.kind.ending",
}
