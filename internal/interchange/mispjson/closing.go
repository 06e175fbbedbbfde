// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// maxRefs bounds what a report names, and with it the report.
const maxRefs = 100_000

// refersTo keeps the references of an Object until all is known that they may
// mean.
func (c *conversion) refersTo(at place, raws []jsontext.Value, from string) error {
	for _, raw := range raws {
		r := reference{place: at}
		if problem := read(raw, &r, "ObjectReference"); problem != nil {
			if err := c.fail(at, problem); err != nil {
				return err
			}
			continue
		}
		if r.Source = text(from); !r.Deleted {
			c.references = append(c.references, r)
		}
	}
	return nil
}

// closing gives out what could not be told before all parts were read.
func (c *conversion) closing() error {
	for _, r := range c.references {
		if err := c.relate(r); err != nil {
			return err
		}
	}
	if c.sightings > 0 {
		left := fault.New(fault.Invalid, "mispjson.event.sightings").With("count", c.sightings)
		if err := c.warn(c.place(), left); err != nil {
			return err
		}
	}
	return c.report()
}

// relate makes a relationship of a reference, as narrow as what it joins.
func (c *conversion) relate(r reference) error {
	target, ok := parseUUID(string(r.Target))
	from, fromOK := c.parts[string(r.Source)]
	to, toOK := c.parts[target]
	changed, timeOK := unixTime(r.Timestamp)
	uuid, uuidOK := parseUUID(string(r.UUID))
	if r.UUID == "" {
		uuid, uuidOK = derivedUUID(c.uuid, string(r.Source), string(r.Target), string(r.Kind)), true
	}
	switch {
	case !uuidOK:
		return c.fail(r.place, wrong("ObjectReference", "mispjson.part.uuid"))
	case !timeOK:
		return c.fail(r.place, wrong("ObjectReference", "mispjson.part.time"))
	case !ok || !fromOK || !toOK || from.id == to.id:
		return c.warn(r.place, wrong("ObjectReference", "mispjson.object.reference"))
	}
	changed = firstSet(changed, c.modified)
	m := narrower(c.marking, narrower(from.marking, to.marking))
	made := relationship{
		common: common{
			Type: "relationship", SpecVersion: "2.1", ID: "relationship--" + uuid, CreatedBy: c.maker,
			Created: stixTime(earliest(c.created, changed)), Modified: stixTime(changed), Markings: m.refs(),
		},
		Kind: relationshipType(string(r.Kind)), Description: string(r.Comment), Source: from.id, Target: to.id,
	}
	return c.refer(r.place, made.ID, made, m, nil)
}

// relationshipType writes a kind of reference with the letters that STIX allows.
func relationshipType(kind string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(kind)), "-")
	if name == "" {
		return "related-to"
	}
	return name
}

// eventReport makes a note of prose about the event.
func (c *conversion) eventReport(at place, raw jsontext.Value) error {
	var r eventReport
	if problem := read(raw, &r, "EventReport"); problem != nil {
		return c.fail(at, problem)
	}
	at.name = sourceName(at.name, string(r.UUID))
	uuid, ok := parseUUID(string(r.UUID))
	changed, timeOK := unixTime(r.Timestamp)
	switch {
	case bool(r.Deleted):
		return c.warn(at, fault.New(fault.Invalid, "mispjson.part.deleted"))
	case !ok:
		return c.fail(at, wrong("uuid", "mispjson.part.uuid"))
	case !timeOK:
		return c.fail(at, wrong("timestamp", "mispjson.part.time"))
	case r.Content == "":
		return c.fail(at, wrong("content", "mispjson.part.empty"))
	case len(r.Content) > maxText:
		return c.fail(at, wrong("content", "mispjson.part.too_long").With("limit", maxText>>10))
	}
	prose := attribute{uuid: uuid, changed: changed}
	c.complete(&prose)
	n := note{common: c.head("note", &prose), Abstract: string(r.Name), Content: string(r.Content), ObjectRefs: []string{c.reportID}}
	return c.refer(at, n.ID, n, prose.marking, nil)
}

// report gives out the event itself.
func (c *conversion) report() error {
	e := c.event
	r := report{
		common: common{
			Type: "report", SpecVersion: "2.1", ID: c.reportID, CreatedBy: c.maker,
			Created: stixTime(c.created), Modified: stixTime(c.modified),
			Labels: labels(e.Tag, e.Galaxy), Markings: c.marking.refs(),
		},
		Name: string(e.Info), Published: stixTime(c.published), ObjectRefs: c.refs,
		Distribution: string(e.Distribution), ThreatLevel: string(e.ThreatLevel), Analysis: string(e.Analysis),
	}
	var warning *fault.Error
	if r.Name == "" {
		r.Name = c.uuid
		warning = fault.New(fault.Invalid, "mispjson.event.no_info").On("info")
	}
	if len(r.ObjectRefs) > maxRefs {
		r.ObjectRefs = r.ObjectRefs[:maxRefs]
		warning = fault.New(fault.TooLarge, "mispjson.event.many").With("limit", maxRefs)
	}
	if len(r.ObjectRefs) == 0 && c.maker != "" {
		r.ObjectRefs = []string{c.maker} // a report names something
	}
	return c.put(c.place(), r.ID, r, c.marking, warning)
}
