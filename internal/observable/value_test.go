// SPDX-License-Identifier: Apache-2.0

package observable_test

import (
	"strings"
	"testing"

	"entente.example/internal/fault"
	"entente.example/internal/observable"
)

func TestCanonical(t *testing.T) {
	for _, test := range []struct {
		name string
		kind observable.Kind
		text string
		want string
	}{
		{"a domain loses case, final dot and defanging", observable.Domain, " Evil[.]Example. ", "evil.example"},
		{"a domain in letters beyond ASCII is looked up in ASCII", observable.Domain, "bücher.example", "xn--bcher-kva.example"},
		{"full-width letters and stops are plain ones", observable.Domain, "ｅｖｉｌ．example", "evil.example"},
		{"an ideographic stop is a dot", observable.Domain, "evil。example", "evil.example"},
		{"invisible characters are not there", observable.Domain, "ev\u200bil.exa\u00admple", "evil.example"},
		{"dot may be written out", observable.Domain, "evil dot example", "evil.example"},
		{"dot may be written out in brackets, with spaces", observable.Domain, "evil [ DOT ] example", "evil.example"},
		{"underscores stand in real names", observable.Domain, "_dmarc.Evil.example", "_dmarc.evil.example"},
		{"an IPv4 address keeps its form", observable.IPv4, "198[.]51[.]100(.)3", "198.51.100.3"},
		{"an address with its whole prefix is that address", observable.IPv4, "198.51.100.3/32", "198.51.100.3"},
		{"an IPv6 address is compressed", observable.IPv6, "2001:0DB8:0:0::1", "2001:db8::1"},
		{"a zone is local and falls away", observable.IPv6, "fe80::1%eth0", "fe80::1"},
		{"an email address knows no case", observable.Email, "John.Doe[at]Evil[.]Example", "john.doe@evil.example"},
		{"an email address may come as a link", observable.Email, "mailto:john@evil.example", "john@evil.example"},
		{"a hash is lower-case", observable.MD5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"},
		{"a MAC address has colons", observable.MAC, "D2-FB-49-24-37-18", "d2:fb:49:24:37:18"},
		{"a MAC address of a Cisco is the same", observable.MAC, "d2fb.4924.3718", "d2:fb:49:24:37:18"},
		{"an autonomous system has its prefix", observable.ASN, "asn 015139", "AS15139"},
		{"a phone number has no separators", observable.Phone, "+33 (0)1 23.45-67 89", "+33123456789"},
		{"a phone number may begin with 00", observable.Phone, "0033123456789", "+33123456789"},
		{"an IMEI has its check digit", observable.IMEI, "49-015420-323751", "490154203237518"},
		{"an IMEI with a software version is the same device", observable.IMEI, "4901542032375100", "490154203237518"},
		{"an IMEI as networks send it is the same device", observable.IMEI, "490154203237510", "490154203237518"},
		{"a card number has no spaces", observable.Card, "4111 1111 1111 1111", "4111111111111111"},
		{"an IBAN has no spaces", observable.IBAN, "gb29 nwbk 6016 1331 9268 19", "GB29NWBK60161331926819"},
		{"an account has its service", observable.Account, "Telegram: @Evil_Person", "telegram:evil_person"},
		{"a plate is letters and digits", observable.Plate, "ab-123 cd", "AB123CD"},
		{"a registry key has its hive in full", observable.RegistryKey, `HKLM\Software\Evil\`, `HKEY_LOCAL_MACHINE\software\evil`},
		{"a file name is the last part of its path", observable.Filename, `C:\Temp\Invoice.EXE`, "invoice.exe"},
		{"a mutex is kept to the letter", observable.Mutex, `Global\__CLEANSWEEP__`, `Global\__CLEANSWEEP__`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := observable.Canonical(test.kind, test.text)
			if want := (observable.Value{Kind: test.kind, Text: test.want}); err != nil || got != want {
				t.Errorf("Canonical(%q) = %v, %v; want %v", test.text, got, err, want)
			}
		})
	}
}

func TestCanonicalTellsAddressesByWhatTheyAre(t *testing.T) {
	want := observable.Value{Kind: observable.IPv4, Text: "198.51.100.3"}
	for _, test := range []struct {
		kind observable.Kind
		text string
	}{
		{observable.IPv6, "::ffff:198.51.100.3"},
		{observable.IPv6, "198.51.100.3"},
		{observable.Domain, "198.51.100.3"},
		{observable.IPv4, "::ffff:c633:6403"},
	} {
		if got, err := observable.Canonical(test.kind, test.text); err != nil || got != want {
			t.Errorf("Canonical(%s, %q) = %v, %v; want %v", test.kind, test.text, got, err, want)
		}
	}
}

func TestEqualURLsAreEqualBytes(t *testing.T) {
	for want, same := range map[string][]string{
		"http://evil.example/": {
			"hxxp://Evil[.]example/", "http://evil.example", "HTTP://EVIL.EXAMPLE:80/", "h**p://evil.example", "http[:]//evil.example",
			"http[://]evil[.]example/#top", "http://evil.example./", "http://evil.example:/", "http://ev%69l.example/", "hxxp://evil{dot}example",
			"http://evil.example/a/..", "http://@evil.example/", `http://evil.example\`,
		},
		"https://evil.example/A~b/%2F?x=%2f&y=[1]": {"hxxps://evil.example:443/./%41%7Eb/%2f?x=%2f&y=[1]"},
		"https://user:pw@evil.example:8443/":       {"https://user:pw@EVIL.example:08443"},
		"http://xn--bcher-kva.example/caf%C3%A9":   {"http://bücher.example/café"},
		"http://127.0.0.1/":                        {"http://2130706433", "http://0x7f.1/", "http://0177.0.0.1/"},
		"http://[2001:db8::1]:8080/":               {"http://[2001:DB8:0::1]:8080"},
		"ftp://evil.example/x":                     {"fxp://evil.example:21/x"},
		"http://evil.example/?q=a%20b":             {"http://evil.example?q=a b"},
	} {
		for _, text := range append(same, want) {
			got, err := observable.Canonical(observable.URL, text)
			if err != nil || got.Text != want {
				t.Errorf("Canonical(%q) = %q, %v; want %q", text, got.Text, err, want)
			}
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		kind observable.Kind
		text string
		want string
	}{
		{"a kind that is not in the list", "thing", "x", "observable.kind.unknown"},
		{"nothing", observable.Domain, " \u200b ", "observable.value.empty"},
		{"a value longer than any real one", observable.URL, "http://" + strings.Repeat("a", 10000), "observable.value.long"},
		{"bytes that are no text", observable.Mutex, "a\xff", "observable.value.encoding"},
		{"a line break inside a value", observable.Mutex, "a\nb", "observable.value.control"},
		{"a host name alone", observable.Domain, "localhost", "observable.value.invalid"},
		{"a label that is too long", observable.Domain, strings.Repeat("a", 64) + ".example", "observable.value.invalid"},
		{"a network in place of an address", observable.IPv4, "198.51.100.0/24", "observable.value.invalid"},
		{"an address with leading zeros, which readers take differently", observable.IPv4, "198.051.100.3", "observable.value.invalid"},
		{"a URL without a scheme", observable.URL, "evil.example/x", "observable.value.invalid"},
		{"a URL without a host", observable.URL, "http:///x", "observable.value.invalid"},
		{"an address without a domain", observable.Email, "john@localhost", "observable.value.invalid"},
		{"a hash that is too short", observable.SHA256, "d41d8cd98f00b204e9800998ecf8427e", "observable.value.invalid"},
		{"a national phone number", observable.Phone, "01 23 45 67 89", "observable.value.invalid"},
		{"an IMEI whose check digit is wrong", observable.IMEI, "490154203237517", "observable.value.invalid"},
		{"a card whose check digit is wrong", observable.Card, "4111111111111112", "observable.value.invalid"},
		{"an IBAN whose check is wrong", observable.IBAN, "GB28NWBK60161331926819", "observable.value.invalid"},
		{"an IBAN too long for its country", observable.IBAN, "GB29NWBK601613319268190", "observable.value.invalid"},
		{"an autonomous system beyond 32 bits", observable.ASN, "AS4294967296", "observable.value.invalid"},
		{"a key outside the registry", observable.RegistryKey, `C:\Windows`, "observable.value.invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := observable.Canonical(test.kind, test.text)
			if key := fault.Of(err).Key; err == nil || key != test.want {
				t.Errorf("Canonical = %v, %v; want %s", v, err, test.want)
			}
		})
	}
}

func TestWallets(t *testing.T) {
	for name, text := range map[string]string{
		"the first of bitcoin":   "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
		"a script of bitcoin":    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
		"a witness of bitcoin":   "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
		"a taproot of bitcoin":   "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
		"one of tron":            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
		"one of ripple":          "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
		"one of dogecoin":        "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
		"one of monero":          "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
		"one of ethereum":        "0x52908400098527886e0f7030069857d2e4169ee7",
		"one of solana, on word": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
	} {
		v, err := observable.Canonical(observable.Wallet, text)
		if err != nil || v.Text != text {
			t.Errorf("%s: %v, %v", name, v, err)
		}
		broken := text[:10] + string(text[10]^3) + text[11:]
		if _, err := observable.Canonical(observable.Wallet, broken); err == nil && text[:2] != "0x" && name[:12] != "one of solan" {
			t.Errorf("%s: one character changed passes: %s", name, broken)
		}
	}
	upper, _ := observable.Canonical(observable.Wallet, "BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ")
	if upper.Text != "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq" {
		t.Errorf("upper-case bech32 = %v", upper)
	}
	mixed, _ := observable.Canonical(observable.Wallet, "ethereum:0x52908400098527886E0F7030069857D2E4169EE7?value=1")
	if mixed.Text != "0x52908400098527886e0f7030069857d2e4169ee7" {
		t.Errorf("mixed-case ethereum = %v", mixed)
	}
}

func TestDefangedValuesAreNoLinks(t *testing.T) {
	for _, test := range []struct {
		kind observable.Kind
		text string
		want string
	}{
		{observable.URL, "https://evil.example/a.php?b=c.d", "hxxps://evil[.]example/a.php?b=c.d"},
		{observable.URL, "gopher://evil.example/", "gopher[:]//evil[.]example/"},
		{observable.Domain, "www.evil.example", "www[.]evil[.]example"},
		{observable.IPv4, "198.51.100.3", "198[.]51[.]100[.]3"},
		{observable.Email, "a.b@evil.example", "a.b[@]evil[.]example"},
		{observable.MD5, "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"},
	} {
		v, err := observable.Canonical(test.kind, test.text)
		if got := observable.Defang(v); err != nil || got != test.want {
			t.Errorf("Defang(%v) = %q, %v; want %q", v, got, err, test.want)
		}
	}
}

func TestGuessableKinds(t *testing.T) {
	for kind, want := range map[observable.Kind]bool{
		observable.IPv4: true, observable.Phone: true, observable.IMEI: true, observable.Card: true, observable.Plate: true,
		observable.Domain: false, observable.SHA256: false, observable.IPv6: false, observable.Wallet: false,
	} {
		if got := observable.Guessable(kind); got != want {
			t.Errorf("Guessable(%s) = %v", kind, got)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, text := range []string{
		"hxxp://Evil[.]example/", "http://a.b/%2e%2E/(%2e)/x?y[.]z", "a@b.c", "[[.]]", "1.2.3.4", "bücher.example", "::ffff:1.2.3.4",
		"+33 1 23 45 67 89", "telegram:@x", "HKLM\\a", "http://[::1]/", "x dot y", "h**ps[:]//a.b", "http://0x7f.1",
	} {
		for i := range observable.Kinds() {
			f.Add(i, text)
		}
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		kinds := observable.Kinds()
		v, err := observable.Canonical(kinds[uint(i)%uint(len(kinds))], text)
		if err != nil {
			return
		}
		if again, err := observable.Canonical(v.Kind, v.Text); err != nil || again != v {
			t.Errorf("canonical of %q is %q, %v", v, again, err)
		}
		if again, err := observable.Canonical(v.Kind, observable.Defang(v)); err != nil || again != v {
			t.Errorf("canonical of defanged %q (%q) is %q, %v", v, observable.Defang(v), again, err)
		}
	})
}
