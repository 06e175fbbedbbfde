// SPDX-License-Identifier: Apache-2.0

package merkle

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Addition is what a log sends to a witness (tlog-witness, add-checkpoint): a
// checkpoint, and the proof that it continues the one of that size.
type Addition struct {
	Old        int64
	Proof      []Hash
	Checkpoint []byte // signed
}

// errAddition says that bytes are no request to a witness.
var errAddition = errors.New("malformed request to a witness")

// proofLimit is how many hashes a proof can have.
const proofLimit = 63

// Encode returns the body of the request.
func (a Addition) Encode() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", a.Old)
	writeHashes(&b, a.Proof)
	b.WriteString("\n")
	b.Write(a.Checkpoint)
	return []byte(b.String())
}

// ParseAddition reads what Encode wrote.
func ParseAddition(body []byte) (a Addition, err error) {
	head, signed, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	text, labelled := strings.CutPrefix(lines[0], "old ")
	old, isNumber := decimal(text)
	proof, isProof := readHashes(lines[1:])
	if !ok || !labelled || !isNumber || !isProof || signed == "" || len(signed) > NoteLimit {
		return Addition{}, errAddition
	}
	return Addition{Old: old, Proof: proof, Checkpoint: []byte(signed)}, nil
}

func writeHashes(b *strings.Builder, hashes []Hash) {
	for _, h := range hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
}

func readHashes(lines []string) (hashes []Hash, ok bool) {
	if len(lines) > proofLimit {
		return nil, false
	}
	for _, line := range lines {
		h, ok := decodeHash(line)
		if !ok {
			return nil, false
		}
		hashes = append(hashes, h)
	}
	return hashes, true
}

// Proof is one leaf's proof that can be carried away (tlog-proof).
type Proof struct {
	Extra      []byte // what the leaf opens to; not authenticated by itself
	Index      int64  // of the leaf, from 0
	Path       []Hash // from the leaf's sibling up
	Checkpoint []byte // signed
}

const proofHeader = "c2sp.org/tlog-proof@v1"

// errProof says that bytes are no proof.
var errProof = errors.New("malformed proof")

// Encode returns the proof as a file.
func (p Proof) Encode() []byte {
	var b strings.Builder
	b.WriteString(proofHeader + "\n")
	if len(p.Extra) > 0 {
		b.WriteString("extra " + base64.StdEncoding.EncodeToString(p.Extra) + "\n")
	}
	fmt.Fprintf(&b, "index %d\n", p.Index)
	writeHashes(&b, p.Path)
	b.WriteString("\n")
	b.Write(p.Checkpoint)
	return []byte(b.String())
}

// ParseProof reads what Encode wrote.
func ParseProof(data []byte) (p Proof, err error) {
	head, signed, ok := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || lines[0] != proofHeader || len(signed) > NoteLimit || signed == "" {
		return p, errProof
	}
	lines = lines[1:]
	if extra, ok := strings.CutPrefix(lines[0], "extra "); ok {
		if p.Extra, err = base64.StdEncoding.DecodeString(extra); err != nil || len(lines) < 2 {
			return Proof{}, errProof
		}
		lines = lines[1:]
	}
	text, labelled := strings.CutPrefix(lines[0], "index ")
	index, isNumber := decimal(text)
	path, isPath := readHashes(lines[1:])
	if !labelled || !isNumber || !isPath {
		return Proof{}, errProof
	}
	p.Index, p.Path, p.Checkpoint = index, path, []byte(signed)
	return p, nil
}

// SizeError says that a witness knows the log at another size than the request
// begins at.
type SizeError struct{ Size int64 }

// Error implements error.
func (e *SizeError) Error() string {
	return fmt.Sprintf("the witness knows the log at %d entries", e.Size)
}
