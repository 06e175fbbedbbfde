// SPDX-License-Identifier: Apache-2.0

package deconflict

import "entente.example/internal/observable"

// Reason says why a pair was told to its sides, or to the desk alone. It is
// stored: never rename one.
type Reason string

// The reasons.
const (
	Told       Reason = "told"
	BySilence  Reason = "silent"   // the policy of a side keeps it back
	OverBudget Reason = "budget"   // today's hits are used up
	Guessing   Reason = "guessing" // the value came in a run of values
)

// Key names the reason in the catalogues of words.
func (r Reason) Key() string { return "deconflict.reason." + string(r) }

// Tally counts hits, and among them those on values that can be guessed.
type Tally struct{ Hits, Guessable int64 }

// Spent is a Tally for each of those who draw on the budget: the person who
// brings values, their organisation, and the operation that they bring them to.
type Spent struct{ Person, Organisation, Workspace Tally }

// Limits is how many hits a day each may be told of.
type Limits Spent

// DefaultLimits are those of a deployment that chooses no others.
func DefaultLimits() Limits {
	return Limits{
		Person:       Tally{Hits: 50, Guessable: 10},
		Organisation: Tally{Hits: 200, Guessable: 40},
		Workspace:    Tally{Hits: 500, Guessable: 100},
	}
}

// Tell decides what the two sides learn of a value of that kind which both hold,
// when so much was spent today; guessed says that it came in a run of values.
// Where the level is Silent, the reason says why.
func (l Limits) Tell(a, b Side, kind observable.Kind, guessed bool, spent Spent) (Level, Reason) {
	level := Narrower(a, b)
	switch {
	case level == Silent:
		return Silent, BySilence
	case guessed:
		return Silent, Guessing
	case l.exhausted(spent, observable.Guessable(kind)):
		return Silent, OverBudget
	}
	return level, Told
}

func (l Limits) exhausted(spent Spent, guessable bool) bool {
	over := func(limit, spent Tally) bool {
		return spent.Hits >= limit.Hits || guessable && spent.Guessable >= limit.Guessable
	}
	return over(l.Person, spent.Person) || over(l.Organisation, spent.Organisation) || over(l.Workspace, spent.Workspace)
}

// Draw returns what is spent after one more hit that was told. What was not told
// draws nothing: an empty budget would tell of it.
func (s Spent) Draw(kind observable.Kind) Spent {
	for _, t := range []*Tally{&s.Person, &s.Organisation, &s.Workspace} {
		t.Hits++
		if observable.Guessable(kind) {
			t.Guessable++
		}
	}
	return s
}
