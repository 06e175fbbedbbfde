// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// attribute converts an attribute that stands in the event itself.
func (c *conversion) attribute(at place, raw jsontext.Value) error {
	a, err := c.readAttribute(&at, raw)
	if a == nil || err != nil {
		return err
	}
	return c.convert(at, a)
}

// readAttribute reads an attribute. It returns nil after it reported why nothing
// is to be made of it, and names the place.
func (c *conversion) readAttribute(at *place, raw jsontext.Value) (*attribute, error) {
	var a attribute
	if problem := read(raw, &a, "Attribute"); problem != nil {
		return nil, c.fail(*at, problem)
	}
	at.name = sourceName(at.name, string(a.UUID))
	if a.Deleted {
		return nil, c.warn(*at, fault.New(fault.Invalid, "mispjson.part.deleted"))
	}
	if problem := a.check(c.uuid); problem != nil {
		return nil, c.fail(*at, problem.With("type", shortened(string(a.Type))))
	}
	c.sightings += int(a.Sighting)
	c.complete(&a)
	return &a, c.clusters(*at, a.Galaxy, a.marking)
}

// complete gives an attribute what it has from its event: its tags if there are
// none of its own, its TLP and PAP if its own tags have none.
func (c *conversion) complete(a *attribute) {
	if a.changed.IsZero() {
		a.changed = c.modified
	}
	a.created, a.modified = stixTime(earliest(c.created, a.changed)), stixTime(a.changed)
	a.labels = labels(a.Tag, a.Galaxy)
	for _, label := range c.inherited {
		if len(a.Tag) == 0 || isPAP(label) && !slices.ContainsFunc(a.labels, isPAP) {
			a.labels = append(a.labels, label)
		}
	}
	if a.marking = markingOf(a.Tag); !a.marking.set {
		a.marking = c.marking
	}
}

// convert makes of an attribute what it is.
func (c *conversion) convert(at place, a *attribute) error {
	pattern, language := a.pattern()
	switch {
	case a.recipe.isCVE:
		return c.vulnerability(at, a)
	case pattern != "":
		return c.indicator(at, a, pattern, language)
	case len(a.meaning.objects) > 0:
		return c.observables(at, a)
	}
	return c.remark(at, a)
}

// head is what all that is made of an attribute begins with.
func (c *conversion) head(kind string, a *attribute) common {
	return common{
		Type: kind, SpecVersion: "2.1", ID: kind + "--" + a.uuid, CreatedBy: c.maker,
		Created: a.created, Modified: a.modified, Labels: a.labels, Markings: a.marking.refs(),
	}
}

// lost warns of an attachment, whose bytes stay behind.
func lost(a *attribute) *fault.Error {
	if !a.recipe.attached || a.Data == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "mispjson.attribute.data").On("data")
}

func (c *conversion) indicator(at place, a *attribute, pattern, language string) error {
	from := firstSet(a.seenFrom, a.changed)
	i := indicator{
		common: c.head("indicator", a), Name: shortened(string(a.Value)),
		Pattern: pattern, PatternType: language, ValidFrom: stixTime(from), origin: a.origin(),
	}
	if a.seenTo.After(from) {
		i.ValidUntil = stixTime(a.seenTo)
	}
	c.became(a.uuid, i.ID, a.marking)
	return c.refer(at, i.ID, i, a.marking, lost(a))
}

// maxName is how many characters of a value name the object made of it.
const maxName = 120

func shortened(value string) string {
	line := []rune(strings.Join(strings.Fields(value), " "))
	if len(line) <= maxName {
		return string(line)
	}
	return string(line[:maxName-1]) + "…"
}

func (c *conversion) vulnerability(at place, a *attribute) error {
	v := vulnerability{common: c.head("vulnerability", a), Name: shortened(string(a.Value)), origin: a.origin()}
	if strings.HasPrefix(strings.ToUpper(v.Name), "CVE-") {
		v.References = []externalReference{{Source: "cve", ID: strings.ToUpper(v.Name)}}
	}
	c.became(a.uuid, v.ID, a.marking)
	return c.refer(at, v.ID, v, a.marking, nil)
}

// remark makes a note of what no program matches.
func (c *conversion) remark(at place, a *attribute) error {
	n := note{
		common: c.head("note", a), Content: string(a.Type) + ": " + string(a.Value),
		ObjectRefs: []string{c.reportID}, origin: a.origin(),
	}
	c.became(a.uuid, n.ID, a.marking)
	return c.refer(at, n.ID, n, a.marking, lost(a))
}

// observables gives out what was observed, and how its parts belong together.
func (c *conversion) observables(at place, a *attribute) error {
	var ids []string
	for _, o := range a.meaning.objects {
		o = o.identified()
		ids = append(ids, o.ID)
		if err := c.observable(at, o, a); err != nil {
			return err
		}
	}
	c.became(a.uuid, ids[0], a.marking)
	if !a.meaning.resolves {
		return nil
	}
	r := relationship{common: c.head("relationship", a), Kind: "resolves-to", Source: ids[0], Target: ids[1]}
	return c.refer(at, r.ID, r, a.marking, nil)
}

// observable gives out an observable the first time that the event has it, and
// again where it is marked narrower.
func (c *conversion) observable(at place, o observed, a *attribute) error {
	if before, made := c.made[o.ID]; made && before.marking.effective() >= a.marking.effective() {
		return c.warn(at, fault.New(fault.Invalid, "mispjson.attribute.repeated"))
	}
	o.Markings = a.marking.refs()
	o.origin = a.origin()
	o.UUID = a.uuid
	o.Tags = a.labels
	return c.refer(at, o.ID, o, a.marking, lost(a))
}
