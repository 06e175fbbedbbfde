// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/observable"
)

// Named is what an object is found by, for the follower that keeps the search.
type Named struct {
	Workspace access.WorkspaceID
	Object    ObjectID
	Batch     BatchID
	Type      string
	Name      string
	Values    []observable.Value
	Handling  string // id
	DateAdded time.Time
}
