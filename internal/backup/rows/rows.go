// SPDX-License-Identifier: Apache-2.0

package rows

import (
	"bytes"
	"errors"
	"fmt"
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

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// IsName reports whether a table or column may be called so: names go into
// statements.
func IsName(name string) bool { return identifier.MatchString(name) }

// Names returns the names of the columns, in order.
func (t Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
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

// ErrDamaged is what an input is that does not hold what it says.
var ErrDamaged = errors.New("damaged")
