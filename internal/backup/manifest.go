// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"time"

	"entente.example/internal/backup/rows"
)

// format is the form of back-up that this program writes, and the newest it reads.
const format = 1

// Names of the parts of a back-up. Each is sealed.
const (
	manifestPart = "manifest.age"
	rowsPart     = "rows.age"
	filesPart    = "files.age"
	sumsFile     = "SHA256SUMS" // of the sealed parts, as sha256sum writes it: it can be checked without a key
)

// Manifest says what a back-up holds.
type Manifest struct {
	Format  int        `json:"format"`
	TakenAt time.Time  `json:"taken_at"`
	Engine  string     `json:"engine"`
	Schema  int64      `json:"schema"`
	Journal Head       `json:"journal"`
	Tables  []rows.Sum `json:"tables"`
	Parts   []Part     `json:"parts"`
	Files   Count      `json:"files"`
}

// Head is where the journal stood: the number of its newest entry, and that
// entry's id.
type Head struct {
	Number int64  `json:"number"`
	Entry  string `json:"entry"`
}

// Part is a sealed file of the back-up.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Count says how many files there are, and how many bytes they have when sealed.
type Count struct {
	Number int64 `json:"number"`
	Bytes  int64 `json:"bytes"`
}

// Rows returns how many rows the tables hold together.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

func (m Manifest) part(name string) (Part, bool) {
	for _, p := range m.Parts {
		if p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

const maxManifest = 4 << 20 // bytes

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// parseManifest reads a manifest, and refuses one that is not in order.
func parseManifest(r io.Reader) (m Manifest, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err != nil {
		return m, err
	}
	if len(text) > maxManifest {
		return m, fmt.Errorf("%w: a manifest of more than %d bytes", rows.ErrDamaged, maxManifest)
	}
	var said struct{ Format int }
	if err := json.Unmarshal(text, &said); err != nil {
		return m, fmt.Errorf("%w: manifest: %w", rows.ErrDamaged, err)
	}
	if said.Format != format {
		return m, fmt.Errorf("a back-up of format %d; this program reads format %d", said.Format, format)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("%w: manifest: %w", rows.ErrDamaged, err)
	}
	return m, m.check()
}

func (m Manifest) check() error {
	wrong := func(what string) error { return fmt.Errorf("%w: manifest: %s", rows.ErrDamaged, what) }
	for _, name := range []string{rowsPart, filesPart} {
		p, ok := m.part(name)
		if !ok || !hexSum.MatchString(p.SHA256) || p.Size <= 0 {
			return wrong("no size or SHA-256 of " + name)
		}
	}
	if len(m.Parts) != 2 {
		return wrong("parts that are not known")
	}
	if m.Schema <= 0 || m.Journal.Number < 0 || m.Files.Number < 0 || m.Files.Bytes < 0 {
		return wrong("a number that cannot be")
	}
	seen := map[string]bool{}
	for _, t := range m.Tables {
		if !rows.IsName(t.Table) || seen[t.Table] || t.Rows < 0 || !hexSum.MatchString(t.SHA256) {
			return wrong(fmt.Sprintf("table %q", t.Table))
		}
		seen[t.Table] = true
	}
	return nil
}

// fileID and fileName are what a file of the server and its sealed copy may be
// called: they are names of files, and must lead nowhere else.
var (
	fileID   = regexp.MustCompile(`^[0-9a-zA-Z][0-9a-zA-Z._-]{0,127}$`)
	fileName = regexp.MustCompile(`^[0-9a-f]{16}/[0-9a-zA-Z][0-9a-zA-Z._-]{0,127}-[0-9a-f]{64}\.age$`)
)

// listed is the table of the files of a back-up, in the part that lists them.
var listed = rows.Table{Name: "files", Columns: []rows.Column{{Name: "id", Kind: rows.Text}, {Name: "name", Kind: rows.Text}, {Name: "size", Kind: rows.Integer}}}

// File is a file of the server: its id, the name of its sealed copy below the
// folder of files, and the size of that copy in bytes.
type File struct {
	ID, Name string
	Size     int64
}

func fileOf(values []any) (File, error) {
	f := File{values[0].(string), values[1].(string), values[2].(int64)}
	if !fileID.MatchString(f.ID) || !fileName.MatchString(f.Name) || f.Size < 0 || path.Clean(f.Name) != f.Name {
		return f, fmt.Errorf("%w: a file called %q, %q", rows.ErrDamaged, f.ID, f.Name)
	}
	return f, nil
}

// sum is the SHA-256 of the sealed copy, which its name ends in.
func (f File) sum() string {
	stem := f.Name[:len(f.Name)-len(".age")]
	return stem[len(stem)-64:]
}
