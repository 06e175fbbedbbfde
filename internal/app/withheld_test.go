// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/stix"
)

// withheldWorld brings in, in ann's name, what is for her alone, tied to what is for
// all, and returns the ids of an object of each.
func (s *stage) withheldWorld(t *testing.T) (red, open string) {
	t.Helper()
	object := func(kind string, n int, more string, tlp access.TLP) string {
		return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":"%s--00000000-0000-4000-8000-%012d","created":"2026-01-01T00:00:00.000Z",
			"modified":"2026-01-01T00:00:00.000Z","object_marking_refs":[%q],%s}`, kind, kind, n, stix.TLPMarking(tlp), more)
	}
	ref := func(kind string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, n) }
	ties := func(n int, from, to string) string {
		return object("relationship", n, fmt.Sprintf(`"relationship_type":"uses","source_ref":%q,"target_ref":%q`, from, to), access.Amber)
	}
	s.importsAs(t, "ann", "tyche", `{"type":"bundle","id":"bundle--7d5f0f7a-4a52-4d4c-9f0c-0b0e5b8f3a12","objects":[`+strings.Join([]string{
		object("identity", 1, `"name":"Redsource","identity_class":"individual"`, access.Red),
		object("indicator", 2, `"name":"Redname panel","pattern":"[domain-name:value = 'redvalue.kestrel.example']","pattern_type":"stix",
			"valid_from":"2026-01-01T00:00:00Z","created_by_ref":"`+ref("identity", 1)+`"`, access.Red),
		object("attack-pattern", 3, `"name":"Redtechnique","kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"impact"}],
			"external_references":[{"source_name":"mitre-attack","external_id":"Redexternal"}]`, access.Red),
		object("malware", 4, `"name":"Loader","is_family":true,"created_by_ref":"`+ref("identity", 1)+`"`, access.Amber),
		ties(5, ref("indicator", 2), ref("malware", 4)), ties(6, ref("malware", 4), ref("attack-pattern", 3)),
	}, ",")+`]}`, access.Amber)
	find := func(q intel.Question) string {
		list, err := s.Objects.List(t.Context(), gatetest.As("ann"), "tyche", q, intel.Key{}, 10)
		if err != nil || len(list.Objects) != 1 {
			t.Fatalf("%+v finds %+v, %v", q, list.Objects, err)
		}
		return string(list.Objects[0].ID)
	}
	if err := s.sequenced(t.Context()); err != nil {
		t.Fatal(err)
	}
	return find(intel.Question{Text: "redvalue[.]kestrel[.]example"}), find(intel.Question{Text: "Loader"})
}

// TestWhatIsSensitiveIsShownOnItsOwnPageAlone opens every page as the one who may
// read it.
func TestWhatIsSensitiveIsShownOnItsOwnPageAlone(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		red, open := s.withheldWorld(t)
		ann := caller{"analyst", "ann", access.Passkey}
		get := func(path string) string { return s.knock(t, ann, http.MethodGet, path).Body.String() }
		own := "/w/tyche/objects/" + red
		if page := get(own); !strings.Contains(page, "Redname") || !strings.Contains(page, "redvalue") || !strings.Contains(page, "Redsource") && !strings.Contains(page, "Organisation") {
			t.Errorf("its own page does not show it")
		}
		for _, pattern := range s.Routes() {
			if !strings.HasPrefix(pattern, "GET ") || strings.HasPrefix(pattern, "GET /assets/") {
				continue
			}
			for _, s.ids["object"] = range []string{red, open} {
				_, path := s.path(t, pattern)
				for _, query := range []string{"", "?q=red", "?steps=3", "?source=Organisation+pol-fr", "?verdict=new", "?kind=object&q=kestrel"} {
					if path == own || strings.Contains(path, "?") && query != "" {
						continue
					}
					page := get(path + query)
					for _, secret := range []string{"Redname", "redvalue", "Redtechnique", "Redexternal", "Redsource"} {
						if strings.Contains(strings.ToLower(page), strings.ToLower(secret)) {
							t.Errorf("%s%s shows %s", path, query, secret)
						}
					}
				}
			}
		}
		value := url.QueryEscape("redvalue.kestrel.example")
		for _, path := range []string{"/w/tyche/intel?q=", "/w/tyche/search?q=", "/w/tyche/suggest?q="} {
			if page := get(path + value); !strings.Contains(page, "/objects/"+red) || strings.Contains(page, "Redname") {
				t.Errorf("%s: by its exact value it must be found, and tell no more", path)
			}
			if page := get(path + value[:6]); strings.Contains(page, "/objects/"+red) {
				t.Errorf("%s: it is found by the beginning of its value", path)
			}
		}
	})
}
