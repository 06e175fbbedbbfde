// SPDX-License-Identifier: Apache-2.0

// Package auditfile writes the journal into a folder and reads it back, for
// whoever checks it elsewhere:
//
//	checkpoint           the newest checkpoint, with cosignatures (tlog-checkpoint)
//	key                  the verifier key of the log; better known from elsewhere
//	checkpoints.jsonl    every checkpoint ever signed, a line each: size, at, note
//	tile/L/N, tile/entries/N   tiles and entry bundles (tlog-tiles)
//	openings.jsonl       every entry with the salt of its leaf, a line each
//
// Both go front to back in memory that does not grow with the journal. What is
// read may come from anybody.
package auditfile
