// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"entente.example/internal/backup/rows"
	"entente.example/internal/durable"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Files are the files of a server. A file never changes once it is there.
type Files interface {
	// Open reads a file from its beginning. It fails with fault.NotFound where
	// there is none of that id.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	// List calls each with the id of every file.
	List(ctx context.Context, each func(id string) error) error
	// Put writes a file under the id that it had.
	Put(ctx context.Context, id string, fill func(io.Writer) error) error
}

// references are the columns that hold the id of a file, or nothing.
var references = []struct{ table, column, where string }{
	{"intel_batch", "file_id", "workspace_id, batch_id"},
	{"intel_batch", "work_id", "workspace_id, batch_id"},
}

// shelf is the folder of a vault's files that are sealed to the same recipients.
// Others would not open them, so a change of recipients writes all files again.
type shelf struct {
	vault Vault
	name  string // of the folder
	to    []age.Recipient
	held  map[string]File // by id; those whose size is not known yet have -1
}

// openShelf finds what is there of earlier back-ups. What was left unfinished is
// removed: one back-up at a time writes to a vault.
func openShelf(v Vault, to []age.Recipient, names []string) (*shelf, error) {
	names = slices.Sorted(slices.Values(names))
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(names), "\n")))
	s := &shelf{vault: v, name: hex.EncodeToString(sum[:8]), to: to, held: map[string]File{}}
	if err := os.MkdirAll(s.path(), 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.path())
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), unfinished) {
			if err := os.Remove(filepath.Join(s.path(), e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		if name := path.Join(s.name, e.Name()); fileName.MatchString(name) {
			id := e.Name()[:len(e.Name())-len("-.age")-64]
			s.held[id] = File{id, name, -1}
		}
	}
	return s, nil
}

func (s *shelf) path() string { return filepath.Join(s.vault.root, filesFolder, s.name) }

// keep makes sure that the vault holds the file, and says whether it is there at
// all: one may be removed between the list and now.
func (s *shelf) keep(ctx context.Context, from Files, id string) (there bool, err error) {
	f, held := s.held[id]
	if !held {
		return s.seal(ctx, from, id)
	}
	if f.Size < 0 {
		info, err := os.Stat(filepath.Join(s.vault.root, filesFolder, filepath.FromSlash(f.Name)))
		if err != nil {
			return false, err
		}
		f.Size = info.Size()
		s.held[id] = f
	}
	return true, nil
}

func (s *shelf) seal(ctx context.Context, from Files, id string) (there bool, err error) {
	if !fileID.MatchString(id) {
		return false, fmt.Errorf("a file of the server is called %q", id)
	}
	in, err := from.Open(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = in.Close() }()
	part := filepath.Join(s.path(), id+unfinished)
	out, err := create(part, s.to)
	if err != nil {
		return false, err
	}
	if _, err := io.Copy(out, cancelled{ctx, in}); err != nil {
		return false, errors.Join(err, out.drop())
	}
	if err := out.close(); err != nil {
		return false, err
	}
	f := File{id, path.Join(s.name, id+"-"+out.digest()+".age"), out.size}
	s.held[id] = f
	return true, os.Rename(part, filepath.Join(s.vault.root, filesFolder, filepath.FromSlash(f.Name)))
}

// cancelled reads until its caller is gone.
type cancelled struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	in  io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.in.Read(p)
}

// keepAll makes sure that the vault holds every file that there is now, and
// returns their ids in order.
func (s *shelf) keepAll(ctx context.Context, from Files) (ids []string, err error) {
	err = from.List(ctx, func(id string) error {
		there, err := s.keep(ctx, from, id)
		if there {
			ids = append(ids, id)
		}
		return err
	})
	slices.Sort(ids)
	return ids, errors.Join(err, durable.Sync(s.path()))
}

// eachReference calls each with the id of every file that a row tells of, and
// with which row that is.
func eachReference(ctx context.Context, tx *sqldb.Tx, each func(id, where string) error) error {
	for _, r := range references {
		key := strings.ReplaceAll(r.where, ", ", " || ' ' || ")
		err := tx.All(ctx, `SELECT `+r.column+`, `+key+` FROM `+r.table+` WHERE `+r.column+` <> '' ORDER BY `+r.where, nil,
			func(scan func(...any) error) error {
				var id, where string
				if err := scan(&id, &where); err != nil {
					return err
				}
				return each(id, r.table+" "+where)
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// FilesNamed returns the ids of all files that rows tell of.
func FilesNamed(ctx context.Context, tx *sqldb.Tx) (ids map[string]bool, err error) {
	ids = map[string]bool{}
	return ids, eachReference(ctx, tx, func(id, _ string) error { ids[id] = true; return nil })
}

// missing returns the files that rows tell of and that are not among ids, which
// are in order.
func missing(ctx context.Context, tx *sqldb.Tx, ids []string) (lost []string, err error) {
	err = eachReference(ctx, tx, func(id, _ string) error {
		if _, found := slices.BinarySearch(ids, id); !found && len(lost) < maxLost {
			lost = append(lost, id)
		}
		return nil
	})
	return lost, err
}

// maxLost is how many things that are wrong are told of; more say nothing more.
const maxLost = 1000

// readFile opens the sealed copy of a file, has it read, and holds that it was
// what its name says.
func (v Vault) readFile(f File, keys []age.Identity, read func(io.Reader) error) error {
	file, err := os.Open(filepath.Join(v.root, filesFolder, filepath.FromSlash(f.Name)))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: file %s is missing", rows.ErrDamaged, f.Name)
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	in := io.TeeReader(file, sum)
	plain, err := age.Decrypt(in, keys...)
	if err != nil {
		return fmt.Errorf("%w: file %s: %w", rows.ErrDamaged, f.Name, err)
	}
	if err := read(plain); err != nil {
		return fmt.Errorf("file %s: %w", f.Name, err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("file %s: %w", f.Name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.sum() {
		return fmt.Errorf("%w: file %s has another SHA-256 than was written", rows.ErrDamaged, f.Name)
	}
	return nil
}
