// SPDX-License-Identifier: Apache-2.0

package app

import (
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"entente.example/internal/access"
	"entente.example/internal/demo"
	"entente.example/internal/home"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
)

// invented is a demonstration made at a fixed time.
type invented struct {
	*App
	persons []demo.Person
}

func makeDemo(t *testing.T) invented {
	t.Helper()
	clock := &demo.Clock{}
	clock.Set(time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC))
	world := Real(slog.New(slog.DiscardHandler))
	world.Now, world.Demo = clock.Now, true
	a, err := New(t.Context(), fresh(t), world)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	persons, err := demo.Build(t.Context(), a.House(), clock)
	if err != nil {
		t.Fatal(err)
	}
	return invented{a, persons}
}

// rows returns what a query finds, one text a row.
func (d invented) rows(t *testing.T, query string) (lines []string) {
	t.Helper()
	err := d.db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.All(t.Context(), query, nil, func(scan func(...any) error) error {
			var line string
			err := scan(&line)
			lines = append(lines, line)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// content is all that people see of the world, without the ids.
func (d invented) content(t *testing.T) (lines []string) {
	for _, query := range []string{
		`SELECT name || '|' || kind || '|' || country || '|' || created_at FROM member_organisation`,
		`SELECT handle || '|' || name || '|' || state || '|' || officer || '|' || vetted_until || '|' || created_at FROM member_member`,
		`SELECT email || '|' || state || '|' || ends_at FROM member_invitation`,
		`SELECT name || '|' || state || '|' || purpose || '|' || review_at FROM workspace_workspace`,
		`SELECT title || '|' || tlp || '|' || last_number || '|' || last_at || '|' || pinned FROM discussion_topic`,
		`SELECT number || '|' || created_at || '|' || text FROM discussion_post`,
		`SELECT stix_id || '|' || type || '|' || name || '|' || head FROM intel_object`,
		`SELECT file_name || '|' || state || '|' || counts || '|' || staged_at FROM intel_batch`,
		`SELECT kind || '|' || value || '|' || level || '|' || other_name || '|' || found_at FROM deconflict_hit`,
		`SELECT reason || '|' || found_at FROM deconflict_pair`,
	} {
		lines = append(lines, d.rows(t, query)...)
	}
	slices.Sort(lines)
	return lines
}

func TestTheDemonstration(t *testing.T) {
	d := makeDemo(t)
	t.Run("is the same at each start", func(t *testing.T) {
		one, two := d.content(t), makeDemo(t).content(t)
		for i := range min(len(one), len(two)) {
			if one[i] != two[i] {
				t.Fatalf("the first start has\n%s\nthe second\n%s", one[i], two[i])
			}
		}
		if len(one) != len(two) {
			t.Errorf("%d lines, then %d", len(one), len(two))
		}
	})
	t.Run("is as large and as various as it says", d.isLarge)
	t.Run("is spoken in many languages", d.isSpoken)
	t.Run("names nothing of the real world", d.isInvented)
	t.Run("shows on home what the README says of it", d.isAsTheTourSays)
	t.Run("has something waiting for each persona", func(t *testing.T) {
		if len(d.persons) < 7 {
			t.Errorf("%d personas; want 7", len(d.persons))
		}
		for _, p := range d.persons {
			if matters, err := home.Gather(t.Context(), d.as(p.Name), d.matters()...); err != nil || len(matters) == 0 {
				t.Errorf("%s: %v, %v", p.Name, matters, err)
			} else {
				t.Logf("%s: %d matters", p.Name, len(matters))
			}
		}
	})
}

// as is the persona of that name, signed in with a passkey.
func (d invented) as(name string) access.Actor {
	i := slices.IndexFunc(d.persons, func(p demo.Person) bool { return p.Name == name })
	return access.Actor{Kind: access.Person, Member: d.persons[i].Member, Session: "s", Strength: access.Passkey}
}

// isAsTheTourSays holds the sentences of the README's tour that speak of home to
// what home shows.
func (d invented) isAsTheTourSays(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.Join(strings.Fields(string(text)), " ")
	for _, tour := range []struct {
		name, sentence string
		kinds          map[home.Kind]int // how many of each, as far as the sentence counts
	}{
		{"Inés Carvajal", "*home* shows three hits, two invitations to confirm and what is new", map[home.Kind]int{home.Found: 3, home.Decision: 2, "": 6}},
		{"Youssef El Amrani", "*Home*: a file of his waits for a decision", map[home.Kind]int{home.Imported: 1}},
		{"Linnea Åkerman", "four decisions wait for her (people to vet, an officer to confirm, an agreement to renew), and a match that nobody else was told of", map[home.Kind]int{home.Decision: 4, home.Desked: 1}},
	} {
		if !strings.Contains(readme, tour.name) || !strings.Contains(readme, tour.sentence) {
			t.Errorf("the README does not say of %s: %s", tour.name, tour.sentence)
		}
		matters, err := home.Gather(t.Context(), d.as(tour.name), d.matters()...)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[home.Kind]int{}
		for _, m := range matters {
			shown[m.Kind] += m.Count
		}
		for kind, n := range tour.kinds {
			if shown[kind] != n {
				t.Errorf("home shows %s %d of %q; the README says %d", tour.name, shown[kind], kind, n)
			}
		}
	}
	queue, err := d.Officers.Waiting(t.Context(), d.as("Inés Carvajal"))
	if err != nil || len(queue.Yours.Invitations) != 2 {
		t.Errorf("Inés confirms %d invitations, %v; the README says two", len(queue.Yours.Invitations), err)
	}
}

func (d invented) isLarge(t *testing.T) {
	for _, test := range []struct {
		what, query string
		least       int
	}{
		{"organisations", `SELECT name FROM member_organisation`, 14},
		{"countries", `SELECT DISTINCT country FROM member_organisation WHERE country <> ''`, 10},
		{"kinds of organisation", `SELECT DISTINCT kind FROM member_organisation`, 8},
		{"people", `SELECT handle FROM member_member`, 30},
		{"topics", `SELECT title FROM discussion_topic`, 40},
		{"posts", `SELECT text FROM discussion_post`, 180},
		{"phases of operations", `SELECT DISTINCT state FROM workspace_workspace WHERE name <> ''`, 4},
		{"states of imports", `SELECT DISTINCT state FROM intel_batch`, 4},
		{"imports that wait", `SELECT file_name FROM intel_batch WHERE state = 'ready'`, 1},
		{"imports with collisions", `SELECT file_name FROM intel_batch WHERE state = 'done' AND counts LIKE '%collides%'`, 1},
		{"verdicts of the one that waits", `SELECT DISTINCT verdict FROM intel_verdict WHERE batch_id IN (SELECT batch_id FROM intel_batch WHERE state = 'ready')`, 7},
		{"types of object", `SELECT DISTINCT type FROM intel_object`, 9},
		{"sightings", `SELECT object_id FROM intel_object WHERE type = 'sighting'`, 5},
		{"objects", `SELECT object_id FROM intel_object`, 150},
		{"hits", `SELECT hit_id FROM deconflict_hit`, 8},
		{"hits with a name", `SELECT hit_id FROM deconflict_hit WHERE other_name <> ''`, 2},
		{"matches told to the desk alone", `SELECT pair_id FROM deconflict_pair WHERE reason <> 'told'`, 1},
		{"invitations into operations", `SELECT member_id FROM workspace_membership WHERE state = 'offered'`, 3},
		{"invitations that wait for a bureau", `SELECT email FROM member_invitation WHERE state = 'awaiting'`, 2},
		{"open cases of vetting", `SELECT case_id FROM member_case WHERE state = 'open'`, 2},
		{"officers to confirm", `SELECT handle FROM member_member WHERE officer = 'pending'`, 1},
	} {
		n := len(d.rows(t, test.query))
		t.Logf("%-40s %d", test.what, n)
		if n < test.least {
			t.Errorf("%d %s; want %d", n, test.what, test.least)
		}
	}
}

func (d invented) isSpoken(t *testing.T) {
	all := strings.ToLower(strings.Join(d.rows(t, `SELECT text FROM discussion_post`), "\n"))
	for language, word := range map[string]string{
		"English": " the ", "French": " les ", "Spanish": " tres ", "Arabic": " من ", "German": "passt zu", "Portuguese": "não", "Ukrainian": "підтверджую",
	} {
		if !strings.Contains(all, word) {
			t.Errorf("nobody speaks %s", language)
		}
	}
	if !strings.ContainsFunc(all, func(r rune) bool { return unicode.Is(unicode.Hiragana, r) }) {
		t.Error("nobody speaks Japanese")
	}
	for _, mark := range []string{"```", "| --- |", "\n> ", "@", "[.]"} {
		if !strings.Contains(all, mark) {
			t.Errorf("no post holds %q", mark)
		}
	}
}

func (d invented) isInvented(t *testing.T) {
	texts := d.rows(t, `SELECT text FROM discussion_post`)
	texts = append(texts, d.rows(t, `SELECT email FROM member_member`)...)
	texts = append(texts, d.rows(t, `SELECT email FROM member_invitation`)...)
	var values []observable.Value
	for _, text := range texts {
		for _, f := range observable.Extract(text) {
			values = append(values, f.Value)
		}
	}
	for _, row := range d.rows(t, `SELECT kind || '|' || value FROM intel_value`) {
		kind, text, _ := strings.Cut(row, "|")
		values = append(values, observable.Value{Kind: observable.Kind(kind), Text: text})
	}
	for _, v := range values {
		if !isInvented(v) {
			t.Errorf("%s %q is no invented value", v.Kind, v.Text)
		}
	}
	if len(values) < 100 {
		t.Errorf("only %d values looked at", len(values))
	}
}

// documentation are the networks for examples: RFC 5737, RFC 3849.
func documentation() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32"),
	}
}

func isInvented(v observable.Value) bool {
	switch v.Kind {
	case observable.IPv4, observable.IPv6:
		address, err := netip.ParseAddr(v.Text)
		return err == nil && slices.ContainsFunc(documentation(), func(p netip.Prefix) bool { return p.Contains(address) })
	case observable.Domain, observable.Email:
		return strings.HasSuffix(v.Text, ".example")
	case observable.URL:
		_, rest, _ := strings.Cut(v.Text, "://")
		host, _, _ := strings.Cut(rest, "/")
		return strings.HasSuffix(host, ".example")
	case observable.SHA256, observable.Mutex:
		return true // made of invented names
	default:
		return false
	}
}
