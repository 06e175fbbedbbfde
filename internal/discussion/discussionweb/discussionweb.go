// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/markup"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Pages serves the pages of discussions.
type Pages struct {
	topics  *discussion.Topics
	posts   *discussion.Posts
	drafts  *discussion.Drafts
	profile Profile
	mux     *web.Mux
	texts   markup.Cache
	kept    ui.Kept[postView]
}

// Profile shows what the person of that handle says of themselves, to an actor who
// may read the workspace. It fails with access.ErrHidden where they are not in it.
type Profile func(ctx context.Context, actor access.Actor, in access.WorkspaceID, handle string) (templ.Component, error)

// New returns the pages over topics, posts and what is kept of them before; profile
// stands on people's pages.
func New(topics *discussion.Topics, posts *discussion.Posts, drafts *discussion.Drafts, profile Profile) *Pages {
	return &Pages{topics: topics, posts: posts, drafts: drafts, profile: profile}
}

// Mount adds the pages to mux, for the Knowledge Exchange and for operations.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /exchange", p.list)
	mux.Handle("GET /w/{workspace}/topics", p.list)
	for _, at := range []string{"/exchange", "/w/{workspace}"} {
		mux.Handle("GET "+at+"/channels/{channel}", p.list)
		mux.Handle("GET "+at+"/channels/new", p.newChannel)
		mux.Handle("POST "+at+"/channels", p.addChannel)
		mux.Handle("GET "+at+"/topics/new", p.newTopic)
		mux.Handle("POST "+at+"/topics", p.openTopic)
		mux.Handle("POST "+at+"/topics/draft", p.keepTopic)
		mux.Handle("POST "+at+"/topics/read", p.markAllRead)
		mux.Handle("GET "+at+"/topics/next", p.next)
		mux.Handle("GET "+at+"/topics/{topic}", p.topic)
		mux.Handle("POST "+at+"/topics/{topic}/draft", p.keepReply)
		mux.Handle("POST "+at+"/topics/{topic}/read", p.markRead)
		mux.Handle("POST "+at+"/topics/{topic}/marks", p.setMark)
		mux.Handle("GET "+at+"/topics/{topic}/posts", p.after)
		mux.Handle("POST "+at+"/topics/{topic}/posts", p.reply)
		mux.Handle("GET "+at+"/topics/{topic}/posts/{number}/edit", p.edit)
		mux.Handle("POST "+at+"/topics/{topic}/posts/{number}/edit", p.revise)
		mux.Handle("GET "+at+"/topics/{topic}/posts/{number}/history", p.history)
		mux.Handle("GET "+at+"/people/{handle}", p.person)
	}
}

// NavItems returns the channels of one workspace as entries of the frame's rail.
func NavItems(ctx context.Context, id access.WorkspaceID, counts []discussion.Count) (items []ui.NavItem) {
	for _, c := range counts {
		if c.Workspace == id {
			items = append(items, ui.NavItem{
				Label: channelName(ctx, c.Channel), Href: channelPath(id, c.Channel.ID),
				Unread: c.Channel.Unread, Key: channelKey(c.Channel.ID),
			})
		}
	}
	return items
}

func channelName(ctx context.Context, c discussion.Channel) string {
	if c.Key != "" {
		return words.Say(ctx, c.Key)
	}
	return c.Name
}

func channelKey(id discussion.ChannelID) string { return "channel-" + string(id) }

func channelPath(id access.WorkspaceID, channel discussion.ChannelID) string {
	return web.WorkspacePath(id) + "/channels/" + url.PathEscape(string(channel))
}

// listPath is where all topics of a workspace are listed.
func listPath(id access.WorkspaceID) string {
	if id == access.Exchange {
		return web.WorkspacePath(id)
	}
	return web.WorkspacePath(id) + "/topics"
}

func topicPath(id access.WorkspaceID, topic discussion.TopicID) string {
	return web.WorkspacePath(id) + "/topics/" + url.PathEscape(string(topic))
}

// postPath leads to a post within its topic's page.
func postPath(id access.WorkspaceID, topic discussion.TopicID, number int64) string {
	n := strconv.FormatInt(number, 10)
	return topicPath(id, topic) + "?from=" + n + "#post-" + n
}

func topicOf(r *http.Request) discussion.TopicID { return discussion.TopicID(r.PathValue("topic")) }

// numberOf reads the number of a post in the path.
func numberOf(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n < 1 {
		return 0, access.ErrHidden
	}
	return n, nil
}

// framed returns the frame of a page in a workspace; section is a channel's key
// or empty.
func framed(ctx context.Context, id access.WorkspaceID, title, section string, crumbs ...ui.Link) ui.Page {
	if id == access.Exchange {
		root := ui.Link{Label: words.Say(ctx, "discussion.exchange"), Href: "/exchange"}
		return ui.Page{Title: title, Place: ui.Exchange, Section: section, Crumbs: append([]ui.Link{root}, crumbs...)}
	}
	root := ui.Link{Label: words.Say(ctx, "discussion.topics"), Href: listPath(id)}
	return ui.Page{Title: title, Place: ui.Operation, Section: "topics", Crumbs: append([]ui.Link{root}, crumbs...)}
}

// mendable reports whether a form is shown again with what was wrong.
func mendable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany, fault.TooLarge:
		return true
	case fault.Forbidden: // of a channel or a locked topic: what was typed must not be lost
		return fault.Of(err).Field != ""
	default:
		return false
	}
}
