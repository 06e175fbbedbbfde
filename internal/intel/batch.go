// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"time"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

// BatchID names an import.
type BatchID string

// State is where a batch stands.
type State string

// The states. staged → checking → ready → applying → done; a batch that is
// ready is also refused, one that is applying or done also undone, and one that
// cannot be read failed.
const (
	Staged   State = "staged"
	Checking State = "checking"
	Ready    State = "ready"
	Refused  State = "refused"
	Failed   State = "failed"
	Applying State = "applying"
	Done     State = "done"
	Undoing  State = "undoing"
	Undone   State = "undone"
)

// Running reports whether work goes on without anybody's doing.
func (s State) Running() bool {
	return s == Staged || s == Checking || s == Applying || s == Undoing
}

// Format is how a file is written.
type Format string

// The formats that are read.
const (
	STIX Format = "stix"
	MISP Format = "misp"
	Text Format = "text" // of which the technical values are taken
)

// Batch is one import, from the upload to its end.
type Batch struct {
	ID       BatchID
	State    State
	File     string // its name, as the browser gave it
	Format   Format
	Size     int64
	SHA256   string // of the upload, hexadecimal
	Upload   string // its id in Files; empty once the batch has ended
	Work     string // the id in Files of the STIX objects that it holds; Upload itself where that is STIX
	Org      access.OrgID
	Staged   Act
	Decided  Act
	EndedAt  time.Time
	Handling access.Handling // of what carries no marking; before the decision, of the batch itself
	Counts   Counts
	Next     int64 // the ordinal to go on with
	Done     int64 // for the progress bar
	Total    int64
	Reason   string // key of the message why it failed or was undone
}

// Act is who did something, when, and how they had signed in.
type Act struct {
	By       access.MemberID
	Strength access.Strength
	At       time.Time
}

// actor is the member in whose name the work of the act is done.
func (a Act) actor() access.Actor {
	return access.Actor{Kind: access.Person, Member: a.By, Strength: a.Strength}
}

func actOf(g access.Grant, at time.Time) Act {
	return Act{By: g.Member(), Strength: g.Actor().Strength, At: at}
}

// Counts says how many objects of each type got each verdict. It has a bound,
// whatever a file says: it is read and written with its batch.
type Counts map[string]map[Verdict]int64

const (
	// OtherTypes stands for all types behind those that are told apart.
	OtherTypes = "other"
	// typesApart is how many types of one file are told apart: STIX 2.1 has 44.
	typesApart = 200
	// longestType is how long the name of such a type is, in bytes.
	longestType = 64
)

// KindOf returns under which name an object of that type is counted: none where
// it is not the name of a type.
func (c Counts) KindOf(kind string) string {
	_, known := c[kind]
	switch {
	case !stix.IsTypeName(kind):
		return ""
	case !known && (len(c) >= typesApart || len(kind) > longestType):
		return OtherTypes
	}
	return kind
}

// Add counts one more.
func (c Counts) Add(kind string, v Verdict) {
	if c[kind] == nil {
		c[kind] = map[Verdict]int64{}
	}
	c[kind][v]++
}

// Whole returns the counts of all types together, under no name.
func (c Counts) Whole() Counts {
	whole := map[Verdict]int64{}
	for _, of := range c {
		for v, n := range of {
			whole[v] += n
		}
	}
	return Counts{"": whole}
}

// without returns what is left of c when others are taken away.
func (c Counts) without(others Counts) Counts {
	left := Counts{}
	for kind, of := range c {
		for v, n := range of {
			if n -= others[kind][v]; n > 0 {
				if left[kind] == nil {
					left[kind] = map[Verdict]int64{}
				}
				left[kind][v] = n
			}
		}
	}
	return left
}

// imported returns the counts of what a decision to accept brings in.
func (c Counts) imported() Counts {
	left := Counts{}
	for kind, of := range c {
		for _, v := range []Verdict{New, Changed, Warned} {
			if of[v] > 0 {
				if left[kind] == nil {
					left[kind] = map[Verdict]int64{}
				}
				left[kind][v] = of[v]
			}
		}
	}
	return left
}

// Of returns how many got one of the verdicts.
func (c Counts) Of(verdicts ...Verdict) (n int64) {
	for _, of := range c {
		for _, v := range verdicts {
			n += of[v]
		}
	}
	return n
}

// Importable returns how many objects a decision to accept would bring in.
func (c Counts) Importable() int64 { return c.Of(New, Changed, Warned) }
