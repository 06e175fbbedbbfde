// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/stix"
)

func TestPatterns(t *testing.T) {
	const (
		md5    = "d41d8cd98f00b204e9800998ecf8427e"
		sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	)
	for _, c := range []struct{ kind, value, want string }{
		{"ip-dst", "198.51.100.3", "[ipv4-addr:value = '198.51.100.3']"},
		{"ip-src", "2001:DB8::1", "[ipv6-addr:value = '2001:db8::1']"},
		{"ip-src", "198.51.100.7/24", "[ipv4-addr:value = '198.51.100.0/24']"},
		{"hostname", "WWW.Evil.example", "[domain-name:value = 'www.evil.example']"},
		{"url", "hxxp://evil[.]example/A?b=%20", "[url:value = 'http://evil.example/A?b=%20']"},
		{"email-src", "joe@evil.example", "[email-addr:value = 'joe@evil.example']"},
		{"email-subject", "It's \\ urgent", `[email-message:subject = 'It\'s \\ urgent']`},
		{"md5", strings.ToUpper(md5), "[file:hashes.'MD5' = '" + md5 + "']"},
		{"ssdeep", "3:abc:def", "[file:hashes.'SSDEEP' = '3:abc:def']"},
		{"x509-fingerprint-sha256", sha256, "[x509-certificate:hashes.'SHA-256' = '" + sha256 + "']"},
		{"filename", "a b.exe", "[file:name = 'a b.exe']"},
		{"filename|sha256", "a|b.exe|" + sha256, "[file:name = 'a|b.exe' AND file:hashes.'SHA-256' = '" + sha256 + "']"},
		{"malware-sample", "a.exe|" + md5, "[file:name = 'a.exe' AND file:hashes.'MD5' = '" + md5 + "']"},
		{"domain|ip", "evil.example|198.51.100.3",
			"[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '198.51.100.3']"},
		{"ip-dst|port", "198.51.100.3|443", "[network-traffic:dst_ref.type = 'ipv4-addr' AND " +
			"network-traffic:dst_ref.value = '198.51.100.3' AND network-traffic:dst_port = 443]"},
		{"ip-src|port", "2001:db8::1|443", "[network-traffic:src_ref.type = 'ipv6-addr' AND " +
			"network-traffic:src_ref.value = '2001:db8::1' AND network-traffic:src_port = 443]"},
		{"hostname|port", "c2.evil.example|8080", "[network-traffic:dst_ref.type = 'domain-name' AND " +
			"network-traffic:dst_ref.value = 'c2.evil.example' AND network-traffic:dst_port = 8080]"},
		{"regkey|value", `HKLM\Run|C:\a|b.exe`,
			`[windows-registry-key:key = 'HKLM\\Run' AND windows-registry-key:values[*].data = 'C:\\a|b.exe']`},
		{"regkey", `HKLM\Run`, `[windows-registry-key:key = 'HKLM\\Run']`},
		{"AS", "AS15139", "[autonomous-system:number = 15139]"},
		{"mac-address", "00-11-22-AA-BB-CC", "[mac-addr:value = '00:11:22:aa:bb:cc']"},
		{"mutex", "Global\\x", `[mutex:name = 'Global\\x']`},
		{"port", "53", "[network-traffic:dst_port = 53]"},
		{"user-agent", "curl/8", "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'curl/8']"},
		{"github-username", "joe", "[user-account:account_type = 'github' AND user-account:account_login = 'joe']"},
		{"btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "[cryptocurrency-wallet:value = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa']"},
		{"iban", "GB82 WEST 1234 5698 7654 32", "[bank-account:value = 'GB82WEST12345698765432']"},
		{"stix2-pattern", "[url:value = 'http://a.example/']", "[url:value = 'http://a.example/']"},
	} {
		t.Run(c.kind+" "+c.value, func(t *testing.T) {
			m := decode(t, event(attributes(attribute(true, c.kind, c.value))))
			i := m.one(t, "indicator")
			if i["pattern"] != c.want || i["pattern_type"] != "stix" || i["id"] != "indicator--"+attrUUID {
				t.Errorf("%v of type %v with id %v, want %s", i["pattern"], i["pattern_type"], i["id"], c.want)
			}
			if _, err := stix.PatternValues(c.want); err != nil {
				t.Errorf("not a pattern: %v", err)
			}
		})
	}
}

func TestObservables(t *testing.T) {
	for _, c := range []struct {
		kind, value string
		ids         []string // known good ids, where there are any
	}{
		{"ip-src", "198.51.100.3", []string{"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}},
		{"domain", "example.com", []string{"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"}},
		{"email-dst", "john@example.com", []string{"email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934"}},
		{"AS", "15139", []string{"autonomous-system--3aa27478-50b5-5ab8-9da9-cdc12b657fff"}},
		{"ip-dst", "2001:db8::1", []string{"ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"}},
		{"filename", "naïve.txt", []string{"file--ac487786-7e6c-5c6a-92b2-f0e74bc9fc24"}},
		{"filename|md5", "foo.exe|d41d8cd98f00b204e9800998ecf8427e", []string{"file--51d0535d-dfbb-5909-b066-8ee329783353"}},
		{"domain|ip", "example.com|198.51.100.3", []string{"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7",
			"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "relationship--" + attrUUID}},
	} {
		t.Run(c.kind+" "+c.value, func(t *testing.T) {
			m := decode(t, event(attributes(attribute(false, c.kind, c.value))))
			var ids []string
			for _, o := range m.objects[1 : len(m.objects)-1] {
				ids = append(ids, fmt.Sprint(o["id"]))
			}
			if !slices.Equal(ids, c.ids) {
				t.Errorf("%v, want %v", ids, c.ids)
			}
			if got := m.objects[1]["x_misp_uuid"]; got != attrUUID {
				t.Errorf("x_misp_uuid %v", got)
			}
		})
	}
}

func TestConnectionHasItsEnds(t *testing.T) {
	m := decode(t, event(attributes(attribute(false, "ip-dst|port", "198.51.100.3|443"))))
	traffic, peer := m.one(t, "network-traffic"), m.one(t, "ipv4-addr")
	if traffic["dst_ref"] != peer["id"] || traffic["dst_port"] != 443.0 || !reflect.DeepEqual(traffic["protocols"], []any{"ipv4"}) {
		t.Errorf("%v to %v", traffic, peer)
	}
}

func TestRemarks(t *testing.T) {
	for name, c := range map[string]struct {
		toIDs       bool
		kind, value string
	}{
		"a comment": {false, "comment", "see above"},
		"a text for detection that nothing matches": {true, "text", "Linux/Ebury.J"},
		"what only a pattern could say":             {false, "user-agent", "curl/8"},
		"a person":                                  {false, "full-name", "Jo Doe"},
		"an attachment":                             {false, "attachment", "report.pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			n := decode(t, event(attributes(attribute(c.toIDs, c.kind, c.value)))).one(t, "note")
			if n["content"] != c.kind+": "+c.value || !reflect.DeepEqual(n["object_refs"], []any{"report--" + eventUUID}) {
				t.Errorf("%v", n)
			}
		})
	}
}

func TestMarkings(t *testing.T) {
	const (
		clear       = "94868c89-83c2-464b-929b-a1a8aa3c8487"
		green       = "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
		amberStrict = "939a9414-2ddd-4d32-a0cd-375ea402b003"
		red         = "e828b379-4e03-4974-9ac4-e53a884c97c1"
	)
	tagged := func(names ...string) string {
		var tags []string
		for _, name := range names {
			tags = append(tags, fmt.Sprintf(`{"name":%q}`, name))
		}
		return `"Tag":[` + strings.Join(tags, ",") + "]"
	}
	for name, c := range map[string]struct {
		event, attribute string
		want             string // the attribute's marking
		named            bool   // in the report
	}{
		"none where none is set":                   {tagged(), tagged(), "", true},
		"the event's":                              {tagged("tlp:green"), tagged("x"), green, true},
		"its own":                                  {tagged("tlp:amber+strict"), tagged("TLP:GREEN"), green, true},
		"white is clear":                           {tagged("tlp:white"), tagged(), clear, true},
		"the narrowest of several":                 {tagged("tlp:clear", "TLP:Amber+Strict", "tlp:green"), tagged(), amberStrict, true},
		"one that nobody knows is red":             {tagged("tlp:ex:chr"), tagged(), red, true},
		"what is narrower than the report":         {tagged("tlp:green"), tagged("tlp:red"), red, false},
		"red in an event without":                  {tagged(), tagged("tlp:red"), red, false},
		"tags of the event that cannot be read":    {`"Tag":"tlp:green"`, tagged(), red, true},
		"tags of the event that are none, as null": {`"Tag":null`, tagged(), "", true},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, event(attributes(attribute(true, "domain", "evil.example", c.attribute)), c.event))
			var want []string
			if c.want != "" {
				want = []string{"marking-definition--" + c.want}
			}
			if got := refsOf(m.one(t, "indicator")); !slices.Equal(got, want) {
				t.Errorf("marked %v, want %v", got, want)
			}
			refs := fmt.Sprint(m.one(t, "report")["object_refs"])
			if got := strings.Contains(refs, "indicator--"); got != c.named {
				t.Errorf("the report names %v", refs)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	for name, c := range map[string]struct {
		event, attribute string
		want             []any
	}{
		"the event's where there are none":  {`{"name":"a"},{"name":"tlp:green"}`, ``, []any{"a"}},
		"its own alone":                     {`{"name":"a"}`, `{"name":"b"},{"name":"b"}`, []any{"b"}},
		"the event's PAP always":            {`{"name":"a"},{"name":"PAP:RED"}`, `{"name":"b"}`, []any{"b", "PAP:RED"}},
		"its own PAP before the event's":    {`{"name":"PAP:RED"}`, `{"name":"pap:green"}`, []any{"pap:green"}},
		"none of what is an object already": {`{"name":"misp-galaxy:tool=\"x\""}`, ``, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, event(attributes(attribute(true, "domain", "evil.example", `"Tag":[`+c.attribute+`]`)), `"Tag":[`+c.event+`]`))
			got, _ := m.one(t, "indicator")["labels"].([]any)
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestClusters(t *testing.T) {
	for galaxy, kind := range map[string]string{
		"threat-actor": "intrusion-set", "eset-threat-actor": "intrusion-set", "mitre-intrusion-set": "intrusion-set",
		"mitre-enterprise-attack-intrusion-set": "intrusion-set", "ransomware": "malware", "malpedia": "malware",
		"tool": "tool", "mitre-attack-pattern": "attack-pattern", "sector": "",
	} {
		t.Run(galaxy, func(t *testing.T) {
			known := `"Galaxy":[{"type":"` + galaxy + `","GalaxyCluster":[{"uuid":"` + otherUUID + `","value":"X","tag_name":"t"}]}]`
			m := decode(t, event(attributes(attribute(true, "domain", "evil.example", known)), known))
			if got := fmt.Sprint(m.one(t, "report")["labels"]); got != "[t]" {
				t.Errorf("labels %v", got)
			}
			if kind == "" {
				return
			}
			o := m.one(t, kind)
			if o["id"] != kind+"--"+otherUUID || o["name"] != "X" || o["modified"] != "1970-01-01T00:00:00.000Z" {
				t.Errorf("%v", o)
			}
		})
	}
}

func TestIdOfAnAttributeWithoutOne(t *testing.T) {
	without := strings.Replace(attribute(true, "domain", "evil.example"), attrUUID, "", 1)
	a := decode(t, event(attributes(without))).one(t, "indicator")["id"]
	b := decode(t, event(attributes(without))).one(t, "indicator")["id"]
	other := decode(t, event(attributes(strings.Replace(without, "evil", "good", 1)))).one(t, "indicator")["id"]
	if a != b || a == other {
		t.Errorf("%v, again %v, for another value %v", a, b, other)
	}
}

func TestEveryTypeOfTheFormatIsKnown(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "misp/describeTypes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var described struct{ Result struct{ Types []string } }
	if err := json.Unmarshal(raw, &described); err != nil {
		t.Fatal(err)
	}
	for _, kind := range described.Result.Types {
		for _, said := range decode(t, event(attributes(attribute(false, kind, "x")))).said() {
			if strings.Contains(said, "type_unknown") {
				t.Errorf("%s: %s", kind, said)
			}
		}
	}
}
