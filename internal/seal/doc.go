// SPDX-License-Identifier: Apache-2.0

// Package seal keeps the secrets of a deployment: the match key, under which
// technical values are blinded before they are compared across workspaces, and the
// keys that sign and cosign the checkpoints of the journal.
//
// A secret lies in a file of its own, readable by its owner alone, and never in
// the database, a back-up or a log: who holds it can try all addresses there are
// within minutes. A key therefore prints as nothing but that it is one, and is
// given out by Secret alone. Rooms ask for what they need through small interfaces
// of their own.
package seal
