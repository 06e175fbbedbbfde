// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"entente.example/internal/fault"
)

func TestWhatPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	account := Account{Handle: "ann.lee", Name: "Ann Leeward", Email: "a.leeward@pol-fr.example"}
	for _, c := range []struct{ name, password, key string }{
		{"twelve characters of any kind", "quiet rivers", ""},
		{"twelve characters of any script", "كلمةسرطويلةجدا", ""},
		{"eleven characters", "quiet river", "signin.password.short"},
		{"more than anybody types", strings.Repeat("long ", 30), "signin.password.long"},
		{"what is no text", "quiet rivers \xff", "signin.password.long"},
		{"few different characters", "abcabcabcabcabc", "signin.password.obvious"},
		{"one that holds the handle", "my ANN.LEE 2026", "signin.password.obvious"},
		{"one that holds the name", "leeward-2026-x", "signin.password.obvious"},
		{"one that holds the address", "x a.leeward xyz", "signin.password.obvious"},
		{"one that says password", "Password123456", "signin.password.obvious"},
		{"one that names the platform", "entente-2026-ok", "signin.password.obvious"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := checkPassword(c.password, account)
			if c.key == "" && err != nil || c.key != "" && fault.Of(err).Key != c.key {
				t.Errorf("err = %v; want %q", err, c.key)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	l := NewLimits(func() time.Time { return clock })
	refused := func(n int, try func() error) (no int) {
		for range n {
			if err := try(); fault.KindOf(err) == fault.TooMany && err != nil {
				no++
			}
		}
		return no
	}
	t.Run("a name has five at once from one client, and one more each minute", func(t *testing.T) {
		try := func() error { return l.attempt("ann", "192.0.2.9") }
		if no := refused(7, try); no != 2 {
			t.Errorf("%d of 7 refused; want 2", no)
		}
		clock = clock.Add(2 * time.Minute)
		if no := refused(3, try); no != 1 {
			t.Errorf("%d of 3 refused; want 1", no)
		}
	})
	t.Run("a name has twenty at once from all clients together", func(t *testing.T) {
		clients := 0
		try := func() error { clients++; return l.attempt("bob", fmt.Sprint(clients)) }
		if no := refused(23, try); no != 3 {
			t.Errorf("%d of 23 refused; want 3", no)
		}
	})
	t.Run("whoever tries a name elsewhere does not keep its owner out where they usually sign in", func(t *testing.T) {
		l.succeeded("cem", "198.51.100.1")
		clients := 0
		refused(1000, func() error { clients++; return l.attempt("cem", fmt.Sprint("bot", clients)) })
		if err := l.attempt("cem", "198.51.100.1"); err != nil {
			t.Error(err)
		}
		if err := l.attempt("cem", "198.51.100.2"); fault.KindOf(err) != fault.TooMany {
			t.Errorf("from a new place: %v", err)
		}
		clock = clock.Add(acquaintedFor + time.Hour)
		if l.knows("cem", "198.51.100.1") {
			t.Error("an old acquaintance holds")
		}
	})
	t.Run("a client has thirty at once, for any name, and one more each two seconds", func(t *testing.T) {
		names := 0
		try := func() error { names++; return l.attempt(fmt.Sprint("n", names), "192.0.2.1") }
		if no := refused(33, try); no != 3 {
			t.Errorf("%d of 33 refused; want 3", no)
		}
		clock = clock.Add(4 * time.Second)
		if no := refused(3, try); no != 1 {
			t.Errorf("%d of 3 refused; want 1", no)
		}
	})
	t.Run("passwords that are refused keep nobody from their passkey", func(t *testing.T) {
		if err := l.Ask("192.0.2.1"); err != nil {
			t.Error(err)
		}
	})
	t.Run("no flood of other names frees one that is over its allowance", func(t *testing.T) {
		refused(30, func() error { return l.attempt("dan", "203.0.113.1") })
		for i := range 150_000 {
			_ = l.take(fmt.Sprint("name ", i), perName)
		}
		if err := l.attempt("dan", "203.0.113.1"); fault.KindOf(err) != fault.TooMany {
			t.Errorf("err = %v", err)
		}
	})
}
