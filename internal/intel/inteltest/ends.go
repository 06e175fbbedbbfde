// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"context"
	"errors"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
)

func refusals(a actors) {
	id := a.stages("ann", "a.json", LookAlike(20))
	a.must(a.batches.Refuse(a.Context(), As("ann"), at(id)))
	a.works()
	if b := a.batch("ann", id); b.State != intel.Refused || a.FileCount() != 0 {
		a.Errorf("batch = %+v with %d files", b.Batch, a.FileCount())
	}
	a.sees("ann", intel.Question{})
	unchecked, err := a.batches.Stage(a.Context(), As("ann"), tyche, intel.Upload{Name: "b.json", Content: endlessly(10)})
	a.must(err)
	a.must(a.batches.Refuse(a.Context(), As("ann"), at(unchecked)))
	a.works()
	if b := a.batch("ann", unchecked); b.State != intel.Refused {
		a.Errorf("a check went on for a batch that is %s", b.State)
	}
}

func decisions(a actors) {
	id := a.stages("ann", "a.json", LookAlike(20))
	a.fails(a.batches.Accept(a.Context(), As("bob"), at(id), intel.Decision{}), fault.Forbidden, "access.role")
	a.fails(a.batches.Accept(a.Context(), As("acm"), at(id), intel.Decision{}), fault.NotFound, "")
	a.fails(a.batches.Accept(a.Context(), As("max"), at(id), intel.Decision{}), fault.NotFound, "")
	a.fails(a.batches.Undo(a.Context(), As("ann"), at(id)), fault.Conflict, "intel.batch.moved")
	a.accepts("ann", id, intel.Decision{})
	a.fails(a.batches.Accept(a.Context(), As("ann"), at(id), intel.Decision{}), fault.Conflict, "intel.batch.moved")
	a.fails(a.batches.Refuse(a.Context(), As("ann"), at(id)), fault.Conflict, "intel.batch.moved")
	a.fails(a.batches.Undo(a.Context(), As("acm"), at(id)), fault.NotFound, "")
	a.must(a.batches.Undo(a.Context(), As("max"), at(id))) // a manager who sees it
}

// interrupted applies a batch until after that many slices.
func (a actors) interrupted(id intel.BatchID, slices int) {
	a.Helper()
	ctx, cancel := context.WithCancel(a.Context())
	defer cancel()
	stopping := *a.batches
	stopping.Ledger = counting{a.Ledger, &slices, cancel}
	if err := stopping.Apply(ctx, at(id)); !errors.Is(err, context.Canceled) {
		a.Fatalf("err = %v; want it interrupted", err)
	}
}

// counting cancels after a number of updates.
type counting struct {
	intel.Ledger
	left *int
	stop func()
}

func (c counting) Update(ctx context.Context, ask access.Ask, fn func(intel.LedgerTx) error) error {
	err := c.Ledger.Update(ctx, ask, fn)
	if *c.left--; *c.left == 0 {
		c.stop()
	}
	return err
}

// accepted stages and accepts a batch without applying it.
func (a actors) accepted(member, name, content string) intel.BatchID {
	a.Helper()
	id := a.stages(member, name, content)
	a.must(a.batches.Accept(a.Context(), As(member), at(id), intel.Decision{}))
	return id
}

func halfWay(a actors) {
	id := a.accepted("ann", "a.json", LookAlike(1_000))
	a.interrupted(id, 2)
	b := a.batch("ann", id)
	if b.State != intel.Applying || b.Done == 0 || b.Done >= b.Total {
		a.Fatalf("%s with %d of %d", b.State, b.Done, b.Total)
	}
	a.sees("ann", intel.Question{})
	if l := a.lists("ann", intel.Question{}); l.Facets.Total != 0 {
		a.Errorf("%d objects are counted before the end", l.Facets.Total)
	}
	if out := a.exports("ann", intel.Question{}); len(out) != 0 {
		a.Errorf("%d objects are exported before the end", len(out))
	}
	a.works()
	if l := a.lists("ann", intel.Question{}); l.Facets.Total != 1_000 || len(l.Objects) != 1_000 {
		a.Errorf("%d objects, %d counted after the end", len(l.Objects), l.Facets.Total)
	}
}

func resumed(a actors) {
	file := LookAlike(1_500)
	id := a.accepted("ann", "a.json", file)
	a.interrupted(id, 1)
	a.interrupted(id, 2)
	a.works() // the work is queued still: another runner takes it
	a.must(a.batches.Apply(a.Context(), at(id)))
	if b := a.batch("ann", id); b.State != intel.Done || b.Done != 1_500 {
		a.Errorf("%s with %d", b.State, b.Done)
	}
	a.same(file, a.exports("ann", intel.Question{}))
	applied := 0
	for _, verb := range a.Journal() {
		if verb == audit.ImportApplied {
			applied++
		}
	}
	if applied < 3 {
		a.Errorf("%d entries for the slices", applied)
	}
}

func suspended(a actors) {
	a.imports("max", "before.json", Bundle(Tool(1, "before", early, "")))
	id := a.stages("ann", "a.json", Bundle(Tool(1, "after", late, ""), Tool(2, "new", early, "")))
	big := a.stages("ann", "b.json", LookAlike(1_000))
	a.must(a.batches.Accept(a.Context(), As("ann"), at(id), intel.Decision{}))
	a.must(a.batches.Accept(a.Context(), As("ann"), at(big), intel.Decision{}))
	a.interrupted(big, 2)
	a.Suspend("ann")
	a.works()
	a.sees("max", intel.Question{}, "before")
	for _, id := range []intel.BatchID{id, big} {
		if b := a.batch("bob", id); b.State != intel.Undone || b.Reason != "intel.batch.standing" {
			a.Errorf("%s because of %s", b.State, b.Reason)
		}
	}
	if n := a.FileCount(); n != 0 {
		a.Errorf("%d files are left", n)
	}
	if !slices.Contains(a.Journal(), audit.ImportUndone) {
		a.Error("the journal does not tell of the undo")
	}
}

func undone(a actors) {
	ref := `,"x_other_ref":"tool--00000000-0000-4000-8000-000000000003"`
	first := Bundle(Tool(1, "one", early, ref), Tool(3, "three", early, ""))
	a.imports("ann", "a.json", first)
	id := a.imports("ann", "b.json", Bundle(Tool(1, "one, newer", late, ""), Tool(2, "two", early, ""),
		`{"type":"domain-name","spec_version":"2.1","id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7","value":"example.com"}`))
	a.sees("bob", intel.Question{}, "example.com", "two", "one, newer", "three")
	a.must(a.batches.Undo(a.Context(), As("ann"), at(id)))
	a.works()
	if b := a.batch("ann", id); b.State != intel.Undone || b.Reason != "intel.batch.cancelled" {
		a.Errorf("%s because of %s", b.State, b.Reason)
	}
	a.sees("bob", intel.Question{}, "three", "one")
	a.sees("bob", intel.Question{Text: "example.com"})
	a.same(first, a.exports("ann", intel.Question{}))
	if l := a.lists("bob", intel.Question{}); l.Facets.Total != 2 {
		a.Errorf("%d objects are counted; want 2", l.Facets.Total)
	}
	if e := a.entity("bob", "one"); len(e.Versions) != 1 || len(e.Links) != 1 {
		a.Errorf("%d versions, %d links; want those of before", len(e.Versions), len(e.Links))
	}
	a.imports("ann", "b.json", Bundle(Tool(2, "two", early, "")))
	a.sees("bob", intel.Question{}, "two", "three", "one")
}

func undoneInTheMiddle(a actors) {
	id := a.imports("ann", "a.json", Bundle(Tool(1, "one", early, ""), Tool(2, "two", early, "")))
	a.imports("max", "b.json", Bundle(Tool(1, "one, newer", late, "")))
	a.must(a.batches.Undo(a.Context(), As("ann"), at(id)))
	a.works()
	a.sees("bob", intel.Question{}, "one, newer")
	if l := a.lists("bob", intel.Question{}); l.Facets.Total != 1 {
		a.Errorf("%d objects are counted; want 1", l.Facets.Total)
	}
}

func journal(a actors) {
	a.imports("ann", "a.json", LookAlike(300))
	want := []audit.Verb{audit.ImportStaged, audit.ImportDecided, audit.ImportApplied, audit.ImportEnded}
	if got := slices.Compact(a.Journal()); !slices.Equal(got, want) {
		a.Errorf("journal = %v; want %v", got, want)
	}
	observed := a.Observed()
	if len(observed) == 0 || observed[0].Object == "" || observed[0].Handling == "" {
		a.Errorf("observed = %+v; want the domains of the indicators", observed)
	}
}

// latest checks the two latest imports in brief, as a member sees them; of those
// that are ready they must be told that they may decide, here.
func (a actors) latest(member string, want ...intel.BatchID) {
	a.Helper()
	list, err := a.batches.Latest(a.Context(), As(member), tyche, 2)
	a.must(err)
	var got []intel.BatchID
	for _, b := range list {
		got = append(got, b.ID)
		if b.MayDecide != (b.State == intel.Ready) || b.By.Name == "" || b.File == "" || b.At.IsZero() {
			a.Errorf("%s sees %+v", member, b)
		}
	}
	if !slices.Equal(got, want) {
		a.Errorf("%s sees %v; want %v", member, got, want)
	}
}

func concerning(a actors) {
	first := a.imports("ann", "a.json", LookAlike(5))
	second := a.stages("ann", "b.json", LookAlike(6))
	third := a.stages("acm", "c.json", LookAlike(7))
	for member, want := range map[string][]intel.BatchID{
		"ann": {second, first}, // what she brought
		"exp": {second},        // waits, and their organisation brought it
		"max": nil,             // not his: a file is its organisation's until it is decided
		"bob": nil,
		"acm": {third},
	} {
		if member == "exp" {
			a.Vet(member)
		}
		batches, err := a.batches.Concerning(a.Context(), As(member), tyche, 10)
		a.must(err)
		var got []intel.BatchID
		for _, b := range batches {
			got = append(got, b.ID)
		}
		if !slices.Equal(got, want) {
			a.Errorf("%s is concerned by %v; want %v", member, got, want)
		}
	}
	a.latest("ann", second, first) // what waits first
	a.latest("max", first)
	a.latest("acm", third)
	fourth := a.imports("ann", "d.json", LookAlike(8))
	a.latest("ann", second, fourth)
	a.must(a.batches.Refuse(a.Context(), As("ann"), at(second)))
	a.latest("ann", fourth, second)
	if left, err := a.batches.Concerning(a.Context(), As("exp"), tyche, 10); err != nil || len(left) != 0 {
		a.Errorf("after the decision a colleague is concerned by %v, %v", left, err)
	}
	for _, member := range []string{"eve", "gus"} {
		_, err := a.batches.Concerning(a.Context(), As(member), tyche, 10)
		a.fails(err, fault.NotFound, "")
	}
}
