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
	c := candidate(Finding{Spec: specOf(format)}, raw)
	return Reading{StixID: c.Object.ID, Type: c.Object.Type, Values: c.Values, Edges: c.Edges}
}

// specOf is the version of the standard in which bytes of that format are read.
func specOf(format string) string {
	if format == "stix20" {
		return stix.Spec20
	}
	return stix.Spec21
}

// read reads the bytes of a version.
func (v Version) read() stix.Object {
	object, _ := stix.Parse(v.Raw, specOf(v.Format))
	return object
}
