// SPDX-License-Identifier: Apache-2.0

package observable

import (
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"entente.example/internal/fault"
)

// WarningList is a public list of values that mean little by themselves: content
// networks, public resolvers, private ranges, well-known sites.
type WarningList struct {
	Name    string
	Type    string // cidr, string, hostname, substring or regex
	Entries []string
	Kinds   []Kind // the kinds of value that it speaks of
	Skipped int    // entries of a regex list that cannot be used here

	patterns []*regexp.Regexp
}

// ParseWarningList reads a list in MISP's format.
func ParseWarningList(raw []byte) (WarningList, error) {
	var in struct {
		Name       string   `json:"name"`
		Type       string   `json:"type"`
		List       []string `json:"list"`
		Attributes []string `json:"matching_attributes"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return WarningList{}, fault.Wrap(fault.Invalid, "observable.warninglist.invalid", err)
	}
	if in.Name == "" || len(in.List) == 0 {
		return WarningList{}, fault.New(fault.Invalid, "observable.warninglist.invalid")
	}
	l := WarningList{Name: in.Name, Type: in.Type, Entries: in.List, Kinds: kindsOf(in.Attributes)}
	switch in.Type {
	case "cidr", "string", "hostname", "substring":
	case "regex":
		l.compile()
	default:
		return WarningList{}, fault.New(fault.Invalid, "observable.warninglist.type").With("type", in.Type)
	}
	return l, nil
}

// compile compiles the expressions of a regex list. Those that need more than
// linear time to match are left out: they do not compile here.
func (l *WarningList) compile() {
	for _, entry := range l.Entries {
		pattern, err := regexp.Compile(bare(entry))
		if err != nil {
			l.Skipped++
			continue
		}
		l.patterns = append(l.patterns, pattern)
	}
}

// bare returns an expression without the delimiters and flags that it may have:
// /…/i becomes (?i)….
func bare(entry string) string {
	last := strings.LastIndexByte(entry, '/')
	if last < 1 || entry[0] != '/' {
		return entry
	}
	body, flags := entry[1:last], entry[last+1:]
	if strings.Contains(flags, "i") {
		return "(?i)" + body
	}
	return body
}

// kindsOf returns the kinds that MISP's types of attribute stand for; all of
// them where none is named.
func kindsOf(attributes []string) []Kind {
	if len(attributes) == 0 {
		return Kinds()
	}
	var out []Kind
	for _, attribute := range attributes {
		for part := range strings.SplitSeq(attribute, "|") {
			for _, kind := range kindsOfPart(part) {
				if !slices.Contains(out, kind) {
					out = append(out, kind)
				}
			}
		}
	}
	return out
}

func kindsOfPart(part string) []Kind {
	switch part {
	case "ip-src", "ip-dst", "ip":
		return []Kind{IPv4, IPv6}
	case "domain", "hostname":
		return []Kind{Domain}
	case "url", "uri", "link":
		return []Kind{URL}
	case "email", "email-src", "email-dst", "email-reply-to", "whois-registrant-email", "dns-soa-email":
		return []Kind{Email}
	case "md5", "sha1", "sha256", "sha512", "filename":
		return []Kind{Kind(part)}
	case "mac-address":
		return []Kind{MAC}
	case "AS":
		return []Kind{ASN}
	case "phone-number", "whois-registrant-phone":
		return []Kind{Phone}
	case "btc", "xmr", "dash":
		return []Kind{Wallet}
	case "iban", "cc-number", "regkey", "mutex":
		return []Kind{map[string]Kind{"iban": IBAN, "cc-number": Card, "regkey": RegistryKey, "mutex": Mutex}[part]}
	}
	return nil
}
