// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// FuzzParseManifest holds manifests to be read in order or refused, and what is
// read to be written so that it is read again.
func FuzzParseManifest(f *testing.F) {
	for _, text := range []string{
		`{"format":1,"taken_at":"2026-01-01T00:00:00Z","engine":"sqlite","schema":7,"journal":{"number":1,"entry":"a"},"tables":[],"parts":[],"files":{"number":0,"bytes":0}}`,
		`{}`, `{"Format":1}`, `{"format":1,"parts":[]}`, `{"format":1e999}`, `[`, "\xff",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := parseManifest(bytes.NewReader(text))
		if err != nil {
			return
		}
		if m.Format != format || len(m.Parts) != 2 {
			t.Errorf("%+v passed", m)
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parseManifest(bytes.NewReader(written)); err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("%q comes back as %+v, %v", text, again, err)
		}
	})
}
