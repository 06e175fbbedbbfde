// SPDX-License-Identifier: Apache-2.0

package passkey_test

import (
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/signin/passkey"
	"entente.example/internal/signin/passkey/passkeytest"
)

const origin = "https://entente.example"

var account = signin.Account{Member: "01900000-0000-7000-8000-000000000007", Handle: "ann", Name: "Ann Example", Email: "ann@pol-fr.example"}

func site(t *testing.T) passkey.Authenticators {
	t.Helper()
	site, err := passkey.New("entente.example", origin, "Entente")
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// registered is the passkey that a device made for account.
func registered(t *testing.T, site passkey.Authenticators, d *passkeytest.Device) signin.Passkey {
	t.Helper()
	challenge, err := site.AskNew(account, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer := d.Create(t, challenge.Options)
	if said, err := site.Read(answer); err != nil || said.Challenge != challenge.ID {
		t.Fatalf("Read = %+v, %v; want challenge %s", said, err, challenge.ID)
	}
	held, err := site.CheckNew(account, challenge.State, answer)
	if err != nil {
		t.Fatal(err)
	}
	held.Member = account.Member
	return held
}

func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	site, d := site(t), passkeytest.New(t, origin)
	held := registered(t, site, d)
	for range 2 {
		challenge, err := site.Ask()
		if err != nil {
			t.Fatal(err)
		}
		answer := d.Get(t, challenge.Options)
		if said, err := site.Read(answer); err != nil || said.Challenge != challenge.ID || said.Passkey != held.ID {
			t.Fatalf("Read = %+v, %v; want %s of %s", said, err, challenge.ID, held.ID)
		}
		if held.Credential, err = site.Check(held, challenge.State, answer); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsRefusedOfAnAnswer(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(d *passkeytest.Device, held *signin.Passkey, state *[]byte){
		"a counter that runs backwards":      func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Count = 0 },
		"another origin":                     func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Origin = "https://entente.example.evil" },
		"another relying party":              func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Host = "evil.example" },
		"an owner who was not verified":      func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Flags = passkeytest.Present },
		"another key":                        func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Key = passkeytest.New(t, origin).Key },
		"another person's handle":            func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Handle = "somebody" },
		"no handle at all":                   func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.Handle = "" },
		"another id than the passkey's":      func(d *passkeytest.Device, _ *signin.Passkey, _ *[]byte) { d.ID = []byte("another") },
		"a passkey that nobody holds":        func(_ *passkeytest.Device, held *signin.Passkey, _ *[]byte) { *held = signin.Passkey{} },
		"the answer to an earlier challenge": func(_ *passkeytest.Device, _ *signin.Passkey, state *[]byte) { *state = earlier(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, d := site(t), passkeytest.New(t, origin)
			held := registered(t, site, d)
			d.Count += 5
			challenge, err := site.Ask()
			if err != nil {
				t.Fatal(err)
			}
			first, err := site.Check(held, challenge.State, d.Get(t, challenge.Options))
			if err != nil {
				t.Fatal(err)
			}
			held.Credential = first
			if challenge, err = site.Ask(); err != nil {
				t.Fatal(err)
			}
			spoil(d, &held, &challenge.State)
			if _, err := site.Check(held, challenge.State, d.Get(t, challenge.Options)); fault.KindOf(err) != fault.Invalid {
				t.Errorf("err = %v; want it refused", err)
			}
		})
	}
}

func earlier(t *testing.T) []byte {
	challenge, err := site(t).Ask()
	if err != nil {
		t.Fatal(err)
	}
	return challenge.State
}

func TestWhatIsRefusedOfANewPasskey(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*passkeytest.Device){
		"another origin":                func(d *passkeytest.Device) { d.Origin = "http://entente.example" },
		"another relying party":         func(d *passkeytest.Device) { d.Host = "evil.example" },
		"an owner who was not verified": func(d *passkeytest.Device) { d.Flags = passkeytest.Present },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, d := site(t), passkeytest.New(t, origin)
			challenge, err := site.AskNew(account, nil)
			if err != nil {
				t.Fatal(err)
			}
			spoil(d)
			if _, err := site.CheckNew(account, challenge.State, d.Create(t, challenge.Options)); fault.KindOf(err) != fault.Invalid {
				t.Errorf("err = %v; want it refused", err)
			}
		})
	}
}

func TestReadRefusesWhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "null", "{}", `{"response":{"clientDataJSON":"e30"}}x`, `{"response":{"clientDataJSON":"!"}}`} {
		if said, err := site(t).Read([]byte(text)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Read(%q) = %+v, %v; want it refused", text, said, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	site, err := passkey.New("entente.example", origin, "Entente")
	if err != nil {
		f.Fatal(err)
	}
	challenge, err := site.Ask()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"rawId":"AA","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"},"type":"public-key","id":"AA"}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		_, _ = site.Read(answer)
		if _, err := site.CheckNew(account, challenge.State, answer); err == nil {
			t.Error("a passkey out of nothing")
		}
		if _, err := site.Check(signin.Passkey{Credential: []byte("{}")}, challenge.State, answer); err == nil {
			t.Error("a sign-in out of nothing")
		}
	})
}
