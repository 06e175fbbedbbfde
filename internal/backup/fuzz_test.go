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
	for _, text := range []string{`{}`, `{"Format":1}`, `{"format":1,"parts":[]}`, `{"format":1e999}`, `[`, "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(bytes.NewReader(text))
		if err != nil {
			return
		}
		written, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseManifest(bytes.NewReader(written)); err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("%q comes back as %+v, %v", text, again, err)
		}
	})
}
