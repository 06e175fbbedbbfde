// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/durable"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Signing says how checkpoints of the journal are signed.
type Signing struct {
	Signer  merkle.Signer
	Retired []string // verifier keys under which earlier checkpoints were signed
	Every   time.Duration
	Now     func() time.Time
	// Memory is the path of a file with the last checkpoint that this node signed. It
	// lies apart from the database, so that a database set back to an earlier state
	// is noticed.
	Memory    string
	Witnesses []Witness
}

// Witness is an outside witness, asked to cosign.
type Witness interface {
	// Name returns the name of its key.
	Name() string
	// Cosign sends a checkpoint and returns its cosignature. It fails with a
	// *merkle.SizeError when the witness knows another size than the proof begins at.
	Cosign(ctx context.Context, a merkle.Addition) (audit.Cosignature, error)
}

// ErrRefused says that the journal is not the one whose checkpoints were signed:
// it was cut, rewritten or set back. Nothing is signed until that is mended.
var ErrRefused = errors.New("the journal is not a continuation of what was signed: no checkpoint is signed")

type signer struct {
	Signing
	mu      sync.Mutex
	refused error // guarded by mu
}

const witnessPatience = 10 * time.Second

// Sign adds the signer: at fixed times one of all nodes signs a checkpoint of what
// was logged since, and asks the witnesses.
func (r *Runner) Sign(s Signing) {
	r.signer = &signer{Signing: s}
	r.loops = append(r.loops, r.signLoop)
}

// Refused returns why nothing is signed: nil, or an error that is ErrRefused.
func (r *Runner) Refused() error {
	if r.signer == nil {
		return nil
	}
	r.signer.mu.Lock()
	defer r.signer.mu.Unlock()
	return r.signer.refused
}

func (s *signer) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = err
}

func (r *Runner) signLoop(ctx context.Context) {
	for {
		now := r.signer.Now()
		timer := time.NewTimer(now.Truncate(r.signer.Every).Add(r.signer.Every).Sub(now)) //nolint:forbidigo // how long it waits: what time it is, Now says
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err := r.signInTurn(context.WithoutCancel(ctx)); err != nil {
			r.log.ErrorContext(ctx, "checkpoint not signed", "err", err)
		}
	}
}

// signInTurn signs if no other node did at this time.
func (r *Runner) signInTurn(ctx context.Context) error {
	mine := false
	err := r.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		mine, err = auditsql.Claim(ctx, tx, r.signer.Now().Truncate(r.signer.Every))
		return err
	})
	if err != nil || !mine {
		return err
	}
	if err := r.Checkpoint(ctx); err != nil {
		return err
	}
	r.askWitnesses(ctx)
	return nil
}

// Checkpoint signs the log as it is now, if it grew. It fails with ErrRefused
// where the log does not continue what was signed before.
func (r *Runner) Checkpoint(ctx context.Context) error {
	signed, err := r.propose(ctx)
	if errors.Is(err, ErrRefused) || err == nil {
		r.signer.refuse(err)
	}
	if err != nil || signed == nil {
		return err
	}
	if err := durable.Replace(r.signer.Memory, signed.Note); err != nil {
		return fmt.Errorf("remember the checkpoint: %w", err)
	}
	return r.db.Update(ctx, func(tx *sqldb.Tx) error { return auditsql.Keep(ctx, tx, *signed) })
}

// propose checks the log against what was signed, and signs what is new.
func (r *Runner) propose(ctx context.Context) (signed *audit.SignedCheckpoint, err error) {
	err = r.db.View(ctx, func(tx *sqldb.Tx) error {
		newest, known, err := auditsql.NewestOrNone(ctx, tx)
		if err != nil {
			return err
		}
		var earlier [][]byte
		if known {
			earlier = append(earlier, newest.Note)
		}
		if text, err := os.ReadFile(r.signer.Memory); err == nil {
			earlier = append(earlier, text)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		now, err := r.continues(ctx, tx, earlier)
		if err != nil || now.Size == newest.Size {
			return err
		}
		text, err := r.signer.Signer.Sign(now.Size, now.Root)
		signed = &audit.SignedCheckpoint{Size: now.Size, At: r.signer.Now(), Note: text}
		return err
	})
	return signed, err
}

// continues returns the log as it is, if it continues each of the checkpoints.
func (r *Runner) continues(ctx context.Context, tx *sqldb.Tx, earlier [][]byte) (now auditsql.Candidate, err error) {
	for _, text := range earlier {
		before, err := r.signer.open(text)
		if err != nil {
			return now, fmt.Errorf("%w (a checkpoint kept here is not signed by a key of this log: %w)", ErrRefused, err)
		}
		now, err = auditsql.Propose(ctx, tx, before.Size)
		if err == nil {
			err = merkle.CheckConsistency(now.Proof, before.Checkpoint, merkle.Checkpoint{Size: now.Size, Root: now.Root})
		}
		if errors.Is(err, merkle.ErrInconsistent) || errors.Is(err, merkle.ErrShort) {
			return now, fmt.Errorf("%w (%d entries were signed: %w)", ErrRefused, before.Size, err)
		}
		if err != nil {
			return now, err
		}
	}
	if len(earlier) == 0 {
		return auditsql.Propose(ctx, tx, 0)
	}
	return now, nil
}

func (s *signer) open(text []byte) (opened merkle.Signed, err error) {
	for _, key := range append([]string{s.Signer.Key()}, s.Retired...) {
		if opened, err = merkle.Open(text, key); err == nil {
			return opened, nil
		}
	}
	return opened, err
}

// askWitnesses sends the newest checkpoint to those who did not cosign it yet.
func (r *Runner) askWitnesses(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, witnessPatience)
	defer cancel()
	var wg sync.WaitGroup
	for _, w := range r.signer.Witnesses {
		wg.Go(func() {
			if err := r.ask(ctx, w); err != nil {
				r.log.WarnContext(ctx, "witness did not cosign", "witness", w.Name(), "err", err)
			}
		})
	}
	wg.Wait()
}

func (r *Runner) ask(ctx context.Context, w Witness) error {
	var known int64
	err := r.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		known, err = auditsql.Cosigned(ctx, tx, w.Name())
		return err
	})
	for range 2 { // once more from the size that the witness names
		if err != nil {
			return err
		}
		err = r.askFrom(ctx, w, known)
		other, ok := errors.AsType[*merkle.SizeError](err)
		if !ok {
			return err
		}
		known, err = other.Size, nil
	}
	return fmt.Errorf("witness %s holds another size each time", w.Name())
}

func (r *Runner) askFrom(ctx context.Context, w Witness, known int64) error {
	var request merkle.Addition
	err := r.db.View(ctx, func(tx *sqldb.Tx) error {
		newest, err := auditsql.Newest(ctx, tx)
		if fault.KindOf(err) == fault.NotFound || err == nil && newest.Size == known {
			return nil
		}
		if err == nil {
			request, err = auditsql.Addition(ctx, tx, known, newest)
		}
		return err
	})
	if err != nil || request.Checkpoint == nil {
		return err
	}
	line, err := w.Cosign(ctx, request)
	if err != nil {
		return err
	}
	return r.db.Update(ctx, func(tx *sqldb.Tx) error { return auditsql.KeepCosignature(ctx, tx, line) })
}
