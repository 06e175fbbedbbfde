// SPDX-License-Identifier: Apache-2.0

package merkle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 hash: of a leaf, of a node, or the commitment in a leaf.
type Hash = tlog.Hash

const (
	// Width is how many hashes a full tile holds.
	Width  = 1 << height
	height = 8 // of a tile, as tlog-tiles has it

	// Entries is the level of the tiles that hold the leaves themselves: their
	// commitments, one after the other. The hashes of level 0 follow from them.
	Entries = -1
)

// Tile is a run of hashes: the i-th stands for the whole subtree of Width^Level
// leaves that begins at leaf (N*Width+i) * Width^Level.
type Tile struct {
	Level  int
	N      int64
	Hashes []byte // whole hashes, one after the other; fewer than Width while the tile is partial
}

// Load returns the hashes of a tile of level Entries, or of level 1 and above, as
// many as there are.
type Load func(level int, n int64) ([]byte, error)

// ErrShort says that a tile holds fewer hashes than the tree needs.
var ErrShort = errors.New("a tile is cut short")

// Extend returns the tiles that change when leaves are appended to a tree of that
// size, each with all its hashes.
func Extend(size int64, leaves []Hash, load Load) ([]Tile, error) {
	tiles, full, err := grow(Entries, size, leaves, load)
	for level := 1; err == nil && len(full) > 0; level++ {
		var more []Tile
		size /= Width
		more, full, err = grow(level, size, full, load)
		tiles = append(tiles, more...)
	}
	return tiles, err
}

// grow appends hashes to a level that holds that many, and returns the tiles that
// change and the roots of those that became full.
func grow(level int, have int64, hashes []Hash, load Load) (tiles []Tile, full []Hash, err error) {
	for len(hashes) > 0 {
		tile, held := Tile{Level: level, N: have / Width}, have%Width
		if held > 0 {
			before, err := load(level, tile.N)
			if err != nil {
				return nil, nil, err
			}
			if int64(len(before)) < held*tlog.HashSize {
				return nil, nil, fmt.Errorf("%w: %s", ErrShort, Path(level, tile.N, int(held)))
			}
			tile.Hashes = append(tile.Hashes, before[:held*tlog.HashSize]...)
		}
		n := min(Width-held, int64(len(hashes)))
		for _, h := range hashes[:n] {
			tile.Hashes = append(tile.Hashes, h[:]...)
		}
		hashes, have = hashes[n:], have+n
		if tiles = append(tiles, tile); held+n == Width {
			full = append(full, fold(nodes(tile.Level, tile.Hashes)))
		}
	}
	return tiles, full, nil
}

// nodes returns the hashes of a tile as nodes of the tree: those of level Entries
// are leaves yet to be hashed.
func nodes(level int, data []byte) []Hash {
	list := make([]Hash, len(data)/tlog.HashSize)
	for i := range list {
		part := data[i*tlog.HashSize : (i+1)*tlog.HashSize]
		if level == Entries {
			list[i] = tlog.RecordHash(part)
		} else {
			copy(list[i][:], part)
		}
	}
	return list
}

// fold returns the root over a number of nodes that is a power of two.
func fold(list []Hash) Hash {
	if len(list) == 1 {
		return list[0]
	}
	half := len(list) / 2
	return tlog.NodeHash(fold(list[:half]), fold(list[half:]))
}

// Level0 returns the tile of level 0 for the commitments of a tile of level
// Entries.
func Level0(commitments []byte) []byte {
	out := make([]byte, 0, len(commitments))
	for _, h := range nodes(Entries, commitments) {
		out = append(out, h[:]...)
	}
	return out
}

// Path returns the path of a tile in tlog-tiles, without its prefix, w hashes
// wide.
func Path(level int, n int64, w int) string {
	path := tlog.Tile{H: height, L: level, N: n, W: w}.Path()
	rest := strings.TrimPrefix(path, "tile/8/")
	return "tile/" + strings.Replace(rest, "data/", "entries/", 1)
}

// errPath says that a path names no tile.
var errPath = errors.New("malformed path of a tile")

// ParsePath reads what Path wrote; w is Width for a full tile.
func ParsePath(path string) (level int, n int64, w int, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || strings.HasPrefix(rest, "data/") {
		return 0, 0, 0, errPath
	}
	if entries, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + entries
	}
	tile, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil || tile.L > 63 {
		return 0, 0, 0, errPath
	}
	return tile.L, tile.N, tile.W, nil
}

// Bundle returns commitments as an entry bundle of tlog-tiles: each behind its
// length in two bytes, big-endian.
func Bundle(commitments []byte) []byte {
	out := make([]byte, 0, len(commitments)/tlog.HashSize*(tlog.HashSize+2))
	for ; len(commitments) >= tlog.HashSize; commitments = commitments[tlog.HashSize:] {
		out = binary.BigEndian.AppendUint16(out, tlog.HashSize)
		out = append(out, commitments[:tlog.HashSize]...)
	}
	return out
}

// errBundle says that bytes are no entry bundle of this log.
var errBundle = errors.New("malformed entry bundle")

// ParseBundle returns the commitments in an entry bundle, at most Width.
func ParseBundle(data []byte) (commitments []byte, err error) {
	for len(data) > 0 {
		if len(data) < 2+tlog.HashSize || binary.BigEndian.Uint16(data) != tlog.HashSize || len(commitments) == Width*tlog.HashSize {
			return nil, errBundle
		}
		commitments, data = append(commitments, data[2:2+tlog.HashSize]...), data[2+tlog.HashSize:]
	}
	return commitments, nil
}
