// SPDX-License-Identifier: Apache-2.0

package deconflict_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/observable"
)

func TestTell(t *testing.T) {
	t.Parallel()
	const silent, contact, open = deconflict.Silent, deconflict.Contact, deconflict.Open
	limits := deconflict.Limits{
		Person:       deconflict.Tally{Hits: 10, Guessable: 2},
		Organisation: deconflict.Tally{Hits: 20, Guessable: 4},
		Workspace:    deconflict.Tally{Hits: 30, Guessable: 6},
	}
	side := func(policy deconflict.Level, state access.WorkspaceState) deconflict.Side {
		return deconflict.Side{Name: "Name", Contact: "Contact", Policy: policy, State: state}
	}
	hits := func(person, org, workspace int64) deconflict.Spent {
		return deconflict.Spent{Person: deconflict.Tally{Hits: person}, Organisation: deconflict.Tally{Hits: org}, Workspace: deconflict.Tally{Hits: workspace}}
	}
	guesses := func(person, org, workspace int64) deconflict.Spent {
		return deconflict.Spent{Person: deconflict.Tally{Guessable: person}, Organisation: deconflict.Tally{Guessable: org}, Workspace: deconflict.Tally{Guessable: workspace}}
	}
	cases := map[string]struct {
		a, b    deconflict.Side
		kind    observable.Kind
		guessed bool
		spent   deconflict.Spent
		level   deconflict.Level
		reason  deconflict.Reason
	}{
		"two that are open tell their names":              {side(open, access.Active), side(open, access.Active), observable.Domain, false, hits(0, 0, 0), open, deconflict.Told},
		"the narrower of two policies holds":              {side(open, access.Active), side(contact, access.Active), observable.Domain, false, hits(0, 0, 0), contact, deconflict.Told},
		"whichever side has it":                           {side(contact, access.Active), side(open, access.Active), observable.Domain, false, hits(0, 0, 0), contact, deconflict.Told},
		"one silent side silences both":                   {side(open, access.Active), side(silent, access.Active), observable.Domain, false, hits(0, 0, 0), silent, deconflict.BySilence},
		"an operation that is planned is told":            {side(open, access.Planning), side(open, access.Closing), observable.Domain, false, hits(0, 0, 0), open, deconflict.Told},
		"an archive is silent":                            {side(open, access.Archived), side(open, access.Active), observable.Domain, false, hits(0, 0, 0), silent, deconflict.BySilence},
		"a policy that nobody knows opens no more":        {side(9, access.Active), side(9, access.Active), observable.Domain, false, hits(0, 0, 0), open, deconflict.Told},
		"a guess is not told":                             {side(open, access.Active), side(open, access.Active), observable.IPv4, true, hits(0, 0, 0), silent, deconflict.Guessing},
		"silence comes before all other reasons":          {side(silent, access.Active), side(open, access.Active), observable.IPv4, true, hits(99, 99, 99), silent, deconflict.BySilence},
		"the last hit of the budget is told":              {side(open, access.Active), side(open, access.Active), observable.Domain, false, hits(9, 19, 29), open, deconflict.Told},
		"a person's budget ends":                          {side(open, access.Active), side(open, access.Active), observable.Domain, false, hits(10, 0, 0), silent, deconflict.OverBudget},
		"an organisation's budget ends":                   {side(open, access.Active), side(open, access.Active), observable.Domain, false, hits(0, 20, 0), silent, deconflict.OverBudget},
		"an operation's budget ends":                      {side(open, access.Active), side(open, access.Active), observable.Domain, false, hits(0, 0, 30), silent, deconflict.OverBudget},
		"guessable values end sooner":                     {side(open, access.Active), side(open, access.Active), observable.Phone, false, guesses(2, 0, 0), silent, deconflict.OverBudget},
		"for the organisation too":                        {side(open, access.Active), side(open, access.Active), observable.Phone, false, guesses(0, 4, 0), silent, deconflict.OverBudget},
		"for the operation too":                           {side(open, access.Active), side(open, access.Active), observable.Phone, false, guesses(0, 0, 6), silent, deconflict.OverBudget},
		"what cannot be guessed does not ask for guesses": {side(open, access.Active), side(open, access.Active), observable.SHA256, false, guesses(2, 4, 6), open, deconflict.Told},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			level, reason := limits.Tell(c.a, c.b, c.kind, c.guessed, c.spent)
			if level != c.level || reason != c.reason {
				t.Errorf("Tell = %v, %s; want %v, %s", level, reason, c.level, c.reason)
			}
		})
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	other := deconflict.Side{Name: "Name", Contact: "Contact", Policy: deconflict.Open, State: access.Active}
	for level, want := range map[deconflict.Level]string{deconflict.Silent: "|", deconflict.Contact: "|Contact", deconflict.Open: "Name|Contact", 9: "|"} {
		if name, contact := level.Shown(other); name+"|"+contact != want {
			t.Errorf("level %d shows %s|%s; want %s", level, name, contact, want)
		}
	}
}

func TestGuesses(t *testing.T) {
	t.Parallel()
	row := func(kind observable.Kind, format string, from, n, step int) (values []observable.Value) {
		for i := range n {
			values = append(values, observable.Value{Kind: kind, Text: fmt.Sprintf(format, from+i*step)})
		}
		return values
	}
	cases := map[string]struct {
		values []observable.Value
		want   int
	}{
		"a run of addresses":                          {row(observable.IPv4, "192.0.2.%d", 10, 20, 1), 20},
		"a run that leaves some out":                  {row(observable.IPv4, "192.0.2.%d", 0, 20, 4), 20},
		"a run over the end of a network":             {append(row(observable.IPv4, "192.0.1.%d", 252, 4, 1), row(observable.IPv4, "192.0.2.%d", 0, 4, 1)...), 8},
		"addresses that lie apart":                    {row(observable.IPv4, "192.0.2.%d", 0, 20, 5), 0},
		"a few neighbours":                            {row(observable.IPv4, "192.0.2.%d", 0, 7, 1), 0},
		"one address, many times":                     {row(observable.IPv4, "192.0.2.%d", 3, 20, 0), 0},
		"a run of phones":                             {row(observable.Phone, "+3361234%04d", 95, 12, 1), 12},
		"a run of phones in two countries":            {append(row(observable.Phone, "+3361234%04d", 0, 4, 1), row(observable.Phone, "+3461234%04d", 0, 4, 1)...), 0},
		"a run of cards, whose last digit is a check": {row(observable.Card, "411111111111%03d7", 0, 10, 1), 10},
		"a run of accounts of one service":            {row(observable.Account, "service:user%d", 1, 9, 1), 9},
		"names with numbers, which are not guessed":   {row(observable.Domain, "n%d.example", 0, 50, 1), 0},
		"nothing": {nil, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := len(deconflict.Guesses(c.values)); got != c.want {
				t.Errorf("%d guesses; want %d", got, c.want)
			}
		})
	}
}

// TestNobodyIsToldMoreThanTheBudget draws at random and holds what was told to
// the limits.
func TestNobodyIsToldMoreThanTheBudget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := deconflict.DefaultLimits()
		open := deconflict.Side{Policy: deconflict.Open, State: access.Active}
		var spent deconflict.Spent
		told, guessable := 0, 0
		for range rapid.IntRange(0, 200).Draw(t, "matches") {
			kind := rapid.SampledFrom(observable.Kinds()).Draw(t, "kind")
			level, _ := limits.Tell(open, open, kind, rapid.Bool().Draw(t, "guessed"), spent)
			if level == deconflict.Silent {
				continue
			}
			spent = spent.Draw(kind)
			told++
			if observable.Guessable(kind) {
				guessable++
			}
		}
		if told > 50 || guessable > 10 {
			t.Fatalf("told %d, of them %d guessable", told, guessable)
		}
	})
}
