// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// text is a string that some writers of MISP's format give as a number or a
// truth value. null is "".
type text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '"', '0', 't', 'f', 'n':
	default:
		return errNotScalar
	}
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if *t = ""; token.Kind() != 'n' {
		*t = text(strings.TrimSpace(token.String()))
	}
	return nil
}

var errNotScalar = errors.New("neither text nor number")

// flag is a truth value that some writers give as "0" and "1".
type flag bool

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (f *flag) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var t text
	if err := t.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	switch strings.ToLower(string(t)) {
	case "", "0", "false":
		*f = false
	case "1", "true":
		*f = true
	default:
		return errors.New("neither true nor false")
	}
	return nil
}

// length is how many elements an array has, which are not looked at; of a text
// it is 1 if there is any.
type length int

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *length) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*l = 0
	if kind := dec.PeekKind(); kind != '[' {
		if kind != 'n' {
			*l = 1
		}
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for ; dec.PeekKind() != ']'; *l++ {
		if err := dec.SkipValue(); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// read decodes a part of an event of that name. The fault names the field, or the
// part where it is no object at all.
func read(raw []byte, into any, name string) *fault.Error {
	err := json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return fault.Wrap(fault.Invalid, "mispjson.part.wrong_type", err).On(fieldOf(semantic.JSONPointer, name))
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if ok && errors.Is(err, jsontext.ErrDuplicateName) {
		return fault.Wrap(fault.Invalid, "mispjson.part.duplicate", err).On(fieldOf(syntactic.JSONPointer, name))
	}
	return fault.Wrap(fault.Invalid, "mispjson.part.unreadable", err).On(name)
}

// fieldOf returns the name of the member that p leads through, or else name.
func fieldOf(p jsontext.Pointer, name string) string {
	for field := range p.Tokens() {
		return field
	}
	return name
}

// lastSecond is the end of the years that RFC 3339 can write.
const lastSecond = 253402300799

// unixTime reads seconds since 1970. "" and 0 are no time.
func unixTime(t text) (at time.Time, ok bool) {
	if t == "" {
		return time.Time{}, true
	}
	seconds, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || seconds < 0 || seconds > lastSecond {
		return time.Time{}, false
	}
	if seconds == 0 {
		return time.Time{}, true
	}
	return time.Unix(seconds, 0).UTC(), true
}

// isoTime reads a time as first_seen and last_seen have it; without a zone it is
// UTC. "" is no time.
func isoTime(t text) (at time.Time, ok bool) {
	if t == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999", time.DateOnly} {
		if at, err := time.Parse(layout, string(t)); err == nil && at.UTC().Year() >= 1 && at.UTC().Year() <= 9999 {
			return at.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}
