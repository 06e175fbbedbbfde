// SPDX-License-Identifier: Apache-2.0

// Package follow runs what lives by the journal: the sequencer that numbers its
// entries and takes them into the Merkle log, the signer of its checkpoints, the
// followers that go by those numbers, each with its cursor in the transaction of
// what it writes, and the tail that tells this node's open pages.
//
// Several nodes may run the same followers: the row of a cursor is locked first,
// so each entry is taken once.
package follow
