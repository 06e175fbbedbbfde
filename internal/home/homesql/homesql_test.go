// SPDX-License-Identifier: Apache-2.0

package homesql_test

import (
	"testing"

	"entente.example/internal/gate/gatetest"
	"entente.example/internal/home"
	"entente.example/internal/home/homesql"
	"entente.example/internal/home/hometest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func TestStore(t *testing.T) {
	hometest.Store(t, func(t *testing.T, play func(*testing.T, home.Store, hometest.World)) {
		sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
			world := gatetest.New(t, db)
			play(t, homesql.New(world.Gate), world)
		})
	})
}
