// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"entente.example/internal/access"
)

// ErrOpening says that a line is no opening.
var ErrOpening = errors.New("audit: malformed opening of an entry")

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
		return o, ErrOpening
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) || t.Number < 1 {
		return o, ErrOpening
	}
	o.Record = Record{
		Entry:  Entry{ID: t.ID, Verb: Verb(t.Verb), Object: t.Object, About: t.About, Count: t.Count, Concerns: access.MemberID(t.Concerns)},
		Number: t.Number, Actor: t.Actor, Workspace: access.WorkspaceID(t.Workspace),
	}
	if o.At, err = ParseTime(t.At); err != nil {
		return Opening{}, ErrOpening
	}
	switch len(t.Salt) {
	case 0:
	case len(o.Salt):
		copy(o.Salt[:], t.Salt)
		o.Salted = true
	default:
		return Opening{}, ErrOpening
	}
	return o, nil
}
