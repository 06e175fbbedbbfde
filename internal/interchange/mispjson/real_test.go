// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the path of a real input, or skips the test.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("ENTENTE_SHARED_DATA")
	if root == "" {
		root = "../../../../shared/data"
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("shared data is not beside the repository")
	}
	return path
}

// TestRealEvents counts what an independent look at each file finds, and wants
// as many objects.
func TestRealEvents(t *testing.T) {
	for _, name := range []string{
		"circl-osint-57c4445b", "ebury.misp", "misp-kryptocibule", "misp-turla-crutch-event", "mozi.misp-event",
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(shared(t, "misp/"+name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			m := decode(t, string(text))
			got, want := map[string]int{}, expected(t, text)
			for _, o := range m.objects {
				got[coarse(fmt.Sprint(o["type"]))]++
			}
			for _, r := range m.records {
				switch {
				case r.Err != nil:
					t.Errorf("%s: %v", r.Source, r.Err)
				case r.Warning != nil && r.Warning.Key == "mispjson.attribute.repeated":
					want["observable"]--
				case r.Warning != nil && r.Warning.Key == "mispjson.object.reference":
					want["relationship"]--
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
		})
	}
}

// coarse tells observables from all else.
func coarse(kind string) string {
	switch kind {
	case "identity", "report", "indicator", "note", "relationship", "vulnerability", "intrusion-set", "attack-pattern":
		return kind
	}
	return "observable"
}

// expected counts what should become of the events of a file.
func expected(t *testing.T, text []byte) map[string]int {
	var file any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, e := range eventsIn(file) {
		want["identity"]++
		want["report"]++
		for _, g := range list(e, "Galaxy") {
			kind := map[any]string{"mitre-attack-pattern": "attack-pattern"}[g["type"]]
			if kind == "" {
				kind = "intrusion-set"
			}
			want[kind] += len(list(g, "GalaxyCluster"))
		}
		for _, a := range list(e, "Attribute") {
			want[becomes(a)]++
		}
		for _, o := range list(e, "Object") {
			want["relationship"] += len(list(o, "ObjectReference"))
			if o["name"] == "file" {
				want["observable"]++
			}
			for _, a := range list(o, "Attribute") {
				if kind := becomes(a); o["name"] != "file" || kind != "observable" {
					want[kind]++
				}
			}
		}
	}
	return want
}

// becomes says what one of the attributes in the real files should become.
func becomes(a map[string]any) string {
	technical := false
	switch a["type"] {
	case "vulnerability":
		return "vulnerability"
	case "yara":
		return "indicator"
	case "port", "user-agent": // nothing to observe in itself
		technical = a["to_ids"] == true
	case "filename", "md5", "sha1", "sha256", "domain", "ip-src", "ip-dst", "url", "btc", "dash", "xmr", "regkey|value":
		technical = true
	}
	switch {
	case technical && a["to_ids"] == true:
		return "indicator"
	case technical:
		return "observable"
	}
	return "note"
}

func eventsIn(file any) []map[string]any {
	switch v := file.(type) {
	case []any:
		var found []map[string]any
		for _, element := range v {
			found = append(found, eventsIn(element)...)
		}
		return found
	case map[string]any:
		if e, ok := v["Event"].(map[string]any); ok {
			return []map[string]any{e}
		}
		return eventsIn(v["response"])
	}
	return nil
}

func list(object map[string]any, name string) []map[string]any {
	var found []map[string]any
	elements, _ := object[name].([]any)
	for _, element := range elements {
		if o, ok := element.(map[string]any); ok {
			found = append(found, o)
		}
	}
	return found
}
