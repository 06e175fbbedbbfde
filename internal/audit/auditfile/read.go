// SPDX-License-Identifier: Apache-2.0

package auditfile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
)

// Folder reads an export. It is read once, front to back, by one goroutine.
type Folder struct {
	dir         string
	size        int64
	checkpoints *reader
	openings    *reader
	opening     audit.Opening // that was read and not given out yet; Number 0: none
}

var _ audit.Source = (*Folder)(nil)

// Is reports whether dir holds an export.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, checkpointsFile))
	return err == nil
}

// Open opens the export in dir. Close it.
func Open(dir string) (*Folder, error) {
	f := &Folder{dir: dir}
	newest, err := readSmall(filepath.Join(dir, checkpointFile))
	if err != nil {
		return nil, err
	}
	c, err := merkle.Peek(newest) // Check looks at its signature among the others
	if err != nil {
		return nil, err
	}
	f.size = c.Size
	if f.checkpoints, err = openLines(filepath.Join(dir, checkpointsFile)); err != nil {
		return nil, err
	}
	if f.openings, err = openLines(filepath.Join(dir, openingsFile)); err != nil {
		return nil, errors.Join(err, f.checkpoints.file.Close())
	}
	return f, nil
}

// Close ends the reading.
func (f *Folder) Close() error {
	return errors.Join(f.checkpoints.file.Close(), f.openings.file.Close())
}

// Key returns the verifier key that the export gives for itself.
func (f *Folder) Key() (string, error) {
	text, err := readSmall(filepath.Join(f.dir, keyFile))
	return strings.TrimSpace(string(text)), err
}

// readSmall reads a file that is no larger than a checkpoint may be.
func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, merkle.NoteLimit+1))
}

// Size implements audit.Source: what the newest checkpoint says.
func (f *Folder) Size(context.Context) (int64, error) { return f.size, nil }

// Checkpoints implements audit.Source.
func (f *Folder) Checkpoints(_ context.Context, after int64, limit int) (list []audit.SignedCheckpoint, err error) {
	for len(list) < limit {
		line, err := f.checkpoints.next()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		c, err := parseCheckpointLine(line)
		if err != nil {
			return nil, f.checkpoints.wrong(err)
		}
		if c.Size <= after {
			return nil, f.checkpoints.wrong(errOrder)
		}
		after = c.Size
		list = append(list, c)
	}
	return list, nil
}

var (
	errOrder = errors.New("lines are out of order")
	errLine  = errors.New("malformed line")
)

func parseCheckpointLine(text []byte) (c audit.SignedCheckpoint, err error) {
	var line checkpointLine
	if err := json.Unmarshal(text, &line); err != nil || line.Size < 0 {
		return c, errLine
	}
	at, err := audit.ParseTime(line.At)
	if err != nil {
		return c, errLine
	}
	return audit.SignedCheckpoint{Size: line.Size, At: at, Note: []byte(line.Note)}, nil
}

// Tile implements audit.Source: the file whose width the size of the log asks for.
func (f *Folder) Tile(_ context.Context, level int, n int64) ([]byte, error) {
	have := f.size
	for range level {
		have /= merkle.Width
	}
	wide := min(merkle.Width, have-n*merkle.Width)
	if wide <= 0 {
		return nil, nil
	}
	path := filepath.Join(f.dir, filepath.FromSlash(merkle.Path(level, n, int(wide))))
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if level == merkle.Entries && err == nil {
		if data, err = merkle.ParseBundle(data); err != nil {
			return nil, nil // Check reports it as a tile that is wrong
		}
	}
	return data, err
}

// Openings implements audit.Source. Entries that are out of place are given out
// where they stand, so that Check finds them not to be where they belong.
func (f *Folder) Openings(_ context.Context, after, last int64) (list []audit.Opening, err error) {
	for int64(len(list)) < last-after {
		if f.opening.Number == 0 {
			line, err := f.openings.next()
			if errors.Is(err, io.EOF) {
				return list, nil
			}
			if err != nil {
				return nil, err
			}
			if f.opening, err = audit.ParseOpening(line); err != nil {
				return nil, f.openings.wrong(err)
			}
		}
		if f.opening.Number > last {
			return list, nil
		}
		list = append(list, f.opening)
		f.opening = audit.Opening{}
	}
	return list, nil
}

// reader reads a file line by line.
type reader struct {
	file *os.File
	in   *bufio.Scanner
	line int
}

const lineLimit = 1 << 20

func openLines(path string) (*reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	in := bufio.NewScanner(file)
	in.Buffer(make([]byte, 64<<10), lineLimit)
	return &reader{file: file, in: in}, nil
}

func (r *reader) next() ([]byte, error) {
	if r.line++; r.in.Scan() {
		return r.in.Bytes(), nil
	}
	if err := r.in.Err(); err != nil {
		return nil, r.wrong(err)
	}
	return nil, io.EOF
}

func (r *reader) wrong(err error) error {
	return fmt.Errorf("%s, line %d: %w", filepath.Base(r.file.Name()), r.line, err)
}
