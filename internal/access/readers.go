// SPDX-License-Identifier: Apache-2.0

package access

import "slices"

// reader is what a handling asks about who would read.
type reader struct {
	member       MemberID
	org          OrgID
	country      Country
	startsClosed bool
}

// reaches is the rule of MayRead.
func (h Handling) reaches(r reader) bool {
	switch {
	case h.TLP == Red && !slices.Contains(h.Named, r.member):
		return false
	case h.Originator == r.org:
		return true
	case slices.Contains(h.ClosedTo, r.country):
		return false
	case r.startsClosed:
		return !h.VictimData && slices.Contains(h.Orgs, r.org)
	}
	return !h.Restricted || slices.Contains(h.Orgs, r.org) || slices.Contains(h.Countries, r.country)
}

// Reaches reports whether another member of the grant's workspace may read an
// item of it that is handled so: MayRead, asked of what others know of them.
func (g Grant) Reaches(h Handling, c Card) bool {
	return h.reaches(reader{c.Member, c.Org, c.Country, g.startsClosed(c.OrgKind)})
}

// StartsClosed reports whether a member of the grant's workspace sees in it only
// what their own organisation brought and what was opened to it.
func (c Card) StartsClosed(g Grant) bool { return g.startsClosed(c.OrgKind) }

// Readers are how many will read an item.
type Readers struct{ People, Countries, Companies int }

// Readers counts those of the people, who are members of the grant's workspace,
// that may read an item of it that is handled in one of those ways.
func (g Grant) Readers(people []Card, handled ...Handling) (n Readers) {
	countries, companies := map[Country]bool{}, map[OrgID]bool{}
	for _, c := range people {
		if !slices.ContainsFunc(handled, func(h Handling) bool { return g.Reaches(h, c) }) {
			continue
		}
		n.People++
		if c.Country != "" {
			countries[c.Country] = true
		}
		if c.OrgKind == "private" {
			companies[c.Org] = true
		}
	}
	n.Countries, n.Companies = len(countries), len(companies)
	return n
}
