// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"slices"
	"strings"

	"entente.example/internal/intel"
	"entente.example/internal/words"
)

// shownAtOnce is how many links of one kind stand open.
const shownAtOnce = 12

// relation is the links of an object of one kind and one direction.
type relation struct {
	Label    string
	Incoming bool
	Links    []intel.Link
}

// grouped gathers links by kind and direction, what the object does first.
func grouped(links []intel.Link) (groups []relation) {
	for _, l := range links {
		at := slices.IndexFunc(groups, func(g relation) bool { return g.Label == l.Label && g.Incoming == l.Incoming })
		if at < 0 {
			groups = append(groups, relation{Label: l.Label, Incoming: l.Incoming})
			at = len(groups) - 1
		}
		groups[at].Links = append(groups[at].Links, l)
	}
	slices.SortStableFunc(groups, func(a, b relation) int {
		if a.Incoming == b.Incoming {
			return strings.Compare(a.Label, b.Label)
		}
		if a.Incoming {
			return 1
		}
		return -1
	})
	return groups
}

// say names the group in the reader's words; a kind of its maker's own stays as
// it came.
func (g relation) say(ctx context.Context) string {
	key := strings.ReplaceAll(g.Label, "-", "_")
	if g.Incoming {
		return words.SayOr(ctx, "intelweb.link.in."+key, words.Say(ctx, "intelweb.link.in", "label", g.Label))
	}
	return words.SayOr(ctx, "intelweb.link.out."+key, g.Label)
}
