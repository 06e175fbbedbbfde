// SPDX-License-Identifier: Apache-2.0

package auditfile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
)

// The files of an export.
const (
	checkpointFile  = "checkpoint"
	keyFile         = "key"
	checkpointsFile = "checkpoints.jsonl"
	openingsFile    = "openings.jsonl"
)

// checkpointLine is a line of checkpointsFile.
type checkpointLine struct {
	Size int64  `json:"size"`
	At   string `json:"at"`
	Note string `json:"note"`
}

const once = 256 // rows read at once

// errUnsigned says that the journal has no checkpoint yet, so that nothing of it
// can be proven.
var errUnsigned = errors.New("no checkpoint of the journal was signed yet")

// Write exports the journal as far as it is signed, into a folder that it makes,
// and returns how many entries there are. key is the verifier key of the log.
func Write(ctx context.Context, s audit.Source, key, dir string) (size int64, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return 0, err
	}
	w := writer{s, dir}
	newest, err := w.checkpoints(ctx)
	if err != nil {
		return 0, err
	}
	if newest.Size == 0 {
		return 0, errUnsigned
	}
	if err := w.file(keyFile, []byte(key+"\n")); err != nil {
		return 0, err
	}
	if err := w.file(checkpointFile, newest.Note); err != nil {
		return 0, err
	}
	if err := w.tiles(ctx, newest.Size); err != nil {
		return 0, err
	}
	return newest.Size, w.openings(ctx, newest.Size)
}

type writer struct {
	source audit.Source
	dir    string
}

func (w writer) file(name string, data []byte) error {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// lines streams lines into a file.
func (w writer) lines(name string, fill func(add func(line []byte) error) error) (err error) {
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriter(f)
	err = fill(func(line []byte) error {
		_, err := out.Write(append(line, '\n'))
		return err
	})
	return errors.Join(err, out.Flush())
}

func (w writer) checkpoints(ctx context.Context) (newest audit.SignedCheckpoint, err error) {
	return newest, w.lines(checkpointsFile, func(add func([]byte) error) error {
		for {
			list, err := w.source.Checkpoints(ctx, newest.Size, once)
			if err != nil || len(list) == 0 {
				return err
			}
			for _, c := range list {
				line, err := json.Marshal(checkpointLine{c.Size, audit.FormatTime(c.At), string(c.Note)})
				if err == nil {
					err = add(line)
				}
				if err != nil {
					return err
				}
			}
			newest = list[len(list)-1]
		}
	})
}

// tiles writes the tiles that a tree of that size has.
func (w writer) tiles(ctx context.Context, size int64) error {
	for n := int64(0); n*merkle.Width < size; n++ {
		if err := w.tile(ctx, merkle.Entries, n, size); err != nil {
			return err
		}
		if err := w.tile(ctx, 0, n, size); err != nil {
			return err
		}
	}
	for level, have := 1, size/merkle.Width; have > 0; level, have = level+1, have/merkle.Width {
		for n := int64(0); n*merkle.Width < have; n++ {
			if err := w.tile(ctx, level, n, have); err != nil {
				return err
			}
		}
	}
	return nil
}

// tile writes a tile of a level that holds that many hashes.
func (w writer) tile(ctx context.Context, level int, n, have int64) error {
	hashes, err := w.source.Tile(ctx, level, n)
	if err != nil {
		return err
	}
	wide := min(merkle.Width, have-n*merkle.Width)
	path := merkle.Path(level, n, int(wide))
	const each = int64(len(merkle.Hash{}))
	if int64(len(hashes)) < wide*each {
		return fmt.Errorf("%s of the journal is cut short: run entente audit verify", path)
	}
	hashes = hashes[:wide*each]
	if level == merkle.Entries {
		hashes = merkle.Bundle(hashes)
	}
	return w.file(path, hashes)
}

func (w writer) openings(ctx context.Context, size int64) error {
	return w.lines(openingsFile, func(add func([]byte) error) error {
		for after := int64(0); after < size; after += once {
			list, err := w.source.Openings(ctx, after, min(after+once, size))
			if err != nil {
				return err
			}
			for _, o := range list {
				line, err := o.MarshalLine()
				if err == nil && o.Number <= min(after+once, size) {
					err = add(line)
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
