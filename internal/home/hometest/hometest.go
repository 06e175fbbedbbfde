// SPDX-License-Identifier: Apache-2.0

// Package hometest states what every home.Store must do, as inboxes of the small
// world of gatetest.
package hometest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/home"
)

// World is the small world of gatetest.
type World interface {
	Now() time.Time
	Advance(d time.Duration)
}

// Store plays each script in a world of its own; on calls play once for each
// engine, with a store in a fresh world.
func Store(t *testing.T, on func(t *testing.T, play func(*testing.T, home.Store, World))) {
	for name, play := range map[string]func(*script){
		"what is unread comes first, the newest first":            order,
		"one thing is marked, by its reader alone":                single,
		"all is marked up to what was on the page, and unmarked":  all,
		"what came after all was marked is new":                   later,
		"what is not in the inbox cannot be marked":               strange,
		"an inbox goes on from page to page, each entry once":     paging,
		"an inbox is narrowed by kind and place, and counts both": narrowed,
		"old marks are forgotten when all is marked":              forgets,
		"nobody has no inbox":                                     nobody,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on(t, func(t *testing.T, store home.Store, world World) {
				s := &script{T: t, World: world}
				s.inbox = home.NewInbox(store, world.Now, func(context.Context, access.Actor) ([]home.Matter, error) { return s.matters, nil })
				play(s)
			})
		})
	}
}

type script struct {
	*testing.T
	World
	inbox   *home.Inbox
	matters []home.Matter
}

func as(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

// comes has something happen, a second after all that was before.
func (s *script) comes(id string, change ...func(*home.Matter)) {
	s.Advance(time.Second)
	m := home.Matter{ID: id, Kind: home.Mentioned, Workspace: "tyche", At: s.Now()}
	for _, c := range change {
		c(&m)
	}
	s.matters = append(s.matters, m)
}

func (s *script) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *script) list(who string, f home.Filter) home.List {
	s.Helper()
	l, err := s.inbox.List(s.Context(), as(who), f, "")
	s.must(err)
	return l
}

// sees checks the ids of an inbox; those that were read end with a dot.
func (s *script) sees(who string, f home.Filter, want ...string) {
	s.Helper()
	var got []string
	for _, e := range s.list(who, f).Entries {
		id := e.ID
		if e.Read {
			id += "."
		}
		got = append(got, id)
	}
	if !slices.Equal(got, want) {
		s.Errorf("%s sees %q; want %q", who, got, want)
	}
}

func order(s *script) {
	s.comes("a")
	s.comes("b", func(m *home.Matter) { m.Seen = true })
	s.comes("c")
	s.comes("", func(m *home.Matter) { m.Key = "what has no date" })
	s.sees("ann", home.Filter{}, "c", "a", "b.")
	s.sees("ann", home.Filter{Unread: true}, "c", "a")
	if n, err := s.inbox.Unread(s.Context(), as("ann")); n != 2 || err != nil {
		s.Errorf("Unread = %d, %v", n, err)
	}
}

func single(s *script) {
	s.comes("a")
	s.comes("b")
	for range 2 {
		s.must(s.inbox.Mark(s.Context(), as("ann"), "b"))
	}
	s.sees("ann", home.Filter{}, "a", "b.")
	s.sees("bob", home.Filter{}, "b", "a")
}

func all(s *script) {
	s.comes("a")
	seen := s.list("ann", home.Filter{}).At
	s.comes("b")
	s.must(s.inbox.MarkAll(s.Context(), as("ann"), seen))
	s.sees("ann", home.Filter{}, "b", "a.")
	s.must(s.inbox.Mark(s.Context(), as("ann"), "b"))
	if l := s.list("ann", home.Filter{}); !l.CanGoBack || l.Unread != 0 {
		s.Errorf("list = %+v", l)
	}
	s.must(s.inbox.GoBack(s.Context(), as("ann")))
	s.sees("ann", home.Filter{}, "a", "b.")
	s.must(s.inbox.GoBack(s.Context(), as("ann"))) // there is nothing left to go back to
	s.sees("ann", home.Filter{}, "a", "b.")
	s.sees("bob", home.Filter{}, "b", "a")
}

func later(s *script) {
	s.comes("a")
	s.must(s.inbox.MarkAll(s.Context(), as("ann"), s.Now().Add(time.Hour))) // no page is of the future
	s.comes("b")
	s.sees("ann", home.Filter{}, "b", "a.")
	s.Advance(time.Hour)
	if s.list("ann", home.Filter{}).CanGoBack {
		s.Error("all can be unmarked an hour later")
	}
}

func strange(s *script) {
	s.comes("a")
	if err := s.inbox.Mark(s.Context(), as("ann"), "b"); fault.KindOf(err) != fault.NotFound {
		s.Errorf("err = %v; want hidden", err)
	}
}

func paging(s *script) {
	const many = 120
	for i := range many {
		s.comes(fmt.Sprintf("m%03d", i), func(m *home.Matter) { m.Seen = i%3 == 0 })
	}
	got, pages := map[string]bool{}, 0
	l := s.list("ann", home.Filter{})
	for {
		pages++
		for _, e := range l.Entries {
			if got[e.ID] {
				s.Fatalf("%s is listed twice", e.ID)
			}
			got[e.ID] = true
		}
		if l.Next == "" {
			break
		}
		var err error
		l, err = s.inbox.List(s.Context(), as("ann"), home.Filter{}, l.Next)
		s.must(err)
	}
	if len(got) != many || pages != 3 {
		s.Errorf("%d entries on %d pages", len(got), pages)
	}
	if _, err := s.inbox.List(s.Context(), as("ann"), home.Filter{}, "forged"); fault.KindOf(err) != fault.Invalid {
		s.Errorf("a forged cursor: %v", err)
	}
}

func narrowed(s *script) {
	s.comes("a")
	s.comes("b", func(m *home.Matter) { m.Kind = home.Found })
	s.comes("c", func(m *home.Matter) { m.Kind, m.Workspace = home.Found, "other" })
	s.comes("d", func(m *home.Matter) { m.Kind, m.Workspace = home.Ending, "" })
	s.sees("ann", home.Filter{Kind: home.Found}, "c", "b")
	s.sees("ann", home.Filter{Kind: home.Found, Workspace: "tyche"}, "b")
	l := s.list("ann", home.Filter{Workspace: "other"})
	if len(l.Kinds) != 3 || l.Kinds[1].Kind != home.Found || l.Kinds[1].Entries != 2 || len(l.Workspaces) != 2 || l.Workspaces[0].Workspace != "tyche" || l.Unread != 4 {
		s.Errorf("counts = %+v %+v %d", l.Kinds, l.Workspaces, l.Unread)
	}
}

func forgets(s *script) {
	s.comes("a")
	s.must(s.inbox.Mark(s.Context(), as("ann"), "a"))
	s.Advance(100 * 24 * time.Hour)
	s.must(s.inbox.MarkAll(s.Context(), as("ann"), s.Now()))
	s.must(s.inbox.GoBack(s.Context(), as("ann")))
	s.sees("ann", home.Filter{}, "a")
}

func nobody(s *script) {
	s.comes("a")
	for name, err := range map[string]error{
		"Mark": s.inbox.Mark(s.Context(), access.Actor{}, "a"), "MarkAll": s.inbox.MarkAll(s.Context(), access.Actor{}, s.Now()),
		"GoBack": s.inbox.GoBack(s.Context(), access.Actor{}), "Mark of the suspended": s.inbox.Mark(s.Context(), as("sus"), "a"),
	} {
		if fault.KindOf(err) != fault.Unauthenticated {
			s.Errorf("%s: %v", name, err)
		}
	}
}
