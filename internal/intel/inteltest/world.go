// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// World is what a suite runs in. It wants the people of package gatetest, no
// objects, and no background work but what Queued gives out.
type World struct {
	Ledger  intel.Ledger
	Shelf   intel.Shelf
	Handled intel.HandlingStore
	Saved   intel.SavedStore
	Files   intel.Files
	MISP    intel.Codec
	Now     func() time.Time
	Advance func(time.Duration)
	NewID   func() string
	// Queued gives out the work that was queued since, and forgets it.
	Queued func() []Queued
	// Journal lists the verbs of all entries so far, in order.
	Journal func() []audit.Verb
	// Observed lists what was given to the blind match so far.
	Observed func() []intel.Observed
	// Suspend suspends a member; FileCount says how many files there are.
	Suspend   func(member string)
	FileCount func() int
	// Vet makes a member vetted for a year from now.
	Vet func(member string)
	// Ceiling sets the ceiling of a workspace.
	Ceiling func(workspace string, tlp access.TLP)
}

// Queued is work that was queued.
type Queued struct {
	Workspace access.WorkspaceID
	intel.Work
}

// listed are the values on the warning list of the suite.
const listed = "resolver.example.com"

type warnings struct{}

func (warnings) Match(v observable.Value) (string, bool) {
	return "Public resolvers", v.Text == listed
}

// actors is a script's view of the world.
type actors struct {
	*testing.T
	World
	batches *intel.Batches
	objects *intel.Objects

	handlings *intel.Handlings
}

func newActors(t *testing.T, w World) actors {
	return actors{t, w, intel.NewBatches(intel.Importing{
		Ledger: w.Ledger, Files: w.Files, MISP: w.MISP, Warnings: warnings{}, Now: w.Now, NewID: w.NewID, Most: most, Undecided: undecided,
	}), intel.NewObjects(w.Shelf, w.Now, w.NewID), intel.NewHandlings(w.Handled, w.Now, w.NewID)}
}

// most is how many objects a file of the tests may hold.
const most = 12_500

// undecided is how many bytes of uploads may wait for a decision in the tests.
const undecided = 32 << 20

// As is the member of that id, signed in with a passkey.
func As(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

const tyche access.WorkspaceID = "tyche"

func at(id intel.BatchID) intel.Place { return intel.Place{Workspace: tyche, Batch: id} }

// stages uploads a file and has it checked.
func (a actors) stages(member, name, content string) intel.BatchID {
	a.Helper()
	id, err := a.batches.Stage(a.Context(), As(member), tyche, intel.Upload{Name: name, Content: strings.NewReader(content)})
	a.must(err)
	a.works()
	return id
}

// works does the work that is queued, until there is none.
func (a actors) works() {
	a.Helper()
	for work := a.Queued(); len(work) > 0; work = a.Queued() {
		for _, w := range work {
			a.must(a.does(a.Context(), w))
		}
	}
}

func (a actors) does(ctx context.Context, w Queued) error {
	place := intel.Place{Workspace: w.Workspace, Batch: w.Batch}
	switch w.Kind {
	case intel.CheckWork:
		return a.batches.Check(ctx, place)
	case intel.ApplyWork:
		return a.batches.Apply(ctx, place)
	default:
		return a.batches.TakeBack(ctx, place)
	}
}

// accepts decides for a batch and has it applied.
func (a actors) accepts(member string, id intel.BatchID, d intel.Decision) {
	a.Helper()
	a.must(a.batches.Accept(a.Context(), As(member), at(id), d))
	a.works()
}

// imports stages and accepts as TLP:CLEAR.
func (a actors) imports(member, name, content string) intel.BatchID {
	a.Helper()
	id := a.stages(member, name, content)
	a.accepts(member, id, intel.Decision{})
	return id
}

func (a actors) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

// batch reads a batch.
func (a actors) batch(member string, id intel.BatchID) intel.BatchView {
	a.Helper()
	b, err := a.batches.Batch(a.Context(), As(member), tyche, id)
	a.must(err)
	return b
}

// counts checks how many objects got which verdicts.
func (a actors) counts(id intel.BatchID, want map[intel.Verdict]int64) {
	a.Helper()
	b := a.batch("ann", id)
	for _, v := range intel.Verdicts() {
		if got := b.Counts.Of(v); got != want[v] {
			a.Errorf("%s: %d; want %d (%v)", v, got, want[v], b.Counts)
		}
	}
}

// problems lists what the check says about objects with that verdict.
func (a actors) problems(id intel.BatchID, of ...intel.Verdict) []intel.Finding {
	a.Helper()
	findings, err := a.batches.Findings(a.Context(), As("ann"), at(id), of, 0, 100)
	a.must(err)
	return findings
}

// lists returns what a member sees.
func (a actors) lists(member string, q intel.Question) intel.List {
	a.Helper()
	list, err := a.objects.List(a.Context(), As(member), tyche, q, intel.Key{}, 10_000)
	a.must(err)
	return list
}

// sees checks the names of what a member sees, the newest first.
func (a actors) sees(member string, q intel.Question, want ...string) {
	a.Helper()
	var got []string
	for _, o := range a.lists(member, q).Objects {
		if o.Withheld {
			o.Name = "withheld " + o.Type
		}
		got = append(got, o.Name)
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		a.Errorf("%s sees %q; want %q", member, got, want)
	}
}

// object returns the object of that name.
func (a actors) object(member, name string) intel.Object {
	a.Helper()
	for _, o := range a.lists(member, intel.Question{}).Objects {
		if o.Name == name {
			return o
		}
	}
	for _, o := range a.lists(member, intel.Question{Text: name}).Objects {
		if o.Withheld {
			return o // by its whole name it is found
		}
	}
	a.Fatalf("%s does not see %q", member, name)
	return intel.Object{}
}

func (a actors) entity(member, name string) intel.Entity {
	a.Helper()
	e, err := a.objects.Entity(a.Context(), As(member), tyche, a.object(member, name).ID)
	a.must(err)
	return e
}

// exports returns the objects of an export, by id.
func (a actors) exports(member string, q intel.Question) map[stix.StixID][]byte {
	a.Helper()
	bundle, err := a.objects.Export(a.Context(), As(member), tyche, q)
	a.must(err)
	var out bytes.Buffer
	a.must(bundle.WriteTo(a.Context(), &out))
	return Split(a.T, &out)
}

// fails checks the kind of an error, and its key if one is given.
func (a actors) fails(err error, kind fault.Kind, key string) {
	a.Helper()
	if fault.KindOf(err) != kind || key != "" && fault.Of(err).Key != key {
		a.Errorf("err = %v (kind %d); want kind %d, %s", err, fault.KindOf(err), kind, key)
	}
}

// Split returns the objects of a bundle by id.
func Split(t testing.TB, bundle io.Reader) map[stix.StixID][]byte {
	t.Helper()
	objects := map[stix.StixID][]byte{}
	err := stix.Decode(bundle, func(r stix.Record) error {
		if r.Err != nil {
			t.Fatalf("object %d: %v", r.Index, r.Err)
		}
		o, _ := stix.Parse(r.Raw, r.Spec)
		objects[o.ID] = bytes.Clone(r.Raw)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}
