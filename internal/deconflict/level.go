// SPDX-License-Identifier: Apache-2.0

package deconflict

import "entente.example/internal/access"

// Level is how much an operation lets be known of itself when a value of its own
// is met elsewhere. It is stored: the numbers never change.
type Level uint8

// The levels, from the narrowest.
const (
	Silent  Level = iota // the Directorate's desk alone is told
	Contact              // the other side gets a contact point, no name and no content
	Open                 // the other side gets the operation's name as well
)

// Side is one of the two operations of a match, as far as the match asks.
type Side struct {
	Name    string
	Contact string
	Policy  Level
	State   access.WorkspaceState
}

// tells returns what a side lets be known: an archive has nobody left to call, so
// the desk alone is told of it.
func (s Side) tells() Level {
	switch s.State {
	case access.Planning, access.Active, access.Closing:
		return min(s.Policy, Open)
	default:
		return Silent
	}
}

// Present reports whether there is an operation to be matched with at all.
func (s Side) Present() bool { return s.State != "" && s.State != access.Purged }

// Narrower returns what both sides of a match allow to be told.
func Narrower(a, b Side) Level { return min(a.tells(), b.tells()) }

// Shown returns what a side that is told at level l learns of the other side.
func (l Level) Shown(other Side) (name, contact string) {
	switch l {
	case Open:
		return other.Name, other.Contact
	case Contact:
		return "", other.Contact
	default:
		return "", ""
	}
}
