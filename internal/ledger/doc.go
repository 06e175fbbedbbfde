// SPDX-License-Identifier: Apache-2.0

// Package ledger holds the built program to its word: what it has acknowledged
// is there after a SIGKILL, and nothing is there by half.
//
// It is a test. Sixteen clients write over HTTP to a server in a process of its
// own, on each engine: posts, edits, topics, imports from staging to undo,
// invitations, sign-outs. Each notes, in a file that the server does not know,
// what it asked for and what was acknowledged. The server is killed at random
// moments, and PostgreSQL with it in some rounds; it starts again; and the
// database is held against the notes (compare_test.go) and against itself
// (whole_test.go). That this finds what it is to find is a test too
// (broken_test.go). In further runs it is the disk that fails: single calls of the
// program (fault_test.go), or the room on it (fulldisk_test.go).
//
// KILLS, FAULTS, OBJECTS and SEED in the environment say how often, over how many
// objects and by which chance; make ledger runs the long form.
package ledger
