// SPDX-License-Identifier: Apache-2.0

package merkle

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a tree as its log signs it: what it is called, how many leaves it
// has, and its root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
}

// errCheckpoint says that bytes are no checkpoint.
var errCheckpoint = errors.New("malformed checkpoint")

// NoteLimit is how long a checkpoint with its signatures may be, in bytes.
const NoteLimit = 16 << 10

// Text returns the lines that are signed.
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// ParseCheckpoint reads the text of a checkpoint. Lines after the third are
// allowed by tlog-checkpoint; this log writes none.
func ParseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" || slices.Contains(lines[:len(lines)-1], "") {
		return c, errCheckpoint
	}
	size, ok := decimal(lines[1])
	root, decoded := decodeHash(lines[2])
	if !ok || !decoded {
		return c, errCheckpoint
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root}, nil
}

// decimal reads a number in the one form that it has.
func decimal(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == text
}

func decodeHash(text string) (h Hash, ok bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) != tlog.HashSize || base64.StdEncoding.EncodeToString(data) != text {
		return h, false
	}
	copy(h[:], data)
	return h, true
}

// NewKey returns a new signing key of a log of that name, as text, with bytes of
// a cryptographic source.
func NewKey(random io.Reader, name string) (secret string, err error) {
	secret, _, err = note.GenerateKey(random, name)
	return secret, err
}

// Signer signs the checkpoints of one log, whose origin is the name of its key.
type Signer struct {
	signer note.Signer
	key    string
}

// NewSigner returns the signer with a key that NewKey made.
func NewSigner(secret string) (Signer, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return Signer{}, fmt.Errorf("signing key: %w", err)
	}
	public, err := publicOf(secret, algEd25519)
	return Signer{signer, public}, err
}

// Key returns the verifier key, which anyone may have.
func (s Signer) Key() string { return s.key }

// Sign returns the signed checkpoint of a tree.
func (s Signer) Sign(size int64, root Hash) ([]byte, error) {
	return note.Sign(&note.Note{Text: Checkpoint{s.signer.Name(), size, root}.Text()}, s.signer)
}

// Signed is a checkpoint whose signature by its log has been checked.
type Signed struct {
	Checkpoint
	Note      []byte   // as it came
	Witnesses []string // the names of the known witnesses that cosigned it
}

// Open checks that signed carries a signature by the log of that verifier key,
// and says which of the witnesses cosigned it.
func Open(signed []byte, key string, witnesses ...note.Verifier) (Signed, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return Signed{}, fmt.Errorf("verifier key: %w", err)
	}
	if len(signed) > NoteLimit {
		return Signed{}, errCheckpoint
	}
	opened, err := note.Open(signed, note.VerifierList(append(slices.Clone(witnesses), verifier)...))
	if err != nil {
		return Signed{}, fmt.Errorf("checkpoint: %w", err)
	}
	out := Signed{Note: signed}
	bySelf := false
	for _, sig := range opened.Sigs {
		if sig.Name == verifier.Name() && sig.Hash == verifier.KeyHash() {
			bySelf = true
		} else {
			out.Witnesses = append(out.Witnesses, sig.Name)
		}
	}
	if out.Checkpoint, err = ParseCheckpoint(opened.Text); err != nil {
		return Signed{}, err
	}
	if !bySelf || out.Origin != verifier.Name() {
		return Signed{}, fmt.Errorf("%w: not signed by %s", errCheckpoint, verifier.Name())
	}
	return out, nil
}

// Peek reads a signed checkpoint without checking any signature: for the
// arithmetic over what one keeps, never for trust.
func Peek(signed []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok || len(signed) > NoteLimit {
		return Checkpoint{}, errCheckpoint
	}
	return ParseCheckpoint(text + "\n")
}
