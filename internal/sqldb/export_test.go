// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"unsafe"

	"modernc.org/sqlite"
)

// For the tests of migrations other than our own, and of classifications.
var (
	Migrate        = migrate
	KindOfSQLite   = kindOfSQLite
	KindOfPostgres = kindOfPostgres
)

// Compiled returns how many statements the idle writer of db keeps.
func (db *DB) Compiled() int { return len(db.backend.(*lite).writer.session.compiled) }

// FailSync lets the writer of db, which must be idle, find that a sync failed.
func (db *DB) FailSync() {
	failure := &struct {
		message string
		code    int
	}{"a sync failed", liteSync}
	db.backend.(*lite).writer.abandon((*sqlite.Error)(unsafe.Pointer(failure)))
}
