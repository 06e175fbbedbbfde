// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"context"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"entente.example/internal/access"
	"entente.example/internal/audit/merkle"
)

// Source is a journal to be checked: a database or an export. Its methods are
// called in order of size and number, so an export can be read once, front to
// back.
type Source interface {
	// Size returns how many leaves the log says that it has.
	Size(ctx context.Context) (int64, error)
	// Checkpoints returns at most limit signed checkpoints of trees larger than
	// that size, the smallest first.
	Checkpoints(ctx context.Context, after int64, limit int) ([]SignedCheckpoint, error)
	// Tile returns the hashes of a tile: of level merkle.Entries the commitments.
	// An absent tile has none.
	Tile(ctx context.Context, level int, n int64) ([]byte, error)
	// Openings returns the entries behind that number up to the number last.
	Openings(ctx context.Context, after, last int64) ([]Opening, error)
}

// Trust is what a check rests on: what its caller knows from elsewhere.
type Trust struct {
	Keys      []string         // verifier keys of the log; a checkpoint must be signed by one
	Witnesses []merkle.Witness // whose cosignatures count
	Held      [][]byte         // earlier checkpoints, signed, that the log must still hold to
}

// Report is what a check found.
type Report struct {
	Size        int64 // leaves
	Root        merkle.Hash
	Opened      int64 // entries that were shown to be what their leaves commit to
	Purged      int64 // leaves of purged workspaces
	Unbounded   int64 // of these, that a purge took of which no seal says what it took
	Checkpoints int64 // signed, and right
	Cosigned    int64 // of these, cosigned by a known witness
	Signed      int64 // the size of the largest tree that is signed
	Held        int64 // earlier checkpoints that the log holds to
	Findings    []Finding
	More        int64 // findings beyond those listed
}

// OK reports whether nothing was found.
func (r Report) OK() bool { return len(r.Findings) == 0 }

const (
	findingLimit    = 20 // of a kind that are listed; the rest is counted
	checkpointsOnce = 200
)

// Check recomputes the whole log of s: each leaf from its entry, each tile, and
// the root of each checkpoint, in memory that does not grow with it. What is wrong
// is in the report; an error means that s could not be read.
func Check(ctx context.Context, s Source, trust Trust) (Report, error) {
	c := checker{source: s, trust: trust, workspaces: map[access.WorkspaceID]*purging{}}
	if err := c.readHeld(); err != nil {
		return Report{}, err
	}
	err := c.run(ctx)
	return c.Report, err
}

type checker struct {
	Report
	source Source
	trust  Trust

	listed map[FindingKind]int

	tree  merkle.Growing
	upper merkle.Upper
	held  []merkle.Checkpoint // that are yet to come, smallest first
	next  []SignedCheckpoint  // likewise
	read  int64               // the size of the last checkpoint read

	workspaces map[access.WorkspaceID]*purging
}

func (c *checker) find(f Finding) {
	if c.listed == nil {
		c.listed = map[FindingKind]int{}
	}
	if c.listed[f.Kind]++; c.listed[f.Kind] > findingLimit {
		c.More++
		return
	}
	c.Findings = append(c.Findings, f)
}

// readHeld opens what the caller holds: a checkpoint that no key signed proves
// nothing, so it is reported and not compared.
func (c *checker) readHeld() error {
	for _, signed := range c.trust.Held {
		opened, ok := c.open(signed)
		if !ok {
			c.find(Finding{Kind: HeldUnsigned, Size: opened.Size})
			continue
		}
		c.held = append(c.held, opened.Checkpoint)
	}
	slices.SortFunc(c.held, func(a, b merkle.Checkpoint) int { return int(min(max(a.Size-b.Size, -1), 1)) })
	return nil
}

// open checks a checkpoint against the keys of the log.
func (c *checker) open(signed []byte) (merkle.Signed, bool) {
	witnesses := make([]note.Verifier, len(c.trust.Witnesses))
	for i, w := range c.trust.Witnesses {
		witnesses[i] = w
	}
	for _, key := range c.trust.Keys {
		if opened, err := merkle.Open(signed, key, witnesses...); err == nil {
			return opened, true
		}
	}
	peeked, _ := merkle.Peek(signed) // for its size alone
	return merkle.Signed{Checkpoint: peeked, Note: signed}, false
}

func (c *checker) run(ctx context.Context) error {
	size, err := c.source.Size(ctx)
	if err != nil {
		return err
	}
	whole := true
	for n := int64(0); whole && n*merkle.Width < size; n++ {
		if whole, err = c.bundle(ctx, n, min(merkle.Width, size-n*merkle.Width)); err != nil {
			return err
		}
	}
	if err := c.compare(ctx); err != nil {
		return err
	}
	c.Size, c.Root = c.tree.Size(), c.tree.Root()
	for _, tile := range c.upper.Partial() {
		if err := c.tile(ctx, tile); err != nil {
			return err
		}
	}
	c.purges()
	return c.beyond(ctx)
}

// bundle checks the leaves of a tile that is w wide, and reports whether the check
// can go on behind it.
func (c *checker) bundle(ctx context.Context, n, w int64) (whole bool, err error) {
	commitments, err := c.source.Tile(ctx, merkle.Entries, n)
	if err != nil {
		return false, err
	}
	const bytesEach = int64(len(merkle.Hash{}))
	if int64(len(commitments)) < w*bytesEach { // longer is a log that grows meanwhile
		c.find(Finding{Kind: TileWrong, Tile: merkle.Path(merkle.Entries, n, int(w))})
		return false, nil
	}
	commitments = commitments[:w*bytesEach]
	if err := c.openings(ctx, n*merkle.Width, commitments); err != nil {
		return false, err
	}
	nodes := merkle.Nodes(commitments)
	stored, err := c.source.Tile(ctx, 0, n)
	if err != nil {
		return false, err
	}
	if !bytes.HasPrefix(stored, merkle.Level0(commitments)) {
		c.find(Finding{Kind: TileWrong, Tile: merkle.Path(0, n, int(w))})
	}
	if err := c.grow(ctx, nodes); err != nil || w < merkle.Width {
		return true, err
	}
	for _, tile := range c.upper.Add(merkle.Fold(nodes)) {
		if err := c.tile(ctx, tile); err != nil {
			return false, err
		}
	}
	return true, nil
}

// grow adds leaves, and compares the root wherever a checkpoint was signed.
func (c *checker) grow(ctx context.Context, nodes []merkle.Hash) error {
	for _, node := range nodes {
		if err := c.compare(ctx); err != nil {
			return err
		}
		c.tree.Append(node)
	}
	return nil
}

// compare holds the tree as it is now against the checkpoints of its size.
func (c *checker) compare(ctx context.Context) error {
	for len(c.held) > 0 && c.held[0].Size == c.tree.Size() {
		if c.held[0].Root != c.tree.Root() {
			c.find(Finding{Kind: HeldRewritten, Size: c.held[0].Size})
		} else {
			c.Held++
		}
		c.held = c.held[1:]
	}
	for {
		next, ok, err := c.upcoming(ctx)
		if err != nil || !ok || next.Size > c.tree.Size() {
			return err
		}
		c.next = c.next[1:]
		c.checkpoint(next)
	}
}

func (c *checker) checkpoint(next SignedCheckpoint) {
	opened, ok := c.open(next.Note)
	switch {
	case !ok || opened.Size != next.Size:
		c.find(Finding{Kind: CheckpointUnsigned, Size: next.Size})
	case opened.Root != c.tree.Root() || opened.Size != c.tree.Size():
		c.find(Finding{Kind: CheckpointWrong, Size: next.Size})
	default:
		c.Checkpoints++
		c.Signed = next.Size
		if len(opened.Witnesses) > 0 {
			c.Cosigned++
		}
	}
}

// upcoming returns the next checkpoint that was not compared yet.
func (c *checker) upcoming(ctx context.Context) (next SignedCheckpoint, ok bool, err error) {
	if len(c.next) == 0 && c.read >= 0 {
		if c.next, err = c.source.Checkpoints(ctx, c.read, checkpointsOnce); err != nil {
			return next, false, err
		}
		if len(c.next) == 0 {
			c.read = -1
			return next, false, nil
		}
		c.read = c.next[len(c.next)-1].Size
	}
	if len(c.next) == 0 {
		return next, false, nil
	}
	return c.next[0], true, nil
}

// tile compares a tile with what is stored.
func (c *checker) tile(ctx context.Context, want merkle.Tile) error {
	stored, err := c.source.Tile(ctx, want.Level, want.N)
	if err == nil && !bytes.HasPrefix(stored, want.Hashes) {
		c.find(Finding{Kind: TileWrong, Tile: merkle.Path(want.Level, want.N, len(want.Hashes)/len(merkle.Hash{}))})
	}
	return err
}

// beyond reports checkpoints of trees larger than the log is. What was signed
// while the check ran is none.
func (c *checker) beyond(ctx context.Context) error {
	now, err := c.source.Size(ctx)
	if err != nil {
		return err
	}
	for _, held := range c.held {
		c.find(Finding{Kind: HeldBeyond, Size: held.Size})
	}
	for {
		next, ok, err := c.upcoming(ctx)
		if err != nil || !ok {
			return err
		}
		c.next = c.next[1:]
		if next.Size > now {
			c.find(Finding{Kind: CheckpointBeyond, Size: next.Size})
		}
	}
}

// openings holds entries against their leaves, which stand behind that number.
func (c *checker) openings(ctx context.Context, after int64, commitments []byte) error {
	last := after + int64(len(commitments)/len(merkle.Hash{}))
	list, err := c.source.Openings(ctx, after, last)
	if err != nil {
		return err
	}
	for number := after + 1; number <= last; number++ {
		for len(list) > 0 && list[0].Number < number {
			list = list[1:] // a number that came twice
		}
		var leaf merkle.Hash
		copy(leaf[:], commitments[(number-after-1)*int64(len(leaf)):])
		if len(list) == 0 || list[0].Number != number {
			c.find(Finding{Kind: EntryMissing, Number: number})
			continue
		}
		c.opening(list[0], leaf)
		list = list[1:]
	}
	return nil
}

func (c *checker) opening(o Opening, leaf merkle.Hash) {
	switch {
	case o.Purged():
		c.blank(o)
	case !o.Salted:
		c.find(Finding{Kind: EntryUnopenable, Number: o.Number})
	case o.Commitment(o.Salt) != leaf:
		c.find(Finding{Kind: EntryWrong, Number: o.Number})
	default:
		c.opened(o)
	}
}
