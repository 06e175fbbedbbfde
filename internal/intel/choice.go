// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// Reach is who of an operation shall see an object, beside the organisation of its
// originator.
type Reach uint8

// The reaches.
const (
	ToAll    Reach = iota // all but those who start closed, and of these who is chosen
	ToChosen              // the chosen organisations
	ToNobody              // nobody else
)

// Choice is what is chosen for objects that are here already.
type Choice struct {
	TLP          access.TLP
	PAP          access.PAP
	Court        access.Court
	DoNotDisrupt bool
	Reach        Reach
	Orgs         []access.OrgID
	Named        []string // the handles of those whom TLP:RED is for, beside who chooses
}

// choiceOf is the choice that an object's handling stands for.
func choiceOf(h access.Handling, members []access.Card) Choice {
	c := Choice{TLP: h.TLP, PAP: h.PAP, Court: h.Court, DoNotDisrupt: h.DoNotDisrupt, Orgs: h.Orgs}
	switch {
	case h.Restricted && len(h.Orgs)+len(h.Countries) > 0:
		c.Reach = ToChosen
	case h.Restricted:
		c.Reach = ToNobody
	}
	for _, m := range members {
		if slices.Contains(h.Named, m.Member) {
			c.Named = append(c.Named, m.Handle)
		}
	}
	return c
}

// subject is an object whose handling is to be changed, with what the decision goes
// by.
type subject struct {
	Object
	least        access.TLP // that its bytes state
	leastPAP     access.PAP
	startsClosed bool // its originator's organisation starts closed
	shared       bool // other organisations brought versions of it
	narrowOnly   bool // the actor may narrow and no more
}

var errOthers error = fault.New(fault.Forbidden, "intel.handling.others")

// mayChange says who decides how an object is handled: the organisation of its
// originator, and the National Central Bureau of its country, which may narrow it.
func mayChange(g access.Grant, h access.Handling, originator access.Card) (narrowOnly bool, err error) {
	switch {
	case h.Originator == g.Org():
		return false, nil
	case g.OrgKind() == "ncb" && g.Country() != "" && originator.Country == g.Country():
		return true, nil
	}
	return false, errOthers
}

// handling is what the choice means for one of the objects. What its bytes state is
// the least that it is handled by.
func (c Choice) handling(g access.Grant, s subject, members []access.Card) (h access.Handling, err error) {
	h = s.Handling
	h.TLP, h.PAP, h.Court, h.DoNotDisrupt = max(c.TLP, s.least), max(c.PAP, s.leastPAP), c.Court, c.DoNotDisrupt
	h.Restricted, h.Countries, h.Named = c.Reach != ToAll, nil, nil
	if h.Orgs, err = c.opened(g, s, members); err != nil {
		return h, err
	}
	if h.TLP == access.Red {
		if h, err = c.red(g, h, members); err != nil {
			return h, err
		}
	}
	h = h.Canonical()
	if s.narrowOnly && widens(g, s.Handling, h, members) {
		return h, fault.New(fault.Forbidden, "intel.handling.narrow")
	}
	return h, g.Accepts(h)
}

// opened are the organisations that the choice opens an object to by name.
func (c Choice) opened(g access.Grant, s subject, members []access.Card) (orgs []access.OrgID, err error) {
	for _, org := range c.Orgs {
		i := slices.IndexFunc(members, func(m access.Card) bool { return m.Org == org })
		if i < 0 && !slices.Contains(s.Handling.Orgs, org) {
			return nil, fault.New(fault.Invalid, "intel.handling.unknown").On("audience")
		}
		if i >= 0 && (c.Reach == ToChosen || c.Reach == ToAll && members[i].StartsClosed(g)) && org != s.Handling.Originator {
			orgs = append(orgs, org)
		}
	}
	if c.Reach != ToAll && s.narrowOnly {
		orgs = append(orgs, g.Org()) // who narrows sees what comes of it
	}
	return orgs, nil
}

// red makes h one for the persons that are named, and for nobody else.
func (c Choice) red(g access.Grant, h access.Handling, members []access.Card) (access.Handling, error) {
	h.Restricted, h.Orgs, h.Named = true, nil, []access.MemberID{g.Member()}
	for _, handle := range c.Named {
		handle = strings.ToLower(strings.TrimPrefix(handle, "@"))
		i := slices.IndexFunc(members, func(m access.Card) bool { return m.Handle == handle })
		if i < 0 {
			return h, fault.New(fault.Invalid, "intel.handling.nobody").On("named").With("handle", handle)
		}
		h.Named = append(h.Named, members[i].Member)
	}
	for _, m := range members {
		if slices.Contains(h.Named, m.Member) && m.Org != h.Originator {
			h.Orgs = append(h.Orgs, m.Org)
		}
	}
	return h, nil
}

// widens reports whether anything is allowed by now, or anybody let in, that was
// not before; to name persons, or to name one no more, takes an item from others,
// and is not narrowing.
func widens(g access.Grant, before, now access.Handling, members []access.Card) bool {
	return now.TLP < before.TLP || now.PAP < before.PAP || now.Court < before.Court ||
		before.DoNotDisrupt && !now.DoNotDisrupt || before.Restricted && !now.Restricted ||
		now.TLP == access.Red && before.TLP < access.Red ||
		slices.ContainsFunc(before.Named, func(id access.MemberID) bool { return !slices.Contains(now.Named, id) }) ||
		slices.ContainsFunc(members, func(m access.Card) bool { return g.Reaches(now, m) && !g.Reaches(before, m) })
}
