// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Claim reports whether the checkpoint of that time is the caller's to sign: of
// all nodes that ask, one is told so.
func Claim(ctx context.Context, tx *sqldb.Tx, slot time.Time) (mine bool, err error) {
	n, err := tx.Change(ctx, `UPDATE audit_tree SET slot = $1 WHERE one = 1 AND slot < $1`, slot.UnixMicro())
	return n == 1, err
}

// Candidate is a tree that may be signed: its root, and the proof that it
// continues the tree of a size that was asked for.
type Candidate struct {
	Size  int64
	Root  merkle.Hash
	Proof []merkle.Hash
}

// Propose computes the tree as it lies in its tiles, and its proof from the one of
// that size. It fails with merkle.ErrInconsistent if there are fewer leaves.
func Propose(ctx context.Context, tx *sqldb.Tx, from int64) (c Candidate, err error) {
	if c.Size, err = Size(ctx, tx); err != nil {
		return c, err
	}
	if c.Size < from {
		return c, merkle.ErrInconsistent
	}
	if c.Root, err = merkle.Root(c.Size, tileIn(ctx, tx)); err != nil {
		return c, err
	}
	c.Proof, err = merkle.Consistency(from, c.Size, tileIn(ctx, tx))
	return c, err
}

// Keep stores a signed checkpoint, unless there is one of that size.
func Keep(ctx context.Context, tx *sqldb.Tx, c audit.SignedCheckpoint) error {
	return tx.Exec(ctx, `INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING`,
		c.Size, c.At.UnixMicro(), string(c.Note))
}

// Newest returns the checkpoint of the largest tree, with its cosignatures. It
// fails with fault.NotFound where none was signed yet.
func Newest(ctx context.Context, tx *sqldb.Tx) (audit.SignedCheckpoint, error) {
	return oneCheckpoint(ctx, tx, `SELECT size, at, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1`)
}

func oneCheckpoint(ctx context.Context, tx *sqldb.Tx, query string, args ...any) (c audit.SignedCheckpoint, err error) {
	var at int64
	var text string
	if err := tx.One(ctx, query, args, &c.Size, &at, &text); err != nil {
		return c, err
	}
	c.At, c.Note = sqldb.Time(at), []byte(text)
	c.Note, err = withCosignatures(ctx, tx, c.Size, c.Note)
	return c, err
}

func withCosignatures(ctx context.Context, tx *sqldb.Tx, size int64, text []byte) ([]byte, error) {
	err := tx.All(ctx, `SELECT line FROM audit_cosignature WHERE size = $1 ORDER BY witness LIMIT 32`, []any{size},
		func(scan func(...any) error) error {
			var line string
			err := scan(&line)
			text = append(text, line...)
			return err
		})
	return text, err
}

// Checkpoints returns at most limit checkpoints of trees larger than that size,
// the smallest first, with their cosignatures.
func Checkpoints(ctx context.Context, tx *sqldb.Tx, after int64, limit int) (list []audit.SignedCheckpoint, err error) {
	err = tx.All(ctx, `SELECT size, at, note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2`, []any{after, limit},
		func(scan func(...any) error) error {
			var c audit.SignedCheckpoint
			var at int64
			var text string
			err := scan(&c.Size, &at, &text)
			c.At, c.Note = sqldb.Time(at), []byte(text)
			list = append(list, c)
			return err
		})
	for i := range list {
		if err == nil {
			list[i].Note, err = withCosignatures(ctx, tx, list[i].Size, list[i].Note)
		}
	}
	return list, err
}

// Cosigned returns the size of the largest tree that the witness cosigned, or 0.
func Cosigned(ctx context.Context, tx *sqldb.Tx, witness string) (size int64, err error) {
	err = tx.One(ctx, `SELECT size FROM audit_cosignature WHERE witness = $1 ORDER BY size DESC LIMIT 1`, []any{witness}, &size)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	return size, err
}

// KeepCosignature stores the signature line of a witness.
func KeepCosignature(ctx context.Context, tx *sqldb.Tx, c audit.Cosignature) error {
	return tx.Exec(ctx, `INSERT INTO audit_cosignature (size, witness, at, line) VALUES ($1, $2, $3, $4)
		ON CONFLICT (size, witness) DO UPDATE SET at = excluded.at, line = excluded.line`, c.Size, c.Witness, c.At.UnixMicro(), c.Line)
}

// Addition is what a witness that knows the tree of that size is sent, to cosign
// c. It fails with merkle.ErrInconsistent where the witness knows more than there
// is.
func Addition(ctx context.Context, tx *sqldb.Tx, known int64, c audit.SignedCheckpoint) (a merkle.Addition, err error) {
	if known > c.Size {
		return a, merkle.ErrInconsistent
	}
	proof, err := merkle.Consistency(known, c.Size, tileIn(ctx, tx))
	return merkle.Addition{Old: known, Proof: proof, Checkpoint: c.Note}, err
}
