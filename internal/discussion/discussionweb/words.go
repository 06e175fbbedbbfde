// SPDX-License-Identifier: Apache-2.0

package discussionweb

import (
	"context"

	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// readers says in one sentence who reads a topic.
func readers(ctx context.Context, v topicView) string {
	switch {
	case !v.Operation:
		return words.Say(ctx, "discussion.readers.exchange")
	case v.Restricted && len(v.Opened) == 0:
		return words.Say(ctx, "discussion.readers.own", "name", v.Author.OrgName)
	case v.Restricted:
		return words.Say(ctx, "discussion.readers.chosen", "name", v.Author.OrgName)
	case len(v.Opened) > 0:
		return words.Say(ctx, "discussion.readers.opened")
	}
	return words.Say(ctx, "discussion.readers.police")
}

// noneText says what belongs into an empty list.
func noneText(ctx context.Context, v listView) string {
	if v.Operation {
		return words.Say(ctx, "discussion.none.operation")
	}
	return words.Say(ctx, "discussion.none.exchange")
}

// firstTopic leads to the form that opens one, where the reader may.
func firstTopic(ctx context.Context, v listView) *ui.Link {
	if v.New == "" {
		return nil
	}
	return &ui.Link{Label: words.Say(ctx, "discussion.topic.new"), Href: v.New}
}
