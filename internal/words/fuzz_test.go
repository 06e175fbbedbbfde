// SPDX-License-Identifier: Apache-2.0

package words_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/words"
)

// FuzzMatch holds the choice of a language to one of ours, whatever a browser says.
func FuzzMatch(f *testing.F) {
	for _, text := range []string{"fr-CA,fr;q=0.9", "ar", "x", "de;q=1e999", strings.Repeat("a-", 5000), "en-u-ca-gregory-t-x0-a", "*;q=0.5", "zh-Hant-\xff"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, setting, header string) {
		begun := time.Now()
		if tag := words.Match(setting, header); !slices.Contains(words.Tags(), tag) {
			t.Errorf("%q and %q give %q", setting, header, tag)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("took %v", took)
		}
	})
}
