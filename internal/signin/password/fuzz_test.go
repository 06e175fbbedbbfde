// SPDX-License-Identifier: Apache-2.0

package password_test

import (
	"crypto/rand"
	"testing"
	"time"

	"entente.example/internal/signin/password"
)

// FuzzStep holds codes to six digits that the secret makes: nothing else is one.
func FuzzStep(f *testing.F) {
	codes := password.NewCodes(rand.Reader, "Entente")
	secret, err := codes.NewSecret()
	if err != nil {
		f.Fatal(err)
	}
	for _, code := range []string{"000000", "", "１２３４５６", "-00001", "123456 ", "\x00\x00\x00\x00\x00\x00"} {
		f.Add(secret, code, int64(1_800_000_000))
		f.Add("", code, int64(0))
		f.Add("not base32!", code, int64(-1))
	}
	f.Fuzz(func(t *testing.T, secret, code string, at int64) {
		if _, ok := codes.Step(secret, code, time.Unix(at, 0)); ok && (len(code) != 6 || secret == "") {
			t.Errorf("%q is a code of %q", code, secret)
		}
	})
}
