// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// conversion makes STIX objects from one event.
type conversion struct {
	event *event
	emit  func(Record) error

	uuid              string // of the event
	reportID, maker   string // ids; the maker's may be ""
	created, modified time.Time
	published         time.Time
	marking           marking
	inherited         []string // labels that attributes have from the event

	refs       []string         // what the report names
	made       map[string]thing // by STIX id
	parts      map[string]thing // what a part became, by its UUID
	references []reference
	sightings  int
	counts     map[string]int // of parts, by the name of their list
}

// thing is an object that was made.
type thing struct {
	id      string
	marking marking
}

// place is where a part stands and what it is called.
type place struct {
	offset, length int64
	name           string
}

func newConversion(e *event, emit func(Record) error) *conversion {
	return &conversion{
		event: e, emit: emit, sightings: int(e.Sighting),
		made: map[string]thing{}, parts: map[string]thing{}, counts: map[string]int{},
	}
}

// run converts the event at c's place. Where the file breaks within it, what came
// before is all there is; the reader of the file says so.
func (c *conversion) run(at cursor) error {
	if problem := c.settle(); problem != nil {
		return c.fail(c.place(), problem)
	}
	if err := c.opening(); err != nil {
		return err
	}
	if err := c.members(at); err != nil && brokenFile(err) == nil {
		return err
	}
	return c.closing()
}

// place is that of the event as a whole.
func (c *conversion) place() place {
	return place{c.event.start, c.event.length, sourceName("Event", string(c.event.UUID))}
}

func sourceName(name, uuid string) string {
	if uuid == "" {
		return name
	}
	return name + " " + uuid
}

// settle works out what holds for the whole event. Without its id or any time
// there is nothing that its parts could belong to.
func (c *conversion) settle() *fault.Error {
	e := c.event
	var ok bool
	if c.uuid, ok = parseUUID(string(e.UUID)); !ok {
		return wrong("uuid", "mispjson.event.uuid")
	}
	if c.created, c.modified, c.published, ok = e.times(); !ok {
		return wrong("date", "mispjson.event.date")
	}
	c.reportID = "report--" + c.uuid
	if maker, ok := parseUUID(string(e.Orgc.UUID)); ok {
		c.maker = "identity--" + maker
	}
	c.marking = markingOf(e.Tag)
	if !e.marked() {
		c.marking = narrowest()
	}
	c.inherited = inheritable(labels(e.Tag, nil))
	return nil
}

// opening tells what is wrong with the event as a whole, who made it, and what it
// is about.
func (c *conversion) opening() error {
	for _, problem := range c.event.problems {
		if err := c.fail(c.place(), problem); err != nil {
			return err
		}
	}
	if !c.event.marked() {
		if err := c.warn(c.place(), fault.New(fault.Invalid, "mispjson.event.marking").On("Tag")); err != nil {
			return err
		}
	}
	if c.maker != "" {
		maker := identity{common: c.timeless("identity", c.maker), Name: string(c.event.Orgc.Name), Class: "organization"}
		if maker.Name == "" {
			maker.Name = string(c.event.Orgc.UUID)
		}
		if err := c.put(c.place(), maker.ID, maker, c.marking, nil); err != nil {
			return err
		}
	}
	return c.clusters(c.place(), c.event.Galaxy, c.marking)
}

// clusters makes a stub of each cluster that is something, once an event.
func (c *conversion) clusters(at place, galaxies []galaxy, m marking) error {
	for _, g := range galaxies {
		kind := clusterType(g.Type)
		for _, known := range g.Cluster {
			uuid, ok := parseUUID(string(known.UUID))
			if kind == "" || !ok || known.Value == "" || c.isMade(kind+"--"+uuid) {
				continue
			}
			s := stub{common: c.timeless(kind, kind+"--"+uuid), Name: string(known.Value)}
			s.Markings = stubMarking(m)
			if kind == "malware" {
				family := true
				s.IsFamily = &family
			}
			if err := c.refer(at, s.ID, s, m, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// timeless is the head of an object that many events tell of, so that it must be
// the same in all.
func (c *conversion) timeless(kind, id string) common {
	at := stixTime(timeless())
	return common{Type: kind, SpecVersion: "2.1", ID: id, Created: at, Modified: at, Markings: stubMarking(c.marking)}
}

// members converts the lists of the event.
func (c *conversion) members(at cursor) error {
	if _, err := at.ReadToken(); err != nil {
		return err
	}
	for at.PeekKind() != '}' {
		name, err := at.name()
		if err != nil {
			return err
		}
		switch name {
		case "Attribute":
			err = c.list(at, name, c.attribute)
		case "Object":
			err = c.list(at, name, c.group)
		case "EventReport":
			err = c.list(at, name, c.eventReport)
		default:
			err = at.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := at.ReadToken()
	return err
}

// list converts the elements of an array, one at a time.
func (c *conversion) list(at cursor, name string, convert func(place, jsontext.Value) error) error {
	if at.PeekKind() != '[' {
		raw, err := at.ReadValue()
		if err != nil || raw.Kind() == 'n' {
			return err
		}
		return c.fail(c.place(), wrong(name, "mispjson.part.wrong_type"))
	}
	if _, err := at.ReadToken(); err != nil {
		return err
	}
	for at.PeekKind() != ']' {
		raw, err := at.ReadValue()
		if err != nil {
			return err
		}
		end, length := at.offset(), int64(len(raw))
		here := place{end - length, length, name + " " + strconv.Itoa(c.counts[name])}
		c.counts[name]++
		if err := convert(here, raw); err != nil {
			return err
		}
	}
	_, err := at.ReadToken()
	return err
}

// fail reports a part that could not be read.
func (c *conversion) fail(at place, problem *fault.Error) error {
	return c.emit(Record{Offset: at.offset, Length: at.length, Source: at.name, Err: told(at, problem)})
}

// told returns what is said of the part at a place, with the words for its message.
func told(at place, what *fault.Error) *fault.Error {
	return what.With("part", at.name).With("field", what.Field)
}

// warn reports something about a part of which nothing is made.
func (c *conversion) warn(at place, warning *fault.Error) error {
	return c.emit(Record{Offset: at.offset, Length: at.length, Source: at.name, Warning: told(at, warning)})
}

// put gives out an object.
func (c *conversion) put(at place, id string, object any, m marking, warning *fault.Error) error {
	c.made[id] = thing{id, m}
	if warning != nil {
		warning = told(at, warning)
	}
	return c.emit(Record{Offset: at.offset, Length: at.length, Source: at.name, Raw: marshal(object), Warning: warning})
}

// refer gives out an object that the report names, unless it is marked narrower
// than the report: an id can tell what it stands for.
func (c *conversion) refer(at place, id string, object any, m marking, warning *fault.Error) error {
	if !c.isMade(id) && m.effective() <= c.marking.effective() {
		c.refs = append(c.refs, id)
	}
	return c.put(at, id, object, m, warning)
}

func (c *conversion) isMade(id string) bool {
	_, made := c.made[id]
	return made
}

// became notes what a part became, for the references to it.
func (c *conversion) became(uuid, id string, m marking) { c.parts[uuid] = thing{id, m} }
