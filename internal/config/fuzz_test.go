// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzLoad holds any settings file to be read or refused; what is read is shown
// and has limits.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{"listen = \":1\"\n", "member_rate = 1", "member_rate = -1", "member_rate = 99999999999999999999", "a = [[[[]]]]", "proxies = \"10.0.0.0/8, ::/0\"", "\xff", "[a.b.c]\nd=1"} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		name := filepath.Join(dir, "settings.toml")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := load(name, []string{prefix + "DATA=" + dir})
		if err != nil {
			return
		}
		if c.MaxConnections < 16 || c.AddressConnections < 1 || c.AddressRate < 1 || c.MemberRate < 1 {
			t.Errorf("%q gives no limits: %+v", text, c)
		}
	})
}
