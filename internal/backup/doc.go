// SPDX-License-Identifier: Apache-2.0

// Package backup takes a whole copy of a server, holds it sealed, and brings it
// back: the operator's tool against loss.
//
// A back-up is rows and files. The rows are one logical dump (package rows): every
// table in the order in which it can be filled, every row in the order of its
// key, read in one snapshot, in a form that both engines read, so that a back-up
// of one can be brought back into the other, and a move is a dump and a load at
// once. Files never change, so a file that the destination holds already is not
// written again. All of it is sealed with age to public recipients: the server
// cannot open what it wrote. Keys are never part of it.
//
// A back-up is whole or it is not there: it is made under another name and gets
// its own when all of it is on disk. What proves it whole is its manifest, with
// the size and SHA-256 of each part, and the rows and SHA-256 of each table.
//
// Left out are projections, which are rebuilt, and sign-ins, which must not come
// back to life. What was taken from people after a back-up is kept apart from the
// database (withdrawals.go), and done again before a restored server serves.
package backup
