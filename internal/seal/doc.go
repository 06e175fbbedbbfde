// SPDX-License-Identifier: Apache-2.0

// Package seal keeps the secrets of a deployment: to begin with the match key,
// under which technical values are blinded before they are compared across
// workspaces, and the key that signs the checkpoints of the journal.
//
// A secret lies in a file of its own, readable by its owner alone, and never in
// the database, a back-up or a log: who holds it can try all addresses there are
// within minutes. A Key therefore prints as nothing but its name. Rooms ask for
// what they need through small interfaces of their own, so that a key service
// can take the place of the file.
package seal
