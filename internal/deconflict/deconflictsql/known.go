// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import "entente.example/internal/access"

// never is the condition of who sees no hits.
const never = "1 = 0"

// KnownHit is the condition on a journal entry e that the hit it names is one of
// the handlings that readable selects.
func KnownHit(g access.Grant, readable string) string {
	if g.StartsClosed() {
		return never
	}
	return `EXISTS (SELECT 1 FROM deconflict_hit h WHERE h.workspace_id = e.workspace_id AND h.hit_id = e.object
		AND h.handling_id IN (` + readable + `))`
}

// KnownFinding is the same of an entry that tells how many hits there were at its
// time: of all of them.
func KnownFinding(g access.Grant, readable string) string {
	if g.StartsClosed() {
		return never
	}
	const found = ` EXISTS (SELECT 1 FROM deconflict_hit h WHERE h.workspace_id = e.workspace_id AND h.found_at = e.at`
	return found + `) AND NOT` + found + ` AND h.handling_id NOT IN (` + readable + `))`
}
