// SPDX-License-Identifier: Apache-2.0

package workspacesql_test

import (
	"testing"

	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/workspace"
	"entente.example/internal/workspace/workspacesql"
	"entente.example/internal/workspace/workspacetest"
)

func TestStore(t *testing.T) {
	workspacetest.Store(t, func(t *testing.T, play func(*testing.T, workspace.Store, workspacetest.World)) {
		sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
			world := gatetest.New(t, db)
			play(t, workspacesql.New(world.Gate), world)
		})
	})
}
