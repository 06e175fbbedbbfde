// SPDX-License-Identifier: Apache-2.0

package witness

import "testing"

// FuzzParse holds the setting of witnesses to pairs that name one each.
func FuzzParse(f *testing.F) {
	f.Add("https://witness.example witness.example/w1+d38a9d68+BA")
	f.Add("a b c")
	f.Add("http://[::1 x")
	f.Fuzz(func(t *testing.T, setting string) {
		clients, err := Parse(setting)
		if err != nil {
			return
		}
		for _, c := range clients {
			if c == nil || c.Name() == "" {
				t.Errorf("%q gives a witness without a name", setting)
			}
		}
	})
}
