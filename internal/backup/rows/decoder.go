// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
)

// Decoder reads what an Encoder wrote. It takes no more memory than one row,
// whatever the input claims.
type Decoder struct {
	r     *bufio.Reader
	table Table
	sum   hash.Hash
	rows  int64
	last  Sum
	buf   bytes.Buffer
}

// NewDecoder begins to read from r.
func NewDecoder(r io.Reader) (*Decoder, error) {
	d := &Decoder{r: bufio.NewReaderSize(r, 1<<16)}
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(d.r, head); err != nil {
		return nil, damaged("no beginning", err)
	}
	if string(head) != magic {
		return nil, fmt.Errorf("%w: not a dump that this program reads", ErrDamaged)
	}
	return d, nil
}

// damaged says what is wrong with an input that ends or breaks off.
func damaged(what string, err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %s: cut short", ErrDamaged, what)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// Table begins the next table. It fails with io.EOF where there is none.
func (d *Decoder) Table() (Table, error) {
	mark, err := d.r.ReadByte()
	switch {
	case err != nil:
		return Table{}, damaged("next table", err)
	case mark == endAll:
		if _, err := d.r.ReadByte(); !errors.Is(err, io.EOF) {
			return Table{}, fmt.Errorf("%w: something behind the end", ErrDamaged)
		}
		return Table{}, io.EOF
	case mark != beginTable:
		return Table{}, fmt.Errorf("%w: want a table, have mark %q", ErrDamaged, mark)
	}
	d.sum, d.rows = sha256.New(), 0
	if err := d.frame(maxHead); err != nil {
		return Table{}, damaged("head of a table", err)
	}
	d.table, err = readTable(d.buf.Bytes())
	if err != nil {
		return Table{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return d.table, nil
}

// frame reads one piece into the buffer.
func (d *Decoder) frame(limit uint64) error {
	n, err := binary.ReadUvarint(d.r)
	if err != nil {
		return err
	}
	if n > limit {
		return fmt.Errorf("%w: a piece of %d bytes, more than %d", ErrDamaged, n, limit)
	}
	d.buf.Reset()
	if _, err := io.CopyN(&d.buf, d.r, int64(n)); err != nil {
		return err
	}
	d.sum.Write(binary.AppendUvarint(nil, n))
	d.sum.Write(d.buf.Bytes())
	return nil
}

func readTable(b []byte) (t Table, err error) {
	in := piece{b}
	t.Name = in.text()
	for range in.count(maxColumns) {
		c := Column{Name: in.text()}
		c.Kind, c.Null = Kind(in.byte()), in.byte() == 1
		t.Columns = append(t.Columns, c)
	}
	if !in.done() {
		return Table{}, errors.New("the head of a table does not end where it says")
	}
	return t, t.check()
}

// Row returns the next row. It fails with io.EOF after the last, when count and
// sum agree with what the input says of itself.
func (d *Decoder) Row() ([]any, error) {
	mark, err := d.r.ReadByte()
	switch {
	case err != nil:
		return nil, damaged("table "+d.table.Name, err)
	case mark == endTable:
		return nil, d.end()
	case mark != aRow:
		return nil, fmt.Errorf("%w: table %s: want a row, have mark %q", ErrDamaged, d.table.Name, mark)
	}
	if err := d.frame(maxRow); err != nil {
		return nil, damaged("table "+d.table.Name, err)
	}
	d.rows++
	values := make([]any, len(d.table.Columns))
	in := piece{d.buf.Bytes()}
	for i, c := range d.table.Columns {
		if values[i], err = in.value(c); err != nil {
			return nil, fmt.Errorf("%w: table %s: row %d: %w", ErrDamaged, d.table.Name, d.rows, err)
		}
	}
	if !in.done() {
		return nil, fmt.Errorf("%w: table %s: row %d does not end where it says", ErrDamaged, d.table.Name, d.rows)
	}
	return values, nil
}

func (d *Decoder) end() error {
	rows, err := binary.ReadUvarint(d.r)
	if err != nil {
		return damaged("end of table "+d.table.Name, err)
	}
	var digest [sha256.Size]byte
	if _, err := io.ReadFull(d.r, digest[:]); err != nil {
		return damaged("end of table "+d.table.Name, err)
	}
	if rows != uint64(d.rows) || !bytes.Equal(digest[:], d.sum.Sum(nil)) {
		return fmt.Errorf("%w: table %s has other rows than were written", ErrDamaged, d.table.Name)
	}
	d.last = Sum{d.table.Name, d.rows, hex.EncodeToString(digest[:])}
	return io.EOF
}

// Size returns how many bytes the last row had.
func (d *Decoder) Size() int { return d.buf.Len() }

// Sum returns what the table held whose end Row has told.
func (d *Decoder) Sum() Sum { return d.last }

// piece is read from its front. What is not there reads as zero, and done then
// says that it was not whole.
type piece struct{ rest []byte }

func (p *piece) done() bool { return p.rest != nil && len(p.rest) == 0 }

func (p *piece) take(n uint64) []byte {
	if p.rest == nil || uint64(len(p.rest)) < n {
		p.rest = nil
		return nil
	}
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	return taken
}

func (p *piece) byte() byte {
	if b := p.take(1); b != nil {
		return b[0]
	}
	return 0xff
}

func (p *piece) uvarint() uint64 {
	v, n := binary.Uvarint(p.rest)
	if n <= 0 {
		p.rest = nil
		return 0
	}
	p.rest = p.rest[n:]
	return v
}

func (p *piece) varint() int64 {
	v, n := binary.Varint(p.rest)
	if n <= 0 {
		p.rest = nil
		return 0
	}
	p.rest = p.rest[n:]
	return v
}

// count reads a number of things; one that is more than limit is none.
func (p *piece) count(limit uint64) uint64 {
	n := p.uvarint()
	if n > limit {
		p.rest = nil
		return 0
	}
	return n
}

func (p *piece) text() string { return string(p.take(p.uvarint())) }

func (p *piece) value(c Column) (any, error) {
	tag := p.byte()
	switch {
	case tag == tagNull && c.Null:
		return nil, nil
	case (tag == tagFalse || tag == tagTrue) && c.Kind == Boolean:
		return tag == tagTrue, nil
	case tag == tagInt && c.Kind == Integer:
		return p.varint(), nil
	case tag == tagText && c.Kind == Text:
		return p.text(), nil
	case tag == tagBytes && c.Kind == Bytes:
		return bytes.Clone(p.take(p.uvarint())), nil
	case tag == tagReal && c.Kind == Real:
		if b := p.take(8); b != nil {
			return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
		}
		return 0.0, nil
	default:
		return nil, fmt.Errorf("column %s: a value of another kind, or none", c.Name)
	}
}
