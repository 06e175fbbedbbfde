// SPDX-License-Identifier: Apache-2.0

// Package schema holds the numbered migrations that make the tables of the
// house, and schema.sql, the whole of them at a glance. Rules for writing one
// are in migrations/README.md; package sqldb runs them.
package schema

import "embed"

//go:embed migrations
var migrations embed.FS

// Migrations returns the folder "migrations".
func Migrations() embed.FS { return migrations }
