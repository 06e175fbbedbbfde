// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"filippo.io/age"

	"entente.example/internal/backup/rows"
)

// Vault is the folder that back-ups lie in, each in a folder of its own, with
// the files that they share beside them.
type Vault struct{ root string }

const (
	filesFolder = "files"
	unfinished  = ".part"
)

// vaultName is the name of a back-up: when it was taken, and its id.
var vaultName = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$`)

// OpenVault returns the vault at root, which must be there.
func OpenVault(root string) (Vault, error) {
	info, err := os.Stat(root)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", root)
	}
	return Vault{root}, err
}

// Listing is what a vault holds, by name, the oldest first.
type Listing struct {
	Whole      []string
	Unfinished []string // what was interrupted: it counts for nothing and may be deleted
}

// List says which back-ups there are.
func (v Vault) List() (l Listing, err error) {
	entries, err := os.ReadDir(v.root)
	for _, e := range entries {
		name, part := strings.CutSuffix(e.Name(), unfinished)
		switch {
		case !e.IsDir() || !vaultName.MatchString(name):
		case part:
			l.Unfinished = append(l.Unfinished, e.Name())
		default:
			l.Whole = append(l.Whole, name)
		}
	}
	return l, err
}

// Find returns the back-up of that name, or the newest where it is empty.
func (v Vault) Find(name string) (Copy, error) {
	l, err := v.List()
	if err != nil {
		return Copy{}, err
	}
	if name == "" && len(l.Whole) > 0 {
		name = l.Whole[len(l.Whole)-1]
	}
	if !slices.Contains(l.Whole, name) {
		return Copy{}, fmt.Errorf("no whole back-up %s in %s", name, v.root)
	}
	return Copy{v, name, filepath.Join(v.root, name)}, nil
}

// Copy is one back-up that is whole.
type Copy struct {
	vault  Vault
	Name   string
	folder string
}

// sealed is a part that is being written: what goes in is sealed, and the sealed
// bytes are counted.
type sealed struct {
	file  *os.File
	out   *bufio.Writer
	sum   hash.Hash
	size  int64
	inner io.WriteCloser
}

// create begins a part at path for the recipients. There must be one at least:
// nothing is ever written in the clear.
func create(path string, to []age.Recipient) (*sealed, error) {
	if len(to) == 0 {
		return nil, errNoRecipient
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := &sealed{file: file, out: bufio.NewWriterSize(file, 1<<17), sum: sha256.New()}
	if s.inner, err = age.Encrypt(writerFunc(s.count), to...); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	return s, nil
}

// errNoRecipient is the answer to a back-up that nobody could open, or anybody.
var errNoRecipient = errors.New("a back-up is sealed, or not written: name a recipient (age1…)")

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (s *sealed) count(p []byte) (int, error) {
	n, err := s.out.Write(p)
	s.size += int64(n)
	s.sum.Write(p[:n])
	return n, err
}

func (s *sealed) Write(p []byte) (int, error) { return s.inner.Write(p) }

// close ends the part, which is then on disk.
func (s *sealed) close() error {
	err := errors.Join(s.inner.Close(), s.out.Flush(), s.file.Sync())
	return errors.Join(err, s.file.Close())
}

func (s *sealed) drop() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

func (s *sealed) digest() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// writePart writes a whole part, compressed, and says what it is.
func writePart(path string, to []age.Recipient, fill func(io.Writer) error) (Part, error) {
	s, err := create(path, to)
	if err != nil {
		return Part{}, err
	}
	zip, err := gzip.NewWriterLevel(s, gzip.BestSpeed)
	if err != nil {
		return Part{}, errors.Join(err, s.drop())
	}
	if err := errors.Join(fill(zip), zip.Close()); err != nil {
		return Part{}, errors.Join(err, s.drop())
	}
	if err := s.close(); err != nil {
		return Part{}, err
	}
	return Part{filepath.Base(path), s.size, s.digest()}, nil
}

// readPart opens a part, has it read, and holds that all of it was what the sum
// says.
func (c Copy) readPart(name, want string, keys []age.Identity, read func(io.Reader) error) error {
	file, err := os.Open(filepath.Join(c.folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is missing", rows.ErrDamaged, name)
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	in := io.TeeReader(file, sum)
	if err := unseal(in, keys, read); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); want != "" && got != want {
		return fmt.Errorf("%w: %s has another SHA-256 than was written", rows.ErrDamaged, name)
	}
	return nil
}

func unseal(in io.Reader, keys []age.Identity, read func(io.Reader) error) error {
	plain, err := age.Decrypt(in, keys...)
	if _, no := errors.AsType[*age.NoIdentityMatchError](err); no {
		return errors.New("sealed to others: none of the identities given opens it")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", rows.ErrDamaged, err)
	}
	zip, err := gzip.NewReader(plain)
	if err != nil {
		return fmt.Errorf("%w: %w", rows.ErrDamaged, err)
	}
	if err := read(zip); err != nil {
		return err
	}
	// The end proves that nothing was cut off.
	n, err := io.Copy(io.Discard, zip)
	if err == nil && n > 0 {
		err = errors.New("something behind the end")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", rows.ErrDamaged, err)
	}
	return nil
}

// sums reads what sha256sum would check.
func (c Copy) sums() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(c.folder, sumsFile))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", rows.ErrDamaged, sumsFile, err)
	}
	found := map[string]string{}
	for line := range bytes.Lines(text) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		if !ok || !hexSum.MatchString(sum) {
			return nil, fmt.Errorf("%w: %s", rows.ErrDamaged, sumsFile)
		}
		found[name] = sum
	}
	return found, nil
}

// CheckSealed holds the parts against their sums. It needs no key, and says
// nothing of the files, whose names are in a sealed part.
func (c Copy) CheckSealed() error {
	sums, err := c.sums()
	if err != nil {
		return err
	}
	for _, name := range []string{manifestPart, rowsPart, filesPart} {
		got, err := hashFile(filepath.Join(c.folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s is missing", rows.ErrDamaged, name)
		}
		if err != nil {
			return err
		}
		if got != sums[name] {
			return fmt.Errorf("%w: %s has another SHA-256 than was written", rows.ErrDamaged, name)
		}
	}
	return nil
}

// hashFile returns the SHA-256 of a file.
func hashFile(path string) (sum string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	_, err = io.Copy(h, file)
	return hex.EncodeToString(h.Sum(nil)), err
}
