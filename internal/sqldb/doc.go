// SPDX-License-Identifier: Apache-2.0

// Package sqldb opens the database and runs transactions on it. It is the only
// room that knows which engine is underneath: SQLite on one machine, PostgreSQL
// on many. What it promises of both:
//   - View and Update see one snapshot from their first statement to their last;
//   - Update returns nil only when its change is on disk, and an error only when
//     nothing of it is there (but for a connection lost while committing, which
//     its error says);
//   - the function given to Update may run again, and must not open another
//     transaction;
//   - an error of a statement ends its transaction: what follows fails alike,
//     and nothing is committed, even if the function returns nil. To carry on
//     where a row is already there, say ON CONFLICT. Finding nothing is no such
//     error, nor is a refused argument;
//   - text is UTF-8 without NUL, orders by its bytes, and anything else is
//     refused as fault.Invalid;
//   - booleans, integers, text, bytes and NULL come back as they went in, except
//     that empty bytes may come back nil. Times are passed as integers;
//   - errors are faults, classified by the engine's code and never by its text.
//
// On SQLite one writer gathers the Updates that come together into one commit
// and runs their functions in its own goroutine (writer.go), which is what makes
// a synced write cheap. On PostgreSQL each Update is a transaction of its own that
// runs again when it lost to another (postgres.go).
package sqldb
