// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

const (
	pictureDays   = 60
	pictureRead   = 2_000 // techniques or places that are read
	picturePiece  = 500
	pictureTactic = 12 // techniques of a tactic that are named
)

// Picture is what an operation knows, at a glance and as far as its reader may
// see it.
type Picture struct {
	Facets  Facets
	Days    []Brought // each of the last sixty days (UTC), the oldest first
	Tactics []Tactic
	Places  []Spot
}

// Brought is how many objects came in on a day.
type Brought struct {
	Day     time.Time
	Objects int64
}

// Tactic is a column of ATT&CK with the techniques that relationships here lead
// to, the most used first.
type Tactic struct {
	Name       string // as ATT&CK writes it: "initial-access"
	Techniques []Technique
	More       int // techniques that are not listed
}

// Known reports whether the tactic is one of ATT&CK's matrix for enterprises.
func (t Tactic) Known() bool { return slices.Contains(attack, t.Name) }

// Technique is an attack pattern with how many relationships lead to it.
type Technique struct {
	ID         ObjectID
	ExternalID string // "T1566", if it has one
	Name       string
	Uses       int64
}

// Spot is a country with how many relationships lead to it.
type Spot struct {
	Country access.Country // ISO 3166-1 alpha-2
	ID      ObjectID
	Uses    int64
}

// Picture returns the picture of a workspace.
func (o *Objects) Picture(ctx context.Context, actor access.Actor, ws access.WorkspaceID) (p Picture, err error) {
	today := o.now().Truncate(24 * time.Hour)
	err = o.shelf.View(ctx, reading(actor, ws), func(tx ShelfReader) error {
		p = Picture{}
		counted, err := tx.Tallies(ctx)
		if err != nil {
			return err
		}
		p.Facets = facetsOf(Filter{}, counted)
		brought, err := tx.Brought(ctx, today.AddDate(0, 0, 1-pictureDays))
		if err != nil {
			return err
		}
		p.Days = everyDay(today, brought)
		if p.Tactics, err = tactics(ctx, tx); err != nil {
			return err
		}
		p.Places, err = spots(ctx, tx)
		return err
	})
	return p, err
}

// everyDay fills in the days on which nothing came.
func everyDay(today time.Time, brought []Brought) (days []Brought) {
	for i := range pictureDays {
		day := today.AddDate(0, 0, i+1-pictureDays)
		at := slices.IndexFunc(brought, func(b Brought) bool { return b.Day.Equal(day) })
		n := int64(0)
		if at >= 0 {
			n = brought[at].Objects
		}
		days = append(days, Brought{day, n})
	}
	return days
}

// seen is what the picture reads of an object besides what stix looks at.
type seen struct {
	KillChainPhases []struct {
		KillChainName string `json:"kill_chain_name"`
		PhaseName     string `json:"phase_name"`
	} `json:"kill_chain_phases"`
	Country string `json:"country"`
}

// each calls fn on the objects of a type that relationships lead to.
func each(ctx context.Context, tx ShelfReader, kind string, fn func(p Piece, o stix.Object, uses int64, s seen)) error {
	uses, err := tx.Pointed(ctx, kind)
	if err != nil || len(uses) == 0 {
		return err
	}
	after := ObjectID("")
	for range pictureRead / picturePiece {
		pieces, err := tx.Pieces(ctx, Filter{Types: []string{kind}}, after, picturePiece)
		if err != nil {
			return err
		}
		for _, p := range pieces {
			after = p.ID
			object, _ := stix.Parse(p.Raw, "")
			var s seen
			if p.Withheld || uses[object.ID] == 0 || json.Unmarshal(p.Raw, &s, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
				continue // what is withheld, or cannot be read so far, has no place in a picture
			}
			fn(p, object, uses[object.ID], s)
		}
		if len(pieces) < picturePiece {
			return nil
		}
	}
	return nil
}

// attack names the tactics of ATT&CK in the order of its matrix.
var attack = []string{
	"reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation",
	"defense-evasion", "credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
}

func tactics(ctx context.Context, tx ShelfReader) ([]Tactic, error) {
	columns := map[string][]Technique{}
	err := each(ctx, tx, "attack-pattern", func(p Piece, o stix.Object, uses int64, s seen) {
		technique := Technique{ID: p.ID, Name: o.Name, Uses: uses}
		for _, x := range o.ExternalIDs {
			if strings.HasPrefix(x.SourceName, "mitre-") && technique.ExternalID == "" {
				technique.ExternalID = x.ExternalID
			}
		}
		for _, phase := range s.KillChainPhases {
			if strings.HasPrefix(phase.KillChainName, "mitre-") {
				columns[phase.PhaseName] = append(columns[phase.PhaseName], technique)
			}
		}
	})
	var list []Tactic
	for name, techniques := range columns {
		slices.SortFunc(techniques, func(a, b Technique) int {
			return cmp.Or(cmp.Compare(b.Uses, a.Uses), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		shown := min(len(techniques), pictureTactic)
		list = append(list, Tactic{name, techniques[:shown], len(techniques) - shown})
	}
	slices.SortFunc(list, func(a, b Tactic) int {
		return cmp.Or(cmp.Compare(column(a.Name), column(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return list, err
}

// column is where the matrix has a tactic; those that it does not know come last.
func column(name string) int {
	if at := slices.Index(attack, name); at >= 0 {
		return at
	}
	return len(attack)
}

func spots(ctx context.Context, tx ShelfReader) (list []Spot, err error) {
	at := map[access.Country]int{}
	err = each(ctx, tx, "location", func(p Piece, _ stix.Object, uses int64, s seen) {
		country := access.Country(strings.ToUpper(s.Country))
		if len(country) != 2 {
			return
		}
		if i, known := at[country]; known {
			list[i].Uses += uses
			return
		}
		at[country] = len(list)
		list = append(list, Spot{country, p.ID, uses})
	})
	slices.SortFunc(list, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(b.Uses, a.Uses), cmp.Compare(a.Country, b.Country))
	})
	return list, err
}
