// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente.example/internal/stix"
)

// realFile returns the bytes of a file of real data, and skips where it is absent.
func realFile(tb testing.TB, name string) []byte {
	tb.Helper()
	root := os.Getenv("ENTENTE_SHARED_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	raw, err := os.ReadFile(filepath.Join(root, "stix", name))
	if err != nil {
		tb.Skip("shared data is not beside the repository")
	}
	return raw
}

func TestRealFiles(t *testing.T) {
	for name, want := range map[string]struct{ objects, malformed, observables int }{
		"enterprise-attack-18.1.json":               {24771, 0, 0},
		"ics-attack-16.1.json":                      {1871, 0, 0},
		"ics-attack-18.1.json":                      {1826, 0, 0},
		"sco-examples-bundle.json":                  {82, 0, 55},
		"unit42-conti-ransomware.stix20.json":       {416, 0, 49},
		"unit42-lockbit-2.0-ransomware.stix20.json": {420, 0, 61},
		"unit42-muddled-libra.stix20.json":          {377, 0, 27},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := realFile(t, name)
			objects, malformed, observables := 0, 0, 0
			err := stix.Decode(bytes.NewReader(raw), func(r stix.Record) error {
				objects++
				if r.Err != nil {
					return r.Err
				}
				o, problems := stix.Parse(r.Raw, r.Spec)
				if p := stix.Unusable(problems); p != nil {
					malformed++
					t.Logf("%s: %v", o.ID, p)
				}
				if strings.Contains(name, "stix20") != (o.SpecVersion == stix.Spec20) {
					t.Errorf("%s has version %s", o.ID, o.SpecVersion)
				}
				observables += len(stix.Observables(o, r.Raw))
				checkSplice(t, r.Raw)
				checkUpgrade(t, o, r.Raw)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if objects != want.objects || malformed != want.malformed || observables != want.observables {
				t.Errorf("%d objects, %d malformed, %d observables; want %v", objects, malformed, observables, want)
			}
		})
	}
}

// checkSplice checks that a marking goes in and that taking it out by hand gives
// the bytes back, and that the canonical form is one.
func checkSplice(t *testing.T, raw []byte) {
	t.Helper()
	const mark = "marking-definition--00000000-0000-4000-8000-000000000000"
	out, err := stix.SpliceMarkings(raw, []stix.StixID{mark})
	if err != nil {
		t.Fatal(err)
	}
	back := bytes.Replace(out, []byte(`,"object_marking_refs":["`+mark+`"]`), nil, 1)
	back = bytes.Replace(back, []byte(`,"`+mark+`"`), nil, 1)
	if !bytes.Equal(back, raw) || len(out) == len(raw) {
		t.Fatalf("splice touched more: %s", out)
	}
	o, _ := stix.Parse(out, "")
	if n := len(o.ObjectMarkingRefs); n == 0 || o.ObjectMarkingRefs[n-1] != mark {
		t.Fatalf("splice did not mark: %s", out)
	}
	canonical, err := stix.Canonical(raw)
	if err != nil || !stix.Equal(canonical, raw) || stix.Equal(out, raw) {
		t.Fatalf("canonical form of %s is not one: %v", raw, err)
	}
}

// checkUpgrade checks that a 2.0 object in 2.1 form has what 2.1 demands, and
// that a 2.1 object stays.
func checkUpgrade(t *testing.T, o stix.Object, raw []byte) {
	t.Helper()
	out, err := stix.Upgrade20(raw)
	if err != nil {
		t.Fatal(err)
	}
	if o.SpecVersion == stix.Spec21 {
		if !bytes.Equal(out, raw) {
			t.Fatalf("a 2.1 object was upgraded: %s", out)
		}
		return
	}
	now, problems := stix.Parse(out, stix.Spec20)
	if now.SpecVersion != stix.Spec21 || now.ID != o.ID || now.Name != o.Name || len(now.Refs) != len(o.Refs) {
		t.Fatalf("the upgraded object is another: %s", out)
	}
	for _, p := range problems {
		if p.Key == "stix.field.missing" {
			t.Errorf("%s: %v", o.ID, p)
		}
	}
}

// alike returns a made-up bundle that looks like the catalogues in the field.
func alike(objects int) []byte {
	var out bytes.Buffer
	w := stix.NewBundleWriter(&out, "bundle--00000000-0000-4000-8000-000000000001")
	for i := range objects {
		id := fmt.Sprintf("%08x-17d4-4cbf-938f-98ee46b3cd3f", i)
		const common = `"spec_version": "2.1", "created": "2020-01-01T00:00:00.000Z", "modified": "2021-01-01T00:00:00.000Z", ` +
			`"object_marking_refs": ["` + statement + `"], "x_mitre_version": "1.0", "x_mitre_domains": ["enterprise-attack"]`
		raw := `{"type": "relationship", "id": "relationship--` + id + `", "relationship_type": "uses", "source_ref": "malware--` + id +
			`", "target_ref": "tool--` + id + `", "description": "` + strings.Repeat("Text \\u00e9 of some length. ", 20) + `", ` +
			`"external_references": [{"source_name": "mitre-attack", "external_id": "S0001", "url": "https://x.example"}], ` + common + `}`
		if i%5 == 0 {
			raw = `{"type": "indicator", "id": "indicator--` + id + `", "pattern": "[ipv4-addr:value = '198.51.100.` + fmt.Sprint(i%256) +
				`']", "pattern_type": "stix", "valid_from": "2020-01-01T00:00:00Z", ` + common + `}`
		}
		_ = w.Write([]byte(raw))
	}
	_ = w.Close()
	return out.Bytes()
}

func TestMadeUpBundle(t *testing.T) {
	objects, observables := 0, 0
	err := stix.Decode(bytes.NewReader(alike(1000)), func(r stix.Record) error {
		objects++
		o, problems := stix.Parse(r.Raw, r.Spec)
		if len(problems) > 0 || r.Err != nil {
			t.Errorf("%s: %v %v", o.ID, problems, r.Err)
		}
		observables += len(stix.Observables(o, r.Raw))
		checkSplice(t, r.Raw)
		return nil
	})
	if err != nil || objects != 1000 || observables != 200 {
		t.Errorf("%d objects, %d observables, %v", objects, observables, err)
	}
}

func BenchmarkDecodeAndParse(b *testing.B) {
	raw := alike(10_000)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		_ = stix.Decode(bytes.NewReader(raw), func(r stix.Record) error {
			stix.Parse(r.Raw, r.Spec)
			return nil
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	raw := alike(10_000)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		_ = stix.Decode(bytes.NewReader(raw), func(stix.Record) error { return nil })
	}
}
