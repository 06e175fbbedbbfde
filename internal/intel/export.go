// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"bytes"
	"context"
	"io"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/stix"
)

// exportedAtOnce is how many objects one transaction of an export reads.
const exportedAtOnce = 500

func exporting(actor access.Actor, ws access.WorkspaceID) access.Ask {
	return access.Ask{Actor: actor, Place: access.In(ws), Action: access.Export}
}

// Measure says what an export would take out: how many objects, of which
// marking. It fails for who may not export.
func (o *Objects) Measure(ctx context.Context, actor access.Actor, ws access.WorkspaceID, q Question) (m Measure, f Filter, err error) {
	err = o.shelf.View(ctx, exporting(actor, ws), func(tx ShelfReader) error {
		if f, err = understood(ctx, tx, q); err != nil {
			return err
		}
		m, err = tx.Measure(ctx, f)
		return err
	})
	return m, f, err
}

// Bundle is an export whose entry is in the journal, and that may be written.
type Bundle struct {
	o   *Objects
	ask access.Ask
	f   Filter
	id  string
}

// Export records that the actor takes out what matches q, and returns the bundle
// to be written.
func (o *Objects) Export(ctx context.Context, actor access.Actor, ws access.WorkspaceID, q Question) (Bundle, error) {
	bundle := Bundle{o: o, ask: exporting(actor, ws), id: o.newID()}
	var err error
	bundle.f, _, err = o.record(ctx, bundle.ask, bundle.id, q)
	return bundle, err
}

// record writes into the journal that what matches q is taken out.
func (o *Objects) record(ctx context.Context, ask access.Ask, id string, q Question) (f Filter, m Measure, err error) {
	entry := audit.Entry{ID: o.newID(), At: o.now(), Verb: audit.ObjectsExported, Object: id, About: id}
	err = o.shelf.Look(ctx, ask, func(tx ShelfReader) (audit.Entry, error) {
		var err error
		if f, err = understood(ctx, tx, q); err != nil {
			return entry, err
		}
		m, err = tx.Measure(ctx, f)
		entry.Count = m.Objects
		return entry, err
	})
	return f, m, err
}

// WriteTo writes the bundle as STIX 2.1, object by object, each as it came but
// for a marking that it has here and does not state. The right to export is
// asked for anew with every few hundred objects; where it has ended, so does
// the bundle, unfinished.
func (b Bundle) WriteTo(ctx context.Context, w io.Writer) error {
	out := outgoing{to: stix.NewBundleWriter(w, "bundle--"+b.id), definitions: map[access.TLP]bool{}, written: map[stix.StixID]bool{}}
	for after := ObjectID(""); ; {
		var pieces []Piece
		err := b.o.shelf.View(ctx, b.ask, func(tx ShelfReader) (err error) {
			pieces, err = tx.Pieces(ctx, b.f, after, exportedAtOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range pieces {
			if err := out.write(p); err != nil {
				return err
			}
			after = p.ID
		}
		if len(pieces) < exportedAtOnce {
			return out.end()
		}
	}
}

// outgoing is a bundle on its way out.
type outgoing struct {
	to          *stix.BundleWriter
	definitions map[access.TLP]bool  // of the markings that objects carry
	written     map[stix.StixID]bool // TLP definitions among the objects
}

func (o outgoing) write(p Piece) (err error) {
	raw := p.Raw
	if p.Format == "stix20" {
		if raw, err = stix.Upgrade20(raw); err != nil {
			return err
		}
	}
	if tlp, definition := stix.DeclaredTLP(raw); definition { // nothing marks what markings are made of
		o.written[stix.TLPMarking(tlp)] = o.written[stix.TLPMarking(tlp)] || isFixed(raw, tlp)
		return o.to.Write(raw)
	}
	marking := stix.TLPMarking(p.TLP)
	if stated, _ := p.Stated.TLP(); p.TLP != stated { // to say nothing is to say CLEAR, outside
		if raw, err = stix.SpliceMarkings(raw, []stix.StixID{marking}); err != nil {
			return err
		}
	}
	o.definitions[p.TLP] = o.definitions[p.TLP] || bytes.Contains(raw, []byte(marking))
	return o.to.Write(raw)
}

// isFixed reports whether raw is the TLP 2.0 definition of that level itself.
func isFixed(raw []byte, tlp access.TLP) bool {
	object, _ := stix.Parse(raw, stix.Spec21)
	return object.ID == stix.TLPMarking(tlp)
}

// end adds the definitions of the markings that the objects carry.
func (o outgoing) end() error {
	for tlp := access.Clear; tlp <= access.Red; tlp++ {
		if o.definitions[tlp] && !o.written[stix.TLPMarking(tlp)] {
			if err := o.to.Write(stix.TLPDefinition(tlp)); err != nil {
				return err
			}
		}
	}
	return o.to.Close()
}
