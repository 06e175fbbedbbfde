// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// group converts an Object: its attributes, the file that they make together, and
// what it refers to.
func (c *conversion) group(at place, raw jsontext.Value) error {
	var g group
	if problem := read(raw, &g, "Object"); problem != nil {
		return c.fail(at, problem)
	}
	unnamed := at.name
	at.name = sourceName(at.name, string(g.UUID))
	uuid, ok := parseUUID(string(g.UUID))
	switch {
	case bool(g.Deleted):
		return c.warn(at, fault.New(fault.Invalid, "mispjson.part.deleted"))
	case !ok:
		return c.fail(at, wrong("uuid", "mispjson.part.uuid"))
	}
	file := fileParts{}
	for i, raw := range g.Attribute {
		here := at
		here.name = fmt.Sprintf("%s, Attribute %d", unnamed, i)
		if err := c.inGroup(here, raw, &g, uuid, &file); err != nil {
			return err
		}
	}
	if err := c.file(at, uuid, &g, &file); err != nil {
		return err
	}
	return c.refersTo(at, g.Reference, uuid)
}

// inGroup converts an attribute of an Object. One that is a part of a file and
// not for detection is in that file alone.
func (c *conversion) inGroup(at place, raw jsontext.Value, g *group, uuid string, file *fileParts) error {
	a, err := c.readAttribute(&at, raw)
	if a == nil || err != nil {
		return err
	}
	if g.Name == "file" && file.take(a) && !bool(a.ToIDs) {
		return nil
	}
	if err := c.convert(at, a); err != nil {
		return err
	}
	// An Object is what the first of its attributes is, that is not a remark.
	known, already := c.parts[uuid]
	if became := c.parts[a.uuid]; !already || isNote(known.id) && !isNote(became.id) {
		c.parts[uuid] = became
	}
	return nil
}

func isNote(id string) bool { return strings.HasPrefix(id, "note--") }

// fileParts gathers what the attributes of a file object say of one file.
type fileParts struct {
	object observed
	of     []*attribute
}

// take takes a if it says something of the file that was not said before, and
// that an observable can show.
func (f *fileParts) take(a *attribute) bool {
	o, taken := &f.object, false
	switch string(a.Relation) {
	case "filename":
		if taken = o.Name == "" && a.Type == "filename"; taken {
			o.Name = string(a.Value)
		}
	case "size-in-bytes":
		n, err := strconv.ParseInt(string(a.Value), 10, 64)
		if taken = err == nil && n >= 0 && o.Size == nil; taken {
			o.Size = &n
		}
	case "mimetype":
		if taken = o.MIMEType == "" && isVisible(string(a.Value)); taken {
			o.MIMEType = string(a.Value)
		}
	default:
		taken = f.takeHash(a)
	}
	if taken {
		f.of = append(f.of, a)
	}
	return taken
}

func (f *fileParts) takeHash(a *attribute) bool {
	if a.Relation != a.Type || len(a.meaning.objects) != 1 || len(a.meaning.objects[0].Hashes) != 1 || a.meaning.objects[0].Type != "file" {
		return false
	}
	for name, value := range a.meaning.objects[0].Hashes {
		if _, said := f.object.Hashes[name]; said {
			return false
		}
		if f.object.Hashes == nil {
			f.object.Hashes = map[string]string{}
		}
		f.object.Hashes[name] = value
	}
	return true
}

// file gives out the file that a file object describes. It is marked as the
// narrowest of what it was gathered from.
func (c *conversion) file(at place, uuid string, g *group, parts *fileParts) error {
	if len(parts.of) == 0 {
		return nil
	}
	if parts.object.Name == "" && len(parts.object.Hashes) == 0 {
		return c.eachRemark(at, parts.of)
	}
	whole := attribute{uuid: uuid, Type: g.Name, Comment: g.Comment, marking: parts.of[0].marking, labels: parts.of[0].labels}
	for _, a := range parts.of {
		whole.marking = narrower(whole.marking, a.marking)
	}
	parts.object.Type = "file"
	o := parts.object.identified()
	for _, a := range parts.of {
		if _, became := c.parts[a.uuid]; !became {
			c.became(a.uuid, o.ID, whole.marking)
		}
	}
	c.became(uuid, o.ID, whole.marking)
	return c.observable(at, o, &whole)
}

// eachRemark makes notes of what is known of a file without name and hash, and
// not told yet.
func (c *conversion) eachRemark(at place, parts []*attribute) error {
	for _, a := range parts {
		if _, became := c.parts[a.uuid]; became {
			continue
		}
		if err := c.remark(at, a); err != nil {
			return err
		}
	}
	return nil
}
