// SPDX-License-Identifier: Apache-2.0

// Package searchsql keeps the index of package search in a SQL database, and
// fills it from the journal.
//
// The two engines have no common ground in full-text search: SQLite keeps the
// tokens of documents in an FTS5 table without content, PostgreSQL in a tsvector
// beside each document. Tokens are made here and not by the engine, so that both
// find the same (token.go), and each token is marked with its workspace, so that
// what others keep neither costs nor tells a reader anything.
package searchsql
