// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/home"
	"entente.example/internal/member"
	"entente.example/internal/observable"
	"entente.example/internal/web"
	"entente.example/internal/web/assets"
	"entente.example/internal/words"
)

// matters are the rooms that know of something that waits for a member.
func (a *App) matters() []home.Source {
	return []home.Source{a.hitsWaiting, a.offersWaiting, a.vettingEnding, a.agreementEnding, a.queueWaiting, a.passkeysWaiting, a.deskWaiting, a.importsWaiting, a.operationsTurning, a.mentionsWaiting, a.topicsUnread}
}

func (a *App) hitsWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	news, err := a.Hits.News(ctx, actor)
	for _, n := range news {
		m := hitMatter(ctx, n.Workspace, n.Unseen, valueText(n.Value, n.Withheld))
		m.At = n.At
		matters = append(matters, m)
	}
	return matters, err
}

// hitMatter tells of so many hits, the newest of them on that value; empty text
// is a value that is not shown here.
func hitMatter(ctx context.Context, id access.WorkspaceID, n int, value string) home.Matter {
	m := home.Matter{
		Weight: home.Urgent, Key: "app.hits", Args: []any{"count", n}, Href: web.WorkspacePath(id) + "/hits", Count: n, Kind: home.Found, Workspace: id,
	}
	switch {
	case value == "":
	case n == 1:
		m.Key, m.Args = "app.hit", []any{"value", value}
	default:
		m.What = andMore(ctx, value, n-1)
	}
	return m
}

// longestValue is how much of a value a line names, in characters.
const longestValue = 60

// valueText is a value as a line names it: defanged, read from left to right
// whatever stands around it, and empty where it is withheld.
func valueText(v observable.Value, withheld bool) string {
	if withheld {
		return ""
	}
	text := []rune(observable.Defang(v))
	if len(text) > longestValue {
		text = append(text[:longestValue-1], '…')
	}
	return "\u2066" + string(text) + "\u2069"
}

// isolated keeps the direction of a name from changing that of the words around it.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// andMore names the first of several.
func andMore(ctx context.Context, first string, others int) string {
	return words.Say(ctx, "app.more", "first", first, "count", others)
}

func (a *App) offersWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	offers, err := a.Memberships.Offers(ctx, actor)
	for _, offer := range offers {
		matters = append(matters, home.Matter{
			Weight: home.Waiting, Key: "app.offer", Args: []any{"name", isolated(offer.By.Name)}, Place: offer.Workspace.Profile.Name, Href: "/operations", Count: 1,
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
		Weight: home.Urgent, Key: "app.vetting", Args: []any{"date", words.Date(ctx, me.VettedUntil)}, What: isolated(me.Org.Name), Href: "/me/settings",
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
		Weight: home.Waiting, Key: "app.agreement", Args: []any{"date", words.Date(ctx, end.Add(-time.Microsecond))}, What: isolated(me.Org.Name), Href: "/me/settings",
		ID: fmt.Sprintf("agreement/%d", end.UnixMicro()), Kind: home.Ending, At: end.Add(-member.Soon),
	}}, nil
}

// queueWaiting tells of what the actor themselves may decide, and of nothing that
// waits for others.
func (a *App) queueWaiting(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	queue, err := a.Officers.Waiting(ctx, actor)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil // the actor admits nobody
	}
	n, newest := queue.Yours.Len(), queue.Newest()
	if err != nil || n == 0 {
		return nil, err
	}
	m := home.Matter{
		Weight: home.Waiting, Place: words.Say(ctx, "member.queue.title"), Href: "/directorate", Count: n,
		ID: "queue/" + newest.ID, Kind: home.Decision, At: newest.At,
	}
	if n > 1 {
		m.Key, m.Args, m.What = "app.queue", []any{"count", n}, andMore(ctx, isolated(newest.Name), n-1)
		return []home.Matter{m}, nil
	}
	m.Key, m.Args = decisionKeys[newest.Kind], []any{"name", isolated(newest.Name)}
	switch {
	case newest.Member != "":
		m.Href = "/directorate/members/" + url.PathEscape(string(newest.Member))
	case newest.Org != "":
		m.Href = "/directorate/organisations/" + url.PathEscape(string(newest.Org))
	}
	return []home.Matter{m}, nil
}

var decisionKeys = map[member.WaitingKind]string{
	member.OfInvitation: "app.queue.invitation", member.OfVetting: "app.queue.vetting", member.OfOfficer: "app.queue.officer",
	member.OfAgreement: "app.queue.agreement",
}

// deskWaiting tells officers of the desk of matches that nobody else is told of.
func (a *App) deskWaiting(ctx context.Context, actor access.Actor) ([]home.Matter, error) {
	newest, n, err := a.Desk.Newest(ctx, actor)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil // the actor is not of the desk
	}
	if err != nil || n == 0 {
		return nil, err
	}
	sides := isolated(newest.One.Name) + " · " + isolated(newest.Two.Name)
	if n > 1 {
		sides = andMore(ctx, sides, n-1)
	}
	return []home.Matter{{
		Weight: home.Urgent, Key: "app.desk", Args: []any{"count", n}, What: sides, Place: words.Say(ctx, "ui.nav.desk"), Href: "/desk", Count: n,
		ID: "desk/" + newest.ID, Kind: home.Desked, At: newest.At,
	}}, nil
}

func (a *App) mentionsWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	mentions, err := a.Posts.Mentions(ctx, actor)
	for _, m := range mentions {
		matters = append(matters, home.Matter{
			Weight: home.Waiting, Key: "app.mention", Args: []any{"name", isolated(m.By.Name)}, What: isolated(m.Title), Href: postPath(m.Workspace, m.Topic, m.Number), Count: 1,
			ID:   fmt.Sprintf("mention/%s/%s/%d", m.Workspace, m.Topic, m.Number),
			Kind: home.Mentioned, Workspace: m.Workspace, At: m.At, Seen: m.Seen,
		})
	}
	return matters, err
}

// topicsUnread counts topics, not posts: that is what the rail and the lists count.
func (a *App) topicsUnread(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	counts, err := a.Topics.Counts(ctx, actor)
	if err != nil {
		return nil, err
	}
	at := map[access.WorkspaceID]int{}
	for _, c := range counts {
		if c.Channel.Unread == 0 {
			continue
		}
		i, known := at[c.Workspace]
		if !known {
			href := web.WorkspacePath(c.Workspace) + "/topics?unread=1"
			if c.Workspace == access.Exchange {
				href = "/exchange?unread=1"
			}
			i, at[c.Workspace] = len(matters), len(matters)
			matters = append(matters, home.Matter{Key: "app.unread", Workspace: c.Workspace, Href: href})
		}
		m := &matters[i]
		m.Count += c.Channel.Unread
		m.Args = []any{"count", m.Count}
		if c.Channel.NewAt.After(m.At) {
			m.At = c.Channel.NewAt
		}
	}
	slices.SortStableFunc(matters, func(a, b home.Matter) int { return b.At.Compare(a.At) })
	return matters, nil
}

// assetFiles mounts what npm built.
type assetFiles struct{}

// Mount adds the files to mux.
func (assetFiles) Mount(mux *web.Mux) {
	mux.HandleFiles("GET "+assets.Prefix, http.Handler(assets.Handler()))
}
