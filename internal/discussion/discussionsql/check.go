// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"context"

	"entente.example/internal/sqldb"
)

// Check reports each topic whose posts are not numbered from 1 to its last without
// a gap, and each draft of an answer in no topic, as the operator's tool does to
// find damage. It returns how many posts there are.
func Check(ctx context.Context, tx *sqldb.Tx, report func(where, what string)) (posts int64, err error) {
	err = tx.All(ctx, `
		SELECT t.workspace_id, t.topic_id FROM discussion_topic t
		LEFT JOIN (SELECT workspace_id, topic_id, COUNT(*) AS posts, MIN(number) AS least, MAX(number) AS most
		           FROM discussion_post GROUP BY workspace_id, topic_id) p
		  ON p.workspace_id = t.workspace_id AND p.topic_id = t.topic_id
		WHERE COALESCE(p.posts, 0) <> t.last_number OR COALESCE(p.most, 0) <> t.last_number OR COALESCE(p.least, 1) <> 1
		ORDER BY t.workspace_id, t.topic_id LIMIT 1000`, nil, func(scan func(...any) error) error {
		var workspace, topic string
		err := scan(&workspace, &topic)
		report("discussion_topic "+workspace+" "+topic, "its posts are not numbered from 1 to its last without a gap")
		return err
	})
	if err != nil {
		return 0, err
	}
	err = tx.All(ctx, `
		SELECT d.workspace_id, d.topic_id FROM discussion_draft d
		LEFT JOIN discussion_topic t ON t.workspace_id = d.workspace_id AND t.topic_id = d.topic_id
		WHERE d.topic_id <> '' AND t.topic_id IS NULL
		ORDER BY d.workspace_id, d.topic_id LIMIT 1000`, nil, func(scan func(...any) error) error {
		var workspace, topic string
		err := scan(&workspace, &topic)
		report("discussion_draft "+workspace+" "+topic, "its topic is not there")
		return err
	})
	if err != nil {
		return 0, err
	}
	err = tx.One(ctx, `SELECT COUNT(*) FROM discussion_post`, nil, &posts)
	return posts, err
}
