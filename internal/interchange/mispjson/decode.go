// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// Record is one STIX object made from an event, or what is to be said of a part
// of it, or both. At least one of Raw, Err and Warning is set.
type Record struct {
	Index          int          // its place among the records, from 0
	Offset, Length int64        // where in the file the part stands that it was made from; an attribute of an object has the object's place
	Raw            []byte       // a STIX 2.1 object
	Source         string       // the part: "Attribute 12 <uuid>", "Object 3, Attribute 0 <uuid>", counted from 0 within the event
	Err            *fault.Error // why the part could not be read; the others go on
	Warning        *fault.Error // what was left out or assumed
}

// Decode reads all events of a file, which is {"Event":{…}}, {"response":[…]} or
// {"response":{…}} around such, a bare event, or an array or a sequence of these.
// It calls each with the records of each event: first its identity and stubs,
// then its parts in the order of the file, relationships, and the report last.
//
// What holds for a whole event (its tags, its maker) may stand at its end, so it
// is read twice; that is why r must seek. In memory are, at one time, one
// attribute or object, and the ids of the event's objects.
//
// Where the file itself is broken or truncated, or holds no event, the last
// record says so and where. Decode returns what each returned, or what reading
// returned.
func Decode(r io.ReadSeeker, each func(Record) error) error {
	f := file{source: r, each: each}
	start, err := f.start()
	if err != nil {
		return err
	}
	c := f.from(start)
	err = f.values(c)
	if stopped, ok := errors.AsType[stop](err); ok {
		return stopped.err
	}
	problem := brokenFile(err)
	if err == nil && f.events == 0 {
		problem = fault.New(fault.Invalid, "mispjson.file.no_event")
	}
	if problem == nil {
		return err
	}
	return each(Record{Index: f.records, Offset: c.offset(), Source: "File", Err: problem.With("offset", c.offset())})
}

// stop carries what each returned past the handling of the file's own errors.
type stop struct{ err error }

func (s stop) Error() string { return s.err.Error() }

// brokenFile returns the fault of a file that cannot be read on, or nil if err
// is not of that kind.
func brokenFile(err error) *fault.Error {
	_, broken := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, errTooLong):
		return fault.Wrap(fault.TooLarge, "mispjson.file.part_too_large", err).With("limit", maxValue>>20)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, "mispjson.file.truncated", err)
	case broken:
		return fault.Wrap(fault.Invalid, "mispjson.file.broken", err)
	}
	return nil
}

// file is the outer part of a reading: whatever stands around the events.
type file struct {
	source  io.ReadSeeker
	each    func(Record) error
	records int
	events  int
}

// maxWrapping is how deep an event may stand in arrays and objects around it.
const maxWrapping = 6

func (f *file) values(c cursor) error {
	for {
		switch err := f.value(c, 0); {
		case err == io.EOF: // between two values; within one it is ErrUnexpectedEOF
			return nil
		case err != nil:
			return err
		}
	}
}

func (f *file) value(c cursor, depth int) error {
	kind := c.PeekKind()
	if depth > maxWrapping || kind != '[' && kind != '{' {
		return c.SkipValue()
	}
	if _, err := c.ReadToken(); err != nil {
		return err
	}
	if kind == '{' {
		return f.object(c, depth)
	}
	for c.PeekKind() != ']' {
		if err := f.value(c, depth+1); err != nil {
			return err
		}
	}
	_, err := c.ReadToken()
	return err
}

// object reads the members of an object that is an event, or holds some.
func (f *file) object(c cursor, depth int) error {
	start := c.offset() - 1
	for c.PeekKind() != '}' {
		name, err := c.name()
		switch {
		case err != nil:
			return err
		case isEventMember(name):
			return f.event(c, start, name)
		case name == "Event" || name == "response":
			err = f.value(c, depth+1)
		default:
			err = c.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := c.ReadToken()
	return err
}

// event reads the event that began at start, up to the member name, and converts
// it, as far as it can be read.
func (f *file) event(c cursor, start int64, name string) error {
	f.events++
	e := event{start: start}
	readErr := e.read(c, name)
	if readErr != nil && brokenFile(readErr) == nil {
		return readErr
	}
	e.length = c.offset() - start
	e.cut = readErr != nil
	if err := f.convert(&e); err != nil {
		return err
	}
	return readErr
}

func (f *file) convert(e *event) error {
	return newConversion(e, func(r Record) error {
		r.Index = f.records
		f.records++
		if err := f.each(r); err != nil {
			return stop{err}
		}
		return nil
	}).run(f.from(e.start))
}
