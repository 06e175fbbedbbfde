// SPDX-License-Identifier: Apache-2.0

// Package home gathers what waits for a member, from all the rooms that know of
// something: each gives a Source, and what it gives is already what that member
// may see.
package home

import (
	"context"
	"slices"

	"entente.example/internal/access"
)

// Weight says how much something wants to be seen first.
type Weight uint8

// The weights, the lightest first.
const (
	News    Weight = iota // something to read
	Waiting               // somebody waits for the member
	Urgent                // something ends, or was found
)

// Matter is one thing that waits. Its words are a key of the catalogues, so that
// rooms that know no language can speak of it.
type Matter struct {
	Weight Weight
	Key    string
	Args   []any // pairs of name and value
	Place  string
	Href   string
	Count  int
}

// Source tells what waits for the actor in one room, at most a dozen matters.
type Source func(ctx context.Context, actor access.Actor) ([]Matter, error)

// Gather asks each source in turn and puts the weightiest first.
func Gather(ctx context.Context, actor access.Actor, sources ...Source) (all []Matter, err error) {
	for _, source := range sources {
		matters, err := source(ctx, actor)
		if err != nil {
			return nil, err
		}
		all = append(all, matters...)
	}
	slices.SortStableFunc(all, func(a, b Matter) int { return int(b.Weight) - int(a.Weight) })
	return all, nil
}
