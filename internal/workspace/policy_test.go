// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

var noon = time.Date(2026, 5, 6, 12, 0, 0, 0, time.UTC)

func TestProfile(t *testing.T) {
	fit := Profile{Name: "HARBOUR", Purpose: "p", LegalBasis: "l", Ceiling: access.Red, Match: Named, Contact: "c", ReviewAt: noon.Add(time.Hour)}
	cases := map[string]struct {
		edit  func(*Profile)
		field string
	}{
		"a whole profile is fit":                  {func(*Profile) {}, ""},
		"a name is needed":                        {func(p *Profile) { p.Name = "  " }, "name"},
		"a name is short":                         {func(p *Profile) { p.Name = strings.Repeat("é", 41) }, "name"},
		"forty characters are short":              {func(p *Profile) { p.Name = strings.Repeat("é", 40) }, ""},
		"a name hides no direction":               {func(p *Profile) { p.Name = "A\u202eB" }, "name"},
		"a purpose is needed":                     {func(p *Profile) { p.Purpose = "\n" }, "purpose"},
		"a purpose has an end":                    {func(p *Profile) { p.Purpose = strings.Repeat("a", 4001) }, "purpose"},
		"a legal basis is needed":                 {func(p *Profile) { p.LegalBasis = "" }, "legal_basis"},
		"there is no marking above red":           {func(p *Profile) { p.Ceiling = access.Red + 1 }, "ceiling"},
		"there is no fourth policy":               {func(p *Profile) { p.Match = Named + 1 }, "match"},
		"whoever tells a contact point names one": {func(p *Profile) { p.Match, p.Contact = Contact, " " }, "contact"},
		"whoever is silent needs none":            {func(p *Profile) { p.Match, p.Contact = Silent, "" }, ""},
		"a review lies ahead":                     {func(p *Profile) { p.ReviewAt = noon }, "review"},
		"a review is within the year":             {func(p *Profile) { p.ReviewAt = noon.AddDate(2, 0, 0) }, "review"},
		"a review is set":                         {func(p *Profile) { p.ReviewAt = time.Time{} }, "review"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := fit
			c.edit(&p)
			err := p.validate(noon)
			if (err == nil) != (c.field == "") || err != nil && fault.Of(err).Field != c.field {
				t.Errorf("err = %v; want one on %q", err, c.field)
			}
		})
	}
}

func TestAllThatIsWrongIsSaid(t *testing.T) {
	fields := func(err error) (list []string) {
		for _, e := range fault.Each(err) {
			list = append(list, e.Field)
		}
		return list
	}
	for _, c := range []struct {
		name string
		err  error
		want []string
	}{
		{"an opening without anything", Opening{Profile: Profile{Match: Contact}}.validate(noon), []string{"name", "purpose", "legal_basis", "contact", "review", "declared"}},
		{"terms that are past", Terms{Role: access.Manager + 1, Until: noon, ExportUntil: noon}.Validate(noon), []string{"role", "until", "export"}},
		{"an invitation of nobody to nothing", Invitation{Who: " @ "}.Validate(noon), []string{"who", "role"}},
		{"terms that hold", Terms{Role: access.Reader}.Validate(noon), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fields(c.err); !slices.Equal(got, c.want) {
				t.Errorf("wrong: %q; want %q", got, c.want)
			}
		})
	}
}

func TestKeepsManager(t *testing.T) {
	manager := func(id access.MemberID, until time.Time) Membership {
		return Membership{Member: id, State: Accepted, Terms: Terms{Role: access.Manager, Until: until}}
	}
	with := func(m Membership, edit func(*Membership)) Membership { edit(&m); return m }
	never, soon, gone := time.Time{}, noon.Add(time.Hour), noon.Add(-time.Hour)
	ends := func(m *Membership) { m.State = Ended }
	cases := map[string]struct {
		list    []Membership
		changed Membership
		refused bool
	}{
		"the only one stays":                                {[]Membership{manager("a", never)}, with(manager("a", never), ends), true},
		"the only one stays a manager":                      {[]Membership{manager("a", never)}, with(manager("a", never), func(m *Membership) { m.Terms.Role = access.Analyst }), true},
		"the only lasting one gets no end":                  {[]Membership{manager("a", never), manager("b", soon)}, manager("a", soon), true},
		"one of two goes":                                   {[]Membership{manager("a", never), manager("b", never)}, with(manager("a", never), ends), false},
		"the lasting one does not leave it to one who ends": {[]Membership{manager("a", never), manager("b", soon)}, with(manager("a", never), ends), true},
		"one whose end has come does not count":             {[]Membership{manager("a", never), manager("b", gone)}, with(manager("a", never), ends), true},
		"an invited manager does not count":                 {[]Membership{manager("a", never), with(manager("b", never), func(m *Membership) { m.State = Offered })}, with(manager("a", never), ends), true},
		"one who manages nothing goes":                      {[]Membership{manager("a", never), {Member: "b", State: Accepted, Terms: Terms{Role: access.Reader}}}, Membership{Member: "b", State: Ended}, false},
		"of two who end, one goes":                          {[]Membership{manager("a", soon), manager("b", soon)}, with(manager("a", soon), ends), false},
		"without a manager the others still go":             {[]Membership{{Member: "b", State: Accepted, Terms: Terms{Role: access.Reader}}}, Membership{Member: "b", State: Ended}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if err := keepsManager(c.list, c.changed, noon); (err != nil) != c.refused {
				t.Errorf("err = %v; want refused: %v", err, c.refused)
			}
		})
	}
}

func TestStatesLeadToTheArchive(t *testing.T) {
	for _, from := range []access.WorkspaceState{access.Planning, access.Active, access.Closing} {
		if err := mayMove(from, access.Archived); err != nil {
			t.Errorf("%s: %v", from, err)
		}
		if err := mayMove(from, from); err == nil {
			t.Errorf("%s leads to itself", from)
		}
		if err := mayMove(access.Archived, from); err == nil {
			t.Errorf("an archive becomes %s", from)
		}
		if err := mayMove(from, access.Purged); err == nil {
			t.Errorf("a manager purges from %s", from)
		}
	}
}
