// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/home"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/assets"
	"entente.example/internal/words"
)

// matters are the rooms that know of something that waits for a member.
func (a *App) matters() []home.Source {
	return []home.Source{a.hitsWaiting, a.offersWaiting, a.vettingEnding, a.agreementEnding, a.queueWaiting, a.mentionsWaiting, a.topicsUnread}
}

func (a *App) hitsWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	hits, err := a.Hits.Waiting(ctx, actor)
	if err != nil {
		return nil, err
	}
	mine, err := a.Workspaces.Mine(ctx, actor)
	for _, head := range mine {
		if n := hits[head.ID]; n > 0 {
			matters = append(matters, home.Matter{
				Weight: home.Urgent, Key: "app.hits", Args: []any{"count", n}, Place: head.Name, Href: web.WorkspacePath(head.ID) + "/hits", Count: n,
			})
		}
	}
	return matters, err
}

func (a *App) offersWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	offers, err := a.Memberships.Offers(ctx, actor)
	for _, offer := range offers {
		matters = append(matters, home.Matter{
			Weight: home.Waiting, Key: "app.offer", Args: []any{"name", offer.By.Name}, Place: offer.Workspace.Profile.Name, Href: "/operations", Count: 1,
			ID: fmt.Sprintf("offer/%s/%d", offer.Workspace.ID, offer.At.UnixMicro()), Kind: home.Invited, Workspace: offer.Workspace.ID, At: offer.At,
		})
	}
	return matters, err
}

func (a *App) vettingEnding(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	me, err := a.People.Me(ctx, actor)
	now := a.world.now()
	if err != nil || !me.Vetted(now) || me.VettedUntil.After(now.Add(member.Soon)) {
		return nil, err
	}
	return []home.Matter{{
		Weight: home.Urgent, Key: "app.vetting", Args: []any{"date", words.Date(ctx, me.VettedUntil)}, Place: me.Org.Name, Href: "/me/settings",
		ID: fmt.Sprintf("vetting/%d", me.VettedUntil.UnixMicro()), Kind: home.Ending, At: me.VettedUntil.Add(-member.Soon),
	}}, nil
}

// agreementEnding tells a member that what their organisation takes part by ends:
// nobody renews it without being asked.
func (a *App) agreementEnding(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	me, err := a.People.Me(ctx, actor)
	end, ends := me.Org.EndingSoon(a.world.now())
	if err != nil || !ends {
		return nil, err
	}
	return []home.Matter{{
		Weight: home.Waiting, Key: "app.agreement", Args: []any{"date", words.Date(ctx, end.Add(-time.Microsecond))}, Place: me.Org.Name, Href: "/me/settings",
		ID: fmt.Sprintf("agreement/%d", end.UnixMicro()), Kind: home.Ending, At: end.Add(-member.Soon),
	}}, nil
}

func (a *App) queueWaiting(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	queue, err := a.Officers.Waiting(ctx, actor)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil // the actor admits nobody
	}
	n := queue.Waits()
	if err != nil || n == 0 {
		return nil, err
	}
	newest, named := queue.Newest()
	return []home.Matter{{
		Weight: home.Waiting, Key: "app.queue", Args: []any{"count", n}, Href: "/directorate", Count: n,
		ID: "queue/" + named, Kind: home.Decision, At: newest,
	}}, nil
}

func (a *App) mentionsWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	mentions, err := a.Posts.Mentions(ctx, actor)
	for _, m := range mentions {
		matters = append(matters, home.Matter{
			Weight: home.Waiting, Key: "app.mention", Args: []any{"name", m.By.Name}, Place: m.Title, Href: postPath(m.Workspace, m.Topic, m.Number), Count: 1,
			ID:   fmt.Sprintf("mention/%s/%s/%d", m.Workspace, m.Topic, m.Number),
			Kind: home.Mentioned, Workspace: m.Workspace, At: m.At, Seen: m.Seen,
		})
	}
	return matters, err
}

func (a *App) topicsUnread(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	counts, err := a.Topics.Counts(ctx, actor)
	if err != nil {
		return nil, err
	}
	if n := unreadIn(counts, access.Exchange); n > 0 {
		matters = append(matters, home.Matter{Key: "app.unread", Args: []any{"count", n}, Place: words.Say(ctx, "app.exchange"), Href: "/exchange?unread=1", Count: n})
	}
	mine, err := a.Workspaces.Mine(ctx, actor)
	for _, head := range mine {
		if n := unreadIn(counts, head.ID); n > 0 {
			matters = append(matters, home.Matter{Key: "app.unread", Args: []any{"count", n}, Place: head.Name, Href: web.WorkspacePath(head.ID) + "/topics?unread=1", Count: n})
		}
	}
	return matters, err
}

// assetFiles mounts what npm built.
type assetFiles struct{}

// Mount adds the files to mux.
func (assetFiles) Mount(mux *web.Mux) {
	mux.HandleFiles("GET "+assets.Prefix, http.Handler(assets.Handler()))
}
