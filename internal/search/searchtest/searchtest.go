// SPDX-License-Identifier: Apache-2.0

package searchtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/page"
	"entente.example/internal/search"
)

// World is the small world of gatetest with a room that keeps texts, and a
// follower that reads them when the journal tells of them.
type World interface {
	Now() time.Time
	NewID() string
	// Handling keeps a handling in the name of a member of the workspace.
	Handling(t testing.TB, member string, workspace access.WorkspaceID, h access.Handling) string
	// Keep makes the room hold text, Drop makes it hold it no more.
	Keep(workspace access.WorkspaceID, text search.Text)
	Drop(workspace access.WorkspaceID, id string)
	// Tell hands the follower an entry of the journal.
	Tell(t testing.TB, workspace access.WorkspaceID, verb audit.Verb, object, about string)
}

// Store plays each script in a world of its own; on calls play once for each
// engine, with a store in a fresh world.
func Store(t *testing.T, analyser search.Analyser, on func(t *testing.T, play func(*testing.T, search.Store, World))) {
	scripts := map[string]func(*script){
		"words are found however they are written":                 writing,
		"Arabic is found without vowels, letter forms and article": arabic,
		"Chinese is found by two characters":                       chinese,
		"a value is found defanged or not, and by its parts":       values,
		"a value is found only whole":                              wholeValues,
		"an object is found by the values that it stands for":      objectValues,
		"the last word may be unfinished, the others may not":      prefix,
		"all words must be there":                                  allWords,
		"what is named so comes first, then the newest":            order,
		"an answer is not found by the title of its topic":         answers,
		"results go on from page to page, each once":               paging,
		"what only the oldest has is found, and what all have":     many,
		"results can be kept to one kind":                          kinds,
		"another workspace leaves no trace":                        otherWorkspace,
		"a restricted item leaves no trace":                        restricted,
		"private members start closed":                             startsClosed,
		"people are found by the beginning of a name or handle":    people,
		"who may read nothing finds nothing":                       strangers,
		"all that one may read is searched at once":                everywhere,
		"an edited post is found by what it says now":              edited,
		"what is gone is not found":                                gone,
		"an import is found when it has ended":                     imported,
		"an import that is undone leaves what others brought":      undone,
		"a sensitive object shows its text with itself alone":      withheld,
		"an entry told twice changes nothing":                      toldTwice,
		"what was told at one moment is kept apart":                sameMoment,
		"a post that bears an object's id takes nothing from it":   sameID,
		"a hostile text harms nobody":                              hostile,
	}
	for name, play := range scripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on(t, func(t *testing.T, store search.Store, world World) {
				play(&script{T: t, World: world, documents: search.NewDocuments(store, analyser), at: world.Now()})
			})
		})
	}
}

const (
	tyche access.WorkspaceID = "tyche"
	other access.WorkspaceID = "other"
)

type script struct {
	*testing.T
	World
	documents *search.Documents
	at        time.Time
}

func as(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

// text fills in what a script does not care about.
func (s *script) text(ws access.WorkspaceID, t search.Text) search.Text {
	s.at = s.at.Add(time.Second)
	if t.At.IsZero() {
		t.At = s.at
	}
	if t.ID == "" {
		t.ID = s.NewID()
	}
	if t.Handling == "" {
		member := map[access.WorkspaceID]string{tyche: "ann", other: "eve", access.Exchange: "gus"}[ws]
		h := access.Handling{TLP: access.Amber, Originator: "pol-fr"}
		if ws == access.Exchange {
			h.TLP = access.Clear
		}
		t.Handling = s.Handling(s, member, ws, h)
	}
	return t
}

// posts publishes a post, and returns its id.
func (s *script) posts(ws access.WorkspaceID, t search.Text) string {
	s.Helper()
	t = s.text(ws, t)
	if t.Kind == "" {
		t.Kind = search.Topic
	}
	t.Topic, t.Number = "topic-"+t.ID, max(t.Number, 1)
	s.Keep(ws, t)
	s.Tell(s, ws, audit.PostPublished, t.ID, t.Topic)
	return t.ID
}

// says publishes a topic of that text under a title that no script looks for.
func (s *script) says(text string) string {
	s.Helper()
	return s.posts(tyche, search.Text{Title: "Untitled", Text: text})
}

// imports brings objects in by one batch, in one slice.
func (s *script) imports(batch string, objects ...search.Text) (ids []string) {
	s.Helper()
	for _, o := range objects {
		o = s.text(tyche, o)
		o.Kind, o.Latest = search.Object, batch
		if o.Batch == "" {
			o.Batch = batch
		}
		s.Keep(tyche, o)
		ids = append(ids, o.ID)
	}
	s.Tell(s, tyche, audit.ImportDecided, batch, batch)
	s.Tell(s, tyche, audit.ImportApplied, "slice", batch)
	return ids
}

func (s *script) ends(batch string) { s.Tell(s, tyche, audit.ImportEnded, batch, batch) }

func (s *script) search(member string, q search.Query) search.Results {
	s.Helper()
	results, err := s.documents.Search(s.Context(), as(member), q)
	if err != nil {
		s.Fatalf("%s searches %+v: %v", member, q, err)
	}
	return results
}

// finds holds what a member finds in tyche to ids, in that order.
func (s *script) finds(member, text string, ids ...string) {
	s.Helper()
	s.findsIn(member, search.Query{Text: text, Workspace: tyche}, ids...)
}

func (s *script) findsIn(member string, q search.Query, ids ...string) {
	s.Helper()
	got := idsOf(s.search(member, q).Hits)
	if !slices.Equal(got, ids) {
		s.Errorf("%s finds %v by %q, want %v", member, got, q.Text, ids)
	}
}

func idsOf(hits []search.Hit) []string {
	ids := make([]string, 0, len(hits))
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// marked returns the spans as one text, what was asked for in brackets.
func marked(spans []search.Span) string {
	var b strings.Builder
	for _, span := range spans {
		if span.Match {
			fmt.Fprintf(&b, "<%s>", span.Text)
			continue
		}
		b.WriteString(span.Text)
	}
	return b.String()
}

func paging(s *script) {
	var want []string
	for i := range 45 {
		text := search.Text{Title: "Untitled", Text: "ledger"}
		if i < 5 {
			text.Title = "The ledger"
		}
		want = append(want, s.posts(tyche, text))
	}
	slices.Reverse(want)
	want = slices.Concat(want[40:], want[:40])
	for _, query := range []string{"ledger", "ledg"} {
		if got := s.pages(query); !slices.Equal(got, want) {
			s.Errorf("pages of %q hold %v, want %v", query, got, want)
		}
	}
	want = nil
	for i := range 25 {
		want = append(want, s.says(fmt.Sprintf("203.0.113.1%02d", i)))
	}
	slices.Reverse(want)
	if got := s.pages("203.0.113.1"); !slices.Equal(got, want) {
		s.Errorf("pages of the beginning of a value hold %v, want %v", got, want)
	}
}

// many is more documents than an engine may look at before it gathers.
func many(s *script) {
	old := s.says("The ledger of the bazaar")
	older := s.says("A bazaar")
	objects := make([]search.Text, 1_100)
	for i := range objects {
		objects[i] = search.Text{Title: "Indicator", Text: "of an auction"}
	}
	ids := s.imports("batch", objects...)
	s.ends("batch")
	slices.Reverse(ids)
	s.finds("bob", "bazaar", older, old)
	s.finds("bob", "ledger ba", old)
	for _, query := range []string{"indicator", "auction", "auct"} {
		if got := s.pages(query); !slices.Equal(got, ids[:len(got)]) || len(got) < 40 {
			s.Errorf("pages of %q hold %v, want the newest of %v", query, got, ids[:100])
		}
	}
}

// pages returns what all pages of a query hold together.
func (s *script) pages(query string) (ids []string) {
	s.Helper()
	var after page.Cursor
	for range 5 {
		results := s.search("bob", search.Query{Text: query, Workspace: tyche, After: after})
		ids = append(ids, idsOf(results.Hits)...)
		if after = results.Next; after == "" {
			break
		}
	}
	return ids
}
