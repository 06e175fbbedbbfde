// SPDX-License-Identifier: Apache-2.0

// Package audittest is a second reading of an export of the journal, written from
// the standards (RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-tiles)
// and from the description of a leaf and a seal in docs/adr/0009 and 0013, and from nothing else of the
// house: what it and entente audit verify both say is not one author's mistake.
// It holds the whole log in memory: it is for tests.
package audittest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Read checks the export in dir against the verifier key of the log and an earlier
// checkpoint, and fails with the first thing that is wrong.
func Read(dir, key, held string) error {
	r := reading{dir: dir}
	if err := r.readKey(key); err != nil {
		return err
	}
	size, root, err := r.checkpoint(r.text("checkpoint"))
	if err != nil {
		return fmt.Errorf("newest checkpoint: %w", err)
	}
	if err := r.readLeaves(size); err != nil {
		return err
	}
	if !bytes.Equal(r.root(size), root) {
		return errors.New("newest checkpoint: another root")
	}
	heldSize, heldRoot, err := r.checkpoint(held)
	if err != nil {
		return fmt.Errorf("held checkpoint: %w", err)
	}
	if heldSize > size || !bytes.Equal(r.root(heldSize), heldRoot) {
		return errors.New("held checkpoint: the log does not continue it")
	}
	if err := errors.Join(r.readCheckpoints(size), r.readTiles(size), r.readOpenings(size)); err != nil {
		return err
	}
	return r.readPurges()
}

type reading struct {
	dir    string
	name   string
	id     []byte
	public ed25519.PublicKey
	leaves [][]byte // the entries of the log
	opened []opening
	nodes  [][]byte // their hashes
}

func (r *reading) text(name string) string {
	data, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return ""
	}
	return string(data)
}

// readKey reads <name>+<hex id>+<base64 of type and key>.
func (r *reading) readKey(key string) error {
	parts := strings.SplitN(strings.TrimSpace(key), "+", 3)
	if len(parts) != 3 {
		return errors.New("key: want three parts")
	}
	id, err := hex.DecodeString(parts[1])
	if err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != 1 {
		return errors.New("key: not Ed25519")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	if !bytes.Equal(sum[:4], id) {
		return errors.New("key: another id")
	}
	r.name, r.id, r.public = parts[0], id, data[1:]
	return nil
}

// checkpoint opens a signed checkpoint.
func (r *reading) checkpoint(note string) (size int, root []byte, err error) {
	i := strings.LastIndex(note, "\n\n")
	if i < 0 {
		return 0, nil, errors.New("no signatures")
	}
	body, signed := note[:i+1], false
	for _, line := range strings.Split(strings.TrimSuffix(note[i+2:], "\n"), "\n") {
		words := strings.Split(line, " ")
		if len(words) != 3 || words[0] != "—" {
			return 0, nil, errors.New("malformed signature line")
		}
		sig, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(sig) < 5 {
			return 0, nil, errors.New("malformed signature")
		}
		if words[1] == r.name && bytes.Equal(sig[:4], r.id) {
			if !ed25519.Verify(r.public, []byte(body), sig[4:]) {
				return 0, nil, errors.New("wrong signature")
			}
			signed = true
		}
	}
	lines := strings.Split(body, "\n")
	if !signed || len(lines) != 4 || lines[0] != r.name {
		return 0, nil, errors.New("not signed by this log")
	}
	if size, err = strconv.Atoi(lines[1]); err != nil {
		return 0, nil, err
	}
	root, err = base64.StdEncoding.DecodeString(lines[2])
	return size, root, err
}

// index is the path of the n-th thing: three digits a folder, all but the last
// behind an x; a partial one tells its width.
func index(n, width int) string {
	digits := fmt.Sprintf("%03d", n)
	for len(digits)%3 != 0 {
		digits = "0" + digits
	}
	var parts []string
	for i := 0; i < len(digits); i += 3 {
		part := digits[i : i+3]
		if i+3 < len(digits) {
			part = "x" + part
		}
		parts = append(parts, part)
	}
	path := strings.Join(parts, "/")
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

func (r *reading) readLeaves(size int) error {
	for n := 0; n*256 < size; n++ {
		width := min(256, size-n*256)
		name := "tile/entries/" + index(n, width)
		data := []byte(r.text(name))
		for range width {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s is cut short", name)
			}
			long := int(binary.BigEndian.Uint16(data))
			leaf := data[2 : 2+long]
			sum := sha256.Sum256(append([]byte{0}, leaf...))
			r.leaves, r.nodes, data = append(r.leaves, leaf), append(r.nodes, sum[:]), data[2+long:]
		}
		if len(data) > 0 {
			return fmt.Errorf("%s is too long", name)
		}
	}
	return nil
}

func (r *reading) root(size int) []byte { return mth(r.nodes[:size]) }

// mth is MTH of RFC 6962, section 2.1, over leaves that are hashed already.
func mth(nodes [][]byte) []byte {
	if len(nodes) == 0 {
		sum := sha256.Sum256(nil)
		return sum[:]
	}
	if len(nodes) == 1 {
		return nodes[0]
	}
	k := 1
	for k<<1 < len(nodes) {
		k <<= 1
	}
	sum := sha256.Sum256(bytes.Join([][]byte{{1}, mth(nodes[:k]), mth(nodes[k:])}, nil))
	return sum[:]
}

func (r *reading) readTiles(size int) error {
	span := 1 // leaves below each hash of the level
	for level := 0; size/span > 0; level, span = level+1, span*256 {
		for n := 0; n*256 < size/span; n++ {
			var want []byte
			width := min(256, size/span-n*256)
			for i := range width {
				begin := (n*256 + i) * span
				want = append(want, mth(r.nodes[begin:begin+span])...)
			}
			name := fmt.Sprintf("tile/%d/%s", level, index(n, width))
			if r.text(name) != string(want) {
				return fmt.Errorf("%s is wrong", name)
			}
		}
	}
	return nil
}

func (r *reading) readCheckpoints(size int) error {
	for _, line := range strings.Split(strings.TrimSpace(r.text("checkpoints.jsonl")), "\n") {
		var c struct {
			Size int
			Note string
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return err
		}
		at, root, err := r.checkpoint(c.Note)
		if err != nil || at != c.Size || at > size || !bytes.Equal(r.root(at), root) {
			return fmt.Errorf("checkpoint at %d: %w", c.Size, errors.Join(err, errors.New("the log does not continue it")))
		}
	}
	return nil
}

func (r *reading) readOpenings(size int) error {
	lines := strings.Split(strings.TrimSpace(r.text("openings.jsonl")), "\n")
	if len(lines) != size {
		return fmt.Errorf("%d openings for %d entries", len(lines), size)
	}
	for i, line := range lines {
		var o opening
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			return err
		}
		if r.opened = append(r.opened, o); o.blank() && o.Number == int64(i+1) {
			continue
		}
		salt, err := base64.StdEncoding.DecodeString(o.Salt)
		if err != nil {
			return err
		}
		text := append([]byte("entente journal entry v1\n"), salt...)
		for _, field := range []string{
			strconv.FormatInt(o.Number, 10), o.ID, o.At, o.Actor, o.Workspace, o.Verb, o.Object, o.About, strconv.FormatInt(o.Count, 10), o.Concerns,
		} {
			text = binary.BigEndian.AppendUint32(text, uint32(len(field)))
			text = append(text, field...)
		}
		if sum := sha256.Sum256(text); o.Number != int64(i+1) || !bytes.Equal(sum[:], r.leaves[i]) {
			return fmt.Errorf("entry %d is not what was logged", i+1)
		}
	}
	return nil
}

// opening is a line of the openings: of a purged workspace only its number and
// whose it was.
type opening struct {
	Number, Count                                                 int64
	ID, At, Actor, Workspace, Verb, Object, About, Concerns, Salt string
}

func (o opening) blank() bool { return o.Verb == "" && o.Salt == "" }

// of reports whether the journal counts the entry to a workspace (docs/adr/0013).
func (o opening) of(workspace string) bool {
	const about = " workspace.opened workspace.changed workspace.archived membership.accepted membership.changed membership.ended "
	if o.Workspace == "" && strings.Contains(about, " "+o.Verb+" ") {
		return o.Object == workspace
	}
	return o.Workspace == workspace
}

// readPurges holds that each blank entry is one that the seal of its workspace
// names. Of purges from before there were seals it knows nothing.
func (r *reading) readPurges() error {
	seals := map[string]opening{}
	for _, o := range r.opened {
		if o.Verb == "journal.sealed" && o.Workspace == "" {
			if _, twice := seals[o.Object]; twice {
				return fmt.Errorf("entry %d is a second seal", o.Number)
			}
			seals[o.Object] = o
		}
	}
	for _, o := range r.opened {
		if seal, sealed := seals[o.Workspace]; o.blank() && (!sealed || o.Number > seal.Number) {
			return fmt.Errorf("entry %d is blank, and no seal explains it", o.Number)
		}
	}
	for workspace, seal := range seals {
		var numbers strings.Builder
		var n int64
		for _, o := range r.opened[:seal.Number-1] {
			if o.of(workspace) {
				fmt.Fprintln(&numbers, o.Number)
				n++
			}
		}
		if sum := sha256.Sum256([]byte(numbers.String())); n != seal.Count || hex.EncodeToString(sum[:]) != seal.About {
			return fmt.Errorf("entry %d seals other entries", seal.Number)
		}
	}
	return nil
}
