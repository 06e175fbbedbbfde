// SPDX-License-Identifier: Apache-2.0

package observable_test

import (
	"strings"
	"testing"
	"time"

	"entente.example/internal/observable"
)

// FuzzRefang holds the undoing of defanging to one step: done twice it is done once.
func FuzzRefang(f *testing.F) {
	for _, text := range []string{"hxxp://a[.]b", "[[.]]", "a(dot)b", "h**p[:]//x", "a [at] b [dot] c", "\xff[.]", "hxxxxp://", strings.Repeat("[", 100)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		begun := time.Now()
		once := observable.Refang(text)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("%d bytes took %v", len(text), took)
		}
		if len(once) > 4*len(text)+16 {
			t.Errorf("%d bytes became %d", len(text), len(once))
		}
	})
}

// FuzzParseWarningList holds lists to be read whole or not at all, and what is
// read to answer for any value without harm.
func FuzzParseWarningList(f *testing.F) {
	for _, text := range []string{
		`{"name":"a","type":"cidr","list":["10.0.0.0/8","x"],"matching_attributes":["ip-src"]}`,
		`{"name":"a","type":"regex","list":["/(a+)+$/","(?=x)","["]}`,
		`{"name":"a","type":"hostname","list":[".example"]}`, `{"name":"a","type":"substring","list":[""]}`, `{"name":"a","type":"x","list":["a"]}`,
	} {
		f.Add([]byte(text), "www.a.example")
	}
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		begun := time.Now()
		list, err := observable.ParseWarningList(raw)
		if err != nil {
			return
		}
		if list.Name == "" || len(list.Entries) == 0 {
			t.Errorf("%q is read as a list without name or entries", raw)
		}
		warnings := observable.NewWarnings([]observable.WarningList{list})
		for _, kind := range observable.Kinds() {
			if v, err := observable.Canonical(kind, text); err == nil {
				warnings.Match(v)
			}
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("took %v", took)
		}
	})
}
