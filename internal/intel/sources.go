// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"errors"
	"io"

	"entente.example/internal/fault"
	"entente.example/internal/observable"
	"entente.example/internal/stix"
)

// maxText is how much text the technical values are taken of.
const maxText = 4 << 20

// part is one object of a file as the check meets it. Start and Length are its
// place in Batch.Work.
type part struct {
	ordinal       int64
	start, length int64
	raw           []byte // valid during the call
	spec          string
	err           *fault.Error
	warning       *fault.Error
}

// parts calls each with the objects of the batch's upload, in order, as STIX;
// the same each time. It ends with the error of each, or of reading.
func (b *Batches) parts(ctx context.Context, batch Batch, each func(part) error) (err error) {
	file, err := b.Files.Open(ctx, batch.Upload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	each = whileWanted(ctx, each)
	switch batch.Format {
	case MISP:
		return b.MISP.Decode(file, inSequence(each))
	case Text:
		return valuesOf(file, inSequence(each))
	default:
		return stix.Decode(file, func(r stix.Record) error {
			return each(part{ordinal: int64(r.Index), start: r.Offset, length: r.Length, raw: r.Raw, spec: r.Spec, err: r.Err})
		})
	}
}

// whileWanted stops when ctx ends.
func whileWanted(ctx context.Context, each func(part) error) func(part) error {
	return func(p part) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return each(p)
	}
}

// inSequence places converted objects one after the other, as convert writes
// them.
func inSequence(each func(part) error) func(Converted) error {
	var next part
	return func(c Converted) error {
		p := part{
			ordinal: next.ordinal, start: next.start, length: int64(len(c.Raw)),
			raw: c.Raw, spec: stix.Spec21, err: in(c.Part, c.Err), warning: in(c.Part, c.Warning),
		}
		next.ordinal++
		if len(c.Raw) > 0 {
			next.start += p.length + 1
		}
		return each(p)
	}
}

// in says of which part of the file a problem is.
func in(where string, problem *fault.Error) *fault.Error {
	switch {
	case problem == nil || where == "":
		return problem
	case problem.Field == "":
		return problem.On(where)
	}
	return problem.On(where + ": " + problem.Field)
}

// convert writes the STIX objects of a file that is not STIX, each on its line,
// and returns their id in Files.
func (b *Batches) convert(ctx context.Context, batch Batch) (string, error) {
	if batch.Format == STIX {
		return batch.Upload, nil
	}
	return b.Files.Create(ctx, func(to io.Writer) error {
		return b.parts(ctx, batch, func(p part) error {
			if len(p.raw) == 0 {
				return nil
			}
			_, err := to.Write(append(p.raw[:len(p.raw):len(p.raw)], '\n'))
			return err
		})
	})
}

// valuesOf finds the technical values in text, defanged or not.
func valuesOf(text io.Reader, each func(Converted) error) error {
	content, err := io.ReadAll(io.LimitReader(text, maxText+1))
	if err != nil {
		return err
	}
	if len(content) > maxText {
		return each(Converted{Err: fault.New(fault.TooLarge, "intel.text.large").With("limit", "4 MB")})
	}
	found := observable.Extract(string(content))
	if len(found) == 0 {
		return each(Converted{Err: fault.New(fault.Invalid, "intel.text.nothing")})
	}
	for _, f := range found {
		if err := each(Converted{Raw: stix.NewSCO(f.Value)}); err != nil {
			return err
		}
	}
	return nil
}
