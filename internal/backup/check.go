// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"entente.example/internal/backup/rows"
)

// Manifest opens the manifest.
func (c Copy) Manifest(keys []age.Identity) (m Manifest, err error) {
	sums, err := c.sums()
	if err != nil {
		return m, err
	}
	err = c.readPart(manifestPart, sums[manifestPart], keys, func(in io.Reader) error {
		m, err = parseManifest(in)
		return err
	})
	return m, err
}

// Check opens all of the back-up, with the files that it names, and holds it
// against its manifest: every row and every byte. It needs no server.
func (c Copy) Check(ctx context.Context, keys []age.Identity) (m Manifest, err error) {
	if err := c.CheckSealed(); err != nil {
		return m, err
	}
	if m, err = c.Manifest(keys); err != nil {
		return m, err
	}
	if err := c.checkRows(m, keys); err != nil {
		return m, err
	}
	err = c.eachFile(m, keys, func(f File) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return c.vault.readFile(f, keys, func(in io.Reader) error {
			_, err := io.Copy(io.Discard, in)
			return err
		})
	})
	return m, err
}

// checkRows reads all rows.
func (c Copy) checkRows(m Manifest, keys []age.Identity) error {
	return c.readRows(m, keys, func(in io.Reader) ([]rows.Sum, error) {
		dec, err := rows.NewDecoder(in)
		if err != nil {
			return nil, err
		}
		var sums []rows.Sum
		for {
			if _, err := dec.Table(); errors.Is(err, io.EOF) {
				return sums, nil
			} else if err != nil {
				return nil, err
			}
			if err := passOver(dec); err != nil {
				return nil, err
			}
			sums = append(sums, dec.Sum())
		}
	})
}

// passOver reads a table to its end.
func passOver(dec *rows.Decoder) error {
	for {
		if _, err := dec.Row(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// readRows has the rows read, and holds what was read against the manifest.
func (c Copy) readRows(m Manifest, keys []age.Identity, read func(io.Reader) ([]rows.Sum, error)) error {
	part, _ := m.part(rowsPart) // the manifest was checked
	return c.readPart(rowsPart, part.SHA256, keys, func(in io.Reader) error {
		sums, err := read(in)
		if err != nil {
			return err
		}
		return compare(m.Tables, sums, "the manifest says", "the back-up holds")
	})
}

// eachFile calls each with every file of the back-up.
func (c Copy) eachFile(m Manifest, keys []age.Identity, each func(File) error) error {
	part, _ := m.part(filesPart) // the manifest was checked
	var count Count
	err := c.readPart(filesPart, part.SHA256, keys, func(in io.Reader) error {
		dec, err := rows.NewDecoder(in)
		if err != nil {
			return err
		}
		t, err := dec.Table()
		if err == nil && !slices.Equal(t.Columns, listed.Columns) {
			err = fmt.Errorf("%w: the list of files has other columns", rows.ErrDamaged)
		}
		if err != nil {
			return err
		}
		for {
			values, err := dec.Row()
			if errors.Is(err, io.EOF) {
				_, err = dec.Table()
				if errors.Is(err, io.EOF) {
					return nil
				}
			}
			if err != nil {
				return err
			}
			f, err := fileOf(values)
			if err != nil {
				return err
			}
			count.Number, count.Bytes = count.Number+1, count.Bytes+f.Size
			if err := each(f); err != nil {
				return err
			}
		}
	})
	if err == nil && count != m.Files {
		err = fmt.Errorf("%w: %d files of %d bytes are listed; the manifest says %d of %d",
			rows.ErrDamaged, count.Number, count.Bytes, m.Files.Number, m.Files.Bytes)
	}
	return err
}

// compare holds two lists of tables against each other, and names the first that
// differs.
func compare(a, b []rows.Sum, saysA, saysB string) error {
	for i := range max(len(a), len(b)) {
		var x, y rows.Sum
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Errorf("%w: %s table %q with %d rows and SHA-256 %s, %s table %q with %d rows and %s",
				rows.ErrDamaged, saysA, x.Table, x.Rows, x.SHA256, saysB, y.Table, y.Rows, y.SHA256)
		}
	}
	return nil
}
