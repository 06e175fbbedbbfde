// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"testing"

	"entente.example/internal/access"
)

// FuzzParseTLP holds markings to one reading: what is read is written so that it
// is read again as the same, and it is never wider than what there is.
func FuzzParseTLP(f *testing.F) {
	for _, text := range []string{"TLP:RED", "white", "amber+strict", "TLP:TLP:RED", " Green ", "ſ", "TLP:AMBER+STRICT\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		level, ok := access.ParseTLP(text)
		if !ok {
			return
		}
		if again, ok := access.ParseTLP(level.String()); !ok || again != level || level > access.Red {
			t.Errorf("%q is %v, then %v", text, level, again)
		}
	})
}

// FuzzParsePAP holds the other protocol to the same.
func FuzzParsePAP(f *testing.F) {
	for _, text := range []string{"PAP:RED", "white", "PAP:PAP:RED", " Green ", "ſ", "pap:amber\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		level, ok := access.ParsePAP(text)
		if !ok {
			return
		}
		if again, ok := access.ParsePAP(level.String()); !ok || again != level || level > access.PAPRed {
			t.Errorf("%q is %v, then %v", text, level, again)
		}
	})
}
