// SPDX-License-Identifier: Apache-2.0

package password_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"entente.example/internal/signin"
	"entente.example/internal/signin/password"
)

func TestAHashMatchesItsPasswordAlone(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(rand.Reader, 2, password.Here)
	hash, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=47104,t=1,p=1$") {
		t.Fatalf("Hash = %q, %v", hash, err)
	}
	for _, c := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"its password", hash, "correct horse battery", true},
		{"another password", hash, "correct horse batterx", false},
		{"no password", hash, "", false},
		{"no hash", "", "correct horse battery", false},
		{"a hash that is cut", hash[:len(hash)-1], "correct horse battery", false},
	} {
		if got, err := h.Matches(t.Context(), c.hash, c.password); err != nil || got != c.want {
			t.Errorf("%s: Matches = %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if other, err := h.Hash(t.Context(), "correct horse battery"); err != nil || other == hash {
		t.Errorf("two hashes of one password are the same: %q, %v", other, err)
	}
}

func TestWaitingForATurnEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(rand.Reader, 0, password.Here) // nobody's turn ever comes
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Matches(ctx, "", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v; want it cancelled", err)
	}
}

// RFC 6238, appendix B, the last six of its eight digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	c := password.NewCodes(rand.Reader, "Entente")
	for unix, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if step, ok := c.Step(secret, code, time.Unix(unix, 0)); !ok || step != unix/30 {
			t.Errorf("at %d: Step = %d, %v", unix, step, ok)
		}
		for _, off := range []struct {
			by int64
			ok bool
		}{{30, true}, {-30, true}, {90, false}, {-90, false}} {
			if step, ok := c.Step(secret, code, time.Unix(unix+off.by, 0)); ok != off.ok || ok && step != unix/30 {
				t.Errorf("at %d, a clock off by %d s: Step = %d, %v", unix, off.by, step, ok)
			}
		}
		if _, ok := c.Step("", code, time.Unix(unix, 0)); ok {
			t.Error("a code of no secret")
		}
	}
}

func TestAppsTakeASecretInByAddressOrPicture(t *testing.T) {
	t.Parallel()
	c := password.NewCodes(rand.Reader, "Entente")
	secret, err := c.NewSecret()
	if err != nil || len(secret) != 32 {
		t.Fatalf("NewSecret = %q, %v", secret, err)
	}
	uri, picture, err := c.Label(signin.Account{Email: "ann@pol-fr.example"}, secret)
	if err != nil || !strings.HasPrefix(uri, "otpauth://totp/Entente:ann@pol-fr.example?") || !strings.Contains(uri, "secret="+secret) {
		t.Errorf("uri %q, %v", uri, err)
	}
	if !strings.HasPrefix(picture, "data:image/svg+xml;base64,") || len(picture) > 100_000 {
		t.Errorf("a picture of %d characters", len(picture))
	}
}
