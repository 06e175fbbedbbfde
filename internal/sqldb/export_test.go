// SPDX-License-Identifier: Apache-2.0

package sqldb

// For the tests of migrations other than our own, and of classifications.
var (
	Migrate        = migrate
	KindOfSQLite   = kindOfSQLite
	KindOfPostgres = kindOfPostgres
)
