// SPDX-License-Identifier: Apache-2.0

package home

import (
	"context"
	"slices"
	"time"

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

// Kind says what kind of thing a matter is.
type Kind string

// The kinds, in the order in which they are offered.
const (
	Mentioned Kind = "mention"
	Replied   Kind = "reply"
	Found     Kind = "hit"
	Invited   Kind = "invitation"
	Imported  Kind = "import"
	Decision  Kind = "decision"
	Desked    Kind = "desk"      // a match that the deconfliction desk alone is told of
	Operating Kind = "operation" // an operation goes into another part of its life
	Ending    Kind = "ending"    // of the member's own vetting, or what their organisation takes part by
)

// Kinds returns all of them.
func Kinds() []Kind {
	return []Kind{Mentioned, Replied, Found, Invited, Imported, Decision, Desked, Operating, Ending}
}

// Matter is one thing that waits for a member or happened to them. Its words are
// a key of the catalogues, so that rooms that know no language can speak of it.
type Matter struct {
	Weight Weight
	Key    string
	Args   []any  // pairs of name and value; what others wrote is isolated in them, and in What
	What   string // names the thing, where the words do not, in the reader's direction
	Place  string // where that is; empty: in Workspace, whose name the page knows
	Href   string
	Count  int

	// What follows is the inbox's: a matter without an ID is in none.
	ID        string // names this and nothing that comes later
	Kind      Kind
	Workspace access.WorkspaceID // empty for what is of none
	At        time.Time          // zero: nobody knows since when
	Seen      bool               // by the member, in its own room
}

// Source tells what waits for the actor in one room, the newest first.
type Source func(ctx context.Context, actor access.Actor) ([]Matter, error)

// Gather asks each source in turn and puts the weightiest first. What was seen
// in its room is left out.
func Gather(ctx context.Context, actor access.Actor, sources ...Source) (all []Matter, err error) {
	for _, source := range sources {
		matters, err := source(ctx, actor)
		if err != nil {
			return nil, err
		}
		all = append(all, matters...)
	}
	all = slices.DeleteFunc(all, func(m Matter) bool { return m.Seen })
	slices.SortStableFunc(all, func(a, b Matter) int { return int(b.Weight) - int(a.Weight) })
	return all, nil
}
