// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"

	"entente.example/internal/backup/rows"
	"entente.example/internal/sqldb"
)

// skipping says which tables are left out.
type skipping func(table string) bool

// nothing is left out but projections.
func nothing(string) bool { return false }

// dump writes the tables that tx sees to w, and returns what each held.
func dump(ctx context.Context, tx *sqldb.Tx, w io.Writer, skip skipping) ([]rows.Sum, error) {
	all, err := tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	enc, err := rows.NewEncoder(w)
	if err != nil {
		return nil, err
	}
	var sums []rows.Sum
	for _, t := range all {
		if skip(t.Name) {
			continue
		}
		sum, err := t.dump(ctx, tx, enc)
		if err != nil {
			return nil, fmt.Errorf("read table %s: %w", t.Name, err)
		}
		sums = append(sums, sum)
	}
	return sums, enc.Close()
}

// sumsOf returns what each table holds that tx sees, without writing it.
func sumsOf(ctx context.Context, tx *sqldb.Tx, skip skipping) ([]rows.Sum, error) {
	return dump(ctx, tx, io.Discard, skip)
}

func (t stored) dump(ctx context.Context, tx *sqldb.Tx, enc *rows.Encoder) (rows.Sum, error) {
	if err := enc.Begin(t.Table); err != nil {
		return rows.Sum{}, err
	}
	row := newRow(t.Table)
	err := tx.All(ctx, `SELECT `+strings.Join(t.Names(), ", ")+` FROM `+t.Name+` ORDER BY `+strings.Join(t.key, ", "), nil,
		func(scan func(...any) error) error {
			if err := scan(row.into...); err != nil {
				return err
			}
			return enc.Row(row.read())
		})
	if err != nil {
		return rows.Sum{}, err
	}
	return enc.End()
}

// row is where the values of one row after another are scanned into.
type row struct {
	table  rows.Table
	into   []any
	values []any
}

func newRow(t rows.Table) *row {
	r := &row{table: t, values: make([]any, len(t.Columns))}
	for _, c := range t.Columns {
		switch c.Kind {
		case rows.Text:
			r.into = append(r.into, &sql.NullString{})
		case rows.Integer:
			r.into = append(r.into, &sql.NullInt64{})
		case rows.Boolean:
			r.into = append(r.into, &sql.NullBool{})
		case rows.Real:
			r.into = append(r.into, &sql.NullFloat64{})
		case rows.Bytes:
			r.into = append(r.into, &[]byte{})
		}
	}
	return r
}

// read returns the values of the row that was scanned. Empty bytes may come out
// of an engine as nothing: where the column must not be empty, they are bytes.
func (r *row) read() []any {
	for i, into := range r.into {
		r.values[i] = nil
		switch v := into.(type) {
		case *sql.NullString:
			if v.Valid {
				r.values[i] = v.String
			}
		case *sql.NullInt64:
			if v.Valid {
				r.values[i] = v.Int64
			}
		case *sql.NullBool:
			if v.Valid {
				r.values[i] = v.Bool
			}
		case *sql.NullFloat64:
			if v.Valid {
				r.values[i] = v.Float64
			}
		case *[]byte:
			if *v != nil || !r.table.Columns[i].Null {
				r.values[i] = *v
			}
		}
	}
	return r.values
}
