// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
	"entente.example/internal/stix"
)

// attribute is an attribute as it came.
type attribute struct {
	UUID      text     `json:"uuid"`
	Type      text     `json:"type"`
	Category  text     `json:"category"`
	Value     text     `json:"value"`
	Comment   text     `json:"comment"`
	ToIDs     flag     `json:"to_ids"`
	Deleted   flag     `json:"deleted"`
	Timestamp text     `json:"timestamp"`
	FirstSeen text     `json:"first_seen"`
	LastSeen  text     `json:"last_seen"`
	Relation  text     `json:"object_relation"`
	Data      length   `json:"data"`
	Sighting  length   `json:"Sighting"`
	Tag       []tag    `json:"Tag"`
	Galaxy    []galaxy `json:"Galaxy"`

	uuid              string // valid
	recipe            recipe
	meaning           meaning
	changed           time.Time // zero if not told
	seenFrom, seenTo  time.Time // zero if not told
	labels            []string
	marking           marking
	created, modified string
}

// maxText bounds the text of an attribute or report.
const maxText = 1 << 20

// check completes a with what its fields mean, or says which of them is wrong.
// An attribute without an id gets one from its event's, its type and its value.
func (a *attribute) check(eventUUID string) *fault.Error {
	var known, ok bool
	if a.uuid, ok = parseUUID(string(a.UUID)); !ok && a.UUID != "" {
		return wrong("uuid", "mispjson.part.uuid")
	}
	if a.UUID == "" {
		a.uuid = derivedUUID(eventUUID, string(a.Type), string(a.Value))
	}
	if a.recipe, known = recipes[string(a.Type)]; !known {
		return wrong("type", "mispjson.attribute.type_unknown")
	}
	if a.changed, ok = unixTime(a.Timestamp); !ok {
		return wrong("timestamp", "mispjson.part.time")
	}
	if a.seenFrom, ok = isoTime(a.FirstSeen); !ok {
		return wrong("first_seen", "mispjson.part.time")
	}
	if a.seenTo, ok = isoTime(a.LastSeen); !ok {
		return wrong("last_seen", "mispjson.part.time")
	}
	return a.checkValue()
}

func (a *attribute) checkValue() *fault.Error {
	value := string(a.Value)
	if value == "" {
		return wrong("value", "mispjson.part.empty")
	}
	if len(value) > maxText || len(a.Comment) > maxText {
		return wrong("value", "mispjson.part.too_long").With("limit", maxText>>10)
	}
	if a.recipe.split != nil {
		if left, right, ok := a.recipe.split(value); !ok || strings.TrimSpace(left) == "" || strings.TrimSpace(right) == "" {
			return wrong("value", "mispjson.attribute.not_composite")
		}
	}
	if a.recipe.language == "stix" {
		if _, err := stix.PatternValues(value); err != nil {
			return wrong("value", "mispjson.attribute.value_invalid")
		}
	}
	if a.recipe.read == nil {
		return nil
	}
	var ok bool
	if a.meaning, ok = a.recipe.read(value); !ok {
		return wrong("value", "mispjson.attribute.value_invalid")
	}
	return nil
}

func wrong(field, key string) *fault.Error { return fault.New(fault.Invalid, key).On(field) }

// pattern returns what finds a, and in which language; "" if nothing does.
func (a *attribute) pattern() (text, language string) {
	if a.recipe.language != "" {
		return string(a.Value), a.recipe.language
	}
	if !a.ToIDs || len(a.meaning.compare) == 0 {
		return "", ""
	}
	return "[" + strings.Join(a.meaning.compare, " AND ") + "]", "stix"
}

func (a *attribute) origin() origin {
	return origin{Type: string(a.Type), Category: string(a.Category), Comment: string(a.Comment)}
}

// group is an Object as it came: attributes that belong together.
type group struct {
	UUID      text             `json:"uuid"`
	Name      text             `json:"name"`
	Comment   text             `json:"comment"`
	Deleted   flag             `json:"deleted"`
	Attribute []jsontext.Value `json:"Attribute"`
	Reference []jsontext.Value `json:"ObjectReference"`
}

// reference is an ObjectReference as it came.
type reference struct {
	UUID      text `json:"uuid"`
	Source    text `json:"object_uuid"`
	Target    text `json:"referenced_uuid"`
	Kind      text `json:"relationship_type"`
	Comment   text `json:"comment"`
	Timestamp text `json:"timestamp"`
	Deleted   flag `json:"deleted"`

	place place
}

// eventReport is an EventReport as it came: prose about the event.
type eventReport struct {
	UUID      text `json:"uuid"`
	Name      text `json:"name"`
	Content   text `json:"content"`
	Timestamp text `json:"timestamp"`
	Deleted   flag `json:"deleted"`
}
