// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"
)

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
