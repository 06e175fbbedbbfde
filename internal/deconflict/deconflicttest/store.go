// SPDX-License-Identifier: Apache-2.0

package deconflicttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
	"entente.example/internal/page"
)

// Store checks that the world's store keeps its promises.
func Store(t *testing.T, each Each) {
	play(t, each, map[string]func(*script){
		"a stranger learns nothing":                           stranger,
		"seen is each reader's own":                           seen,
		"a hit that one may not see cannot be marked":         unseeable,
		"pages go on where the one before ended":              paging,
		"the desk sees both operations, never the value":      desk,
		"the desk is for officers":                            officers,
		"an officer's note closes a pair, and opens it again": noted,
		"notes are for the desk, and on the desk's pairs":     unnoted,
		"warning lists are replaced by name":                  lists,
		"a broken warning list changes nothing":               brokenList,
		"another match key is noticed at start":               otherKey,
		"waiting counts by operation, where there is any":     waiting,
		"news names the newest value, unless it is withheld":  news,
		"days sum up what one may see":                        days,
	})
}

func stranger(s *script) {
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	s.brings("ann", "tyche", "b1", "evil.example")
	s.brings("eve", "other", "b2", "evil.example")
	_, _, hidden := hits.In(s.t.Context(), as("eve"), "tyche", "")
	_, _, absent := hits.In(s.t.Context(), as("eve"), "nowhere", "")
	if fault.KindOf(hidden) != fault.NotFound || hidden.Error() != absent.Error() {
		s.t.Errorf("hidden %v, absent %v", hidden, absent)
	}
	if _, err := hits.Unseen(s.t.Context(), as("eve"), "tyche"); fault.KindOf(err) != fault.NotFound {
		s.t.Errorf("Unseen: %v", err)
	}
}

func seen(s *script) {
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	s.brings("ann", "tyche", "b1", "a.example", "b.example", "c.example")
	s.brings("eve", "other", "b2", "a.example", "b.example", "c.example")
	list := s.hits("ann", "tyche")
	for range 2 {
		if err := hits.MarkSeen(s.t.Context(), as("ann"), "tyche", list[1].ID); err != nil {
			s.t.Fatal(err)
		}
	}
	if list = s.hits("ann", "tyche"); list[0].Seen || !list[1].Seen || list[2].Seen {
		s.t.Errorf("seen = %v %v %v", list[0].Seen, list[1].Seen, list[2].Seen)
	}
	s.unseen("ann", 2)
	s.unseen("bob", 3)
	if err := hits.MarkAllSeen(s.t.Context(), as("ann"), "tyche", list[1].ID); err != nil {
		s.t.Fatal(err)
	}
	s.unseen("ann", 1) // the newest came after what was on the page
	if err := hits.MarkAllSeen(s.t.Context(), as("ann"), "tyche", "~"); fault.KindOf(err) != fault.NotFound {
		s.t.Errorf("all up to a hit that is none: %v", err)
	}
	if n := len(s.Journal(s.t, "tyche")); n != 2 {
		s.t.Errorf("journal has %d entries; want two acts", n)
	}
}

func (s *script) unseen(member string, want int) {
	s.t.Helper()
	n, err := deconflict.NewHits(s.Store(), s.Now, s.NewID).Unseen(s.t.Context(), as(member), "tyche")
	if err != nil || n != want {
		s.t.Errorf("%s has %d unseen, %v; want %d", member, n, err, want)
	}
}

func unseeable(s *script) {
	restricted := access.Unmarked("pol-fr")
	restricted.Restricted = true
	s.bringsHandled("ann", "tyche", "b1", restricted, "evil.example")
	s.brings("eve", "other", "b2", "evil.example")
	hit := s.hits("ann", "tyche")[0].ID
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	for _, member := range []string{"bob", "acm"} {
		hidden := hits.MarkSeen(s.t.Context(), as(member), "tyche", hit)
		absent := hits.MarkSeen(s.t.Context(), as(member), "tyche", "no such hit")
		for name, err := range map[string]error{
			"absent":           absent,
			"all up to hidden": hits.MarkAllSeen(s.t.Context(), as(member), "tyche", hit),
			"all up to absent": hits.MarkAllSeen(s.t.Context(), as(member), "tyche", "~"+strings.Repeat("<", 200_000)),
		} {
			if fault.KindOf(hidden) != fault.NotFound || err == nil || hidden.Error() != err.Error() {
				s.t.Errorf("%s: hidden %v, %s %v", member, hidden, name, err)
			}
		}
	}
}

func paging(s *script) {
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	s.limits.Person.Hits, s.limits.Workspace.Hits = 1000, 1000
	var texts []string
	for i := range 120 {
		texts = append(texts, fmt.Sprintf("n%d.example", i))
	}
	s.brings("ann", "tyche", "b1", texts...)
	s.brings("eve", "other", "b2", texts...)
	found, pages := map[string]bool{}, 0
	for next := page.Cursor(""); pages == 0 || next != ""; pages++ {
		var list []deconflict.Hit
		var err error
		if list, next, err = hits.In(s.t.Context(), as("ann"), "tyche", next); err != nil {
			s.t.Fatal(err)
		}
		for _, h := range list {
			found[h.Value.Text] = true
		}
	}
	if len(found) != 120 || pages != 3 {
		s.t.Errorf("%d hits on %d pages; want 120 on 3", len(found), pages)
	}
	if _, _, err := hits.In(s.t.Context(), as("ann"), "tyche", "forged"); fault.KindOf(err) != fault.Invalid {
		s.t.Errorf("a forged cursor: %v", err)
	}
}

func desk(s *script) {
	s.Set(s.t, "tyche", deconflict.Side{Name: "Tyche", Contact: "ring tyche", Policy: deconflict.Silent, State: access.Active})
	s.brings("ann", "tyche", "b1", "evil.example")
	s.brings("eve", "other", "b2", "evil.example")
	s.brings("gus", "third", "b3", "evil.example") // told to other and third: not the desk's
	pairs := s.desk()
	if len(pairs) != 2 {
		s.t.Fatalf("the desk has %+v; want tyche with each", pairs)
	}
	p := pairs[1]
	if p.One.Workspace != "other" || p.Two.Name != "Tyche" || p.Two.Contact != "ring tyche" || p.Reason != deconflict.BySilence || p.BatchSize != 1 {
		s.t.Errorf("pair = %+v", p)
	}
	if strings.Contains(fmt.Sprint(pairs), "evil") {
		s.t.Errorf("the desk reads the value: %+v", pairs)
	}
}

func officers(s *script) {
	for _, member := range []string{"ann", "eve", "acm"} {
		if _, _, err := s.theDesk().Pairs(s.t.Context(), as(member), deconflict.OpenPile, ""); fault.KindOf(err) != fault.NotFound {
			s.t.Errorf("%s: %v; want hidden", member, err)
		}
	}
}

// files is a folder of warning lists.
func files(raw ...string) func(func(deconflict.File, error) bool) {
	return func(yield func(deconflict.File, error) bool) {
		for i, text := range raw {
			if !yield(deconflict.File{Name: fmt.Sprintf("list-%d.json", i), Raw: []byte(text)}, nil) {
				return
			}
		}
	}
}

const listA = `{"name":"A","type":"hostname","version":1,"list":["one.example","two.example"],"matching_attributes":["domain"]}`

func console() access.Actor { return access.Actor{Kind: access.Console} }

func lists(s *script) {
	l := deconflict.NewLists(s.Store(), s.Now, s.NewID)
	matches := func(text string, want bool) {
		s.t.Helper()
		warnings, err := l.Warnings(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if _, ok := warnings.Match(value(s.t, text)); ok != want {
			s.t.Errorf("%s matches: %v; want %v", text, ok, want)
		}
	}
	matches("one.example", false)
	b := strings.NewReplacer(`"A"`, `"B"`, "one.example", "three.example").Replace(listA)
	if n, err := l.Load(s.t.Context(), console(), files(listA, b)); n != 2 || err != nil {
		s.t.Fatal(n, err)
	}
	matches("one.example", true)
	matches("three.example", true)
	newer := strings.ReplaceAll(listA, "one.example", "four.example")
	if _, err := l.Load(s.t.Context(), console(), files(newer)); err != nil {
		s.t.Fatal(err)
	}
	matches("one.example", false)
	matches("four.example", true)
	matches("three.example", true)
	if _, err := l.Load(s.t.Context(), as("off"), files(listA)); fault.KindOf(err) != fault.NotFound {
		s.t.Errorf("a member loads lists: %v", err)
	}
}

func brokenList(s *script) {
	l := deconflict.NewLists(s.Store(), s.Now, s.NewID)
	_, err := l.Load(s.t.Context(), console(), files(listA, `{"name":`))
	if fault.KindOf(err) != fault.Invalid || fault.Of(err).Args["file"] != "list-1.json" {
		s.t.Errorf("err = %v", err)
	}
	if warnings, err := l.Warnings(s.t.Context()); err != nil {
		s.t.Error(err)
	} else if _, ok := warnings.Match(value(s.t, "one.example")); ok {
		s.t.Error("the whole list was kept though the other was broken")
	}
}

func otherKey(s *script) {
	l := deconflict.NewLists(s.Store(), s.Now, s.NewID)
	for range 2 {
		if err := l.Vouch(s.t.Context(), console(), s.Keyer()); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := l.Vouch(s.t.Context(), console(), s.OtherKeyer()); err == nil {
		s.t.Error("another key went unnoticed")
	}
}

func waiting(s *script) {
	s.brings("ann", "tyche", "b1", "evil.example")
	s.brings("eve", "other", "b2", "evil.example")
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	for member, want := range map[string][]access.WorkspaceID{"bob": {"tyche"}, "eve": {"other"}, "gus": nil, "acm": nil} {
		byWorkspace, err := hits.Waiting(s.t.Context(), as(member))
		if got := slices.Sorted(maps.Keys(byWorkspace)); err != nil || !slices.Equal(got, want) {
			s.t.Errorf("%s waits in %v, %v; want %v", member, got, err, want)
		}
	}
}

func news(s *script) {
	restricted := access.Unmarked("pol-fr")
	restricted.Restricted = true
	s.brings("ann", "tyche", "b1", "first.example", "second.example")
	s.bringsHandled("ann", "tyche", "b2", restricted, "hers.example")
	s.brings("eve", "other", "b3", "first.example")
	s.Advance(time.Minute)
	s.brings("eve", "other", "b4", "second.example")
	s.Advance(time.Minute)
	s.brings("gus", "third", "b5", "hers.example")
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	for member, want := range map[string]string{
		"ann": "tyche 3 withheld", "bob": "tyche 2 second.example", "eve": "other 2 second.example", "gus": "third 1 hers.example", "acm": "", "off": "",
	} {
		list, err := hits.News(s.t.Context(), as(member))
		got := ""
		for _, n := range list {
			value := n.Value.Text
			if n.Withheld && value == "" {
				value = "withheld"
			}
			got += fmt.Sprintf("%s %d %s", n.Workspace, n.Unseen, value)
			if n.Value.Kind != observable.Domain || n.At.IsZero() {
				s.t.Errorf("%s is told of %+v", member, n)
			}
		}
		if err != nil || got != want {
			s.t.Errorf("%s is told of %q, %v; want %q", member, got, err, want)
		}
	}
	days, err := hits.Days(s.t.Context(), as("ann"))
	if err != nil || len(days) != 1 || !days[0].Withheld || days[0].Value.Text != "" {
		s.t.Errorf("ann's days = %+v, %v; want the newest value withheld", days, err)
	}
	if days, err = hits.Days(s.t.Context(), as("bob")); err != nil || len(days) != 1 || days[0].Withheld || days[0].Value.Text != "second.example" {
		s.t.Errorf("bob's days = %+v, %v", days, err)
	}
}

func days(s *script) {
	hits := deconflict.NewHits(s.Store(), s.Now, s.NewID)
	s.brings("ann", "tyche", "b1", "a.example", "b.example", "c.example")
	s.brings("eve", "other", "b2", "a.example")
	s.Advance(24 * time.Hour)
	s.brings("eve", "other", "b3", "b.example", "c.example")
	list := s.hits("bob", "tyche")
	if err := hits.MarkSeen(s.t.Context(), as("bob"), "tyche", list[0].ID); err != nil {
		s.t.Fatal(err)
	}
	got, err := hits.Days(s.t.Context(), as("bob"))
	if err != nil || len(got) != 2 || got[0].Hits != 2 || got[0].Unseen != 1 || got[0].Newest != list[0].ID || !got[0].At.Equal(list[0].At) || got[1].Hits != 1 || got[1].Workspace != "tyche" {
		s.t.Errorf("bob's days = %+v, %v", got, err)
	}
	for _, member := range []string{"gus", "acm"} {
		if got, err := hits.Days(s.t.Context(), as(member)); len(got) != 0 || err != nil {
			s.t.Errorf("%s is told of %+v, %v", member, got, err)
		}
	}
}
