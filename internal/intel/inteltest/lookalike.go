// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"fmt"
	"strings"
)

// LookAlike returns a bundle of n objects like those of a large public one:
// custom properties, revoked objects, relationships, a statement marking, and
// markings by TLP on none of them.
func LookAlike(n int) string {
	objects := make([]string, 0, n)
	objects = append(objects,
		`{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"Example Threat Library","identity_class":"organization"}`,
		`{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--00000000-0000-4000-8000-000000000002","created":"2020-01-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"Copyright Example"}}`)
	for i := 2; i < n; i++ {
		switch i % 5 {
		case 0:
			objects = append(objects, relation(i))
		case 1:
			objects = append(objects, indicator(i))
		default:
			objects = append(objects, technique(i))
		}
	}
	return Bundle(objects...)
}

// Bundle returns a STIX 2.1 bundle of the objects.
func Bundle(objects ...string) string {
	return `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-00000000ffff","objects":[` + strings.Join(objects, ",\n") + `]}`
}

// common are the properties that all objects of the look-alike have.
func common(kind string, i int) string {
	return fmt.Sprintf(`"type":%q,"spec_version":"2.1","id":"%s--00000000-0000-4000-8000-%012d",`+
		`"created":"2021-02-03T04:05:06.%03dZ","modified":"2022-02-03T04:05:06.%03dZ",`+
		`"created_by_ref":"identity--00000000-0000-4000-8000-000000000001",`+
		`"object_marking_refs":["marking-definition--00000000-0000-4000-8000-000000000002"]`, kind, kind, i, i%1000, i%1000)
}

func technique(i int) string {
	return fmt.Sprintf(`{%s,"name":"Technique %d é","description":"A way to do it, number %d: “quoted”, with 1e2 and \/ escapes.",`+
		`"revoked":%t,"x_example_version":"1.%d","x_example_platforms":["Windows","Linux"],"x_example_deprecated":false,"x_number":1.0}`,
		common("attack-pattern", i), i, i, i%7 == 0, i%10)
}

func indicator(i int) string {
	return fmt.Sprintf(`{%s,"name":"Indicator %d","pattern":"[domain-name:value = 'host-%d.example']","pattern_type":"stix","valid_from":"2021-02-03T04:05:06Z"}`,
		common("indicator", i), i, i)
}

func relation(i int) string {
	return fmt.Sprintf(`{%s,"relationship_type":"uses","source_ref":"attack-pattern--00000000-0000-4000-8000-%012d","target_ref":"attack-pattern--00000000-0000-4000-8000-%012d"}`,
		common("relationship", i), i-1, i-2)
}

// Tool returns a small object, of that number, name and modification, and what
// else is to stand in it.
func Tool(number int, name, modified, more string) string {
	return fmt.Sprintf(`{"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-%012d","created":"2020-01-01T00:00:00.000Z","modified":%q,"name":%q%s}`,
		number, modified, name, more)
}
