// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"
	"encoding/csv"
	"io"
	"strings"
	"time"
	"unicode"

	"entente.example/internal/access"
)

// Highest returns the highest marking of what is measured.
func (m Measure) Highest() (highest access.TLP) {
	for level, n := range m.ByTLP {
		if n > 0 {
			highest = max(highest, level)
		}
	}
	return highest
}

// Sheet is a list as comma-separated values (RFC 4180) whose entry is in the
// journal, and that may be written.
type Sheet struct {
	Measure
	o   *Objects
	ask access.Ask
	f   Filter
}

// SheetHead is what a Sheet says in its reader's words.
type SheetHead struct {
	Marking  string // the first line
	Columns  []string
	Withheld string // instead of the name of what is not shown
	Yes      string // of what is revoked
	Type     func(kind string) string
}

// Sheet records that the actor takes out what matches q, as Export does, and
// returns the sheet to be written.
func (o *Objects) Sheet(ctx context.Context, actor access.Actor, ws access.WorkspaceID, q Question) (s Sheet, err error) {
	s.o, s.ask = o, exporting(actor, ws)
	s.f, s.Measure, err = o.record(ctx, s.ask, o.newID(), q)
	s.f.Order = byID
	return s, err
}

// WriteTo writes the sheet row by row, by id. Of what is TLP:RED, restricted or of
// victims it says type and marking alone: each look at that is recorded by itself,
// on its own page. The right to export is asked for anew with every few hundred
// rows; where it has ended, so does the sheet, unfinished.
func (s Sheet) WriteTo(ctx context.Context, w io.Writer, head SheetHead) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil { // by which spreadsheets know UTF-8
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.WriteAll([][]string{{cell(head.Marking)}, head.Columns}); err != nil {
		return err
	}
	for after := (Key{}); ; {
		var objects []Object
		err := s.o.shelf.View(ctx, s.ask, func(tx ShelfReader) (err error) {
			objects, err = tx.Objects(ctx, s.f, after, exportedAtOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, o := range objects {
			if err := out.Write(head.row(o)); err != nil {
				return err
			}
			after = s.f.KeyOf(o)
		}
		if out.Flush(); out.Error() != nil || len(objects) < exportedAtOnce {
			return out.Error()
		}
	}
}

func (h SheetHead) row(o Object) []string {
	row := make([]string, len(h.Columns))
	if o.Handling.Sensitive() {
		copy(row, []string{h.Withheld, cell(h.Type(o.Type)), "TLP:" + o.Handling.TLP.String()})
		return row
	}
	revoked := ""
	if o.Revoked {
		revoked = h.Yes
	}
	copy(row, []string{
		cell(o.Name), cell(h.Type(o.Type)), "TLP:" + o.Handling.TLP.String(), "PAP:" + o.Handling.PAP.String(), o.Handling.Court.String(),
		cell(o.Source), stamp(o.DateAdded), stamp(o.Created), stamp(o.Modified), revoked, cell(string(o.StixID)),
	})
	return row
}

// cell keeps a text from being read as a formula by a spreadsheet (OWASP, CSV
// Injection): a quote before its sign makes it text. A spreadsheet where numbers
// have a decimal comma takes a sheet apart at semicolons, and others at tabs or
// bars, whatever we quote: so a sign is one behind any of these, too.
func cell(text string) string {
	var b strings.Builder
	if strings.IndexAny(text, "\t\r\n") == 0 {
		b.WriteByte('\'')
	}
	begins := true // that is where a cell may begin
	for _, r := range text {
		switch {
		case strings.ContainsRune(";|\t\r\n", r):
			begins = true
		case begins && strings.ContainsRune("=+-@＝＋－＠﹢﹣﹦﹫", r):
			b.WriteByte('\'')
			begins = false
		default:
			begins = begins && passed(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// passed tells what a spreadsheet may drop before it looks at a cell's first sign.
func passed(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.Is(unicode.Quotation_Mark, r)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
