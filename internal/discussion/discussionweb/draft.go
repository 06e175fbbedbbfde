// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/web"
	"entente.example/internal/words"
)

// draftView is what a form says of what is kept of it.
type draftView struct {
	Action string // where it is kept, and given up
	Said   string // that it is kept, and since when; empty where nothing is
	Typed  bool   // what stands in the form is not what is kept
}

func (p *Pages) keptView(ctx context.Context, action string, d discussion.Draft) draftView {
	return draftView{Action: action, Said: p.saidOf(ctx, d)}
}

func (p *Pages) saidOf(ctx context.Context, d discussion.Draft) string {
	switch {
	case d.ID == "":
		return ""
	case words.Date(ctx, d.SavedAt) == words.Date(ctx, p.topics.Now()):
		return words.Say(ctx, "discussion.draft.saved", "time", words.Clock(ctx, d.SavedAt))
	}
	return words.Say(ctx, "discussion.draft.saved_on", "time", words.DateTime(ctx, d.SavedAt))
}

// leftView is a draft that can no longer be published.
type leftView struct{ Action, Text string }

// composer returns where one writes a post, with what one had typed before, or
// nothing for who may not write; of a topic that was locked meanwhile, what is left.
func (p *Pages) composer(ctx context.Context, actor access.Actor, id access.WorkspaceID, th discussion.Thread) (*composerView, *leftView, error) {
	if th.Role < access.Analyst {
		return nil, nil, nil
	}
	draft, err := p.drafts.In(ctx, actor, id, discussion.Slot{Topic: th.Topic.ID})
	if err != nil {
		return nil, nil, err
	}
	path := topicPath(id, th.Topic.ID)
	if th.Topic.Locked && th.Role < access.Manager {
		if draft.ID == "" {
			return nil, nil, nil
		}
		return nil, &leftView{path + "/draft", draft.Text}, nil
	}
	c := &composerView{Action: path + "/posts", ID: draft.ID, Text: draft.Text, Kept: p.keptView(ctx, path+"/draft", draft)}
	if c.ID == "" {
		c.ID = p.topics.NewID()
	}
	return c, nil, nil
}

// quotes adds a quotation to what one had typed, once.
func (c *composerView) quotes(quote string) {
	c.Focus = true
	switch text := strings.TrimRight(c.Text, "\n"); {
	case text == "":
		c.Text = quote
	case !strings.Contains(c.Text, strings.TrimRight(quote, "\n")):
		c.Text = text + "\n\n" + quote
	}
}

// unsent returns the id under which a form is sent the next time: another one
// where that of its draft was published with another text.
func (p *Pages) unsent(id string, err error) string {
	if err != nil && fault.Of(err).Key == "discussion.draft.published" {
		return p.topics.NewID()
	}
	return id
}

// keepReply keeps what is typed in a topic, or gives it up.
func (p *Pages) keepReply(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	topic := topicOf(r)
	d := discussion.Draft{ID: r.PostFormValue("id"), Slot: discussion.Slot{Topic: topic}, Text: r.PostFormValue("text")}
	return p.keep(w, r, actor, d, topicPath(web.Workspace(r), topic)+"#reply", func(problem error) error {
		return p.replyAgain(w, r, actor, discussion.PostDraft{ID: discussion.PostID(d.ID), Topic: topic, Text: d.Text}, problem)
	})
}

// keepTopic does so in the form of a new topic.
func (p *Pages) keepTopic(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	typed := drafted(r)
	typed.Audience.TLP = min(typed.Audience.TLP, access.Red) // no topic may bear it: the usual marking is kept
	from := r.PostFormValue("from")
	d := discussion.Draft{
		ID: string(typed.ID), Slot: discussion.Slot{Channel: discussion.ChannelID(from)},
		Text: typed.Text, Title: typed.Title, Channel: typed.Channel, Audience: typed.Audience,
	}
	back := web.WorkspacePath(web.Workspace(r)) + "/topics/new"
	if from != "" {
		back += "?channel=" + url.QueryEscape(from)
	}
	return p.keep(w, r, actor, d, back, func(problem error) error { return p.openAgain(w, r, actor, typed, problem) })
}

// keptAnswer tells the script of a form what became of it.
type keptAnswer struct {
	ID   string `json:"id"`   // under which the form is sent
	Said string `json:"said"` // empty where nothing is kept
	Sent bool   `json:"sent"` // the draft was published elsewhere: this is another one, and not kept yet
}

// keep keeps d and goes back, or tells a script; again shows the form with what is
// wrong with it.
func (p *Pages) keep(w http.ResponseWriter, r *http.Request, actor access.Actor, d discussion.Draft, back string, again func(error) error) error {
	ctx, id := r.Context(), web.Workspace(r)
	if r.PostFormValue("discard") != "" {
		if err := p.drafts.Discard(ctx, actor, id, d.Slot); err != nil {
			return err
		}
		return web.SeeOtherSaying(w, r, back, "discussion.said.discarded")
	}
	saved, err := p.drafts.Save(ctx, actor, id, d)
	scripted := strings.HasPrefix(r.Header.Get("Accept"), "application/json")
	unsent := p.unsent(d.ID, err)
	switch {
	case scripted && unsent != d.ID:
		return web.JSON(w, keptAnswer{ID: unsent, Sent: true})
	case scripted && err == nil:
		if saved.ID != "" {
			unsent = saved.ID
		}
		return web.JSON(w, keptAnswer{ID: unsent, Said: p.saidOf(ctx, saved)})
	case mendable(err) && !scripted:
		return again(err)
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, back)
}
