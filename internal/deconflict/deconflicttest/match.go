// SPDX-License-Identifier: Apache-2.0

package deconflicttest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict"
	"entente.example/internal/observable"
)

// Each runs a test in a fresh world of every engine.
type Each func(*testing.T, func(*testing.T, World))

// Match checks what the blind match tells, and to whom. Each scene plays in a
// world of its own.
func Match(t *testing.T, each Each) { play(t, each, scenes()) }

func play(t *testing.T, each Each, scenes map[string]func(*script)) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w World) { scene(&script{World: w, t: t, limits: deconflict.DefaultLimits()}) })
		})
	}
}

// known is a warning list of one value.
type known observable.Value

// Match implements deconflict.Warnings.
func (k known) Match(v observable.Value) (string, bool) { return "known", v == observable.Value(k) }

func scenes() map[string]func(*script) {
	return map[string]func(*script){
		"two operations that write one value differently each get the hit once": func(s *script) {
			s.brings("ann", "tyche", "b1", "Evil[.]example", "quiet.example")
			s.brings("eve", "other", "b2", "evil.example.", "EVIL.example", "calm.example")
			s.sees("ann", "tyche", "evil.example")
			s.sees("eve", "other", "evil.example")
			s.reasons()
		},
		"a third operation that comes later meets both": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.brings("gus", "third", "b3", "evil.example")
			s.sees("ann", "tyche", "evil.example", "evil.example")
			s.sees("eve", "other", "evil.example", "evil.example")
			s.sees("gus", "third", "evil.example", "evil.example")
		},
		"the same value again in the same operation is no new hit": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.brings("eve", "other", "b3", "evil.example")
			s.brings("ann", "tyche", "b4", "evil.example")
			s.sees("ann", "tyche", "evil.example")
			s.sees("eve", "other", "evil.example")
		},
		"what is undone is met no more, and brought again it is not told again": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example", "gone.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.forgets("ann", "tyche", "b1")
			s.brings("eve", "other", "b3", "gone.example")
			s.sees("eve", "other", "evil.example")
			s.sees("ann", "tyche", "evil.example")
			s.brings("ann", "tyche", "b4", "evil.example")
			s.sees("eve", "other", "evil.example")
			s.sees("ann", "tyche", "evil.example")
		},
		"an undo leaves what another batch brought": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("ann", "tyche", "b2", "evil.example")
			s.forgets("ann", "tyche", "b1")
			s.brings("eve", "other", "b3", "evil.example")
			s.sees("ann", "tyche", "evil.example")
		},
		"the Knowledge Exchange takes no part": func(s *script) {
			s.brings("ann", access.Exchange, "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.sees("eve", "other")
			s.reasons()
		},
		"what warning lists know is no hit": func(s *script) {
			s.warnings = known(value(s.t, "resolver.example"))
			s.brings("ann", "tyche", "b1", "resolver.example", "evil.example")
			s.brings("eve", "other", "b2", "resolver.example", "evil.example")
			s.sees("eve", "other", "evil.example")
			s.reasons()
		},
		"the data of victims is not matched, on either side": func(s *script) {
			victim := access.Unmarked("pol-fr")
			victim.VictimData = true
			s.bringsHandled("ann", "tyche", "b1", victim, "hers.example")
			s.brings("eve", "other", "b2", "hers.example", "his.example")
			victim.Originator = "pol-fr"
			s.bringsHandled("ann", "tyche", "b3", victim, "his.example")
			s.sees("ann", "tyche")
			s.sees("eve", "other")
			s.reasons()
		},
		"a hit on a restricted item is for its originator, who reads the value with the item": func(s *script) {
			restricted := access.Unmarked("pol-fr")
			restricted.Restricted = true
			s.bringsHandled("ann", "tyche", "b1", restricted, "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.sees("bob", "tyche")
			s.sees("ann", "tyche", "")
			if h := s.hits("ann", "tyche")[0]; !h.Withheld || h.Value.Kind != observable.Domain {
				s.t.Errorf("hit = %+v; want its value withheld", h)
			}
			s.sees("eve", "other", "evil.example")
		},
		"an item that becomes restricted takes its hits along": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.sees("bob", "tyche", "evil.example")
			restricted := access.Unmarked("pol-fr")
			restricted.Restricted = true
			s.rehandles("ann", "tyche", "object-tyche-1", "evil.example", restricted)
			s.sees("bob", "tyche")
			s.brings("gus", "third", "b3", "evil.example")
			s.sees("bob", "tyche")
		},
		"an item that becomes data of a victim leaves the match": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			victim := access.Unmarked("pol-fr")
			victim.VictimData = true
			s.rehandles("ann", "tyche", "object-tyche-1", "evil.example", victim)
			s.brings("eve", "other", "b2", "evil.example")
			s.sees("eve", "other")
		},
		"who starts closed sees no hit, not even on what they brought": func(s *script) {
			s.brings("acm", "tyche", "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example")
			s.sees("acm", "tyche")
			s.sees("ann", "tyche", "evil.example")
		},
		"both sides learn the size of the batch, and which of them brought it": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("eve", "other", "b2", "evil.example", "a.example", "b.example")
			mine, theirs := s.hits("eve", "other")[0], s.hits("ann", "tyche")[0]
			if mine.BatchSize != 3 || theirs.BatchSize != 3 || !mine.Ours || theirs.Ours {
				s.t.Errorf("eve has %+v, ann %+v", mine, theirs)
			}
			if mine.Object != "object-other-2" || theirs.Object != "object-tyche-1" {
				s.t.Errorf("hits are on %s and %s; want each side's own item", mine.Object, theirs.Object)
			}
		},
		"hits over the budget go to the desk alone, and an undo refunds nothing": func(s *script) {
			s.limits.Person.Hits = 2
			s.brings("ann", "tyche", "b1", "a.example", "b.example", "c.example", "d.example")
			s.brings("eve", "other", "b2", "a.example", "b.example")
			s.forgets("eve", "other", "b2")
			s.brings("eve", "other", "b3", "c.example")
			s.sees("eve", "other", "a.example", "b.example")
			s.sees("ann", "tyche", "a.example", "b.example")
			s.reasons(deconflict.OverBudget)
			s.Advance(24 * time.Hour)
			s.brings("eve", "other", "b4", "d.example")
			s.sees("eve", "other", "a.example", "b.example", "d.example")
		},
		"values that can be guessed have a smaller budget": func(s *script) {
			s.limits.Person.Guessable = 1
			s.brings("ann", "tyche", "b1", "192.0.2.1", "198.51.100.77", "evil.example")
			s.brings("eve", "other", "b2", "192.0.2.1")
			s.brings("eve", "other", "b3", "198.51.100.77", "evil.example")
			s.sees("eve", "other", "192.0.2.1", "evil.example")
			s.reasons(deconflict.OverBudget)
		},
		"a run of addresses is guessing, and draws nothing": func(s *script) {
			s.brings("ann", "tyche", "b1", "192.0.2.5")
			var run []string
			for i := range 20 {
				run = append(run, fmt.Sprintf("192.0.2.%d", i))
			}
			s.brings("eve", "other", "b2", run...)
			s.sees("eve", "other")
			s.sees("ann", "tyche")
			s.reasons(deconflict.Guessing)
		},
		"an archived operation is told by the desk alone, a purged one not at all": func(s *script) {
			s.brings("ann", "tyche", "b1", "evil.example")
			s.brings("gus", "third", "b2", "gone.example")
			s.Set(s.t, "tyche", deconflict.Side{Policy: deconflict.Open, State: access.Archived})
			s.Set(s.t, "third", deconflict.Side{Policy: deconflict.Open, State: access.Purged})
			s.brings("eve", "other", "b3", "evil.example", "gone.example")
			s.sees("eve", "other")
			s.reasons(deconflict.BySilence)
		},
		"each side learns what the narrower policy allows": narrower,
		"each run is one entry of the platform, whatever was found, and names neither who acted nor where": func(s *script) {
			s.limits.Person.Hits = 2
			s.brings("ann", "tyche", "b1", "a.example", "b.example", "c.example", "d.example", "quiet.example", "192.0.2.5")
			s.brings("eve", "other", "b2", "calm.example") // nothing
			s.brings("eve", "other", "b3", "a.example", "b.example")
			s.brings("eve", "other", "b4", "c.example") // over the budget
			s.Set(s.t, "tyche", deconflict.Side{Policy: deconflict.Silent, State: access.Active})
			s.brings("eve", "other", "b5", "d.example")
			var run []string
			for i := range 20 {
				run = append(run, fmt.Sprintf("192.0.2.%d", i))
			}
			s.brings("eve", "other", "b6", run...)
			if mine, theirs := s.Journal(s.t, "other"), s.Journal(s.t, "tyche"); len(mine)+len(theirs) != 0 {
				s.t.Errorf("journals of the sides = %+v, %+v; want none", mine, theirs)
			}
			entries, runs := s.Journal(s.t, ""), map[string]bool{}
			counts := make([]int64, len(entries))
			for i, e := range entries {
				counts[i], runs[e.Object] = e.Count, true
				if e.Verb != audit.MatchRun || e.Actor != "follower:deconflict" || e.About != "" || e.Concerns != "" {
					s.t.Errorf("entry %+v", e)
				}
			}
			if !slices.Equal(counts, []int64{0, 0, 2, 1, 1, 1}) || len(runs) != len(entries) {
				s.t.Errorf("the journal of the platform counts %v in %d runs", counts, len(runs))
			}
		},
		"what public lists know, and victims' data, are runs that find nothing": func(s *script) {
			s.warnings = known(value(s.t, "resolver.example"))
			s.brings("ann", "tyche", "b1", "resolver.example")
			victim := access.Unmarked("pol-fr")
			victim.VictimData = true
			s.bringsHandled("ann", "tyche", "b2", victim, "hers.example")
			if entries := s.Journal(s.t, ""); len(entries) != 2 || entries[0].Count+entries[1].Count != 0 {
				s.t.Errorf("entries = %+v", entries)
			}
		},
		"a slice of many values finds each hit": func(s *script) {
			s.limits = deconflict.Limits{Person: deconflict.Tally{Hits: 1e6}, Organisation: deconflict.Tally{Hits: 1e6}, Workspace: deconflict.Tally{Hits: 1e6}}
			var texts []string
			for i := range 777 {
				texts = append(texts, fmt.Sprintf("n%d.example", i))
			}
			s.brings("ann", "tyche", "b1", texts...)
			s.brings("eve", "other", "b2", texts...)
			if n, err := deconflict.NewHits(s.Store(), s.Now, s.NewID).Unseen(s.t.Context(), as("ann"), "tyche"); n != 777 || err != nil {
				s.t.Errorf("ann has %d hits, %v; want 777", n, err)
			}
		},
	}
}

func narrower(s *script) {
	const silent, contact, open = deconflict.Silent, deconflict.Contact, deconflict.Open
	cases := []struct {
		tyche, other  deconflict.Level
		name, contact string // what eve, of other, learns of tyche
		told          bool
	}{
		{silent, silent, "", "", false},
		{silent, open, "", "", false},
		{contact, silent, "", "", false},
		{contact, contact, "", "ring tyche", true},
		{contact, open, "", "ring tyche", true},
		{open, contact, "", "ring tyche", true},
		{open, open, "Tyche", "ring tyche", true},
	}
	told := 0
	for i, c := range cases {
		s.Set(s.t, "tyche", deconflict.Side{Name: "Tyche", Contact: "ring tyche", Policy: c.tyche, State: access.Active})
		s.Set(s.t, "other", deconflict.Side{Name: "Other", Contact: "ring other", Policy: c.other, State: access.Active})
		text := fmt.Sprintf("n%d.example", i)
		s.brings("ann", "tyche", "b1", text)
		s.brings("eve", "other", "b2", text)
		hits := s.hits("eve", "other")
		if c.told {
			told++
		}
		if len(hits) != told {
			s.t.Errorf("%d against %d: eve has %d hits; want %d", c.tyche, c.other, len(hits), told)
			continue
		}
		if c.told && (hits[0].Name != c.name || hits[0].Contact != c.contact || hits[0].Level != min(c.tyche, c.other)) {
			s.t.Errorf("%d against %d: eve learns %+v; want %q, %q", c.tyche, c.other, hits[0], c.name, c.contact)
		}
	}
}

func (s *script) forgets(member string, workspace access.WorkspaceID, batch string) {
	s.t.Helper()
	if err := s.Forget(member, workspace, batch); err != nil {
		s.t.Fatal(err)
	}
}

func (s *script) rehandles(member string, workspace access.WorkspaceID, object, text string, h access.Handling) {
	s.t.Helper()
	if err := s.Rehandle(member, workspace, object, value(s.t, text), h); err != nil {
		s.t.Fatal(err)
	}
}
