// SPDX-License-Identifier: Apache-2.0

package mispjson_test

import (
	"reflect"
	"strings"
	"testing"
)

// group returns the member of an event that holds one object.
func group(name string, members ...string) string {
	head := `"uuid":"` + objectUUID + `","name":"` + name + `"`
	return `"Object":[{` + strings.Join(append([]string{head}, members...), ",") + "}]"
}

// part returns an attribute of an object.
func part(relation, kind, value, uuid string, toIDs bool) string {
	return strings.Replace(attribute(toIDs, kind, value, `"object_relation":"`+relation+`"`), attrUUID, uuid, 1)
}

func TestFileObjects(t *testing.T) {
	const md5 = "d41d8cd98f00b204e9800998ecf8427e"
	sha1 := strings.Repeat("a", 40)
	for name, c := range map[string]struct {
		parts []string
		file  map[string]any // nil: there is none
		also  map[string]int
	}{
		"parts not for detection are in the file alone": {
			[]string{part("filename", "filename", "a.exe", attrUUID, false), part("md5", "md5", md5, otherUUID, false)},
			map[string]any{"name": "a.exe", "hashes": map[string]any{"MD5": md5}}, map[string]int{"indicator": 0, "note": 0},
		},
		"parts for detection are indicators, too": {
			[]string{part("sha1", "sha1", sha1, attrUUID, true), part("md5", "md5", md5, otherUUID, true)},
			map[string]any{"hashes": map[string]any{"MD5": md5, "SHA-1": sha1}}, map[string]int{"indicator": 2},
		},
		"a second name is a file of its own": {
			[]string{part("filename", "filename", "a.exe", attrUUID, false), part("filename", "filename", "b.exe", otherUUID, true)},
			map[string]any{"name": "a.exe"}, map[string]int{"indicator": 1},
		},
		"what is wrong is left out": {
			[]string{part("filename", "filename", "a.exe", attrUUID, false), part("md5", "md5", "zz", otherUUID, false)},
			map[string]any{"name": "a.exe"}, nil,
		},
		"a size alone is a remark": {
			[]string{part("size-in-bytes", "size-in-bytes", "7", attrUUID, false)}, nil, map[string]int{"note": 1},
		},
		"a size that is no number is a remark": {
			[]string{part("size-in-bytes", "size-in-bytes", "big", attrUUID, false)}, nil, map[string]int{"note": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, event(group("file", attributes(c.parts...))))
			for kind, want := range c.also {
				if n := len(m.of(kind)); n != want {
					t.Errorf("%d of %s, want %d", n, kind, want)
				}
			}
			if c.file == nil {
				return
			}
			file := m.one(t, "file")
			for _, name := range []string{"name", "hashes", "size"} {
				if !reflect.DeepEqual(file[name], c.file[name]) {
					t.Errorf("%s: %v, want %v", name, file[name], c.file[name])
				}
			}
			if file["x_misp_uuid"] != objectUUID {
				t.Errorf("x_misp_uuid %v", file["x_misp_uuid"])
			}
		})
	}
}

func TestReferences(t *testing.T) {
	refer := func(to, kind string) string {
		return `"ObjectReference":[{"uuid":"66666666-6666-4666-8666-666666666666","referenced_uuid":"` + to + `","relationship_type":"` + kind + `"}]`
	}
	url := attributes(part("resource_path", "text", "/x", otherUUID, false), part("url", "url", "http://e.example/x", attrUUID, true))

	t.Run("an object is the first of its attributes that is no remark", func(t *testing.T) {
		m := decode(t, event(group("url", url, refer(otherUUID, "Related To"))))
		r := m.one(t, "relationship")
		if r["source_ref"] != "indicator--"+attrUUID || r["target_ref"] != "note--"+otherUUID || r["relationship_type"] != "related-to" {
			t.Errorf("%v", r)
		}
	})
	t.Run("a reference may come before what it means", func(t *testing.T) {
		later := strings.ReplaceAll(attribute(true, "domain", "e.example"), attrUUID, "77777777-7777-4777-8777-777777777777")
		m := decode(t, event(group("url", url, refer("77777777-7777-4777-8777-777777777777", "x")), attributes(later)))
		if r := m.one(t, "relationship"); r["target_ref"] != "indicator--77777777-7777-4777-8777-777777777777" {
			t.Errorf("%v", r)
		}
	})
	t.Run("a relationship is as narrow as what it joins", func(t *testing.T) {
		red := strings.Replace(url, `"type":"text"`, `"type":"text","Tag":[{"name":"tlp:red"}]`, 1)
		m := decode(t, event(`"Tag":[{"name":"tlp:green"}]`, group("url", red, refer(otherUUID, "x"))))
		if got := refsOf(m.one(t, "relationship")); len(got) != 1 || got[0] != "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" {
			t.Errorf("marked %v", got)
		}
	})
	t.Run("a reference to nothing is left out, with a warning", func(t *testing.T) {
		m := decode(t, event(group("url", url, refer(eventUUID, "x"))))
		if len(m.of("relationship")) != 0 || strings.Join(m.said(), "; ") != "Object 0 "+objectUUID+": (mispjson.object.reference) ObjectReference" {
			t.Errorf("%v", m.said())
		}
	})
}
