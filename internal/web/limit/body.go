// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// The errors of a body.
var (
	ErrSlow   = errors.New("the body comes too slowly")
	ErrFields = errors.New("the form has too many fields")
)

// Pace is the least speed of a body: Grace, and one second more for each
// PerSecond bytes; no silence is longer than Grace.
type Pace struct {
	Grace     time.Duration
	PerSecond int64
}

// paced is a body that comes at a least speed.
type paced struct {
	io.ReadCloser
	pace   Pace
	now    func() time.Time
	until  func(time.Time) error // sets the deadline of the next read
	began  time.Time
	read   int64
	fields int // how many more fields a form may have; below zero: it is none
	err    error
}

func (b *paced) Read(into []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	silence := b.now().Add(b.pace.Grace)
	whole := b.began.Add(b.pace.Grace + time.Duration(b.read/b.pace.PerSecond)*time.Second)
	if whole.Before(silence) {
		silence = whole
	}
	_ = b.until(silence) // a writer without deadlines is a test's
	n, err := b.ReadCloser.Read(into)
	b.read += int64(n)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = ErrSlow
	case err != nil:
		_ = b.until(time.Time{}) // the next request has its own
	}
	if b.fields >= 0 {
		if b.fields -= bytes.Count(into[:n], []byte("&")); b.fields < 0 {
			err = ErrFields
		}
	}
	b.err = err
	return n, err
}

// first reads up to most bytes of r's body into memory and puts them back before
// the rest. It reports whether that was all.
func first(r *http.Request, most int64) (whole bool, err error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return true, nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return false, err
	}
	rest := r.Body
	if int64(len(text)) < most {
		r.Body = again{bytes.NewReader(text), rest}
		return true, nil
	}
	r.Body = again{io.MultiReader(bytes.NewReader(text), rest), rest}
	return false, nil
}

// again is a body that was read and put back.
type again struct {
	io.Reader
	io.Closer
}
