// SPDX-License-Identifier: Apache-2.0

package intelsql

import "entente.example/internal/access"

// KnownObject is the condition on a journal entry e that the object it names is
// one of the handlings that readable selects.
func KnownObject(_ access.Grant, readable string) string {
	return `EXISTS (SELECT 1 FROM intel_object o WHERE o.workspace_id = e.workspace_id AND o.object_id = e.object
		AND o.handling_id IN (` + readable + `))`
}

// KnownBatch is the same of the import that the entry is about.
func KnownBatch(_ access.Grant, readable string) string {
	return `EXISTS (SELECT 1 FROM intel_batch b WHERE b.workspace_id = e.workspace_id AND b.batch_id = e.about
		AND b.handling_id IN (` + readable + `))`
}
