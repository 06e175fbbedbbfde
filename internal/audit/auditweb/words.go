// SPDX-License-Identifier: Apache-2.0

package auditweb

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// verb says an act in the reader's words; one that has none is shown as it is
// recorded.
func verb(ctx context.Context, v audit.Verb) string {
	key := "audit.verb." + string(v)
	if said := words.Say(ctx, key); said != key {
		return said
	}
	return string(v)
}

func verbOptions(ctx context.Context, verbs []audit.Verb) []ui.Option {
	options := []ui.Option{}
	for _, v := range verbs {
		options = append(options, ui.Option{Value: string(v), Label: verb(ctx, v)})
	}
	slices.SortFunc(options, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return append([]ui.Option{{Label: words.Say(ctx, "audit.filter.any")}}, options...)
}

// thing is what an entry is about, and where it stands; empty where the reader may
// not read it now.
func (s shown) thing(ctx context.Context, l audit.Line) ui.Link {
	family, _, _ := strings.Cut(string(l.Verb), ".")
	at, object, about := web.WorkspacePath(l.Workspace), url.PathEscape(l.Object), url.PathEscape(l.About)
	switch {
	case family == "country":
		return ui.Link{Label: words.Country(ctx, l.Object)}
	case l.Workspace == "" && (family == "workspace" || family == "membership") && s.places[access.WorkspaceID(l.Object)] != "":
		return ui.Link{Label: s.places[access.WorkspaceID(l.Object)], Href: web.WorkspacePath(access.WorkspaceID(l.Object))}
	case l.Name == "":
		return ui.Link{}
	}
	href := map[string]string{
		"channel": at + "/channels/" + object, "topic": at + "/topics/" + object, "import": at + "/imports/" + about,
		"object": at + "/objects/" + object, "handling": at + "/objects/" + object,
		"organisation": "/directorate/organisations/" + object, "agreement": "/directorate/organisations/" + about,
		"member": "/directorate/invitations", "invitation": "/directorate/invitations", "officer": "/directorate/invitations",
	}[family]
	if number := strconv.FormatInt(l.Count, 10); family == "post" {
		href = at + "/topics/" + about + "?from=" + number + "#post-" + number
	}
	return ui.Link{Label: l.Name, Href: href}
}

func finding(ctx context.Context, f audit.Finding) string {
	return words.Say(ctx, "audit.finding."+string(f.Kind), "number", f.Number, "tile", f.Tile, "size", f.Size)
}

// actor says who acted: a member by name, the house by what of it acted.
func (s shown) actor(ctx context.Context, actor string) string {
	switch {
	case actor == "console":
		return words.Say(ctx, "audit.actor.console")
	case actor == "nobody":
		return words.Say(ctx, "audit.actor.nobody")
	case strings.HasPrefix(actor, "follower:"):
		return words.Say(ctx, "audit.actor.house")
	}
	if card, ok := s.people[access.MemberID(actor)]; ok {
		return card.Name
	}
	return words.Say(ctx, "audit.actor.member")
}
