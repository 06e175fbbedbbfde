// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"errors"
	"io"
)

// BundleWriter writes objects as a STIX 2.1 bundle while they come.
type BundleWriter struct {
	out   io.Writer
	id    string
	begun bool
	done  bool
	err   error
}

// NewBundleWriter returns a writer of the bundle id, which is "bundle--" and a
// UUID. Nothing is written before the first object or Close.
func NewBundleWriter(out io.Writer, id string) *BundleWriter {
	return &BundleWriter{out: out, id: id}
}

// Write adds one object, its bytes as they are. They must be one JSON object:
// Write does not look. It must not be called after Close.
func (b *BundleWriter) Write(raw []byte) error {
	if b.done {
		return errors.New("write to a bundle that is closed")
	}
	if b.begun {
		b.put([]byte(",\n"))
	} else {
		b.begin()
		b.put([]byte(`,"objects":[` + "\n"))
	}
	b.begun = true
	b.put(raw)
	return b.err
}

// Close ends the bundle. A bundle without objects has no list of them: STIX
// knows no empty lists.
func (b *BundleWriter) Close() error {
	if b.done {
		return b.err
	}
	b.done = true
	if b.begun {
		b.put([]byte("\n]"))
	} else {
		b.begin()
	}
	b.put([]byte("}\n"))
	return b.err
}

func (b *BundleWriter) begin() {
	b.put(appendString([]byte(`{"type":"bundle","id":`), b.id))
}

// put writes, unless something went wrong before.
func (b *BundleWriter) put(text []byte) {
	if b.err == nil {
		_, b.err = b.out.Write(text)
	}
}
