// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"bytes"
	"testing"

	"entente.example/internal/audit"
)

// FuzzParseOpening holds lines of an exported journal to come back as they were.
func FuzzParseOpening(f *testing.F) {
	for _, line := range []string{
		`{"number":1,"id":"a","verb":"post.published","actor":"b","at":"2026-01-02T03:04:05.000006Z","salt":""}`, `{"number":0}`, `{}{}`, `[]`, `{"number":1,"salt":"AA=="}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		o, err := audit.ParseOpening(line)
		if err != nil {
			return
		}
		written, err := o.MarshalLine()
		if err != nil {
			t.Fatalf("%q is read and cannot be written: %v", line, err)
		}
		again, err := audit.ParseOpening(written)
		if err != nil {
			t.Fatalf("%q is written as %q and not read again: %v", line, written, err)
		}
		if twice, err := again.MarshalLine(); err != nil || !bytes.Equal(twice, written) {
			t.Errorf("%q is written as %q, then %q, %v", line, written, twice, err)
		}
	})
}

// FuzzParseTime holds times in the journal to one form.
func FuzzParseTime(f *testing.F) {
	f.Add("2026-01-02T03:04:05.000006Z")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := audit.ParseTime(text)
		if err == nil && at.IsZero() && at.Year() != 1 {
			t.Errorf("%q is no time", text)
		}
	})
}
