// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"bytes"
	"errors"
	"io"
)

// What a file can do to the one who splits it.
var (
	errTruncated = errors.New("file ends within a value")
	errBroken    = errors.New("not JSON at this place")
)

// splitter cuts JSON text into values. It knows brackets and strings and no
// more, so that what is wrong within a value stops at the end of that value;
// what it cuts is still to be checked. Its memory is bounded: of a value over
// maxObject it keeps nothing, of nesting past maxDepth only the depth.
type splitter struct {
	in       io.Reader
	buf      []byte
	pos, end int
	base     int64 // offset of buf[0] in the file

	value []byte // the value cut last
	whole []byte // all since keep, where keeping
	keep  bool
}

func newSplitter(in io.Reader) *splitter {
	return &splitter{in: in, buf: make([]byte, 64<<10)}
}

func (s *splitter) offset() int64 { return s.base + int64(s.pos) }

// fill reads more once all is taken. At the end of the file it returns io.EOF.
func (s *splitter) fill() error {
	if s.pos < s.end {
		return nil
	}
	s.base += int64(s.end)
	s.pos, s.end = 0, 0
	for range 100 {
		n, err := s.in.Read(s.buf)
		s.end = n
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// take moves past the next n bytes of the buffer.
func (s *splitter) take(n int) {
	if s.keep && len(s.whole) <= maxObject {
		s.whole = append(s.whole, s.buf[s.pos:s.pos+n]...)
	}
	s.pos += n
}

// peek returns the next byte that is no white space, and leaves it there.
func (s *splitter) peek() (byte, error) {
	for {
		if err := s.fill(); err != nil {
			return 0, err
		}
		rest := s.buf[s.pos:s.end]
		blank := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n"))
		s.take(blank)
		if blank < len(rest) {
			return s.buf[s.pos], nil
		}
	}
}

// inside is peek where the file may not end.
func (s *splitter) inside() (byte, error) {
	c, err := s.peek()
	if errors.Is(err, io.EOF) {
		err = errTruncated
	}
	return c, err
}

// expect takes the byte want.
func (s *splitter) expect(want byte) error {
	c, err := s.inside()
	if err != nil {
		return err
	}
	if c != want {
		return errBroken
	}
	s.take(1)
	return nil
}

// cut is what next tells about a value besides its bytes.
type cut struct {
	start, length int64
	first         byte
	deepest       int
}

func (c cut) tooLong() bool { return c.length > maxObject }
func (c cut) tooDeep() bool { return c.deepest > maxDepth }

// next cuts the next value; its bytes are in s.value until the next call.
func (s *splitter) next() (cut, error) {
	s.value = s.value[:0]
	first, err := s.inside()
	if err != nil {
		return cut{}, err
	}
	c := cut{start: s.offset(), first: first}
	var m machine
	for {
		n, done, err := m.scan(s.buf[s.pos:s.end])
		c.length += int64(n)
		if !c.tooLong() {
			s.value = append(s.value, s.buf[s.pos:s.pos+n]...)
		}
		s.take(n)
		c.deepest = m.deepest
		if done || err != nil {
			return c, err
		}
		switch err := s.fill(); {
		case errors.Is(err, io.EOF) && m.scalar:
			return c, nil
		case errors.Is(err, io.EOF):
			return c, errTruncated
		case err != nil:
			return c, err
		}
	}
}

// machine finds the end of one value across chunks of its text.
type machine struct {
	depth, deepest int
	arrays         uint64 // bit d: the container at depth d+1 is an array
	quoted         bool   // within a string
	escaped        bool   // behind a backslash
	scalar         bool   // a number, literal or rubbish, which only its follower ends
}

// scan returns how many bytes of chunk belong to the value, and whether it ends
// with them.
func (m *machine) scan(chunk []byte) (n int, done bool, err error) {
	for n < len(chunk) {
		if m.quoted {
			n += m.text(chunk[n:])
			if !m.quoted && m.depth == 0 {
				return n, true, nil
			}
			continue
		}
		c := chunk[n]
		if m.scalar && bytes.IndexByte([]byte(" \t\r\n,:]}[{\""), c) >= 0 {
			return n, true, nil
		}
		n++
		switch c {
		case '"':
			m.quoted = true
		case '{', '[':
			m.open(c)
		case '}', ']':
			if !m.close(c) {
				return n - 1, false, errBroken
			}
			if m.depth == 0 {
				return n, true, nil
			}
		default:
			m.scalar = m.depth == 0
		}
	}
	return n, false, nil
}

// text moves through a string and past its closing quote.
func (m *machine) text(chunk []byte) int {
	for i, c := range chunk {
		switch {
		case m.escaped:
			m.escaped = false
		case c == '\\':
			m.escaped = true
		case c == '"':
			m.quoted = false
			return i + 1
		}
	}
	return len(chunk)
}

func (m *machine) open(c byte) {
	if m.depth < maxDepth {
		bit := uint64(1) << m.depth
		m.arrays &^= bit
		if c == '[' {
			m.arrays |= bit
		}
	}
	m.depth++
	m.deepest = max(m.deepest, m.depth)
}

// close reports whether c closes what is open. Past maxDepth it takes that on
// trust: the value is refused anyhow.
func (m *machine) close(c byte) bool {
	if m.depth == 0 {
		return false
	}
	m.depth--
	return m.depth >= maxDepth || m.arrays>>m.depth&1 == 1 == (c == ']')
}
