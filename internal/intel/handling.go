// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/stix"
)

// HandlingStore keeps how objects are handled.
type HandlingStore interface {
	View(ctx context.Context, ask access.Ask, fn func(HandlingReader) error) error
	Update(ctx context.Context, ask access.Ask, fn func(HandlingTx) error) error
}

// HandlingReader reads what a decision about objects of one workspace goes by.
type HandlingReader interface {
	Grant() access.Grant
	// Objects returns those of the objects that the holder may see, as the lists of
	// a Shelf do.
	Objects(ctx context.Context, ids []ObjectID) ([]Object, error)
	// Versions returns all versions of the objects that the holder may read, those
	// of imports that are under way among them.
	Versions(ctx context.Context, ids []ObjectID) (map[ObjectID][]Version, error)
	// Definitions returns the bytes of those marking definitions that are here and
	// that the holder may read.
	Definitions(ctx context.Context, ids []stix.StixID) (map[stix.StixID][][]byte, error)
	// Members returns the members of the workspace as its list of members does.
	Members(ctx context.Context) ([]access.Card, error)
	OrgCards(ctx context.Context, ids []access.OrgID) (map[access.OrgID]access.Card, error)
}

// HandlingTx changes how objects are handled.
type HandlingTx interface {
	HandlingReader
	// Alone waits until no other change of the workspace's objects is under way.
	Alone(ctx context.Context) error
	// Rehandle gives an object another handling, with those of its versions that
	// are of the same originator, its counts, its findings and its place in the
	// index and the match. Its bytes stay. It returns the handling's id, or none
	// where the object is handled so already.
	Rehandle(ctx context.Context, r Rehandled) (id string, err error)
	// Close is Rehandle to the organisation of the object's originator alone; audience
	// is made of the handling that this is.
	Close(ctx context.Context, id ObjectID, audience func(access.Handling) string) (handling string, err error)
	// Record queues a journal entry.
	Record(ctx context.Context, e audit.Entry) error
}

// Rehandled is an object with another handling.
type Rehandled struct {
	Object   ObjectID
	Handling access.Handling
	Audience string // see Audience
}

// Handlings shows and changes how objects are handled that are here already. Who
// brought them opens and restricts them; the National Central Bureau of that
// country narrows them.
type Handlings struct {
	store HandlingStore
	now   func() time.Time
	newID func() string
}

// NewHandlings returns Handlings that reads the time from now and names things by
// newID.
func NewHandlings(store HandlingStore, now func() time.Time, newID func() string) *Handlings {
	return &Handlings{store, now, newID}
}

// HandlingForm is what a choice is made from, and what comes of it.
type HandlingForm struct {
	Objects []Object // that it is for, as lists show them
	Others  int      // of those asked for: other organisations decide about them
	Choice  Choice
	Readers access.Readers // who will see any of the objects then
	TLPs    []access.TLP   // that may be chosen
	PAPs    []access.PAP
	Orgs    []HandlingOrg // that it can be opened to, by country and name
	// NarrowOnly says that the actor may not widen.
	NarrowOnly bool
}

// HandlingOrg is an organisation that has members in the operation.
type HandlingOrg struct {
	access.Card
	StartsClosed bool
}

// Form returns the choice that stands now, for those of the objects about which the
// actor decides. It fails with access.ErrHidden where they see none of them, and
// with fault.Forbidden where they decide about none.
func (h *Handlings) Form(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID) (HandlingForm, error) {
	return h.form(ctx, actor, ws, ids, func(_ access.Grant, subjects []subject, members []access.Card) Choice {
		c := choiceOf(subjects[0].Handling, members)
		for _, s := range subjects { // of several, the narrowest, to begin with
			other := choiceOf(s.Handling, members)
			c.TLP, c.PAP, c.Court = max(c.TLP, other.TLP, s.least), max(c.PAP, other.PAP, s.leastPAP), max(c.Court, other.Court)
			c.DoNotDisrupt, c.Reach = c.DoNotDisrupt || other.DoNotDisrupt, max(c.Reach, other.Reach)
			c.Orgs = slices.DeleteFunc(c.Orgs, func(org access.OrgID) bool { return !slices.Contains(other.Orgs, org) })
			c.Named = slices.DeleteFunc(c.Named, func(handle string) bool { return !slices.Contains(other.Named, handle) })
		}
		return c
	})
}

// Weigh says what would come of a choice: first of all, who will read the objects.
// It fails as Change does, and changes nothing.
func (h *Handlings) Weigh(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID, c Choice) (HandlingForm, error) {
	return h.form(ctx, actor, ws, ids, func(access.Grant, []subject, []access.Card) Choice { return c })
}

func (h *Handlings) form(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID,
	choose func(access.Grant, []subject, []access.Card) Choice,
) (f HandlingForm, err error) {
	if err := h.seen(ctx, actor, ws, ids); err != nil {
		return f, err
	}
	err = h.store.View(ctx, writing(actor, ws), func(tx HandlingReader) error {
		g := tx.Grant()
		subjects, others, err := decidable(ctx, tx, ids)
		if err != nil {
			return err
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		f = HandlingForm{Others: others, Choice: choose(g, subjects, members)}
		f.choices(g, subjects, members)
		var handled []access.Handling
		for _, s := range subjects {
			handling, wrong := f.Choice.decided(g, s, members, len(ids) == 1)
			if wrong != nil && (len(ids) == 1 || !errors.Is(wrong, errShared)) {
				return wrong
			}
			handled = append(handled, handling)
			f.Objects = append(f.Objects, s.shown())
		}
		f.Readers = g.Readers(members, handled...)
		return nil
	})
	return f, err
}

// choices fills in what there is to choose from.
func (f *HandlingForm) choices(g access.Grant, subjects []subject, members []access.Card) {
	least, leastPAP := access.Red, access.PAPRed
	for _, s := range subjects {
		if s.narrowOnly {
			f.NarrowOnly = true
			s.least, s.leastPAP = max(s.least, s.Handling.TLP), max(s.leastPAP, s.Handling.PAP)
		}
		least, leastPAP = min(least, s.least), min(leastPAP, s.leastPAP)
	}
	most := g.Ceiling()
	if f.NarrowOnly {
		most = max(least, min(most, access.AmberStrict))
	}
	for t := least; t <= most; t++ {
		f.TLPs = append(f.TLPs, t)
	}
	for p := leastPAP; p <= access.PAPRed; p++ {
		f.PAPs = append(f.PAPs, p)
	}
	here := map[access.OrgID]bool{}
	originator := subjects[0].Handling.Originator
	here[originator] = !slices.ContainsFunc(subjects, func(s subject) bool { return s.Handling.Originator != originator })
	for _, m := range members {
		if !here[m.Org] {
			here[m.Org] = true
			f.Orgs = append(f.Orgs, HandlingOrg{access.Card{Org: m.Org, OrgName: m.OrgName, OrgKind: m.OrgKind, Country: m.Country}, m.StartsClosed(g)})
		}
	}
	slices.SortFunc(f.Orgs, func(a, b HandlingOrg) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.OrgName, b.OrgName))
	})
}

// errShared keeps an object as open as those made it who brought other versions of
// it: it is theirs as well.
var errShared error = fault.New(fault.Conflict, "intel.handling.shared").On("audience")

// decided is the handling of one object by the choice. Where it is the only one,
// what its bytes state is not quietly put in place of what was chosen.
func (c Choice) decided(g access.Grant, s subject, members []access.Card, alone bool) (access.Handling, error) {
	if alone && c.TLP < s.least {
		return s.Handling, fault.New(fault.Invalid, "intel.handling.lowered").On("tlp").With("least", "TLP:"+s.least.String())
	}
	if alone && c.PAP < s.leastPAP {
		return s.Handling, fault.New(fault.Invalid, "intel.handling.lowered").On("pap").With("least", "PAP:"+s.leastPAP.String())
	}
	now, err := c.handling(g, s, members)
	if err == nil && s.shared && Audience(now, s.startsClosed) != Audience(s.Handling, s.startsClosed) {
		return s.Handling, errShared
	}
	return now, err
}

// seen fails with access.ErrHidden where the actor sees none of the objects: before
// anything else is said.
func (h *Handlings) seen(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID) error {
	return h.store.View(ctx, reading(actor, ws), func(tx HandlingReader) error {
		objects, err := tx.Objects(ctx, ids)
		if err == nil && len(objects) == 0 {
			err = access.ErrHidden
		}
		return err
	})
}

// decidable reads those of the objects about which the holder of the transaction's
// grant decides, and counts the others that they see.
func decidable(ctx context.Context, tx HandlingReader, ids []ObjectID) (subjects []subject, others int, err error) {
	objects, err := tx.Objects(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	if len(objects) == 0 {
		return nil, 0, access.ErrHidden
	}
	var orgs []access.OrgID
	for _, o := range objects {
		orgs = append(orgs, o.Handling.Originator)
	}
	cards, err := tx.OrgCards(ctx, orgs)
	if err != nil {
		return nil, 0, err
	}
	g := tx.Grant()
	for _, o := range objects {
		narrowOnly, refusal := mayChange(g, o.Handling, cards[o.Handling.Originator])
		if refusal != nil {
			others++
			continue
		}
		closed := cards[o.Handling.Originator].StartsClosed(g)
		subjects = append(subjects, subject{Object: o, narrowOnly: narrowOnly, startsClosed: closed})
	}
	if len(subjects) == 0 {
		return nil, others, errOthers
	}
	return subjects, others, weigh(ctx, tx, subjects)
}

// weigh reads what the bytes of the objects state, and who brought them.
func weigh(ctx context.Context, tx HandlingReader, subjects []subject) error {
	var ids []ObjectID
	for _, s := range subjects {
		ids = append(ids, s.ID)
	}
	versions, err := tx.Versions(ctx, ids)
	if err != nil {
		return err
	}
	var refs []stix.StixID
	read := map[ObjectID][]stix.Object{}
	for id, list := range versions {
		for _, v := range list {
			o := v.read()
			read[id] = append(read[id], o)
			for _, ref := range o.Refs {
				if ref.Target.Type() == "marking-definition" {
					refs = append(refs, ref.Target)
				}
			}
		}
	}
	definitions, err := tx.Definitions(ctx, refs)
	for i := range subjects {
		s := &subjects[i]
		for n, v := range versions[s.ID] {
			s.shared = s.shared || v.Handling.Originator != s.Handling.Originator
			s.states(v, read[s.ID][n], definitions)
		}
	}
	return err
}

// states raises the least that s is handled by to what a version of it states.
func (s *subject) states(v Version, o stix.Object, definitions map[stix.StixID][][]byte) {
	if tlp, ok := v.Stated.TLP(); ok {
		s.least = max(s.least, tlp)
	}
	if pap, ok := stix.LabelledPAP(o.Labels); ok {
		s.leastPAP = max(s.leastPAP, pap)
	}
	for _, ref := range o.Refs {
		if pap, fixed := stix.PAPOf(ref.Target); fixed {
			s.leastPAP = max(s.leastPAP, pap)
		}
		for _, raw := range definitions[ref.Target] {
			if pap, ok := stix.DeclaredPAP(raw); ok {
				s.leastPAP = max(s.leastPAP, pap)
			}
		}
	}
}

// changedAtOnce is how many objects one transaction changes.
const changedAtOnce = 50

// Change handles the objects as chosen, those about which the actor decides, and
// says how many of them are handled in another way than before. Of several, one
// that others brought as well stays as open as theirs.
func (h *Handlings) Change(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID, c Choice) (changed int, err error) {
	if err := h.seen(ctx, actor, ws, ids); err != nil {
		return 0, err
	}
	var refusal error
	for part := range slices.Chunk(ids, changedAtOnce) {
		n, err := h.change(ctx, actor, ws, part, c, len(ids) == 1)
		changed += n
		switch {
		case errors.Is(err, errOthers) || errors.Is(err, access.ErrHidden): // all of this part
			refusal = cmp.Or(refusal, err)
		case err != nil:
			return changed, err
		}
	}
	if changed == 0 {
		return 0, refusal
	}
	return changed, nil
}

func (h *Handlings) change(ctx context.Context, actor access.Actor, ws access.WorkspaceID, ids []ObjectID, c Choice, alone bool) (changed int, err error) {
	entries := map[ObjectID]audit.Entry{}
	for _, id := range ids {
		entries[id] = audit.Entry{ID: h.newID(), At: h.now(), Verb: audit.HandlingChanged, Object: string(id)}
	}
	err = h.store.Update(ctx, writing(actor, ws), func(tx HandlingTx) error {
		changed = 0
		if err := tx.Alone(ctx); err != nil {
			return err
		}
		subjects, _, err := decidable(ctx, tx, ids)
		if err != nil {
			return err
		}
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		for _, s := range subjects {
			did, err := s.change(ctx, tx, c, members, entries[s.ID], alone)
			if err != nil {
				return err
			}
			if did {
				changed++
			}
		}
		return nil
	})
	return changed, err
}

func (s subject) change(ctx context.Context, tx HandlingTx, c Choice, members []access.Card, entry audit.Entry, alone bool) (did bool, err error) {
	now, err := c.decided(tx.Grant(), s, members, alone)
	if !alone && errors.Is(err, errShared) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	entry.About, err = tx.Rehandle(ctx, Rehandled{s.ID, now, Audience(now, s.startsClosed)})
	if err != nil || entry.About == "" {
		return false, err
	}
	return true, tx.Record(ctx, entry)
}

// Writes reports whether the actor may change objects of the workspace at all.
func (h *Handlings) Writes(ctx context.Context, actor access.Actor, ws access.WorkspaceID) (bool, error) {
	err := h.store.View(ctx, writing(actor, ws), func(HandlingReader) error { return nil })
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

// May reports whether the actor decides how the object is handled.
func (h *Handlings) May(ctx context.Context, actor access.Actor, ws access.WorkspaceID, o Object) (may bool, err error) {
	err = h.store.View(ctx, writing(actor, ws), func(tx HandlingReader) error {
		cards, err := tx.OrgCards(ctx, []access.OrgID{o.Handling.Originator})
		if err != nil {
			return err
		}
		_, refusal := mayChange(tx.Grant(), o.Handling, cards[o.Handling.Originator])
		may = refusal == nil
		return nil
	})
	if refused(err) {
		return false, nil
	}
	return may, err
}

// Expected says who will read what comes in by that decision: whatever carries no
// marking of its own.
func (h *Handlings) Expected(ctx context.Context, actor access.Actor, ws access.WorkspaceID, d Decision) (n access.Readers, err error) {
	err = h.store.View(ctx, writing(actor, ws), func(tx HandlingReader) error {
		members, err := tx.Members(ctx)
		n = tx.Grant().Readers(members, d.handling(tx.Grant()))
		return err
	})
	return n, err
}
