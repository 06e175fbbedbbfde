// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"cmp"
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

// placing decides, within the transaction of a slice, what becomes of each
// object: by what is here now, which may have changed since the preview.
type placing struct {
	batch     Batch
	grant     access.Grant
	handlings map[Stated]marked
	held      map[stix.StixID][]Held

	org string // that brought the batch

	versions []NewVersion
	placed   []Placed
	at       map[ObjectID]int // the index in placed
	tally    map[Tally]int64
}

// marked is a handling as the transaction has saved it.
type marked struct {
	id       string
	handling access.Handling
	audience string
}

// prepare reads and writes what placing needs: the handlings, and what is held.
func (p *placing) prepare(ctx context.Context, tx LedgerTx, candidates []Candidate) error {
	var audiences []string
	ids := make([]stix.StixID, 0, len(candidates))
	for _, c := range candidates {
		ids = append(ids, c.StixID)
		if _, done := p.handlings[c.Stated]; done {
			continue
		}
		h := handlingOf(c.Stated, p.batch.Handling, p.grant)
		id, err := tx.SaveHandling(ctx, h)
		if err != nil {
			return err
		}
		m := marked{id, h, Audience(h, p.grant.StartsClosed())}
		p.handlings[c.Stated] = m
		audiences = append(audiences, m.audience)
	}
	p.at, p.tally = map[ObjectID]int{}, map[Tally]int64{}
	var err error
	if p.org, err = organisation(ctx, tx, p.batch); err != nil {
		return err
	}
	p.held, err = tx.Held(ctx, ids, audiences)
	return err
}

// place decides about one object; id is for it if it is new.
func (p *placing) place(c Candidate, id ObjectID, added time.Time) {
	m := p.handlings[c.Stated]
	if p.batch.Handling.TLP == access.Red && m.handling.TLP < access.Red && c.Source != p.batch.File {
		c.Source = cmp.Or(p.org, p.batch.File) // its maker may be among what the batch keeps to one person
	}
	held := p.held[c.StixID]
	mine, older := -1, false
	for i, h := range held {
		v, late := h.compare(c.Version, c.Digest)
		if v == Known || v == Collides {
			return
		}
		if h.Audience == m.audience {
			mine, older = i, late
		}
	}
	version := versionOf(c.Finding, added)
	if mine < 0 {
		held = append(held, Held{Object: id, StixID: c.StixID, Audience: m.audience, Type: c.Type, Batch: p.batch.ID})
		mine = len(held) - 1
		p.set(&held[mine], c, m, version, added, true)
	} else if id = held[mine].Object; !older {
		p.tally[held[mine].tally()]--
		p.set(&held[mine], c, m, version, added, false)
	}
	held[mine].Versions = append(held[mine].Versions, HeldVersion{version, c.Digest})
	p.held[c.StixID] = held
	p.versions = append(p.versions, NewVersion{
		Object: id, Version: version, Raw: c.Raw, Format: c.format(p.batch.Format), Digest: c.Digest,
		Handling: m.id, Stated: c.Stated, Source: c.Source, AddedAt: added,
	})
}

// set makes c the newest version of the object that h tells of.
func (p *placing) set(h *Held, c Candidate, m marked, version, added time.Time, isNew bool) {
	h.Head, h.Handling, h.Source = version, m.id, c.Source
	p.tally[h.tally()]++
	now := Placed{
		ID: h.Object, New: isNew, Audience: m.audience, Head: version, Handling: m.id, Marked: m.handling,
		Batch: h.Batch, DateAdded: added, Candidate: c,
	}
	if i, again := p.at[h.Object]; again {
		now.New = p.placed[i].New
		p.placed[i] = now
		return
	}
	p.at[h.Object] = len(p.placed)
	p.placed = append(p.placed, now)
}

// tally is how the object is counted.
func (h Held) tally() Tally {
	return Tally{Batch: h.Batch, Type: h.Type, Handling: h.Handling, Source: h.Source}
}

func (p *placing) slice() Slice {
	return Slice{Batch: p.batch, Versions: p.versions, Objects: p.placed, Tally: p.tally}
}
