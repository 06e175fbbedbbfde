// SPDX-License-Identifier: Apache-2.0

package gate_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
)

func nothing(*sqldb.Tx, access.Grant) error { return nil }

func TestWhoMayEnter(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		const granted = fault.Kind(255)
		for _, test := range []struct {
			name      string
			member    string
			workspace string
			want      fault.Kind
		}{
			{"a member of the operation", "ann", "tyche", granted},
			{"a member of another", "eve", "tyche", fault.NotFound},
			{"an absent operation", "eve", "nowhere", fault.NotFound},
			{"an officer of the Directorate", "off", "tyche", fault.NotFound},
			{"one whose vetting has ended", "exp", "tyche", fault.NotFound},
			{"a suspended one", "sus", "tyche", fault.Unauthenticated},
			{"one who does not exist", "nemo", "tyche", fault.Unauthenticated},
		} {
			t.Run(test.name, func(t *testing.T) {
				got := granted
				if err := w.Gate.View(t.Context(), gatetest.Ask(test.member, test.workspace, access.Read), nothing); err != nil {
					got = fault.KindOf(err)
				}
				if got != test.want {
					t.Errorf("kind %d; want %d", got, test.want)
				}
			})
		}
	})
}

func TestSuspensionOfAnOrganisationOrACountryEndsAccess(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		enter := func(member string) fault.Kind {
			return fault.KindOf(w.Gate.View(t.Context(), gatetest.Ask(member, "tyche", access.Read), nothing))
		}
		w.Exec(t, `UPDATE member_organisation SET suspended = $1 WHERE org_id = $2`, true, "pol-fr")
		if got := enter("ann"); got != fault.Unauthenticated {
			t.Errorf("organisation suspended: kind %d", got)
		}
		w.Exec(t, `INSERT INTO member_country (country, suspended) VALUES ($1, $2)`, "ES", true)
		if got := enter("bob"); got != fault.Unauthenticated {
			t.Errorf("country suspended: kind %d", got)
		}
	})
}

func TestViewAllGivesAGrantForEachPlaceThatOneMayEnter(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		for _, test := range []struct {
			member string
			want   []access.WorkspaceID
		}{
			{"ann", []access.WorkspaceID{access.Exchange, "tyche"}},
			{"exp", []access.WorkspaceID{access.Exchange}},
			{"gus", []access.WorkspaceID{access.Exchange}},
		} {
			var got []access.WorkspaceID
			err := w.Gate.ViewAll(t.Context(), gatetest.As(test.member), access.Read, func(_ *sqldb.Tx, grants []access.Grant) error {
				for _, g := range grants {
					got = append(got, g.Workspace())
				}
				return nil
			})
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, %v; want %v", test.member, got, err, test.want)
			}
		}
	})
}

func TestLookGivesNothingOutWithoutItsEntry(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := gatetest.New(t, db)
		entry := audit.Entry{ID: w.NewID(), At: w.Now(), Verb: audit.ObjectViewed, Object: "o"}
		ask := gatetest.Ask("ann", "tyche", access.Read)
		if err := w.Gate.Look(t.Context(), ask, func(*sqldb.Tx, access.Grant) (audit.Entry, error) { return entry, nil }); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		if err := w.Gate.Look(t.Context(), ask, func(*sqldb.Tx, access.Grant) (audit.Entry, error) { return entry, boom }); !errors.Is(err, boom) {
			t.Errorf("err = %v; want boom", err)
		}
		var records []audit.Record
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			n, err := auditsql.Sequence(t.Context(), tx, 10)
			if err != nil || n != 1 {
				t.Errorf("Sequence = %d, %v; want 1", n, err)
			}
			records, err = auditsql.After(t.Context(), tx, 0, 10)
			return err
		})
		if err != nil || len(records) != 1 || records[0].Number != 1 || records[0].Actor != "ann" || records[0].Workspace != "tyche" {
			t.Errorf("journal = %+v, %v", records, err)
		}
	})
}

// drawHandling makes up a handling among the world's few names, so that lists meet.
func drawHandling(t *rapid.T) access.Handling {
	some := func(names []string, label string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, len(names), rapid.ID[string]).Draw(t, label)
	}
	orgs, countries := []string{"pol-fr", "pol-es", "acme", "ncb-fr"}, []string{"FR", "ES", "DE", ""}
	h := access.Handling{
		TLP:        access.TLP(rapid.IntRange(0, 4).Draw(t, "tlp")),
		Originator: access.OrgID(rapid.SampledFrom(orgs).Draw(t, "originator")),
		Restricted: rapid.Bool().Draw(t, "restricted"),
		VictimData: rapid.Bool().Draw(t, "victims"),
		Orgs:       to[access.OrgID](some(orgs, "orgs")),
		Countries:  to[access.Country](some(countries, "countries")),
		ClosedTo:   to[access.Country](some(countries, "closed")),
		Named:      to[access.MemberID](some([]string{"max", "ann", "bob", "acm", "eve"}, "named")),
	}
	if h.TLP == access.Red && len(h.Named) == 0 {
		h.Named = []access.MemberID{"ann"}
	}
	return h
}

func to[T ~string](names []string) (list []T) {
	for _, name := range names {
		list = append(list, T(name))
	}
	return list
}

// TestReadableIsMayRead holds the policy and the SQL together, item by item.
func TestReadableIsMayRead(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		w := gatetest.New(t, db)
		rapid.Check(t, func(t *rapid.T) {
			handlings := rapid.SliceOfN(rapid.Custom(drawHandling), 1, 8).Draw(t, "handlings")
			ids := map[gate.HandlingID]access.Handling{}
			err := w.Gate.Update(ctx, gatetest.Ask("max", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
				for _, h := range handlings {
					id, err := gate.SaveHandling(ctx, tx, g, h)
					if err != nil {
						return err
					}
					ids[id] = h.Canonical()
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, member := range []string{"max", "ann", "bob", "acm"} {
				checkReader(t, w, member, ids)
			}
		})
	})
}

func checkReader(t *rapid.T, w *gatetest.World, member string, ids map[gate.HandlingID]access.Handling) {
	ctx := t.Context()
	err := w.Gate.View(ctx, gatetest.Ask(member, "tyche", access.Read), func(tx *sqldb.Tx, g access.Grant) error {
		seen := map[gate.HandlingID]bool{}
		mine, args := gate.Readable(g, 1)
		err := tx.All(ctx, mine, args, func(scan func(...any) error) error {
			var id gate.HandlingID
			err := scan(&id)
			seen[id] = true
			return err
		})
		if err != nil {
			return err
		}
		values, err := gate.Handlings(ctx, tx, g)
		if err != nil {
			return err
		}
		cards, err := gate.Cards(ctx, tx, []access.MemberID{g.Member()})
		if err != nil {
			return err
		}
		for id, h := range ids {
			if got, want := g.Reaches(h, cards[g.Member()]), g.MayRead(h); got != want {
				t.Fatalf("%s: others count them as %v, the policy says %v, of %+v", member, got, want, h)
			}
			if got, want := seen[id], g.MayRead(h); got != want {
				t.Fatalf("%s: SQL says %v, the policy %v, of %+v", member, got, want, h)
			}
			if back, ok := values[id]; ok && !g.MayRead(back) {
				t.Fatalf("%s was given %+v", member, back)
			}
			one, err := gate.HandlingOf(ctx, tx, g, id)
			if (err == nil) != seen[id] || err == nil && fmt.Sprint(one) != fmt.Sprint(h) || err != nil && !errors.Is(err, access.ErrHidden) {
				t.Fatalf("%s was given %+v, %v, of %+v", member, one, err, h)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSensitiveIsTheSameInSQL(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, w := t.Context(), gatetest.New(t, db)
		err := w.Gate.Update(ctx, gatetest.Ask("ann", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
			for _, h := range []access.Handling{
				{TLP: access.AmberStrict}, {TLP: access.Red, Named: []access.MemberID{"ann"}}, {Restricted: true}, {VictimData: true},
				{DoNotDisrupt: true, PersonalData: true, Court: access.H3, PAP: access.PAPRed, ClosedTo: []access.Country{"DE"}},
			} {
				id, err := gate.SaveHandling(ctx, tx, g, h)
				if err != nil {
					return err
				}
				var sensitive bool
				if err := tx.One(ctx, `SELECT CAST($2 AS text) IN (`+gate.Sensitive+`)`, []any{"tyche", string(id)}, &sensitive); err != nil {
					return err
				}
				if sensitive != h.Sensitive() {
					t.Errorf("%+v: %t in SQL", h, sensitive)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestHandlingsComeBackWhole(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, w := t.Context(), gatetest.New(t, db)
		h := access.Handling{
			TLP: access.Red, PAP: access.PAPRed, Court: access.H3, Originator: "pol-fr", Restricted: true,
			Orgs: []access.OrgID{"acme", "pol-es"}, Countries: []access.Country{"ES"}, ClosedTo: []access.Country{"DE"},
			Named: []access.MemberID{"ann"}, DoNotDisrupt: true, PersonalData: true,
		}
		err := w.Gate.Update(ctx, gatetest.Ask("ann", "tyche", access.Write), func(tx *sqldb.Tx, g access.Grant) error {
			id, err := gate.SaveHandling(ctx, tx, g, h)
			if err != nil {
				return err
			}
			again, err := gate.SaveHandling(ctx, tx, g, h)
			if err != nil || again != id {
				t.Errorf("saved again: %q, %v; want %q", again, err, id)
			}
			all, err := gate.Handlings(ctx, tx, g)
			if got := all[id]; !slices.Equal(got.Orgs, h.Orgs) || !slices.Equal(got.Named, h.Named) || got.TLP != h.TLP ||
				got.Court != h.Court || !got.DoNotDisrupt || !got.PersonalData || got.VictimData {
				t.Errorf("came back as %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAGrantIsOfTheMomentItIsAskedFor(t *testing.T) {
	w := gatetest.New(t, sqldbtest.Open(t))
	ask := gatetest.Ask("ann", "tyche", access.Read)
	if _, err := w.Gate.Check(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	w.Advance(366 * 24 * time.Hour)
	if _, err := w.Gate.Check(t.Context(), ask); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the end of vetting: %v", err)
	}
}

func TestByHandleFindsOnlyWhoMayEnter(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, w := t.Context(), gatetest.New(t, db)
		err := w.Gate.View(ctx, gatetest.Ask("ann", "tyche", access.Read), func(tx *sqldb.Tx, g access.Grant) error {
			found, err := gate.ByHandle(ctx, tx, g, []string{"bob", "eve", "nemo", "sus"})
			if len(found) != 1 || found["bob"].OrgName != "Organisation pol-es" {
				t.Errorf("found %v", found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
