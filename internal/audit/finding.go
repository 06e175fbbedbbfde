// SPDX-License-Identifier: Apache-2.0

package audit

import "fmt"

// Finding is one thing that is wrong with a journal.
type Finding struct {
	Kind   FindingKind
	Number int64  // of the entry, from 1
	Tile   string // its path in tlog-tiles
	Size   int64  // of the checkpoint's tree
}

// FindingKind says what is wrong.
type FindingKind string

// What can be wrong.
const (
	EntryMissing       FindingKind = "entry_missing"       // there is a leaf, and no entry
	EntryWrong         FindingKind = "entry_wrong"         // the entry is not what its leaf commits to
	EntryUnopenable    FindingKind = "entry_unopenable"    // its salt is gone, and no purge is recorded
	SealWrong          FindingKind = "seal_wrong"          // a purge took other entries than its seal says, or its seal is gone
	TileWrong          FindingKind = "tile_wrong"          // a tile is not what the leaves below make
	CheckpointUnsigned FindingKind = "checkpoint_unsigned" // none of the keys signed it
	CheckpointWrong    FindingKind = "checkpoint_wrong"    // the tree of that size has another root
	CheckpointBeyond   FindingKind = "checkpoint_beyond"   // more leaves were signed than there are
	HeldUnsigned       FindingKind = "held_unsigned"       // what the checker holds is not signed by the keys
	HeldRewritten      FindingKind = "held_rewritten"      // the log was rewritten since
	HeldBeyond         FindingKind = "held_beyond"         // the log was cut since
)

// String says the finding in English, for the command line.
func (f Finding) String() string {
	switch f.Kind {
	case EntryMissing:
		return fmt.Sprintf("entry %d is missing", f.Number)
	case EntryWrong:
		return fmt.Sprintf("entry %d is not what its leaf commits to", f.Number)
	case EntryUnopenable:
		return fmt.Sprintf("entry %d has no salt, and no purge explains it", f.Number)
	case SealWrong:
		return fmt.Sprintf("entry %d tells of a purge, and the entries without content are not those that its seal names", f.Number)
	case TileWrong:
		return fmt.Sprintf("%s is not what the leaves below it make", f.Tile)
	case CheckpointUnsigned:
		return fmt.Sprintf("the checkpoint at %d entries is not signed by the key of the log", f.Size)
	case CheckpointWrong:
		return fmt.Sprintf("the checkpoint at %d entries was signed over other entries", f.Size)
	case CheckpointBeyond:
		return fmt.Sprintf("a checkpoint was signed at %d entries, and there are fewer", f.Size)
	case HeldUnsigned:
		return fmt.Sprintf("the checkpoint that you hold (%d entries) is not signed by the key of the log", f.Size)
	case HeldRewritten:
		return fmt.Sprintf("the journal was rewritten: its first %d entries are not those of the checkpoint that you hold", f.Size)
	case HeldBeyond:
		return fmt.Sprintf("the journal was cut: the checkpoint that you hold has %d entries, and there are fewer", f.Size)
	}
	return string(f.Kind)
}
