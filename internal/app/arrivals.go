// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/home"
	"entente.example/internal/intel"
	"entente.example/internal/web"
)

// arrivals are the rooms that bring something into a member's inbox. Each asks in
// the member's name: what they may no longer read is in it no longer.
func (a *App) arrivals() []home.Source {
	return []home.Source{a.conversations, a.hitsFound, a.offersWaiting, a.imports, a.queueWaiting, a.passkeysWaiting, a.deskWaiting, a.operationsTurning, a.vettingEnding, a.agreementEnding}
}

// conversations are mentions, and answers to what the actor wrote: one matter
// for a topic, which is its mention where that has not been read yet.
func (a *App) conversations(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	matters, err := a.mentionsWaiting(ctx, actor)
	if err != nil {
		return nil, err
	}
	answers, err := a.Posts.Answers(ctx, actor)
	if err != nil {
		return nil, err
	}
	mentioned := map[string]bool{}
	for _, m := range matters {
		if !m.Seen {
			mentioned[topicOf(m.Href)] = true
		}
	}
	for _, t := range answers {
		href := postPath(t.Workspace, t.Topic, t.Number-int64(max(0, t.Unread-1)))
		if mentioned[topicOf(href)] {
			continue
		}
		matters = append(matters, home.Matter{
			Key: "app.answer", Args: []any{"count", max(1, t.Unread), "name", isolated(t.By.Name)}, What: isolated(t.Title), Href: href, Count: t.Unread,
			ID: fmt.Sprintf("answer/%s/%s/%d", t.Workspace, t.Topic, t.Number), Kind: home.Replied, Workspace: t.Workspace, At: t.At, Seen: t.Unread == 0,
		})
	}
	return matters, nil
}

func (a *App) hitsFound(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	days, err := a.Hits.Days(ctx, actor)
	for _, day := range days {
		m := hitMatter(ctx, day.Workspace, day.Hits, valueText(day.Value, day.Withheld))
		m.ID, m.At, m.Seen = "hits/"+day.Newest, day.At, day.Unseen == 0
		matters = append(matters, m)
	}
	return matters, err
}

// batchesOf is how many imports an inbox holds, of each operation.
const batchesOf = 50

// imports are those that wait for the actor's decision, and of their own those
// that have ended.
func (a *App) imports(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	mine, err := a.Workspaces.Mine(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, head := range mine {
		batches, err := a.Batches.Concerning(ctx, actor, head.ID, batchesOf)
		if err != nil {
			return nil, err
		}
		for _, b := range batches {
			if m, told := importMatter(head.ID, b.Batch); told && !(b.State == intel.Ready && head.State == access.Archived) {
				matters = append(matters, m)
			}
		}
	}
	return matters, nil
}

// importsWaiting are those of them that wait.
func (a *App) importsWaiting(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	matters, err := a.imports(ctx, actor)
	return slices.DeleteFunc(matters, func(m home.Matter) bool { return m.Weight != home.Waiting }), err
}

// importKeys is what is said of an import that goes on no further by itself.
var importKeys = map[intel.State]string{
	intel.Ready: "app.import.ready", intel.Done: "app.import.done", intel.Failed: "app.import.failed", intel.Undone: "app.import.undone",
}

func importMatter(id access.WorkspaceID, b intel.Batch) (m home.Matter, told bool) {
	key, told := importKeys[b.State]
	m = home.Matter{
		Key: key, Args: []any{"count", int(b.Counts.Importable())}, What: isolated(b.File), Count: 1,
		Href: web.WorkspacePath(id) + "/imports/" + url.PathEscape(string(b.ID)),
		ID:   fmt.Sprintf("import/%s/%s", b.ID, b.State), Kind: home.Imported, Workspace: id, At: b.EndedAt,
	}
	if b.State == intel.Ready {
		m.Weight, m.At = home.Waiting, b.Staged.At
		if b.Counts.Importable() == 0 {
			m.Key, m.Args = "app.import.nothing", nil
		}
	}
	return m, told
}

// postPath leads to a post within its topic's page.
func postPath(id access.WorkspaceID, topic discussion.TopicID, number int64) string {
	n := strconv.FormatInt(number, 10)
	return web.WorkspacePath(id) + "/topics/" + url.PathEscape(string(topic)) + "?from=" + n + "#post-" + n
}

// topicOf is the part of a post's path that all posts of its topic share.
func topicOf(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	return u.Path
}
