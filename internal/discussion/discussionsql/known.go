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

// Titled is what the topic is called that an entry e is about, by that column of
// it, to who may read it.
func Titled(column string) func(g access.Grant, readable string, next func(any) string) string {
	return func(_ access.Grant, readable string, _ func(any) string) string {
		return `SELECT t.title FROM discussion_topic t WHERE t.workspace_id = e.workspace_id AND t.topic_id = ` + column + `
			AND t.handling_id IN (` + readable + `)`
	}
}

// ChannelNamed is what the channel is called that an entry e is about. Whoever is
// in a workspace sees all its channels.
func ChannelNamed(access.Grant, string, func(any) string) string {
	return `SELECT c.name FROM discussion_channel c WHERE c.workspace_id = e.workspace_id AND c.channel_id = e.object`
}
