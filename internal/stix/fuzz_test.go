// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"bytes"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

// FuzzCanonical holds the canonical form of JSON to what it is for: equal things
// are equal bytes, and it is its own canonical form.
func FuzzCanonical(f *testing.F) {
	for _, text := range []string{one, `{"b":1.0,"a":[1e3,-0,"\u00e9"]}`, `{"a":1e999999999}`, `1`, "{\"a\":\"\xff\"}", `{"a":1,"a":2}`, `[[[[]]]]`, `{"z":9007199254740993}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		begun := time.Now()
		canonical, err := stix.Canonical(text)
		if took := time.Since(begun); took > time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			return
		}
		again, err := stix.Canonical(canonical)
		if err != nil || !bytes.Equal(again, canonical) {
			t.Errorf("canonical %q of %q is %q, %v", canonical, text, again, err)
		}
		if !stix.Equal(text, canonical) || stix.Digest(text) != stix.Digest(canonical) {
			t.Errorf("%q and its canonical form %q are not equal", text, canonical)
		}
	})
}

// FuzzDeterministicID holds identifiers made of an object to the object: read
// again, it has the same.
func FuzzDeterministicID(f *testing.F) {
	for _, text := range []string{
		`{"type":"url","value":"http://a.example/"}`, `{"type":"file","hashes":{"MD5":"d41d8cd98f00b204e9800998ecf8427e","SHA-256":"00"}}`,
		`{"type":"artifact","hashes":1}`, `{"type":"email-message","is_multipart":false}`, `{"type":"process","pid":1}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		id, ok, err := stix.DeterministicID(text)
		if err != nil || !ok {
			return
		}
		if parsed, valid := stix.ParseID(string(id)); !valid || parsed != id {
			t.Errorf("%q is made of %q and is no identifier", id, text)
		}
		if canonical, err := stix.Canonical(text); err == nil {
			if again, _, err := stix.DeterministicID(canonical); err != nil || again != id {
				t.Errorf("%q has %q, its canonical form %q (%v)", text, id, again, err)
			}
		}
	})
}

// FuzzParseID holds identifiers to one reading.
func FuzzParseID(f *testing.F) {
	for _, text := range []string{"indicator--0d8f3a11-4a52-4d4c-9f0c-7d5f0f7a0b0e", "a--b", "--", "x-y--0D8F3A11-4A52-4D4C-9F0C-7D5F0F7A0B0E", "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := stix.ParseID(text)
		if !ok {
			return
		}
		if again, ok := stix.ParseID(string(id)); !ok || again != id || id.Type() == "" {
			t.Errorf("%q is read as %q, then %q, of type %q", text, id, again, id.Type())
		}
	})
}

// FuzzDeclaredTLP holds what an object says of its marking to a level that there
// is, and the definitions of the levels to themselves.
func FuzzDeclaredTLP(f *testing.F) {
	for level := range access.Red + 1 {
		f.Add(stix.TLPDefinition(level))
		f.Add(stix.TLP1Definition(level))
	}
	f.Add([]byte(`{"type":"marking-definition","definition_type":"tlp","definition":{"tlp":"purple"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if level, ok := stix.DeclaredTLP(text); ok && level > access.Red {
			t.Errorf("%q declares a level that there is not: %v", text, level)
		}
	})
}

// FuzzDeclaredPAP holds what definitions and labels say to a level that there is.
func FuzzDeclaredPAP(f *testing.F) {
	f.Add([]byte(`{"type":"marking-definition","name":"PAP:RED"}`))
	f.Add([]byte(`{"type":"marking-definition","definition_type":"pap","definition":{"PAP":"amber"}}`))
	f.Add([]byte(`{"type":"marking-definition","extensions":{"extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b":{"pap":"green"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if level, ok := stix.DeclaredPAP(text); ok && level > access.PAPRed {
			t.Errorf("%q declares a level that there is not: %v", text, level)
		}
		if level, ok := stix.LabelledPAP([]string{string(text)}); ok && level > access.PAPRed {
			t.Errorf("the label %q is a level that there is not: %v", text, level)
		}
	})
}
