// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"bufio"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// maxValue bounds one attribute or object, its attachment included.
const maxValue = 32 << 20

var errTooLong = errors.New("a part of the file is too long")

// cursor reads values from a place in a file.
type cursor struct {
	*jsontext.Decoder
	base int64
}

// offset returns where in the file the last token ended.
func (c cursor) offset() int64 { return c.base + c.InputOffset() }

// name reads the name of a member.
func (c cursor) name() (string, error) {
	token, err := c.ReadToken()
	if err != nil {
		return "", err
	}
	return token.String(), nil
}

// from returns a cursor at offset. Several may be in use on one file, in turns.
// They leave it to the reading of each part to refuse members that stand twice
// and text that is not UTF-8, so that only this part is lost.
func (f *file) from(offset int64) cursor {
	in := &bounded{in: bufio.NewReaderSize(&section{f.source, offset}, 32<<10)}
	in.dec = jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return cursor{in.dec, offset}
}

// start returns the place where the JSON begins: behind a byte order mark, where
// there is one.
func (f *file) start() (int64, error) {
	head := make([]byte, len(byteOrderMark))
	_, err := io.ReadFull(&section{f.source, 0}, head)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return 0, nil
	case err == nil && string(head) == byteOrderMark:
		return int64(len(head)), nil
	}
	return 0, err
}

const byteOrderMark = "\xEF\xBB\xBF"

// section reads from its own place in source, whoever else moves there.
type section struct {
	source io.ReadSeeker
	offset int64
}

func (s *section) Read(p []byte) (int, error) {
	if _, err := s.source.Seek(s.offset, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := s.source.Read(p)
	s.offset += int64(n)
	return n, err
}

// bounded ends the reading when the decoder collects a value without end.
type bounded struct {
	in   *bufio.Reader
	dec  *jsontext.Decoder
	read int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.read-b.dec.InputOffset() > maxValue {
		return 0, errTooLong
	}
	n, err := b.in.Read(p)
	b.read += int64(n)
	return n, err
}
