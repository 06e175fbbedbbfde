// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

// Purge destroys a slice of what was said in the grant's workspace.
func Purge(ctx context.Context, tx *sqldb.Tx, g access.Grant, limit int) (int64, error) {
	return gate.Destroy(ctx, tx, g, limit,
		gate.Table{Name: "discussion_draft", Key: "member_id, topic_id, opened_from"},
		gate.Table{Name: "discussion_version", Key: "post_id, edits"},
		gate.Table{Name: "discussion_mention", Key: "topic_id, number, member_id"},
		gate.Table{Name: "discussion_read", Key: "member_id, topic_id"},
		gate.Table{Name: "discussion_post", Key: "topic_id, number"},
		gate.Table{Name: "discussion_topic", Key: "topic_id"},
		gate.Table{Name: "discussion_channel", Key: "channel_id"},
	)
}
