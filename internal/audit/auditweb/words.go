// SPDX-License-Identifier: Apache-2.0

package auditweb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
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

func verbOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{}
	for _, v := range audit.PlatformVerbs() {
		options = append(options, ui.Option{Value: string(v), Label: verb(ctx, v)})
	}
	slices.SortFunc(options, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return append([]ui.Option{{Label: words.Say(ctx, "audit.filter.any")}}, options...)
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
	if name, ok := s.people[access.MemberID(actor)]; ok {
		return name
	}
	return words.Say(ctx, "audit.actor.member")
}
