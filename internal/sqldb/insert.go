// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// copyFrom is the number of rows from which COPY is worth its extra round trip.
const copyFrom = 64

// Insert adds rows to table, each with a value for every column. Sort them by
// the table's key where it is large: that is faster on SQLite, and on
// PostgreSQL it keeps two batches from waiting for each other.
func (tx *Tx) Insert(ctx context.Context, table string, columns []string, rows [][]any) error {
	for i, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("insert into %s: row %d has %d values for %d columns", table, i, len(row), len(columns))
		}
	}
	if tx.engine == PostgreSQL && len(rows) >= copyFrom {
		return tx.copy(ctx, table, columns, rows)
	}
	for text, before := "", 0; len(rows) > 0; {
		n := batch(len(rows))
		if n != before {
			text, before = insertText(table, columns, n), n
		}
		if err := tx.Exec(ctx, text, slices.Concat(rows[:n]...)...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// batch says how many of n rows go into one statement: few sizes, so that few
// statements are compiled.
func batch(n int) int {
	for _, size := range []int{32, 8} {
		if n >= size {
			return size
		}
	}
	return 1
}

// insertText returns the statement that inserts that many rows.
func insertText(table string, columns []string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i := range rows * len(columns) {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%len(columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	b.WriteString(")")
	return b.String()
}

// copy streams rows through PostgreSQL's COPY.
func (tx *Tx) copy(ctx context.Context, table string, columns []string, rows [][]any) error {
	for _, row := range rows {
		if err := storable(row); err != nil {
			return err
		}
	}
	ctx, err := tx.begin(ctx, nil)
	if err != nil {
		return err
	}
	if tx.view {
		return errView
	}
	err = tx.session.conn.Raw(func(driverConn any) error {
		conn := driverConn.(*stdlib.Conn).Conn()
		_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
	tx.wrote = true
	return tx.fail(ctx, "COPY "+table, err)
}
