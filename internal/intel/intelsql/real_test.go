// SPDX-License-Identifier: Apache-2.0

package intelsql_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"entente.example/internal/intel"
	"entente.example/internal/intel/inteltest"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/stix"
)

// shared returns the folder of real inputs, or skips.
func shared(t testing.TB, folder string) string {
	t.Helper()
	root := os.Getenv("ENTENTE_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, folder)
	if _, err := os.Stat(path); err != nil {
		t.Skip("shared data is not beside the repository")
	}
	return path
}

type noWarnings struct{}

func (noWarnings) Match(observable.Value) (string, bool) { return "", false }

// importer runs imports by ann into tyche.
type importer struct {
	testing.TB
	world   inteltest.World
	batches *intel.Batches
	objects *intel.Objects
}

func newImporter(t testing.TB, db *sqldb.DB) importer {
	w := world(t, db)
	return importer{t, w, intel.NewBatches(intel.Importing{
		Ledger: w.Ledger, Files: w.Files, MISP: w.MISP, Warnings: noWarnings{}, Now: time.Now, NewID: w.NewID, Most: intel.MostObjects, Undecided: intel.MostUndecided,
	}), intel.NewObjects(w.Shelf, w.Now, w.NewID)}
}

func (i importer) must(err error) {
	i.Helper()
	if err != nil {
		i.Fatal(err)
	}
}

// stage uploads and checks a file.
func (i importer) stage(name string, content io.Reader) intel.Place {
	i.Helper()
	id, err := i.batches.Stage(i.Context(), inteltest.As("ann"), "tyche", intel.Upload{Name: name, Content: content})
	i.must(err)
	at := intel.Place{Workspace: "tyche", Batch: id}
	i.must(i.batches.Check(i.Context(), at))
	return at
}

// accept has a batch applied as TLP:CLEAR.
func (i importer) accept(at intel.Place) {
	i.Helper()
	i.must(i.batches.Accept(i.Context(), inteltest.As("ann"), at, intel.Decision{}))
	i.must(i.batches.Apply(i.Context(), at))
}

func (i importer) batch(at intel.Place) intel.BatchView {
	i.Helper()
	b, err := i.batches.Batch(i.Context(), inteltest.As("ann"), at.Workspace, at.Batch)
	i.must(err)
	return b
}

func (i importer) export(to io.Writer) {
	i.Helper()
	bundle, err := i.objects.Export(i.Context(), inteltest.As("ann"), "tyche", intel.Question{})
	i.must(err)
	i.must(bundle.WriteTo(i.Context(), to))
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// digests reads the objects of a bundle, as 2.1, by id and version.
func digests(t testing.TB, bundle io.Reader) map[string][32]byte {
	t.Helper()
	all := map[string][32]byte{}
	err := stix.Decode(bundle, func(r stix.Record) error {
		if r.Err != nil {
			t.Fatalf("object %d: %v", r.Index, r.Err)
		}
		o, problems := stix.Parse(r.Raw, r.Spec)
		if stix.Unusable(problems) != nil {
			return nil
		}
		raw := bytes.Clone(r.Raw)
		if o.SpecVersion == stix.Spec20 {
			var err error
			if raw, err = stix.Upgrade20(raw); err != nil {
				return err
			}
		}
		if _, again := all[string(o.ID)]; !again { // the first is kept
			all[string(o.ID)] = stix.Digest(raw)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEnterpriseATTACKComesOutAsItCameIn(t *testing.T) {
	path := filepath.Join(shared(t, "stix"), "enterprise-attack-18.1.json")
	i := newImporter(t, sqldbtest.Open(t))
	stopWatching := watch(t)
	began := time.Now()
	at := i.stage("enterprise-attack-18.1.json", open(t, path))
	checked := time.Since(began)
	if b := i.batch(at); b.Counts.Importable() != 24_771 {
		t.Errorf("counts = %v", b.Counts)
	}
	began = time.Now()
	i.accept(at)
	applied := time.Since(began)
	out, err := os.Create(filepath.Join(t.TempDir(), "out.json"))
	i.must(err)
	defer out.Close()
	began = time.Now()
	i.export(out)
	exported := time.Since(began)
	peak := stopWatching()
	t.Logf("checked in %v, applied in %v, exported in %v, at most %d MB of heap", checked, applied, exported, peak>>20)
	if peak > 300<<20 {
		t.Errorf("%d MB of heap were in use", peak>>20)
	}
	_, err = out.Seek(0, io.SeekStart)
	i.must(err)
	want, got := digests(t, open(t, path)), digests(t, out)
	if len(want) != 24_771 || len(got) != len(want) {
		t.Fatalf("%d objects in, %d out", len(want), len(got))
	}
	for id, digest := range want {
		if got[id] != digest {
			t.Fatalf("%s is not what it was", id)
		}
	}
	again := i.stage("again.json", open(t, path))
	if b := i.batch(again); b.Counts.Of(intel.Known) != 24_771 {
		t.Errorf("a second import: %v; want all known", b.Counts)
	}
}

// watch looks at the memory in use until the function that it returns is called.
func watch(t testing.TB) (stop func() (peak uint64)) {
	ctx, cancel := context.WithCancel(t.Context())
	peak := make(chan uint64)
	go func() {
		var most uint64
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.Sys-m.HeapReleased)
			time.Sleep(20 * time.Millisecond)
		}
		peak <- most
	}()
	return func() uint64 { cancel(); return <-peak }
}

func TestRealFilesComeOutAsTheyCameIn(t *testing.T) {
	folder := shared(t, "stix")
	for _, name := range []string{
		"ics-attack-18.1.json", "sco-examples-bundle.json", "unit42-conti-ransomware.stix20.json",
		"unit42-lockbit-2.0-ransomware.stix20.json", "unit42-muddled-libra.stix20.json",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
				i := newImporter(t, db)
				at := i.stage(name, open(t, filepath.Join(folder, name)))
				i.accept(at)
				var out bytes.Buffer
				i.export(&out)
				want, got := digests(t, open(t, filepath.Join(folder, name))), digests(t, &out)
				t.Logf("%v", i.batch(at).Counts)
				for id, digest := range want {
					if got[id] != digest && !strings.HasPrefix(id, "marking-definition--") {
						t.Errorf("%s is not what it was", id)
					}
				}
			})
		})
	}
}

func TestTwoReleasesOfICSCollideOpenly(t *testing.T) {
	folder := shared(t, "stix")
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		i := newImporter(t, db)
		i.accept(i.stage("16.1", open(t, filepath.Join(folder, "ics-attack-16.1.json"))))
		at := i.stage("18.1.json", open(t, filepath.Join(folder, "ics-attack-18.1.json")))
		b := i.batch(at)
		t.Logf("new %d, changed %d, known %d, collides %d, warned %d", b.Counts.Of(intel.New), b.Counts.Of(intel.Changed),
			b.Counts.Of(intel.Known), b.Counts.Of(intel.Collides), b.Counts.Of(intel.Warned))
		if b.Counts.Of(intel.Collides) == 0 || b.Counts.Of(intel.Changed) == 0 || b.Counts.Of(intel.Known) == 0 {
			t.Errorf("counts = %v; want collisions, changes and known ones", b.Counts)
		}
		i.accept(at)
		if b := i.batch(at); b.State != intel.Done {
			t.Errorf("state = %s", b.State)
		}
	})
}

func TestRealEventsComeIn(t *testing.T) {
	folder := shared(t, "misp")
	for _, name := range []string{
		"circl-osint-57c4445b.json", "ebury.misp.json", "misp-kryptocibule.json", "misp-turla-crutch-event.json", "mozi.misp-event.json",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newImporter(t, sqldbtest.Open(t))
			at := i.stage(name, open(t, filepath.Join(folder, name)))
			b := i.batch(at)
			if b.Format != intel.MISP || b.Counts.Importable() == 0 {
				t.Fatalf("%s: %v", b.Format, b.Counts)
			}
			i.accept(at)
			var out bytes.Buffer
			i.export(&out)
			if objects := inteltest.Split(t, &out); int64(len(objects)) < b.Counts.Importable() {
				t.Errorf("%d objects out; want the %d that came in", len(objects), b.Counts.Importable())
			}
			if b := i.batch(i.stage("again.json", open(t, filepath.Join(folder, name)))); b.Counts.Importable() != 0 {
				t.Errorf("a second import: %v; want all known", b.Counts)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	const objects = 20_000
	file := inteltest.LookAlike(objects)
	var took, staged time.Duration
	for b.Loop() {
		b.StopTimer()
		i := newImporter(b, sqldbtest.Open(b))
		began := time.Now()
		at := i.stage("a.json", strings.NewReader(file))
		staged += time.Since(began)
		b.StartTimer()
		began = time.Now()
		i.accept(at)
		took += time.Since(began)
	}
	b.ReportMetric(float64(objects*b.N)/took.Seconds(), "objects/s")
	b.ReportMetric(float64(objects*b.N)/staged.Seconds(), "checked/s")
}

func BenchmarkBareInserts(b *testing.B) {
	const objects = 20_000
	raw := bytes.Repeat([]byte("x"), 500)
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		db := sqldbtest.Open(b)
		b.StartTimer()
		began := time.Now()
		for from := 0; from < objects; from += 500 {
			err := db.Update(b.Context(), func(tx *sqldb.Tx) error {
				rows := make([][]any, 500)
				for j := range rows {
					rows[j] = []any{"tyche", fmt.Sprintf("%08d", from+j), int64(from + j), raw, "stix21", raw[:32], "h", int64(-1), "s", "b", int64(from + j)}
				}
				return tx.Insert(b.Context(), "intel_version", []string{
					"workspace_id", "object_id", "version", "raw", "format", "digest", "handling_id", "own_tlp", "source", "batch_id", "date_added",
				}, rows)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		took += time.Since(began)
	}
	b.ReportMetric(float64(objects*b.N)/took.Seconds(), "objects/s")
}
