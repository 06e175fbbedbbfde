// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"io"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/stix"
)

func TestContentIsTheSameInEachRun(t *testing.T) {
	var one, two bytes.Buffer
	for _, w := range []io.Writer{&one, &two} {
		if err := bundle(w, seriesSeed, 10, 40); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("two bundles of the same objects differ")
	}
	n := 0
	err := stix.Decode(bytes.NewReader(one.Bytes()), func(r stix.Record) error {
		object, problems := stix.Parse(r.Raw, r.Spec)
		if len(problems) > 0 || len(r.Raw) != indicatorSize || len(stix.Observables(object, r.Raw)) != 1 {
			t.Errorf("object %d: %v, %d bytes, values %v", n, problems, len(r.Raw), stix.Observables(object, r.Raw))
		}
		if n++; r.Err != nil {
			return r.Err
		}
		return nil
	})
	if err != nil || n != 40 {
		t.Errorf("%d objects, %v; want 40", n, err)
	}
}

// onEach runs a test in a house on each engine.
func onEach(t *testing.T, test func(t *testing.T, h *House)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			database := ""
			if engine == "postgres" {
				database = pgtest.URL(t)
			}
			h, err := Open(t.Context(), t.TempDir(), database)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.Close)
			test(t, h)
		})
	}
}

func TestASeedBringsWhatItSays(t *testing.T) {
	onEach(t, func(t *testing.T, h *House) {
		if err := h.Seed(t.Context(), Amount{Objects: 30, Posts: 12}, Amount{}, io.Discard); err != nil {
			t.Fatal(err)
		}
		ines, err := h.Actor(t.Context(), "ines")
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.Objects.List(t.Context(), ines, h.Kestrel, intel.Question{Filter: intel.Filter{Source: "seed-0.json"}}, intel.Key{}, 100)
		if err != nil || len(list.Objects) != 30 {
			t.Errorf("%d objects, %v; want 30", len(list.Objects), err)
		}
		if _, err := h.Join(t.Context(), 1); err != nil {
			t.Error(err)
		}
		if _, err := h.Topic(t.Context(), ines, h.Kestrel, access.AmberStrict, 5, 3); err != nil {
			t.Error(err)
		}
	})
}

// TestEachMeasurementRuns keeps the measurements alive. It asserts no time.
func TestEachMeasurementRuns(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			engine := Engine{Name: name}
			if name == "postgres" {
				engine.House, engine.Bare = pgtest.Empty(t, ""), pgtest.Empty(t, "")
			}
			rows, err := Measure(t.Context(), Tiny, engine, "", io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if row.Figure <= 0 || row.Of != "" && row.Ratio <= 0 {
					t.Errorf("%s: %v of %v", row.Name, row.Figure, row.Limit)
				}
			}
		})
	}
}
