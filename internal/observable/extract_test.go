// SPDX-License-Identifier: Apache-2.0

package observable_test

import (
	"strings"
	"testing"
	"time"

	"entente.example/internal/observable"
)

// list writes what was found as one line.
func list(found []observable.Found) string {
	var out []string
	for _, f := range found {
		out = append(out, string(f.Value.Kind)+" "+f.Value.Text)
	}
	return strings.Join(out, " | ")
}

func TestExtract(t *testing.T) {
	const md5, sha256 = "d41d8cd98f00b204e9800998ecf8427e", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for _, test := range []struct {
		name, text, want string
	}{
		{"a URL wins over its domain", "see hxxp://evil[.]com/a/b.php?c=d.", "url http://evil.com/a/b.php?c=d"},
		{"an address wins over its domain", "mail John@evil[.]com now", "email john@evil.com"},
		{"a URL ends before the bracket around it", "(https://evil.com/x_(y)), or [http://evil.org/]", "url https://evil.com/x_(y) | url http://evil.org/"},
		{"a Markdown link is two URLs at most", "[http://evil.com](http://evil.com/x)", "url http://evil.com/ | url http://evil.com/x"},
		{"a list of URLs is taken apart", "http://a.com/x,http://b.com/y;https://c.com", "url http://a.com/x | url http://b.com/y | url https://c.com/"},
		{"a URL ends before a quotation mark", `“http://evil.com/x” and "http://evil.org/y"`, "url http://evil.com/x | url http://evil.org/y"},
		{"a defanged scheme with brackets", "hxxps[:]//evil[.]com:8443/x", "url https://evil.com:8443/x"},
		{"a URL of an unknown scheme is none", "foo://evil.com", "domain evil.com"},
		{"a domain with a public suffix", "evil.co.uk, EVIL.example.com!", "domain evil.co.uk | domain evil.example.com"},
		{"a suffix alone is no domain", "co.uk com", ""},
		{"a name without a public suffix is none", "foo.bar_baz my.localnet 3.14", ""},
		{"a file is no domain", "invoice.pdf setup.exe README.md archive.zip libc.so", ""},
		{"unless it was defanged", "archive[.]zip", "domain archive.zip"},
		{"a sentence without a space is no domain", "It was closed.It is open. See the file.So what", ""},
		{"a domain in letters beyond ASCII", "besuche bücher.de oder пример.рф", "domain xn--bcher-kva.de | domain xn--e1afmkfd.xn--p1ai"},
		{"a domain in Chinese prose", "请访问evil.com。谢谢", "domain evil.com"},
		{"a domain in Arabic prose", "زوروا evil.com، ثم evil.org؛", "domain evil.com | domain evil.org"},
		{"a domain with written dots", "evil dot com and evil(dot)org", "domain evil.com | domain evil.org"},
		{"a full-width domain", "ｅｖｉｌ．ｃｏｍ", "domain evil.com"},
		{"addresses, and once each", "198.51.100.3 198[.]51[.]100[.]3 203.0.113.5:8080", "ipv4 198.51.100.3 | ipv4 203.0.113.5"},
		{"an address at the end of a sentence", "It is 198.51.100.3.", "ipv4 198.51.100.3"},
		{"versions and longer numbers are no addresses", "v1.2.3.4, version 5.6.7.8, 1.2.3 and 10.0.0.0.1, 12.05.2024, 256.1.1.1", ""},
		{"a network is no address, all of one is", "198.51.100.0/24 198.51.100.7/32", "ipv4 198.51.100.7"},
		{"a name that begins with an address is a name", "3.100.51.198.evil.com", "domain 3.100.51.198.evil.com"},
		{"IPv6, and what only looks like it", "2001:DB8::1 at 12:34:56, std::cout, a::b, [2001:db8::2]", "ipv6 2001:db8::1 | ipv6 2001:db8::2"},
		{"hashes by their length", md5 + " " + strings.ToUpper(sha256) + " x" + md5 + " " + md5 + "0", "md5 " + md5 + " | sha256 " + sha256},
		{"a hash behind its name", "MD5:" + md5 + ",sha256=" + sha256, "md5 " + md5 + " | sha256 " + sha256},
		{"MAC addresses", "d2-fb-49-24-37-18 and d2:fb:49:24:37:19:20", "mac d2:fb:49:24:37:18"},
		{"wallets whose checksum is right", "pay 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa or 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb or 0x52908400098527886E0F7030069857D2E4169EE7", "wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa | wallet 0x52908400098527886e0f7030069857d2e4169ee7"},
		{"phones with their country", "call +33 1 23 45 67 89, not 01 23 45 67 89 or 1+33123456789", "phone +33123456789"},
		{"IBANs in groups", "to GB29 NWBK 6016 1331 9268 19 and DE89370400440532013000.", "iban GB29NWBK60161331926819 | iban DE89370400440532013000"},
		{"cards of known schemes", "4111 1111 1111 1111, 378282246310005, 4111111111111112, 1234567890123452", "card 4111111111111111 | card 378282246310005"},
		{"an IMEI where it is called so", "IMEI: 490154203237518, order 490154203237518", "imei 490154203237518"},
		{"autonomous systems", "AS15139, ASN 64512 as 2 as15", "asn AS15139 | asn AS64512"},
		{"keys of the registry", `"HKLM\Software\Evil" HKCU\Run.`, `registry-key HKEY_LOCAL_MACHINE\software\evil | registry-key HKEY_CURRENT_USER\run`},
		{"nothing in nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := list(observable.Extract(test.text)); got != test.want {
				t.Errorf("Extract = %s\nwant      %s", got, test.want)
			}
		})
	}
}

func TestExtractTellsWhereValuesStand(t *testing.T) {
	const text = "x é hxxp://evil[.]com/ y evil [.] org z"
	var got []string
	for _, f := range observable.Extract(text) {
		got = append(got, text[f.Start:f.End])
	}
	if want := "hxxp://evil[.]com/|evil [.] org"; strings.Join(got, "|") != want {
		t.Errorf("found at %q; want %q", got, want)
	}
}

func TestExtractIsQuickOnHostileText(t *testing.T) {
	const size = 1 << 18
	for name, part := range map[string]string{
		"schemes":              "http://",
		"broken hosts":         "http://]",
		"hosts without end":    "http://a.com/[[[[[[.]]]]]]",
		"controls":             "http://a.com/\u0080",
		"dashes":               "a-",
		"dots":                 "a.",
		"ats":                  "a@",
		"colons":               "a:",
		"brackets":             "[({",
		"open defanging":       "[ . ",
		"nested defanging":     "[[[.]]]",
		"spaces in brackets":   "[        .        ]",
		"hives":                `HKLM\`,
		"words for wallets":    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ",
		"digits":               "4111 ",
		"letters beyond ASCII": "ü.",
		"one letter":           "a",
		"full-width":           "．",
	} {
		text := strings.Repeat(part, size/len(part))
		began := time.Now()
		observable.Extract(text)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: a quarter of a megabyte took %v", name, took)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for _, text := range []string{
		"hxxp://evil[.]com/a, John@evil[.]com 198.51.100.3 2001:db8::1 AS15139", "请访问evil.com。", "+33 1 23 45 67 89 IMEI 490154203237518",
		"[ . ] (dot) evil dot com", "http://a.com/[[[.]]]", "HKLM\\x \xff", "GB29 NWBK 6016 1331 9268 19",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range observable.Extract(text) {
			if found.Start < end || found.End <= found.Start || found.End > len(text) {
				t.Errorf("%v stands at %d to %d of %d, after %d", found.Value, found.Start, found.End, len(text), end)
			}
			end = found.End
			if v, err := observable.Canonical(found.Value.Kind, found.Value.Text); err != nil || v != found.Value {
				t.Errorf("%v is not canonical: %v, %v", found.Value, v, err)
			}
		}
	})
}
