// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"entente.example/internal/audit/auditsql"
	"entente.example/internal/backup/rows"
	"entente.example/internal/durable"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Source is what a back-up is taken of, and to whom it is sealed.
type Source struct {
	DB         *sqldb.DB
	Files      Files
	Recipients []string // age1…, one at least
	Now        time.Time
	ID         string            // of the back-up: eight hexadecimal digits
	Tell       func(line string) // of progress and of what is odd
}

// attempts is how often a back-up begins again because a file went meanwhile.
const attempts = 4

// Take adds a back-up to the vault at root, and returns it with the SHA-256 of
// its sealed manifest, by which it can be told from any other. The server goes on
// writing. What was committed before Take was called is in it.
func Take(ctx context.Context, root string, src Source) (c Copy, m Manifest, sum string, err error) {
	to, err := recipients(src.Recipients)
	if err != nil {
		return c, m, "", err
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return c, m, "", err
	}
	v, err := OpenVault(root)
	if err != nil {
		return c, m, "", err
	}
	unlock, err := v.lock()
	if err != nil {
		return c, m, "", err
	}
	defer unlock()
	name := src.Now.UTC().Format("20060102T150405Z") + "-" + src.ID
	t := &taking{Source: src, to: to, folder: filepath.Join(root, name+unfinished)}
	if t.shelf, err = openShelf(v, to, src.Recipients); err != nil {
		return c, m, "", err
	}
	if err := os.Mkdir(t.folder, 0o700); err != nil {
		return c, m, "", err
	}
	if m, sum, err = t.run(ctx); err != nil {
		return c, m, "", errors.Join(err, os.RemoveAll(t.folder))
	}
	c = Copy{v, name, filepath.Join(root, name)}
	return c, m, sum, errors.Join(durable.Sync(t.folder), os.Rename(t.folder, c.folder), durable.Sync(root))
}

func recipients(names []string) (to []age.Recipient, err error) {
	for _, name := range names {
		found, err := age.ParseRecipients(strings.NewReader(name))
		if err != nil {
			return nil, fmt.Errorf("recipient %q: %w", name, err)
		}
		to = append(to, found...)
	}
	if len(to) == 0 {
		return nil, errNoRecipient
	}
	return to, nil
}

// lock keeps a second back-up out of the vault.
func (v Vault) lock() (unlock func(), err error) {
	unlock, err = durable.Lock(filepath.Join(v.root, ".lock"))
	if errors.Is(err, durable.ErrHeld) {
		err = fmt.Errorf("another back-up writes to %s: %w", v.root, err)
	}
	return unlock, err
}

// taking is a back-up that is being taken.
type taking struct {
	Source
	to     []age.Recipient
	shelf  *shelf
	folder string
}

func (t *taking) run(ctx context.Context) (m Manifest, sum string, err error) {
	// Most files are copied before the snapshot is opened, so that it is short.
	if _, err := t.shelf.keepAll(ctx, t.Files); err != nil {
		return m, "", err
	}
	for n := 1; ; n++ {
		var lost []string
		m, lost, err = t.snapshot(ctx, n == attempts)
		if err != nil {
			return m, "", err
		}
		if len(lost) == 0 || n == attempts {
			for _, id := range lost {
				t.Tell("the server itself has lost a file: " + id)
			}
			break
		}
	}
	sum, err = t.manifest(m)
	return m, sum, err
}

// snapshot writes rows and the list of files as of one moment. Where it finds a
// file gone that a row tells of, it writes nothing and says which, unless it is
// the last to try.
func (t *taking) snapshot(ctx context.Context, last bool) (m Manifest, lost []string, err error) {
	m = Manifest{Format: format, TakenAt: t.Now.UTC(), Engine: string(t.DB.Engine())}
	err = t.DB.View(ctx, func(tx *sqldb.Tx) error {
		if m.Schema, err = SchemaVersion(ctx, tx); err != nil {
			return err
		}
		if m.Schema == 0 {
			return errors.New("the database has no tables: start the server once")
		}
		if m.Journal, err = journalHead(ctx, tx); err != nil {
			return err
		}
		ids, err := t.shelf.keepAll(ctx, t.Files)
		if err != nil {
			return err
		}
		if lost, err = missing(ctx, tx, ids); err != nil || len(lost) > 0 && !last {
			return err
		}
		kept, err := writePart(filepath.Join(t.folder, rowsPart), t.to, func(w io.Writer) (err error) {
			m.Tables, err = dump(ctx, tx, w, isFleeting)
			return err
		})
		if err != nil {
			return err
		}
		files, err := t.list(ids, &m.Files)
		m.Parts = []Part{kept, files}
		return err
	})
	return m, lost, err
}

// list writes the part that names the files.
func (t *taking) list(ids []string, count *Count) (Part, error) {
	return writePart(filepath.Join(t.folder, filesPart), t.to, func(w io.Writer) error {
		enc, err := rows.NewEncoder(w)
		if err != nil {
			return err
		}
		if err := enc.Begin(listed); err != nil {
			return err
		}
		for _, id := range ids {
			f := t.shelf.held[id]
			if err := enc.Row([]any{f.ID, f.Name, f.Size}); err != nil {
				return err
			}
			count.Number++
			count.Bytes += f.Size
		}
		if _, err := enc.End(); err != nil {
			return err
		}
		return enc.Close()
	})
}

// manifest seals the manifest, and writes the sums of all parts beside it.
func (t *taking) manifest(m Manifest) (sum string, err error) {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", err
	}
	part, err := writePart(filepath.Join(t.folder, manifestPart), t.to, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return "", err
	}
	var sums bytes.Buffer
	for _, p := range append([]Part{part}, m.Parts...) {
		fmt.Fprintf(&sums, "%s  %s\n", p.SHA256, p.Name)
	}
	return part.SHA256, durable.Replace(filepath.Join(t.folder, sumsFile), sums.Bytes())
}

// journalHead says where the journal stands.
func journalHead(ctx context.Context, tx *sqldb.Tx) (h Head, err error) {
	if h.Number, err = auditsql.Last(ctx, tx); err != nil {
		return h, err
	}
	err = tx.One(ctx, `SELECT entry_id FROM audit_entry WHERE number = $1`, []any{h.Number}, &h.Entry)
	if fault.KindOf(err) == fault.NotFound && h.Number == 0 {
		err = nil
	}
	return h, err
}
