// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// listView is a page of topics.
type listView struct {
	Path       string // of the list itself, without filters
	New        string // where one opens a topic; empty for who may not
	AddChannel string // likewise a channel
	MarkRead   string
	Channel    string // id of the channel, if it lists one
	Tabs       []ui.Tab
	Rows       []topicRow
	Here       string // the page's own address
	Pinned     []topicRow
	Unread     bool // it lists what is new alone
	AnyUnread  bool
	First      ui.Link
	Next       ui.Link
	Operation  bool
	Lead       string
}

// topicRow is a topic in a list.
type topicRow struct {
	ID                   string
	Href, Title, Channel string
	Author, LastBy       access.Card
	AuthorPage           string
	At, LastAt           time.Time
	Posts, Unread        int
	Read                 string // where it is marked as read
	TLP                  access.TLP
	Restricted           bool
	Pinned, Locked       bool
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	channel := discussion.ChannelID(r.PathValue("channel"))
	unread, after := r.FormValue("unread") != "", page.Cursor(r.FormValue("after"))
	list, err := p.topics.List(ctx, actor, id, discussion.Filter{Channel: channel, Unread: unread}, after)
	if err != nil {
		return err
	}
	view := listView{Path: listPath(id), Channel: string(channel), Unread: unread, MarkRead: web.WorkspacePath(id) + "/topics/read", Operation: id != access.Exchange}
	frame := framed(ctx, id, words.Say(ctx, "discussion.latest"), "")
	frame.Crumbs = nil
	if view.Operation {
		frame.Title = words.Say(ctx, "discussion.topics")
	}
	if i := slices.IndexFunc(list.Channels, func(c discussion.Channel) bool { return c.ID == channel }); i >= 0 {
		name := channelName(ctx, list.Channels[i])
		frame = framed(ctx, id, name, channelKey(channel))
		view.Path = channelPath(id, channel)
		view.Lead = lead(ctx, list.Channels[i])
	}
	view.Here = query(view.Path, unread, after)
	view.fill(ctx, id, list, p.topics.Now())
	view.Tabs = tabs(ctx, view, id, list)
	view.New = newPath(id, channel, list)
	if list.Role == access.Manager && view.Operation {
		view.AddChannel = web.WorkspacePath(id) + "/channels/new"
	}
	if after != "" {
		view.First = ui.Link{Label: words.Say(ctx, "discussion.list.first"), Href: query(view.Path, unread, "")}
	}
	if list.Next != "" {
		view.Next = ui.Link{Href: query(view.Path, unread, list.Next)}
	}
	frame.Follow = "w=" + url.QueryEscape(string(id))
	return p.mux.Render(w, r, actor, frame, listPage(view))
}

// newPath returns where the reader opens a topic, or nothing for who may not.
func newPath(id access.WorkspaceID, channel discussion.ChannelID, list discussion.List) string {
	led := slices.ContainsFunc(list.Channels, func(c discussion.Channel) bool { return c.ID == channel && c.Led })
	if list.Role < access.Analyst || led && list.Role < access.Manager {
		return ""
	}
	path := web.WorkspacePath(id) + "/topics/new"
	if channel != "" {
		path += "?channel=" + url.QueryEscape(string(channel))
	}
	return path
}

func lead(ctx context.Context, c discussion.Channel) string {
	if c.Key == "" {
		return ""
	}
	return words.Say(ctx, "discussion.lead."+string(c.ID))
}

func query(path string, unread bool, after page.Cursor) string {
	q := url.Values{}
	if unread {
		q.Set("unread", "1")
	}
	if after != "" {
		q.Set("after", string(after))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// tabs switch between all topics and the new ones and, in an operation that has
// several, between its channels.
func tabs(ctx context.Context, v listView, id access.WorkspaceID, list discussion.List) []ui.Tab {
	all := []ui.Tab{
		{Label: words.Say(ctx, "discussion.list.all"), Href: v.Path, On: !v.Unread},
		{Label: words.Say(ctx, "discussion.list.unread"), Href: query(v.Path, true, ""), On: v.Unread},
	}
	if !v.Operation || len(list.Channels) < 2 {
		return all
	}
	all = []ui.Tab{
		{Label: words.Say(ctx, "discussion.list.all"), Href: listPath(id), On: !v.Unread && v.Channel == ""},
		{Label: words.Say(ctx, "discussion.list.unread"), Href: query(listPath(id), true, ""), On: v.Unread},
	}
	for _, c := range list.Channels {
		all = append(all, ui.Tab{
			Label: channelName(ctx, c), Href: channelPath(id, c.ID), Count: c.Unread,
			On: string(c.ID) == v.Channel && !v.Unread,
		})
	}
	return all
}

func (v *listView) fill(ctx context.Context, id access.WorkspaceID, list discussion.List, now time.Time) {
	names := map[discussion.ChannelID]string{}
	for _, c := range list.Channels {
		names[c.ID] = channelName(ctx, c)
		v.AnyUnread = v.AnyUnread || c.Unread > 0 && (v.Channel == "" || v.Channel == string(c.ID))
	}
	row := func(t discussion.Topic) topicRow {
		row := topicRow{
			ID: string(t.ID), Href: topicPath(id, t.ID), Title: t.Title, Author: list.People[t.Author], LastBy: list.People[t.LastBy],
			AuthorPage: web.PersonPath(id, list.People[t.Author].Handle),
			At:         t.CreatedAt, LastAt: t.LastAt, Posts: int(t.Last), Unread: t.Unread(now),
			TLP: t.Audience.TLP, Restricted: t.Audience.Restricted, Pinned: t.Pinned, Locked: t.Locked,
		}
		if v.Channel == "" && len(names) > 1 {
			row.Channel = names[t.Channel]
		}
		if row.Unread > 0 {
			row.Read = row.Href + "/read"
		}
		return row
	}
	for _, t := range list.Topics {
		v.Rows = append(v.Rows, row(t))
	}
	for _, t := range list.Pinned {
		v.Pinned = append(v.Pinned, row(t))
	}
}

// next leads to the latest topic with something new but the one that the reader
// comes from; to the list, which says so, where there is none.
func (p *Pages) next(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id, from := web.Workspace(r), discussion.TopicID(r.FormValue("after"))
	list, err := p.topics.List(r.Context(), actor, id, discussion.Filter{Unread: true}, "")
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(list.Topics, func(t discussion.Topic) bool { return t.ID != from }); i >= 0 {
		return web.SeeOther(w, r, topicPath(id, list.Topics[i].ID))
	}
	return web.SeeOther(w, r, query(listPath(id), true, ""))
}

// markAllRead marks the topics that were picked or, where the form names none, all
// of a channel or of the workspace.
func (p *Pages) markAllRead(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id, channel := web.Workspace(r), discussion.ChannelID(r.PostFormValue("channel"))
	if r.PostFormValue("picked") != "" {
		return p.markPicked(w, r, actor)
	}
	if err := p.topics.MarkAllRead(r.Context(), actor, id, channel); err != nil {
		return err
	}
	if channel == "" {
		return web.SeeOtherSaying(w, r, listPath(id), "discussion.said.all_read")
	}
	return web.SeeOtherSaying(w, r, channelPath(id, channel), "discussion.said.all_read")
}

func (p *Pages) markPicked(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := web.Workspace(r)
	var list []discussion.Read
	for _, picked := range r.PostForm["topic"] {
		number, topic, _ := strings.Cut(picked, " ")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			continue // no page of ours says so
		}
		list = append(list, discussion.Read{Topic: discussion.TopicID(topic), Number: n})
	}
	if err := p.topics.MarkRead(r.Context(), actor, id, list); err != nil {
		return err
	}
	return web.SeeOther(w, r, web.OwnPath(r.PostFormValue("next"), listPath(id)))
}

// channelView is the form that adds a channel.
type channelView struct {
	Action, Cancel string
	Name           ui.Field
	Problems       []ui.FieldError
}

func (p *Pages) newChannel(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := web.Workspace(r)
	list, err := p.topics.List(r.Context(), actor, id, discussion.Filter{}, "")
	if err != nil {
		return err
	}
	if list.Role < access.Manager {
		return access.ErrHidden
	}
	frame, view := channelForm(r.Context(), id, "", nil)
	return p.mux.Render(w, r, actor, frame, newChannelPage(view))
}

func (p *Pages) addChannel(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id, name := r.Context(), web.Workspace(r), r.PostFormValue("name")
	added, err := p.topics.AddChannel(ctx, actor, id, name)
	if mendable(err) {
		frame, view := channelForm(ctx, id, name, err)
		return p.mux.RenderInvalid(w, r, actor, frame, newChannelPage(view))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, channelPath(id, added))
}

func channelForm(ctx context.Context, id access.WorkspaceID, name string, err error) (ui.Page, channelView) {
	return framed(ctx, id, words.Say(ctx, "discussion.channel.add"), ""), channelView{
		Action: web.WorkspacePath(id) + "/channels", Cancel: listPath(id), Problems: web.Problems(ctx, err),
		Name: ui.Field{
			Name: "name", Label: words.Say(ctx, "discussion.channel.name"), Hint: words.Say(ctx, "discussion.channel.name.hint"),
			Value: name, Error: web.FieldError(ctx, err, "name"), Required: true, Max: 60, Autofocus: err == nil,
		},
	}
}

// personView is a person with the topics of theirs that the reader may see.
type personView struct {
	Card    access.Card
	Profile templ.Component
	Rows    []topicRow
	Here    string
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	who, list, err := p.topics.By(ctx, actor, id, r.PathValue("handle"))
	if err != nil {
		return err
	}
	if r.FormValue("card") != "" {
		return web.Fragment(w, r, ui.PersonCard(ui.PersonText{
			Name: who.Name, Handle: who.Handle, Post: who.Post, Org: who.OrgName, Country: string(who.Country),
		}))
	}
	profile, err := p.profile(ctx, actor, id, who.Handle)
	if fault.KindOf(err) == fault.NotFound {
		profile, err = templ.NopComponent, nil // they wrote here, and are gone
	}
	if err != nil {
		return err
	}
	var rows listView
	rows.fill(ctx, id, list, p.topics.Now())
	return p.mux.Render(w, r, actor, personFrame(ctx, id, who.Name), personPage(personView{who, profile, rows.Rows, web.PersonPath(id, who.Handle)}))
}

// personFrame is the frame of a person's page: below the members, where there is
// a list of them.
func personFrame(ctx context.Context, id access.WorkspaceID, name string) ui.Page {
	if id == access.Exchange {
		return framed(ctx, id, name, "")
	}
	members := ui.Link{Label: words.Say(ctx, "ui.room.members"), Href: web.WorkspacePath(id) + "/members"}
	return ui.Page{Title: name, Place: ui.Operation, Section: "members", Crumbs: []ui.Link{members}}
}
