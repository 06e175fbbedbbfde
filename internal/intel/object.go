// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// ObjectID names an object of a workspace. Its STIX id is content, and stands in
// no URL, log or message.
type ObjectID string

// Object is an object as lists show it: its newest version.
type Object struct {
	ID         ObjectID
	StixID     stix.StixID
	Type       string
	Name       string
	Source     string
	Batch      BatchID // that brought it first
	Version    time.Time
	DateAdded  time.Time
	Created    time.Time
	Modified   time.Time
	Revoked    bool
	Confidence int // -1 for none
	Size       int64
	Stated     Stated
	Handling   access.Handling
	Withheld   bool // a look at it is recorded: all but type, time and marking is empty
}

// shown is the object as it stands elsewhere than on its own page.
func (o Object) shown() Object {
	if !o.Handling.Sensitive() {
		return o
	}
	return Object{ID: o.ID, Type: o.Type, Batch: o.Batch, DateAdded: o.DateAdded, Confidence: -1, Handling: o.Handling, Withheld: true}
}

// Version is one version of an object, with its bytes as they came.
type Version struct {
	Version  time.Time
	Raw      []byte
	Format   string
	Stated   Stated
	Source   string
	Batch    BatchID
	AddedAt  time.Time
	Handling access.Handling
}

// Entity is an object with all that is known of it here.
type Entity struct {
	Object
	Raw        []byte // of the newest version
	Values     []observable.Value
	Versions   []Version // the newest first
	Origin     Origin
	Links      []Link
	MoreLinks  bool // there are more than are shown
	Originator access.Card
	OpenedTo   []access.Card // organisations that it is opened to by name
	Named      []access.Card // the persons whom TLP:RED is for
}

// Origin is how the object came here.
type Origin struct {
	Batch Batch // zero where the reader may not see the batch
	By    access.Card
}

// Link is a relation between an object and another.
type Link struct {
	Incoming bool
	Label    string      // the relationship's type, or the property that refers
	Target   stix.StixID // the other object,
	To       Neighbour   // if it is here and readable
	Via      Neighbour   // the relationship object, if that is what links them
}

// Neighbour is an object at the other end of a link. The zero Neighbour is not
// here, or not for this reader.
type Neighbour struct {
	ID       ObjectID
	Type     string
	Name     string     // empty where it is withheld
	Withheld bool       // a look at it is recorded
	TLP      access.TLP // where it is withheld
}

// neighbour is the object as others show it.
func (o Object) neighbour() Neighbour {
	n := Neighbour{ID: o.ID, Type: o.Type, Name: o.Name}
	if o.Handling.Sensitive() {
		n = n.Withhold(o.Handling.TLP)
	}
	return n
}

// Withhold leaves of a neighbour its type and its marking.
func (n Neighbour) Withhold(tlp access.TLP) Neighbour {
	n.Name, n.Withheld, n.TLP = "", true, tlp
	return n
}

// Tally is how many objects are alike.
type Tally struct {
	Batch    BatchID
	Type     string
	Handling string // id
	Source   string
}

// Counted is a Tally with its number and marking, as lists and exports sum them.
type Counted struct {
	Tally
	TLP      access.TLP
	Objects  int64
	Withheld bool // their source is not named
}
