// SPDX-License-Identifier: Apache-2.0

// Package merkle is the arithmetic of the journal's Merkle log (RFC 6962): trees
// in tiles, proofs, signed checkpoints and the cosignatures of witnesses, in the
// formats of C2SP (tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature,
// tlog-witness, tlog-proof), so that tools not ours can read and check the log.
//
// It stores nothing and knows no entry: a leaf is 32 bytes, the commitment to an
// entry. Where a tile lies is its caller's to know (Load). The package is pure:
// clock and randomness are handed in.
package merkle
