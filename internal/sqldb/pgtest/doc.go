// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

// Package pgtest gives each test a PostgreSQL database of its own, on a server
// that exists for the tests alone: the one at ENTENTE_TEST_POSTGRES_URL (an
// address of a superuser, which command pgserver sets for a whole run), or one
// that it starts for this process. It keeps nothing and syncs nothing, so that
// a database costs some hundredths of a second.
package pgtest
