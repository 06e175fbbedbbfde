// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// Reading is what is read out of the bytes of a version: what the columns that can
// be rebuilt must hold.
type Reading struct {
	StixID stix.StixID
	Type   string
	Values []observable.Value
	Edges  []Edge
}

// Read reads the bytes of a version as they were read when they were brought in.
// The format is that of its row.
func Read(raw []byte, format string) Reading {
	spec := stix.Spec21
	if format == "stix20" {
		spec = stix.Spec20
	}
	c := candidate(Finding{Spec: spec}, raw)
	return Reading{StixID: c.Object.ID, Type: c.Object.Type, Values: c.Values, Edges: c.Edges}
}
