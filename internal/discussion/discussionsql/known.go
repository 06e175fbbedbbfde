// SPDX-License-Identifier: Apache-2.0

package discussionsql

import "entente.example/internal/access"

// Known returns the condition on a journal entry e that the topic of that id, a
// column of e, is one of the handlings that readable selects.
func Known(column string) func(g access.Grant, readable string) string {
	return func(_ access.Grant, readable string) string {
		return `EXISTS (SELECT 1 FROM discussion_topic t WHERE t.workspace_id = e.workspace_id AND t.topic_id = ` + column + `
			AND t.handling_id IN (` + readable + `))`
	}
}
