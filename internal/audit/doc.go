// SPDX-License-Identifier: Apache-2.0

// Package audit is the journal: who did what to which thing, and when. An entry
// is queued in the transaction of the change that it tells of; the sequencer
// then gives it its number, and what lives by the journal (search, open pages,
// the file of withdrawals) goes by that number alone.
//
// Entries hold ids, never content.
package audit
