// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"entente.example/internal/fault"
	"entente.example/internal/intel"
)

// ofType is an object of a type that is its maker's own.
func ofType(kind string, number int) string {
	return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":"%s--00000000-0000-4000-8000-%012d","created":"2020-01-01T00:00:00.000Z","modified":%q,"name":"of %[1]s"}`,
		kind, kind[:min(len(kind), 200)], number, early)
}

func ofManyTypes(n int) []string {
	objects := make([]string, n)
	for i := range objects {
		objects[i] = ofType(fmt.Sprintf("x-made-up-%d", i), i)
	}
	return objects
}

// manyTypes holds what is kept and shown of a batch to a size, whatever its file
// says of types: it is read and written with each slice, by the one writer.
func manyTypes(a actors) {
	const types = 12_000
	id := a.stages("ann", "a.json", Bundle(append(ofManyTypes(types), ofType(strings.Repeat("x", 7<<20), types), ofType(strings.Repeat("y", 200), types))...))
	b := a.batch("ann", id)
	text, err := json.Marshal(b.Counts)
	a.must(err)
	if len(b.Counts) > 250 || len(text) > 64<<10 || b.Counts.Of(intel.Verdicts()...) != types+2 || b.Counts.Importable() != types+1 {
		a.Errorf("%d types in %d bytes; %d objects, of which %d can come in", len(b.Counts), len(text), b.Counts.Of(intel.Verdicts()...), b.Counts.Importable())
	}
	if b.Counts[intel.OtherTypes][intel.New] < types/2 || b.Counts[""][intel.Malformed] != 1 {
		a.Errorf("other types %v, no types %v", b.Counts[intel.OtherTypes], b.Counts[""])
	}
	history, err := a.batches.History(a.Context(), As("ann"), tyche, "", 10)
	a.must(err)
	own, err := a.batches.Concerning(a.Context(), As("ann"), tyche, 10)
	a.must(err)
	for _, counts := range []intel.Counts{history[0].Counts, own[0].Counts} {
		if len(counts) != 1 || counts.Of(intel.Verdicts()...) != types+2 {
			a.Errorf("a list of imports reads %d types, and %d objects", len(counts), counts.Of(intel.Verdicts()...))
		}
	}
}

// typesStay holds that an object keeps its type, however many others there are.
func typesStay(a actors) {
	a.imports("ann", "a.json", Bundle(ofManyTypes(250)...))
	for _, kind := range []string{"x-made-up-0", "x-made-up-249"} {
		if got := a.lists("bob", intel.Question{Filter: intel.Filter{Types: []string{kind}}}).Objects; len(got) != 1 || got[0].Name != "of "+kind {
			a.Errorf("of %s there are %v", kind, got)
		}
	}
	if got := a.lists("bob", intel.Question{Filter: intel.Filter{Types: []string{intel.OtherTypes}}}).Objects; len(got) != 0 {
		a.Errorf("%d objects lost their type", len(got))
	}
}

// tooMany holds that a file of more objects than one may hold is refused whole,
// and leaves nothing.
func tooMany(a actors) {
	parts := slices.Repeat([]string{"1"}, most+1)
	id := a.stages("ann", "a.json", "["+strings.Join(parts, ",")+"]")
	b := a.batch("ann", id)
	if b.State != intel.Failed || b.Reason != "intel.batch.many" || b.Upload != "" {
		a.Errorf("%s, %q, upload %q", b.State, b.Reason, b.Upload)
	}
	if left := a.problems(id, intel.Malformed); len(left) != 0 {
		a.Errorf("%d findings are left", len(left))
	}
	id = a.stages("ann", "b.json", "["+strings.Join(parts[1:], ",")+"]")
	if b := a.batch("ann", id); b.State != intel.Ready || b.Counts.Of(intel.Malformed) != most {
		a.Errorf("%s with %v", b.State, b.Counts)
	}
}

// waitsInBounds holds the uploads of an organisation that nobody has decided on to
// a size, and lets others go on.
func waitsInBounds(a actors) {
	quarter := Bundle(Tool(1, "one", early, "")) + strings.Repeat(" ", undecided/4-1_000)
	var ids []intel.BatchID
	for range 4 {
		ids = append(ids, a.stages("ann", "a.json", quarter))
	}
	stage := func(member string) error {
		_, err := a.batches.Stage(a.Context(), As(member), tyche, intel.Upload{Name: "b.json", Content: strings.NewReader(quarter)})
		return err
	}
	a.fails(stage("ann"), fault.Invalid, "intel.upload.undecided")
	a.fails(stage("eve"), fault.NotFound, "")
	a.must(a.batches.Refuse(a.Context(), As("ann"), intel.Place{Workspace: tyche, Batch: ids[0]}))
	a.must(stage("ann"))
}
