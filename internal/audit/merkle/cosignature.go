// SPDX-License-Identifier: Apache-2.0

package merkle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// The types of signature of signed-note that are in use here.
const (
	algEd25519     = 1
	algCosignature = 4
)

var (
	errKey = errors.New("malformed key")
	// errCosignature says that a witness's answer is none.
	errCosignature = errors.New("malformed cosignature")
)

func keyID(name string, alg byte, public []byte) uint32 {
	h := sha256.New()
	_, _ = io.WriteString(h, name+"\n")
	_, _ = h.Write(append([]byte{alg}, public...))
	return binary.BigEndian.Uint32(h.Sum(nil))
}

func encodeKey(prefix, name string, id uint32, alg byte, key []byte) string {
	return fmt.Sprintf("%s%s+%08x+%s", prefix, name, id, base64.StdEncoding.EncodeToString(append([]byte{alg}, key...)))
}

// decodeKey reads name+id+base64(alg ‖ key).
func decodeKey(text string, alg byte) (name string, id uint32, key []byte, err error) {
	parts := strings.SplitN(text, "+", 3) // the base64 of the third may hold pluses, no name does
	if len(parts) != 3 || parts[0] == "" || len(parts[1]) != 8 {
		return "", 0, nil, errKey
	}
	number, err1 := strconv.ParseUint(parts[1], 16, 32)
	data, err2 := base64.StdEncoding.DecodeString(parts[2])
	if err1 != nil || err2 != nil || len(data) != 33 || data[0] != alg || strings.ContainsAny(parts[0], " \t\n") {
		return "", 0, nil, errKey
	}
	return parts[0], uint32(number), data[1:], nil
}

const secretPrefix = "PRIVATE+KEY+"

// publicOf returns the verifier key of a secret one.
func publicOf(secret string, alg byte) (string, error) {
	name, id, seed, err := decodeKey(strings.TrimPrefix(secret, secretPrefix), alg)
	if err != nil || !strings.HasPrefix(secret, secretPrefix) {
		return "", errKey
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	if keyID(name, alg, public) != id {
		return "", errKey
	}
	return encodeKey("", name, id, alg, public), nil
}

// NewWitnessKey returns a new signing key of a witness of that name, as text.
func NewWitnessKey(random io.Reader, name string) (secret string, err error) {
	if name == "" || strings.ContainsAny(name, "+ \t\n") {
		return "", errKey
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return "", err
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	return encodeKey(secretPrefix, name, keyID(name, algCosignature, public), algCosignature, seed), nil
}

// Cosigner cosigns checkpoints for a witness (tlog-cosignature, Ed25519).
type Cosigner struct {
	name   string
	id     uint32
	secret ed25519.PrivateKey
	key    string
	now    func() time.Time
}

// NewCosigner returns the cosigner with a key that NewWitnessKey made.
func NewCosigner(secret string, now func() time.Time) (Cosigner, error) {
	key, err := publicOf(secret, algCosignature)
	if err != nil {
		return Cosigner{}, err
	}
	name, id, seed, err := decodeKey(strings.TrimPrefix(secret, secretPrefix), algCosignature)
	return Cosigner{name, id, ed25519.NewKeyFromSeed(seed), key, now}, err
}

// Key returns the verifier key of the witness.
func (c Cosigner) Key() string { return c.key }

// Cosign returns the signature line on the checkpoint of that text.
func (c Cosigner) Cosign(text string) string {
	at := c.now().Unix()
	raw := binary.BigEndian.AppendUint32(nil, c.id)
	raw = binary.BigEndian.AppendUint64(raw, uint64(at))
	raw = append(raw, ed25519.Sign(c.secret, cosigned(at, text))...)
	return "— " + c.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

func cosigned(at int64, text string) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text)
}

// Witness verifies the cosignatures of one witness.
type Witness struct {
	name   string
	id     uint32
	public ed25519.PublicKey
}

var _ note.Verifier = Witness{}

// NewWitness returns the verifier for a verifier key of type 4.
func NewWitness(key string) (Witness, error) {
	name, id, public, err := decodeKey(key, algCosignature)
	if err != nil || keyID(name, algCosignature, public) != id {
		return Witness{}, errKey
	}
	return Witness{name, id, public}, nil
}

// Name implements note.Verifier.
func (w Witness) Name() string { return w.name }

// KeyHash implements note.Verifier.
func (w Witness) KeyHash() uint32 { return w.id }

// Verify implements note.Verifier.
func (w Witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	return at != 0 && at < 1<<63 && ed25519.Verify(w.public, cosigned(int64(at), string(msg)), sig[8:])
}

// Find returns the line of an answer by which the witness cosigned the
// checkpoint, and when it did. Lines by keys that are not known are passed over.
func (w Witness) Find(signed, answer []byte) (line string, at time.Time, err error) {
	if len(answer) > NoteLimit || len(answer) == 0 || answer[len(answer)-1] != '\n' {
		return "", at, errCosignature
	}
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok {
		return "", at, errCheckpoint
	}
	for part := range strings.Lines(string(answer)) {
		rest, ok := strings.CutPrefix(part, "— ")
		name, encoded, found := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || !found || err != nil || len(raw) < 5 {
			return "", at, errCosignature
		}
		if name != w.name || binary.BigEndian.Uint32(raw) != w.id {
			continue
		}
		if !w.Verify([]byte(text+"\n"), raw[4:]) {
			return "", at, errCosignature
		}
		return part, time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC(), nil
	}
	return "", at, errCosignature
}
