// SPDX-License-Identifier: Apache-2.0

package merkle

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Empty is the root of a tree without leaves.
func Empty() Hash { return sha256.Sum256(nil) }

// Leaf returns the node of a leaf that holds a commitment.
func Leaf(commitment Hash) Hash { return tlog.RecordHash(commitment[:]) }

// reader finds the nodes of a tree in its tiles. It keeps the tiles that it has
// read, so it is for one question.
func reader(load Load) tlog.HashReaderFunc {
	kept := map[[2]int64][]byte{}
	tile := func(level int, n int64) ([]byte, error) {
		key := [2]int64{int64(level), n}
		if data, ok := kept[key]; ok {
			return data, nil
		}
		from := level
		if level == 0 {
			from = Entries
		}
		data, err := load(from, n)
		if err != nil {
			return nil, err
		}
		if level == 0 {
			data = Level0(data)
		}
		kept[key] = data
		return data, nil
	}
	return func(indexes []int64) ([]Hash, error) {
		hashes := make([]Hash, len(indexes))
		for i, index := range indexes {
			t := tlog.TileForIndex(height, index)
			data, err := tile(t.L, t.N)
			if err != nil {
				return nil, err
			}
			if len(data) < t.W*tlog.HashSize {
				return nil, fmt.Errorf("%w: %s", ErrShort, Path(t.L, t.N, t.W))
			}
			if hashes[i], err = tlog.HashFromTile(t, data, index); err != nil {
				return nil, err
			}
		}
		return hashes, nil
	}
}

// Root returns the root over the first size leaves.
func Root(size int64, load Load) (Hash, error) {
	if size == 0 {
		return Empty(), nil
	}
	return tlog.TreeHash(size, reader(load))
}

// ErrInconsistent says that a tree is no continuation of another.
var ErrInconsistent = errors.New("the tree does not continue the one that was signed")

// Consistency proves that a tree of size later continues the one of its first
// earlier leaves.
func Consistency(earlier, later int64, load Load) ([]Hash, error) {
	if earlier == 0 || earlier == later {
		return nil, nil
	}
	return tlog.ProveTree(later, earlier, reader(load))
}

// CheckConsistency fails with ErrInconsistent unless proof shows that later
// continues earlier.
func CheckConsistency(proof []Hash, earlier, later Checkpoint) error {
	switch {
	case earlier.Size > later.Size:
		return ErrInconsistent
	case earlier.Size == 0:
		if len(proof) > 0 || earlier.Root != Empty() {
			return ErrInconsistent
		}
		return nil
	case earlier.Size == later.Size:
		if len(proof) > 0 || earlier.Root != later.Root {
			return ErrInconsistent
		}
		return nil
	}
	if tlog.CheckTree(proof, later.Size, later.Root, earlier.Size, earlier.Root) != nil {
		return ErrInconsistent
	}
	return nil
}

// Inclusion proves that leaf index is in the tree of that size.
func Inclusion(size, index int64, load Load) ([]Hash, error) {
	return tlog.ProveRecord(size, index, reader(load))
}

// CheckInclusion reports whether proof shows that the leaf with that commitment
// is the index-th of the checkpoint's tree.
func CheckInclusion(proof []Hash, c Checkpoint, index int64, commitment Hash) bool {
	return tlog.CheckRecord(proof, c.Size, c.Root, index, Leaf(commitment)) == nil
}

// Growing is a tree that is grown leaf by leaf, in memory that does not grow with
// it. The zero Growing is empty.
type Growing struct {
	size  int64
	roots []Hash // of the whole subtrees that the size is the sum of, largest first
}

// Append adds a leaf, by its node.
func (g *Growing) Append(leaf Hash) {
	g.size++
	g.roots = append(g.roots, leaf)
	for n := g.size; n&1 == 0; n >>= 1 {
		last := len(g.roots) - 1
		g.roots = append(g.roots[:last-1], tlog.NodeHash(g.roots[last-1], g.roots[last]))
	}
}

// Size returns how many leaves there are.
func (g *Growing) Size() int64 { return g.size }

// Root returns the root over them.
func (g *Growing) Root() Hash {
	if g.size == 0 {
		return Empty()
	}
	root := g.roots[len(g.roots)-1]
	for i := len(g.roots) - 2; i >= 0; i-- {
		root = tlog.NodeHash(g.roots[i], root)
	}
	return root
}

// Nodes returns the leaves of a tree as its nodes, for commitments one after the
// other.
func Nodes(commitments []byte) []Hash { return nodes(Entries, commitments) }

// Fold returns the root over the nodes of a full tile.
func Fold(full []Hash) Hash { return fold(full) }

// Upper builds the tiles of level 1 and above from the roots of full bundles, one
// after the other, in memory that does not grow with them. The zero Upper is
// empty.
type Upper struct {
	partial []Tile // of level 1, 2, …
}

// Add takes the root of the next full bundle and returns the tiles that it
// completed.
func (u *Upper) Add(root Hash) (done []Tile) {
	for i := 0; ; i++ {
		if i == len(u.partial) {
			u.partial = append(u.partial, Tile{Level: i + 1})
		}
		tile := &u.partial[i]
		tile.Hashes = append(tile.Hashes, root[:]...)
		if len(tile.Hashes) < Width*tlog.HashSize {
			return done
		}
		done = append(done, *tile)
		root = fold(nodes(tile.Level, tile.Hashes))
		u.partial[i] = Tile{Level: tile.Level, N: tile.N + 1}
	}
}

// Partial returns the tiles that are begun and not full.
func (u *Upper) Partial() (begun []Tile) {
	for _, tile := range u.partial {
		if len(tile.Hashes) > 0 {
			begun = append(begun, tile)
		}
	}
	return begun
}
