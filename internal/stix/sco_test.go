// SPDX-License-Identifier: Apache-2.0

package stix_test

import (
	"strings"
	"testing"

	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

func TestDeterministicID(t *testing.T) {
	for _, test := range []struct {
		name, raw, want string
	}{
		{"an address", `{"type":"ipv4-addr","value":"198.51.100.3"}`, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"},
		{"a domain", `{"value":"example.com","type":"domain-name"}`, "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"},
		{"a mailbox, whoever it is said to be", `{"type":"email-addr","value":"john@example.com","display_name":"J"}`, "email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934"},
		{
			"a file, by one hash and its name",
			`{"type":"file","hashes":{"SHA-256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","MD5":"d41d8cd98f00b204e9800998ecf8427e"},"name":"foo.exe"}`,
			"file--51d0535d-dfbb-5909-b066-8ee329783353",
		},
		{"a name beyond ASCII", `{"type":"file","name":"na\u00efve.txt"}`, "file--ac487786-7e6c-5c6a-92b2-f0e74bc9fc24"},
		{"a number", `{"type":"autonomous-system","number":15139}`, "autonomous-system--3aa27478-50b5-5ab8-9da9-cdc12b657fff"},
		{"an IPv6 address", `{"type":"ipv6-addr","value":"2001:db8::1"}`, "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"},
		{"a directory", `{"type":"directory","path":"C:\\Windows\\System32"}`, "directory--0a58d0c1-59e6-5afd-8252-dcd3f13e5622"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, ok, err := stix.DeterministicID([]byte(test.raw)); !ok || err != nil || string(got) != test.want {
				t.Errorf("DeterministicID = %s, %v, %v; want %s", got, ok, err, test.want)
			}
		})
	}
}

func TestWhatHasNoDeterministicID(t *testing.T) {
	for _, raw := range []string{`{"type":"process","pid":1}`, `{"type":"tool","name":"x"}`, `{"type":"file","size":1}`, `{"type":"file","hashes":{}}`} {
		if id, ok, err := stix.DeterministicID([]byte(raw)); ok || err != nil {
			t.Errorf("%s: %s, %v", raw, id, err)
		}
	}
	if _, _, err := stix.DeterministicID([]byte(`{"type":"file","type":"url"}`)); err == nil {
		t.Error("an object that says a thing twice has an id")
	}
}

func TestAnUnknownHashContributesWhenItIsTheFirst(t *testing.T) {
	first, _, _ := stix.DeterministicID([]byte(`{"type":"file","hashes":{"TLSH":"a","SSDEEP":"b"}}`))
	alone, _, _ := stix.DeterministicID([]byte(`{"type":"file","hashes":{"TLSH":"a"}}`))
	other, _, _ := stix.DeterministicID([]byte(`{"type":"file","hashes":{"SSDEEP":"b","TLSH":"a"}}`))
	if first != alone || first == other {
		t.Errorf("ids %s %s %s", first, alone, other)
	}
}

func TestEveryKindOfValueGoesIntoAnObjectAndBack(t *testing.T) {
	samples := map[observable.Kind]string{
		observable.Domain: "evil.example", observable.IPv4: "198.51.100.3", observable.IPv6: "2001:db8::1",
		observable.URL: "http://evil.example/", observable.Email: "a@evil.example", observable.MD5: strings.Repeat("a", 32),
		observable.SHA1: strings.Repeat("a", 40), observable.SHA256: strings.Repeat("a", 64), observable.SHA512: strings.Repeat("a", 128),
		observable.MAC: "d2:fb:49:24:37:18", observable.ASN: "AS15139", observable.Phone: "+33123456789", observable.IMEI: "490154203237518",
		observable.Wallet: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", observable.IBAN: "GB29NWBK60161331926819", observable.Card: "4111111111111111",
		observable.Account: "telegram:evil", observable.Plate: "AB123CD", observable.Mutex: `Global\x"y`,
		observable.RegistryKey: `HKEY_USERS\x`, observable.Filename: "invoice.exe",
	}
	for _, kind := range observable.Kinds() {
		v, err := observable.Canonical(kind, samples[kind])
		if err != nil {
			t.Fatal(err)
		}
		raw := stix.NewSCO(v)
		o, problems := stix.Parse(raw, "")
		if len(problems) > 0 || o.SpecVersion != stix.Spec21 {
			t.Errorf("%s: %s has problems %v", kind, raw, problems)
		}
		if id, _, _ := stix.DeterministicID(raw); id != o.ID {
			t.Errorf("%s: id %s; want %s", kind, o.ID, id)
		}
		back := stix.Observables(o, raw)
		if kind == observable.Filename {
			if len(back) > 0 {
				t.Errorf("a file name is a value: %v", back)
			}
			continue
		}
		if len(back) != 1 || back[0] != v {
			t.Errorf("%s: %s gives %v; want %v", kind, raw, back, v)
		}
	}
	if raw := stix.NewSCO(observable.Value{Kind: "thing", Text: "x"}); raw != nil {
		t.Errorf("an unknown kind makes %s", raw)
	}
}

func TestObservables(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		want      []observable.Value
	}{
		{
			"a file gives its hashes, however their names are written",
			`{"type":"file","name":"x.exe","hashes":{"MD5":"D41D8CD98F00B204E9800998ECF8427E","SHA1":"da39a3ee5e6b4b0d3255bfef95601890afd80709","SSDEEP":"3::"}}`,
			[]observable.Value{{Kind: observable.MD5, Text: "d41d8cd98f00b204e9800998ecf8427e"}, {Kind: observable.SHA1, Text: "da39a3ee5e6b4b0d3255bfef95601890afd80709"}},
		},
		{
			"an indicator gives what its pattern looks for, each once",
			`{"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value IN ('198.51.100.3','198.51.100.3/32') OR url:value = 'hxxp://EVIL.example'] AND [file:hashes.'SHA-256' != 'x' AND file:name = 'a.exe']"}`,
			[]observable.Value{{Kind: observable.IPv4, Text: "198.51.100.3"}, {Kind: observable.URL, Text: "http://evil.example/"}},
		},
		{"an indicator in another language gives none", `{"type":"indicator","pattern_type":"yara","pattern":"[url:value = 'http://evil.example']"}`, nil},
		{"a network is no address", `{"type":"ipv4-addr","value":"198.51.100.0/24"}`, nil},
		{
			"the observed data of STIX 2.0 give what they hold",
			`{"type":"observed-data","objects":{"1":{"type":"url","value":"http://evil.example"},"0":{"type":"domain-name","value":"evil.example","resolves_to_refs":["1"]}}}`,
			[]observable.Value{{Kind: observable.Domain, Text: "evil.example"}, {Kind: observable.URL, Text: "http://evil.example/"}},
		},
		{
			"a custom property that names a wallet gives it",
			`{"type":"user-account","user_id":"Evil","account_type":"telegram","x_wallet":"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}`,
			[]observable.Value{{Kind: observable.Account, Text: "telegram:evil"}, {Kind: observable.Wallet, Text: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}},
		},
		{"the value of an opinion is none", `{"type":"opinion","value":"evil.example","x_phone":"+33123456789"}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, _ := stix.Parse([]byte(test.raw), "")
			got := stix.Observables(o, []byte(test.raw))
			if len(got) != len(test.want) {
				t.Fatalf("Observables = %v; want %v", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("Observables = %v; want %v", got, test.want)
				}
			}
		})
	}
}
