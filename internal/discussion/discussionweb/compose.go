// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/markup"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func (p *Pages) reply(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	draft := discussion.PostDraft{ID: discussion.PostID(r.PostFormValue("id")), Topic: topicOf(r), Text: r.PostFormValue("text")}
	if r.PostFormValue("preview") != "" {
		return p.replyAgain(w, r, actor, draft, nil)
	}
	number, err := p.posts.Reply(ctx, actor, id, draft)
	if mendable(err) {
		return p.replyAgain(w, r, actor, draft, err)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, topicPath(id, draft.Topic)+"#post-"+strconv.FormatInt(number, 10))
}

// replyAgain shows the topic with what was typed: a preview of it, or why it was
// not published.
func (p *Pages) replyAgain(w http.ResponseWriter, r *http.Request, actor access.Actor, d discussion.PostDraft, problem error) error {
	ctx, id := r.Context(), web.Workspace(r)
	th, err := p.posts.Thread(ctx, actor, id, d.Topic, 0)
	if err != nil {
		return err
	}
	kept, err := p.drafts.In(ctx, actor, id, discussion.Slot{Topic: d.Topic})
	if err != nil {
		return err
	}
	frame, view := p.shown(ctx, actor, id, th)
	view.Composer = &composerView{
		Action: topicPath(id, d.Topic) + "/posts", ID: p.unsent(string(d.ID), problem), Text: d.Text, Focus: true,
		Kept: p.keptView(ctx, topicPath(id, d.Topic)+"/draft", kept),
	}
	view.Composer.Kept.Typed = d.Text != kept.Text
	if problem == nil {
		view.Composer.Preview = markup.Render(d.Text, nil)
		return p.mux.Render(w, r, actor, frame, topicPage(view))
	}
	view.Composer.Error = words.Fault(ctx, problem)
	return p.mux.RenderInvalid(w, r, actor, frame, topicPage(view))
}

// editView is the form in which an author changes a post.
type editView struct {
	Action, Cancel, Edits string
	Text                  ui.Field
	Preview               string
	Problems              []ui.FieldError
}

func (p *Pages) edit(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	number, err := numberOf(r)
	if err != nil {
		return err
	}
	th, err := p.posts.One(ctx, actor, id, topicOf(r), number)
	if err != nil {
		return err
	}
	post := th.Posts[0]
	if post.Author != actor.Member {
		return fault.New(fault.Forbidden, "discussion.edit.others")
	}
	e := discussion.Edit{Topic: th.Topic.ID, Number: number, Edits: post.Edits, Text: post.Text}
	frame, view := editForm(ctx, id, th, e, nil)
	return p.mux.Render(w, r, actor, frame, editPage(view))
}

func (p *Pages) revise(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	number, err := numberOf(r)
	if err != nil {
		return err
	}
	edits, err := strconv.Atoi(r.PostFormValue("edits"))
	if err != nil {
		return fault.Wrap(fault.Invalid, "error.conflict", err)
	}
	e := discussion.Edit{Topic: topicOf(r), Number: number, Edits: edits, Text: r.PostFormValue("text")}
	previews := r.PostFormValue("preview") != ""
	if !previews {
		err = p.posts.Revise(ctx, actor, id, e)
	}
	if err == nil && !previews {
		return web.SeeOther(w, r, postPath(id, e.Topic, number))
	}
	if err != nil && !mendable(err) {
		return err
	}
	th, read := p.posts.One(ctx, actor, id, e.Topic, number)
	if read != nil {
		return read
	}
	frame, view := editForm(ctx, id, th, e, err)
	if previews {
		view.Preview = markup.Render(e.Text, nil)
		return p.mux.Render(w, r, actor, frame, editPage(view))
	}
	return p.mux.RenderInvalid(w, r, actor, frame, editPage(view))
}

func editForm(ctx context.Context, id access.WorkspaceID, th discussion.Thread, e discussion.Edit, err error) (ui.Page, editView) {
	back := postPath(id, e.Topic, e.Number)
	frame := framed(ctx, id, words.Say(ctx, "discussion.edit.title", "number", e.Number), channelKey(th.Topic.Channel), ui.Link{Label: th.Topic.Title, Href: back})
	return frame, editView{
		Action: topicPath(id, e.Topic) + "/posts/" + strconv.FormatInt(e.Number, 10) + "/edit",
		Cancel: back, Edits: strconv.Itoa(e.Edits), Problems: web.Problems(ctx, err),
		Text: textField(ctx, e.Text, err),
	}
}

func textField(ctx context.Context, text string, err error) ui.Field {
	return ui.Field{
		Name: "text", Label: words.Say(ctx, "discussion.text"), Value: text, Required: true, Rows: 12, Max: 20_000,
		Error: web.FieldError(ctx, err, "text"),
	}
}

// historyView is all that a post has said.
type historyView struct {
	Author     access.Card
	AuthorPage string
	Versions   []versionView // the newest first
}

// versionView is what a post said for a time.
type versionView struct {
	Title string
	At    time.Time
	HTML  string
}

func (p *Pages) history(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	number, err := numberOf(r)
	if err != nil {
		return err
	}
	th, versions, err := p.posts.History(ctx, actor, id, topicOf(r), number)
	if err != nil {
		return err
	}
	post := th.Posts[0]
	author := th.People[post.Author]
	view := historyView{Author: author, AuthorPage: web.PersonPath(id, author.Handle)}
	for i, version := range slices.Backward(versions) {
		title := words.Say(ctx, "discussion.version", "number", i+1)
		if i == len(versions)-1 {
			title = words.Say(ctx, "discussion.version.present")
		}
		view.Versions = append(view.Versions, versionView{
			Title: title, At: version.WrittenAt, HTML: markup.Render(version.Text, named(id, th, post)),
		})
	}
	frame := framed(ctx, id, words.Say(ctx, "discussion.history.title", "number", number), channelKey(th.Topic.Channel),
		ui.Link{Label: th.Topic.Title, Href: postPath(id, th.Topic.ID, number)})
	return p.mux.Render(w, r, actor, frame, historyPage(view))
}

// newTopicView is the form that opens a topic.
type newTopicView struct {
	Action, Cancel, ID, From  string
	Channel, Title, Text, TLP ui.Field
	Audience                  ui.Field
	Orgs                      []ui.OrgChoice
	Operation                 bool
	Kept                      draftView
	Preview                   string
	Problems                  []ui.FieldError
}

func (p *Pages) newTopic(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	form, err := p.topics.Choices(ctx, actor, id)
	if err != nil {
		return err
	}
	from := discussion.ChannelID(r.FormValue("channel"))
	d := discussion.TopicDraft{ID: discussion.TopicID(p.topics.NewID()), Channel: from, Audience: discussion.Audience{TLP: form.TLP}}
	kept, err := p.drafts.In(ctx, actor, id, discussion.Slot{Channel: from})
	if err != nil {
		return err
	}
	if kept.ID != "" {
		d = discussion.TopicDraft{ID: discussion.TopicID(kept.ID), Channel: kept.Channel, Title: kept.Title, Text: kept.Text, Audience: kept.Audience}
	}
	frame, view := topicForm(ctx, id, form, d, nil)
	view.From, view.Kept = string(from), p.keptView(ctx, web.WorkspacePath(id)+"/topics/draft", kept)
	return p.mux.Render(w, r, actor, frame, newTopicPage(view))
}

func (p *Pages) openTopic(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx, id := r.Context(), web.Workspace(r)
	d := drafted(r)
	var err error
	if r.PostFormValue("preview") == "" {
		var topic discussion.TopicID
		if topic, err = p.topics.Open(ctx, actor, id, d); err == nil {
			return web.SeeOther(w, r, topicPath(id, topic))
		}
	}
	if err != nil && !mendable(err) {
		return err
	}
	return p.openAgain(w, r, actor, d, err)
}

// openAgain shows the form with what was typed: a preview of it, or why no topic
// was opened.
func (p *Pages) openAgain(w http.ResponseWriter, r *http.Request, actor access.Actor, d discussion.TopicDraft, err error) error {
	ctx, id, from := r.Context(), web.Workspace(r), discussion.ChannelID(r.PostFormValue("from"))
	form, read := p.topics.Choices(ctx, actor, id)
	if read != nil {
		return read
	}
	kept, read := p.drafts.In(ctx, actor, id, discussion.Slot{Channel: from})
	if read != nil {
		return read
	}
	d.ID = discussion.TopicID(p.unsent(string(d.ID), err))
	frame, view := topicForm(ctx, id, form, d, err)
	view.From, view.Kept = string(from), p.keptView(ctx, web.WorkspacePath(id)+"/topics/draft", kept)
	view.Kept.Typed = d.Text != kept.Text || d.Title != kept.Title
	if err == nil {
		view.Preview = markup.Render(d.Text, nil)
		return p.mux.Render(w, r, actor, frame, newTopicPage(view))
	}
	return p.mux.RenderInvalid(w, r, actor, frame, newTopicPage(view))
}

// drafted reads the form that opens a topic. What is no marking becomes one that
// no topic bears.
func drafted(r *http.Request) discussion.TopicDraft {
	d := discussion.TopicDraft{
		Channel: discussion.ChannelID(r.PostFormValue("channel")), ID: discussion.TopicID(r.PostFormValue("id")),
		Title: r.PostFormValue("title"), Text: r.PostFormValue("text"),
	}
	for _, org := range r.PostForm["org"] {
		d.Audience.Orgs = append(d.Audience.Orgs, access.OrgID(org))
	}
	d.Audience.Restricted = r.PostFormValue("audience") == "chosen"
	d.Audience.TLP = access.Red + 1
	if tlp, ok := access.ParseTLP(r.PostFormValue("tlp")); ok {
		d.Audience.TLP = tlp
	}
	return d
}

func topicForm(ctx context.Context, id access.WorkspaceID, form discussion.FormChoices, d discussion.TopicDraft, err error) (ui.Page, newTopicView) {
	say := func(key string) string { return words.Say(ctx, key) }
	wrong := func(field string) string { return web.FieldError(ctx, err, field) }
	v := newTopicView{
		Action: web.WorkspacePath(id) + "/topics", Cancel: listPath(id), ID: string(d.ID),
		Operation: id != access.Exchange, Problems: web.Problems(ctx, err),
		Channel: ui.Field{Name: "channel", Label: say("discussion.channel"), Value: string(d.Channel), Required: true, Error: wrong("channel")},
		Title:   ui.Field{Name: "title", Label: say("discussion.title"), Value: d.Title, Required: true, Max: 160, Error: wrong("title"), Autofocus: err == nil},
		Text:    textField(ctx, d.Text, err),
		TLP:     ui.Field{Name: "tlp", Label: say("discussion.tlp"), Hint: say("discussion.tlp.hint"), Value: d.Audience.TLP.String(), Required: true, Error: wrong("tlp")},
		Audience: ui.Field{
			Name: "audience", Label: say("discussion.audience"), Value: "all", Required: true, Error: wrong("audience"),
			Options: []ui.Option{
				{Value: "all", Label: say("discussion.audience.all"), Hint: say("discussion.audience.all.hint")},
				{Value: "chosen", Label: say("discussion.audience.chosen"), Hint: say("discussion.audience.chosen.hint")},
			},
		},
	}
	if d.Audience.Restricted {
		v.Audience.Value = "chosen"
	}
	for _, c := range form.Channels {
		v.Channel.Options = append(v.Channel.Options, ui.Option{Value: string(c.ID), Label: channelName(ctx, c)})
	}
	for _, t := range form.TLPs {
		v.TLP.Options = append(v.TLP.Options, ui.Option{Value: t.String(), Label: "TLP:" + t.String()})
	}
	for _, card := range form.Orgs {
		v.Orgs = append(v.Orgs, ui.OrgChoice{
			ID: string(card.Org), Name: card.OrgName, Country: string(card.Country),
			StartsClosed: startsClosed(card.OrgKind), On: slices.Contains(d.Audience.Orgs, card.Org),
		})
	}
	return framed(ctx, id, say("discussion.topic.new"), channelKey(d.Channel)), v
}

// startsClosed reports whether members of an organisation of that kind see, in
// an operation, only what was opened to them (access.Grant.StartsClosed decides;
// this tells the author).
func startsClosed(kind string) bool { return kind == "private" || kind == "cert" || kind == "academia" }
