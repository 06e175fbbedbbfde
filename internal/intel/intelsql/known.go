// SPDX-License-Identifier: Apache-2.0

package intelsql

import (
	"entente.example/internal/access"
	"entente.example/internal/gate"
)

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

// ObjectNamed is what the object is called that an entry e is about, to who may
// read it: its type where it has no name, or where a look at it is recorded.
func ObjectNamed(_ access.Grant, readable string, _ func(any) string) string {
	return `SELECT CASE WHEN o.name = '' OR o.handling_id IN (` + gate.Sensitive + `) THEN o.type ELSE o.name END
		FROM intel_object o WHERE o.workspace_id = e.workspace_id AND o.object_id = e.object AND o.handling_id IN (` + readable + `)`
}

// BatchNamed is what the file was called of the import that an entry e is about,
// to who may see it.
func BatchNamed(_ access.Grant, readable string, _ func(any) string) string {
	return `SELECT b.file_name FROM intel_batch b WHERE b.workspace_id = e.workspace_id AND b.batch_id = e.about
		AND b.handling_id IN (` + readable + `)`
}
