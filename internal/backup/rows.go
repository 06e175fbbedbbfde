// SPDX-License-Identifier: Apache-2.0

package backup

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
	"regexp"
)

// Kind is what a column holds: the types that mean the same on both engines.
type Kind byte

// The kinds of column.
const (
	Text    Kind = 't'
	Integer Kind = 'i' // of 64 bits
	Boolean Kind = 'b'
	Bytes   Kind = 'x'
	Real    Kind = 'r' // of 64 bits
)

// Column is a column of a table.
type Column struct {
	Name string
	Kind Kind
	Null bool // may be empty
}

// Table is a table as it is written: its columns in the order of a row's values.
type Table struct {
	Name    string
	Columns []Column
}

// Sum says what a table held: how many rows, and the SHA-256 of the table's name,
// its columns and its rows in order, hexadecimal. It is the same on both engines.
type Sum struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

const (
	magic      = "entente rows 1\n"
	beginTable = 'T'
	aRow       = 'R'
	endTable   = 'E'
	endAll     = 'Z'

	maxColumns = 256
	maxHead    = 64 << 10  // bytes that introduce a table
	maxRow     = 256 << 20 // bytes of one row
)

// Tags of values.
const (
	tagNull  = 0
	tagFalse = 1
	tagTrue  = 2
	tagInt   = 3
	tagText  = 4
	tagBytes = 5
	tagReal  = 6
)

// identifier is what a table or column may be called: names go into statements.
var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Encoder writes tables and their rows.
type Encoder struct {
	w     *bufio.Writer
	table Table
	sum   hash.Hash
	rows  int64
	buf   []byte
}

// NewEncoder begins to write to w.
func NewEncoder(w io.Writer) (*Encoder, error) {
	e := &Encoder{w: bufio.NewWriterSize(w, 1<<16)}
	_, err := e.w.WriteString(magic)
	return e, err
}

// Begin begins a table.
func (e *Encoder) Begin(t Table) error {
	if err := t.check(); err != nil {
		return err
	}
	e.table, e.sum, e.rows, e.buf = t, sha256.New(), 0, e.buf[:0]
	e.buf = appendText(e.buf, t.Name)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(t.Columns)))
	for _, c := range t.Columns {
		e.buf = append(appendText(e.buf, c.Name), byte(c.Kind), flag(c.Null))
	}
	return e.frame(beginTable)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

func (t Table) check() error {
	if !identifier.MatchString(t.Name) {
		return fmt.Errorf("table %q: not a name", t.Name)
	}
	if len(t.Columns) == 0 || len(t.Columns) > maxColumns {
		return fmt.Errorf("table %s: %d columns", t.Name, len(t.Columns))
	}
	seen := map[string]bool{}
	for _, c := range t.Columns {
		if !identifier.MatchString(c.Name) || seen[c.Name] {
			return fmt.Errorf("table %s: column %q is no name, or there twice", t.Name, c.Name)
		}
		if !bytes.ContainsRune([]byte{byte(Text), byte(Integer), byte(Boolean), byte(Bytes), byte(Real)}, rune(c.Kind)) {
			return fmt.Errorf("table %s: column %s is of no kind known", t.Name, c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// Row writes a row: nil, bool, int64, string, []byte or float64 for each column.
func (e *Encoder) Row(values []any) (err error) {
	if len(values) != len(e.table.Columns) {
		return fmt.Errorf("table %s: %d values for %d columns", e.table.Name, len(values), len(e.table.Columns))
	}
	e.buf = e.buf[:0]
	for i, v := range values {
		if e.buf, err = appendValue(e.buf, e.table.Columns[i], v); err != nil {
			return fmt.Errorf("table %s: row %d: %w", e.table.Name, e.rows+1, err)
		}
	}
	if len(e.buf) > maxRow {
		return fmt.Errorf("table %s: row %d has %d bytes; at most %d can be written", e.table.Name, e.rows+1, len(e.buf), maxRow)
	}
	e.rows++
	return e.frame(aRow)
}

func appendValue(b []byte, c Column, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		if c.Null {
			return append(b, tagNull), nil
		}
	case bool:
		if c.Kind == Boolean {
			return append(b, tagFalse+flag(v)), nil
		}
	case int64:
		if c.Kind == Integer {
			return binary.AppendVarint(append(b, tagInt), v), nil
		}
	case string:
		if c.Kind == Text {
			return appendText(append(b, tagText), v), nil
		}
	case []byte:
		if c.Kind == Bytes {
			b = binary.AppendUvarint(append(b, tagBytes), uint64(len(v)))
			return append(b, v...), nil
		}
	case float64:
		if c.Kind == Real {
			return binary.BigEndian.AppendUint64(append(b, tagReal), math.Float64bits(v)), nil
		}
	}
	return b, fmt.Errorf("column %s does not take a %T", c.Name, value)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// frame writes what is in the buffer as one piece, and counts it into the sum.
func (e *Encoder) frame(mark byte) error {
	if err := e.w.WriteByte(mark); err != nil {
		return err
	}
	length := binary.AppendUvarint(nil, uint64(len(e.buf)))
	e.sum.Write(length) // a hash never fails to be written to
	e.sum.Write(e.buf)
	if _, err := e.w.Write(length); err != nil {
		return err
	}
	_, err := e.w.Write(e.buf)
	return err
}

// End ends the table and returns what it held.
func (e *Encoder) End() (Sum, error) {
	digest := e.sum.Sum(nil)
	out := binary.AppendUvarint([]byte{endTable}, uint64(e.rows))
	_, err := e.w.Write(append(out, digest...))
	return Sum{e.table.Name, e.rows, hex.EncodeToString(digest)}, err
}

// Close writes the end, without which nothing that was written counts.
func (e *Encoder) Close() error {
	if err := e.w.WriteByte(endAll); err != nil {
		return err
	}
	return e.w.Flush()
}

// ErrDamaged is what a part is that does not hold what it says.
var ErrDamaged = errors.New("damaged")

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
