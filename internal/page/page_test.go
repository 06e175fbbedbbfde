// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// FuzzCursor holds cursors to come back as what they were made of, and anything
// else to be refused.
func FuzzCursor(f *testing.F) {
	f.Add("a", "b", "W10")
	f.Add("", "\x00", "W1sxXV0")
	f.Add("\xff", "é", "bnVsbA")
	f.Fuzz(func(t *testing.T, a, b, carried string) {
		if utf8.ValidString(a) && utf8.ValidString(b) {
			if key, err := page.After(a, b).Key(2); err != nil || !slices.Equal(key, []string{a, b}) {
				t.Errorf("(%q, %q) comes back as %q, %v", a, b, key, err)
			}
			if _, err := page.After(a, b).Key(3); fault.KindOf(err) != fault.Invalid {
				t.Errorf("two parts taken for three: %v", err)
			}
		}
		if key, err := page.Cursor(carried).Key(2); err == nil && len(key) != 2 {
			t.Errorf("%q is read as %q", carried, key)
		}
	})
}
