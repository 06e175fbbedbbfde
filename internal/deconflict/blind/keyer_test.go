// SPDX-License-Identifier: Apache-2.0

package blind_test

import (
	"encoding/hex"
	"sync"
	"testing"

	"entente.example/internal/deconflict/blind"
	"entente.example/internal/observable"
)

const golden = "dce9315869cfc76e4064aad386ee3d09"

func TestKey(t *testing.T) {
	t.Parallel()
	keyer := blind.NewKeyer([32]byte{1, 2, 3})
	domain := observable.Value{Kind: observable.Domain, Text: "evil.example"}
	want := keyer.Key(domain)
	t.Run("the key of a value is stored for ever, so it never changes", func(t *testing.T) {
		t.Parallel()
		// HMAC-SHA256 over 00000006 "domain" 0000000c "evil.example", computed with openssl.
		if got := hex.EncodeToString(want[:]); got != golden {
			t.Errorf("key = %s; want %s", got, golden)
		}
	})
	cases := map[string]struct {
		keyer *blind.Keyer
		value observable.Value
		same  bool
	}{
		"equal values have equal keys":                 {keyer, domain, true},
		"another text is another key":                  {keyer, observable.Value{Kind: observable.Domain, Text: "evil.example2"}, false},
		"another kind is another key":                  {keyer, observable.Value{Kind: observable.URL, Text: "evil.example"}, false},
		"kind and text do not run into one another":    {keyer, observable.Value{Kind: "domaine", Text: "vil.example"}, false},
		"another secret is another key":                {blind.NewKeyer([32]byte{1, 2, 4}), domain, false},
		"the same secret elsewhere gives the same key": {blind.NewKeyer([32]byte{1, 2, 3}), domain, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.keyer.Key(c.value); (got == want) != c.same {
				t.Errorf("same key = %v; want %v", got == want, c.same)
			}
		})
	}
}

func TestManyMayBlindAtOnce(t *testing.T) {
	t.Parallel()
	keyer := blind.NewKeyer([32]byte{9})
	values := []observable.Value{{Kind: observable.Domain, Text: "a.example"}, {Kind: observable.IPv4, Text: "192.0.2.1"}}
	want := []blind.Key{keyer.Key(values[0]), keyer.Key(values[1])}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 1000 {
				if keyer.Key(values[i%2]) != want[i%2] {
					t.Error("two at once disturbed each other")
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkKey(b *testing.B) {
	keyer := blind.NewKeyer([32]byte{1})
	value := observable.Value{Kind: observable.Domain, Text: "some-longer-name.evil.example"}
	b.ReportAllocs()
	for b.Loop() {
		keyer.Key(value)
	}
}
