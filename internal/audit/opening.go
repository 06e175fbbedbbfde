// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"entente.example/internal/access"
)

// errOpening says that a line is no opening.
var errOpening = errors.New("malformed opening of an entry")

// Opening is an entry with the salt of its leaf: what one shows to prove that the
// journal holds it.
type Opening struct {
	Record
	Salt   Salt
	Salted bool // false once the salt was destroyed
}

// Purged reports whether nothing but the leaf is left of the entry.
func (o Opening) Purged() bool { return !o.Salted && o.Verb == "" }

// openingText is an opening as it stands in exports and proofs.
type openingText struct {
	Number    int64  `json:"number"`
	ID        string `json:"id"`
	At        string `json:"at"`
	Actor     string `json:"actor"`
	Workspace string `json:"workspace"`
	Verb      string `json:"verb"`
	Object    string `json:"object"`
	About     string `json:"about"`
	Count     int64  `json:"count"`
	Concerns  string `json:"concerns"`
	Salt      []byte `json:"salt,omitempty"`
}

// MarshalLine returns the opening as one line of JSON, without its end.
func (o Opening) MarshalLine() ([]byte, error) {
	t := openingText{
		Number: o.Number, ID: o.ID, At: o.At.UTC().Format(timeForm), Actor: o.Actor, Workspace: string(o.Workspace), Verb: string(o.Verb),
		Object: o.Object, About: o.About, Count: o.Count, Concerns: string(o.Concerns),
	}
	if o.Salted {
		t.Salt = o.Salt[:]
	}
	return json.Marshal(t)
}

// ParseOpening reads a line that MarshalLine wrote. A field that is unknown is an
// error: it would be believed and not be proven.
func ParseOpening(line []byte) (o Opening, err error) {
	var t openingText
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return o, errOpening
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) || t.Number < 1 {
		return o, errOpening
	}
	o.Record = Record{
		Entry:  Entry{ID: t.ID, Verb: Verb(t.Verb), Object: t.Object, About: t.About, Count: t.Count, Concerns: access.MemberID(t.Concerns)},
		Number: t.Number, Actor: t.Actor, Workspace: access.WorkspaceID(t.Workspace),
	}
	if o.At, err = ParseTime(t.At); err != nil {
		return Opening{}, errOpening
	}
	switch len(t.Salt) {
	case 0:
	case len(o.Salt):
		copy(o.Salt[:], t.Salt)
		o.Salted = true
	default:
		return Opening{}, errOpening
	}
	return o, nil
}
