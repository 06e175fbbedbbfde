// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// What one object may be.
const (
	maxObject = 8 << 20 // bytes
	maxDepth  = 64      // levels of nesting
)

// Record is one object of a file, or what is wrong at its place.
type Record struct {
	Index          int          // its place among the objects of the file, from 0
	Offset, Length int64        // where its bytes are in the file
	Raw            []byte       // the bytes as they came; valid only during the call; nil where they were too many
	Spec           string       // the spec_version of the bundle, where it was told before the object: give it to Parse
	Err            *fault.Error // why the object cannot be read; the others go on
}

// Decode reads a bundle, a TAXII envelope, an array of objects, a bare object,
// or several of these one after the other, and calls each with every object in
// the order of the file. It holds one object at a time.
//
// Where the file itself is broken, truncated or no STIX, the last record says so
// and where. Decode returns what each returned, or what reading returned.
func Decode(in io.Reader, each func(Record) error) error {
	d := decoding{in: newSplitter(in), each: each}
	err := d.file()
	if errors.Is(err, errTruncated) || errors.Is(err, errBroken) {
		return d.report(d.in.offset(), brokenFile(err).With("index", d.index).With("offset", d.in.offset()))
	}
	return err
}

func brokenFile(err error) *fault.Error {
	if errors.Is(err, errTruncated) {
		return fault.Wrap(fault.Invalid, "stix.file.truncated", err)
	}
	return fault.Wrap(fault.Invalid, "stix.file.broken", err)
}

type decoding struct {
	in    *splitter
	each  func(Record) error
	index int
	spec  string
}

// file reads values to the end of the file.
func (d *decoding) file() error {
	if err := d.skipByteOrderMark(); err != nil {
		return err
	}
	for count := 0; ; count++ {
		first, err := d.in.peek()
		if errors.Is(err, io.EOF) && count > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return d.report(d.in.offset(), fault.New(fault.Invalid, "stix.file.empty"))
		}
		if err != nil {
			return err
		}
		switch {
		case first == '{':
			err = d.outer()
		case first == '[':
			err = d.elements()
		case count == 0:
			return d.report(d.in.offset(), fault.New(fault.Invalid, "stix.file.notjson"))
		default:
			err = errBroken
		}
		if err != nil {
			return err
		}
	}
}

// skipByteOrderMark takes the mark that some editors put before the text. No JSON
// begins with its first byte.
func (d *decoding) skipByteOrderMark() error {
	if err := d.in.fill(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if d.in.end == 0 || d.in.buf[0] != 0xEF {
		return nil
	}
	for _, c := range []byte("\xEF\xBB\xBF") {
		if err := d.in.expect(c); err != nil {
			return err
		}
	}
	return nil
}

// elements reads an array of objects.
func (d *decoding) elements() error {
	if err := d.in.expect('['); err != nil {
		return err
	}
	c, err := d.in.inside()
	if err != nil {
		return err
	}
	if c == ']' {
		return d.in.expect(']')
	}
	for {
		what, err := d.in.next()
		if err != nil {
			return err
		}
		if err := d.deliver(what, d.in.value); err != nil {
			return err
		}
		c, err := d.in.inside()
		if err != nil {
			return err
		}
		if c == ']' {
			return d.in.expect(']')
		}
		if err := d.in.expect(','); err != nil {
			return err
		}
	}
}

// outer reads an object at the top of the file: a container of objects, or an
// object itself. What it is shows only by its members, so it is kept whole until
// an array named objects settles it.
func (d *decoding) outer() error {
	d.in.whole, d.in.keep = d.in.whole[:0], true
	defer func() { d.in.keep = false }()
	d.spec = ""
	start := d.in.offset()
	top, err := d.members()
	if err != nil || top.streamed {
		return err
	}
	switch {
	case top.kind == "bundle" && top.objects:
		return d.report(start, about("stix.bundle.objects", "objects"))
	case top.kind == "bundle" || top.kind == "" && top.count == top.paging:
		return nil
	case top.kind == "":
		return d.report(start, fault.New(fault.Invalid, "stix.file.foreign"))
	}
	what := cut{start: start, length: d.in.offset() - start, first: '{', deepest: top.deepest + 1}
	return d.deliver(what, d.in.whole)
}

// outerMembers is what the members of the outermost object tell about it.
type outerMembers struct {
	kind          string // its type
	objects       bool   // it has a member of that name, which is no array
	streamed      bool   // its objects were delivered
	count, paging int    // its members; those that page a TAXII envelope
	deepest       int
}

func (d *decoding) members() (outerMembers, error) {
	var top outerMembers
	if err := d.in.expect('{'); err != nil {
		return top, err
	}
	for first := true; ; first = false {
		c, err := d.in.inside()
		if err != nil {
			return top, err
		}
		if c == '}' {
			return top, d.in.expect('}')
		}
		if !first {
			if err := d.in.expect(','); err != nil {
				return top, err
			}
		}
		if err := d.member(&top); err != nil {
			return top, err
		}
	}
}

func (d *decoding) member(top *outerMembers) error {
	what, err := d.in.next()
	if err != nil {
		return err
	}
	if what.first != '"' {
		return errBroken
	}
	name := text(d.in.value)
	if err := d.in.expect(':'); err != nil {
		return err
	}
	c, err := d.in.inside()
	if err != nil {
		return err
	}
	top.count++
	if name == "objects" && c == '[' && (top.kind == "" || top.kind == "bundle") {
		top.streamed, d.in.keep = true, false
		return d.elements()
	}
	what, err = d.in.next()
	if err != nil {
		return err
	}
	top.deepest = max(top.deepest, what.deepest)
	switch name {
	case "type":
		top.kind = text(d.in.value)
	case "spec_version":
		d.spec = text(d.in.value)
	case "objects":
		top.objects = true
	case "more", "next":
		top.paging++
	}
	return nil
}

// text returns the string that a JSON text is, or nothing.
func text(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// report delivers what is wrong with the file at that place.
func (d *decoding) report(offset int64, problem *fault.Error) error {
	return d.each(Record{Index: d.index, Offset: offset, Spec: d.spec, Err: problem})
}

func (d *decoding) deliver(what cut, raw []byte) error {
	r := Record{Index: d.index, Offset: what.start, Length: what.length, Spec: d.spec}
	if !what.tooLong() {
		r.Raw = raw
	}
	r.Err = check(what, raw)
	d.index++
	return d.each(r)
}

// check returns why a value that was cut is no readable object.
func check(what cut, raw []byte) *fault.Error {
	switch {
	case what.first != '{':
		return fault.New(fault.Invalid, "stix.object.notobject")
	case what.tooLong():
		return fault.New(fault.TooLarge, "stix.object.long").With("limit", maxObject)
	case what.tooDeep():
		return fault.New(fault.Invalid, "stix.object.deep").With("limit", maxDepth)
	case jsontext.Value(raw).IsValid():
		return nil
	}
	return syntax(raw)
}

// syntax returns what makes raw no JSON as RFC 7493 has it.
func syntax(raw []byte) *fault.Error {
	_, err := jsontext.NewDecoder(bytes.NewReader(raw)).ReadValue()
	return syntaxFault(err)
}

func syntaxFault(err error) *fault.Error {
	at, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return fault.Wrap(fault.Invalid, "stix.object.syntax", err).With("offset", int64(0))
	}
	field := fieldOf(at.JSONPointer)
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return fault.Wrap(fault.Invalid, "stix.object.duplicate", err).On(field).With("field", field)
	}
	return fault.Wrap(fault.Invalid, "stix.object.syntax", err).On(field).With("field", field).With("offset", at.ByteOffset)
}

// fieldOf writes a JSON pointer as people name a field: a.b.0.c.
func fieldOf(at jsontext.Pointer) string {
	var out []byte
	for name := range at.Tokens() {
		if len(out) > 0 {
			out = append(out, '.')
		}
		out = append(out, name...)
	}
	if len(out) > 200 {
		out = out[:200]
	}
	return string(bytes.ToValidUTF8(out, nil))
}
