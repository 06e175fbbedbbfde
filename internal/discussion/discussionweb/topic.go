// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/markup"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// topicView is a page of a topic.
type topicView struct {
	ID         string
	In         string // path of the workspace
	Path       string // of the topic
	Src        string // of the fragment of new posts; empty where more follows the page
	Author     access.Card
	At         time.Time
	TLP        access.TLP
	Restricted bool
	Opened     []access.Card // organisations that it is opened to
	Pinned     bool
	Locked     bool
	Manages    bool // the reader runs the workspace
	Operation  bool
	Posts      []postView
	Kept       *ui.Kept[postView]
	Last       int   // number of the last post shown
	Since      int64 // number of the first post that is new, or 0
	Earlier    ui.Link
	Later      ui.Link
	Next       string        // leads to the next topic that is new; empty before the last page
	Composer   *composerView // nil for who may not write
	Left       *leftView     // what they had typed before the topic was locked
}

// postView is a post as a page shows it.
type postView struct {
	Number        int64
	Author        access.Card
	AuthorPage    string
	HTML          string
	At, EditedAt  time.Time
	Permalink     string
	Quote         string // empty for who may not write
	Edit, History string // empty where there is none
}

// composerView is where one writes a post.
type composerView struct {
	Action, ID, Text, Error string
	Preview                 string // HTML, or empty
	Focus                   bool   // one came here to write
	Kept                    draftView
}

// perPage is how far apart the pages of a topic begin.
const perPage = 50

func (p *Pages) topic(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	from, _ := strconv.ParseInt(r.FormValue("from"), 10, 64) // anything else begins where the reader left off
	th, err := p.posts.Thread(ctx, actor, id, topicOf(r), max(0, from))
	if err != nil {
		return err
	}
	composer, left, err := p.composer(ctx, actor, id, th)
	if err != nil {
		return err
	}
	if quote, err := strconv.ParseInt(r.FormValue("quote"), 10, 64); err == nil && composer != nil {
		quoted, err := p.posts.One(ctx, actor, id, topicOf(r), quote)
		if err != nil {
			return err
		}
		composer.quotes(quoteOf(id, quoted))
	}
	if n := len(th.Posts); n > 0 && th.Posts[n-1].Number > th.Topic.Read {
		if err := p.posts.MarkRead(ctx, actor, id, th.Topic.ID, th.Posts[n-1].Number); err != nil {
			return err
		}
	}
	frame, view := p.shown(ctx, actor, id, th)
	view.Composer, view.Left = composer, left
	return p.mux.Render(w, r, actor, frame, topicPage(view))
}

// quoteOf returns the first post of th as a quotation that names its author.
func quoteOf(id access.WorkspaceID, th discussion.Thread) string {
	post := th.Posts[0]
	lines := strings.Split(post.Text, "\n")
	link := "[#" + strconv.FormatInt(post.Number, 10) + "](" + postPath(id, post.Topic, post.Number) + ")"
	return "@" + th.People[post.Author].Handle + " " + link + "\n> " + strings.Join(lines, "\n> ") + "\n\n"
}

// shown returns the frame and the view of a page of a topic.
func (p *Pages) shown(ctx context.Context, actor access.Actor, id access.WorkspaceID, th discussion.Thread) (ui.Page, topicView) {
	t := th.Topic
	path := topicPath(id, t.ID)
	v := topicView{
		ID: string(t.ID), In: web.WorkspacePath(id), Path: path, Author: th.People[t.Author], At: t.CreatedAt,
		TLP: t.Audience.TLP, Restricted: t.Audience.Restricted, Pinned: t.Pinned, Locked: t.Locked,
		Manages: th.Role == access.Manager, Operation: id != access.Exchange, Posts: p.shownPosts(ctx, actor, id, th), Kept: &p.kept,
	}
	for _, org := range t.Audience.Orgs {
		if card, ok := th.Orgs[org]; ok {
			v.Opened = append(v.Opened, card)
		}
	}
	if len(th.Posts) > 0 {
		v.page(ctx, th, t.Unread(p.topics.Now()) > 0)
	}
	name := channelName(ctx, th.Channel)
	frame := framed(ctx, id, t.Title, channelKey(t.Channel), ui.Link{Label: name, Href: channelPath(id, t.Channel)})
	frame.Follow = "w=" + url.QueryEscape(string(id)) + "&topic=" + url.QueryEscape(string(t.ID))
	return frame, v
}

// page says where the shown posts stand among all of their topic.
func (v *topicView) page(ctx context.Context, th discussion.Thread, unread bool) {
	first, last := th.Posts[0].Number, th.Posts[len(th.Posts)-1].Number
	v.Last = int(last)
	at := func(key string, number int64) ui.Link {
		return ui.Link{Label: words.Say(ctx, key), Href: v.Path + "?from=" + strconv.FormatInt(number, 10)}
	}
	if first > 1 {
		v.Earlier = at("discussion.earlier", max(1, first-perPage))
	}
	if th.Whole() {
		v.Src = v.Path + "/posts"
		v.Next = v.In + "/topics/next?after=" + url.QueryEscape(v.ID)
	} else {
		v.Later = at("discussion.later", last+1)
	}
	if since := th.Topic.Read + 1; unread && since > 1 && since <= last {
		v.Since = since
	}
}

// html renders a post. Most mention nobody: then it is the same wherever it stands.
func (p *Pages) html(id access.WorkspaceID, th discussion.Thread, post discussion.Post) string {
	if len(post.Mentions) == 0 {
		return p.texts.Render(post.Text)
	}
	return markup.Render(post.Text, named(id, th, post))
}

// shownPosts makes what a page shows of the posts of th.
func (p *Pages) shownPosts(ctx context.Context, actor access.Actor, id access.WorkspaceID, th discussion.Thread) (views []postView) {
	writes := th.Role >= access.Analyst && (!th.Topic.Locked || th.Role == access.Manager)
	topic := topicPath(id, th.Topic.ID)
	views = make([]postView, 0, len(th.Posts))
	for _, post := range th.Posts {
		at := topic + "/posts/" + strconv.FormatInt(post.Number, 10)
		v := postView{
			Number: post.Number, Author: th.People[post.Author], HTML: p.html(id, th, post),
			AuthorPage: web.PersonPath(id, th.People[post.Author].Handle),
			At:         post.CreatedAt, EditedAt: post.EditedAt, Permalink: postPath(id, th.Topic.ID, post.Number),
		}
		if writes {
			v.Quote = topic + "?quote=" + strconv.FormatInt(post.Number, 10) + "#reply"
		}
		if writes && post.Author == actor.Member {
			v.Edit = at + "/edit"
		}
		if post.Edits > 0 {
			v.History = at + "/history"
		}
		views = append(views, v)
	}
	return views
}

// mentioned knows those whom a post mentions, as they were found when it was
// written.
type mentioned struct {
	workspace access.WorkspaceID
	byHandle  map[string]access.Card
}

var _ markup.Resolver = mentioned{}

func named(id access.WorkspaceID, th discussion.Thread, post discussion.Post) mentioned {
	m := mentioned{id, map[string]access.Card{}}
	for _, member := range post.Mentions {
		card := th.People[member]
		m.byHandle[card.Handle] = card
	}
	return m
}

// Mention implements markup.Resolver.
func (m mentioned) Mention(handle string) (label, href string, ok bool) {
	card, ok := m.byHandle[strings.ToLower(handle)]
	return card.Name, web.PersonPath(m.workspace, card.Handle), ok
}

// after sends the posts behind a number to an open page of the topic.
func (p *Pages) after(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := web.Workspace(r)
	number, err := strconv.ParseInt(r.FormValue("after"), 10, 64)
	if err != nil {
		return web.SeeOther(w, r, topicPath(id, topicOf(r)))
	}
	th, err := p.posts.After(r.Context(), actor, id, topicOf(r), number)
	if err != nil {
		return err
	}
	return web.Fragment(w, r, postList(&p.kept, p.shownPosts(r.Context(), actor, id, th), 0))
}

// markRead notes what a list has shown of a topic, and leads back to the list.
func (p *Pages) markRead(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	number, err := strconv.ParseInt(r.PostFormValue("number"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.Invalid, "error.cursor", err).On("number")
	}
	if err := p.posts.MarkRead(r.Context(), actor, web.Workspace(r), topicOf(r), number); err != nil {
		return err
	}
	return web.SeeOther(w, r, web.OwnPath(r.PostFormValue("next"), listPath(web.Workspace(r))))
}

func (p *Pages) setMark(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id, topic := web.Workspace(r), topicOf(r)
	acts := map[string]func(context.Context, access.Actor, access.WorkspaceID, discussion.TopicID) error{
		"pin": p.topics.Pin, "unpin": p.topics.Unpin, "lock": p.topics.Lock, "unlock": p.topics.Unlock,
	}
	mark := r.PostFormValue("mark")
	act, ok := acts[mark]
	if !ok {
		return access.ErrHidden
	}
	if err := act(r.Context(), actor, id, topic); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, topicPath(id, topic), "discussion.said."+mark)
}
