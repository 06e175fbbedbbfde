// SPDX-License-Identifier: Apache-2.0

// Package folder keeps blobs as files in one folder, readable by their owner
// alone. A file that is being written has another name than a finished one, so
// that a crash leaves nothing that could pass for whole; New clears such rests.
package folder

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"entente.example/internal/blob"
	"entente.example/internal/durable"
	"entente.example/internal/fault"
)

const (
	unfinished = ".part"
	idLength   = 16      // bytes; the id is their hexadecimal form
	buffer     = 1 << 18 // bytes of a blob in memory while it is written
	listed     = 1024    // names read at once
)

// Store implements blob.Store.
type Store struct {
	root   string
	random io.Reader
}

var _ blob.Store = Store{}

// New returns a store in the folder root, which it makes if need be. Names are
// taken from random. What a crash left unfinished is removed: one process at a
// time uses a folder.
func New(root string, random io.Reader) (Store, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return Store{}, classify(err)
	}
	rests, err := filepath.Glob(filepath.Join(root, "*"+unfinished))
	if err != nil {
		return Store{}, err
	}
	for _, rest := range rests {
		if err := os.Remove(rest); err != nil {
			return Store{}, classify(err)
		}
	}
	return Store{root, random}, nil
}

// Beside returns the store in the folder root for a process that runs beside the
// one whose folder it is: what is unfinished there is left alone. Create needs
// random; List and Open do not.
func Beside(root string, random io.Reader) Store { return Store{root, random} }

// Sweep removes blobs that are older than age and that keep does not want, and
// what is unfinished and as old. It goes by the clock of the file system, on which
// they were made. It returns how many there were.
func (s Store) Sweep(ctx context.Context, age time.Duration, keep func(id string) bool) (n int, err error) {
	probe, err := os.CreateTemp(s.root, "clock-*"+unfinished)
	if err != nil {
		return 0, classify(err)
	}
	defer func() { err = errors.Join(err, os.Remove(probe.Name())) }()
	defer func() { err = errors.Join(err, probe.Close()) }()
	made, err := probe.Stat()
	if err != nil {
		return 0, classify(err)
	}
	entries, err := os.ReadDir(s.root)
	if err != nil {
		return 0, classify(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && made.ModTime().Sub(info.ModTime()) < age {
			continue
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return n, err
		}
		if ours := named(e.Name()) && !keep(e.Name()) || strings.HasSuffix(e.Name(), unfinished); !ours {
			continue
		}
		if err := os.Remove(s.path(e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, classify(err)
		}
		n++
	}
	return n, nil
}

// List calls each with the id of every blob that is there, in no order. One that
// comes or goes meanwhile may be told of or not. Where there is no folder there
// are no blobs.
func (s Store) List(ctx context.Context, each func(id string) error) error {
	dir, err := os.Open(s.root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return classify(err)
	}
	defer func() { _ = dir.Close() }()
	for {
		entries, err := dir.ReadDir(listed)
		for _, e := range entries {
			if !named(e.Name()) {
				continue
			}
			if err := errors.Join(ctx.Err(), each(e.Name())); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return classify(err)
		}
	}
}

// Put writes a blob under an id that it had before. It fails where id is not of
// this store's form, or taken.
func (s Store) Put(ctx context.Context, id string, fill func(io.Writer) error) error {
	if !named(id) {
		return fault.Wrap(fault.Invalid, "error.internal", errors.New("not the id of a blob"))
	}
	if _, err := os.Lstat(s.path(id)); !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(fault.Conflict, "error.conflict", errors.New("there is such a blob"))
	}
	return s.place(ctx, id, fill)
}

// Create implements blob.Store.
func (s Store) Create(ctx context.Context, fill func(io.Writer) error) (string, error) {
	id, err := s.newID()
	if err != nil {
		return "", err
	}
	if err := s.place(ctx, id, fill); err != nil {
		return "", err
	}
	return id, nil
}

// place writes a blob of that id under another name, and then gives it its own.
func (s Store) place(ctx context.Context, id string, fill func(io.Writer) error) error {
	part := filepath.Join(s.root, id+unfinished)
	file, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return classify(err)
	}
	if err := write(ctx, file, fill); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, s.path(id)); err != nil {
		return errors.Join(classify(err), os.Remove(part))
	}
	if err := s.sync(); err != nil {
		return errors.Join(err, os.Remove(s.path(id))) // nobody is told of it
	}
	return nil
}

// write fills file, syncs and closes it.
func write(ctx context.Context, file *os.File, fill func(io.Writer) error) (err error) {
	defer func() { err = errors.Join(err, classify(file.Close())) }()
	out := bufio.NewWriterSize(checked{ctx, file}, buffer)
	if err := fill(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return classify(file.Sync())
}

// checked writes until its caller is gone.
type checked struct {
	ctx  context.Context //nolint:containedctx // lives for one call of write
	file *os.File
}

func (c checked) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.file.Write(p)
	return n, classify(err)
}

// sync makes the folder remember its new name.
func (s Store) sync() error {
	return classify(durable.Sync(s.root))
}

// Open implements blob.Store.
func (s Store) Open(_ context.Context, id string) (io.ReadSeekCloser, error) {
	if !named(id) {
		return nil, errAbsent
	}
	file, err := os.Open(s.path(id))
	if err != nil {
		return nil, classify(err)
	}
	return file, nil
}

// Delete implements blob.Store.
func (s Store) Delete(_ context.Context, id string) error {
	if !named(id) {
		return nil
	}
	if err := os.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(err)
	}
	return nil
}

func (s Store) path(id string) string { return filepath.Join(s.root, id) }

func (s Store) newID() (string, error) {
	var name [idLength]byte
	if _, err := io.ReadFull(s.random, name[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(name[:]), nil
}

// named reports whether id can be one of ours: it must lead nowhere else.
func named(id string) bool {
	return len(id) == 2*idLength && strings.Trim(id, "0123456789abcdef") == ""
}

var errAbsent error = fault.New(fault.NotFound, "error.not_found")

// classify says what an error of the file system means to the caller.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(fault.NotFound, "error.not_found", err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault.Wrap(fault.Unavailable, "error.disk_full", err)
	default:
		return fault.Wrap(fault.Unavailable, "error.unavailable", err)
	}
}
