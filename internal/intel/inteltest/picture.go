// SPDX-License-Identifier: Apache-2.0

package inteltest

import (
	"fmt"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
)

// plain writes an object of that type and number with a name and what else is to stand in it.
func plain(kind string, number int, name, more string) string {
	return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":"%s--00000000-0000-4000-8000-%012d","created":%q,"modified":%q,"name":%q%s}`,
		kind, kind, number, early, early, name, more)
}

// relates writes a relationship between the objects of two ids.
func relates(number int, label, from, to string) string {
	return fmt.Sprintf(`{"type":"relationship","spec_version":"2.1","id":"relationship--00000000-0000-4000-8000-%012d","created":%q,"modified":%q,"relationship_type":%q,"source_ref":%q,"target_ref":%q}`,
		number, early, early, label, from, to)
}

func numbered(kind string, number int) string {
	return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, number)
}

// chain is a set that uses a malware, which reaches two hosts; the second host
// is restricted by a decision of its own.
func chain() string {
	phases := `,"kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"initial-access"}],"external_references":[{"source_name":"mitre-attack","external_id":"T1566"}]`
	return Bundle(
		plain("intrusion-set", 1, "Set", ""),
		plain("malware", 2, "Loader", `,"is_family":false`),
		plain("infrastructure", 3, "Host", ""),
		plain("attack-pattern", 4, "Phishing", phases),
		plain("attack-pattern", 5, "Unused", phases),
		plain("location", 6, "Portugal", `,"country":"pt"`),
		relates(11, "uses", numbered("intrusion-set", 1), numbered("malware", 2)),
		relates(12, "communicates-with", numbered("malware", 2), numbered("infrastructure", 3)),
		relates(13, "uses", numbered("intrusion-set", 1), numbered("attack-pattern", 4)),
		relates(14, "targets", numbered("intrusion-set", 1), numbered("location", 6)),
	)
}

func around(a actors, member, name string, steps int) (names []string, ties []string) {
	a.Helper()
	g, err := a.objects.Around(a.Context(), As(member), tyche, a.object(member, name).ID, steps)
	a.must(err)
	for _, n := range g.Nodes {
		names = append(names, fmt.Sprintf("%s:%d", n.Name, n.Distance))
	}
	for _, t := range g.Ties {
		ties = append(ties, fmt.Sprintf("%s %s %s", g.Nodes[t.From].Name, t.Label, g.Nodes[t.To].Name))
	}
	return names, ties
}

func graphs(a actors) {
	a.imports("ann", "a.json", chain())
	nodes, ties := around(a, "bob", "Loader", 1)
	if got := strings.Join(nodes, " "); got != "Loader:0 Set:1 Host:1" {
		a.Errorf("one step reaches %q", got)
	}
	if got := strings.Join(ties, "; "); got != "Set uses Loader; Loader communicates-with Host" {
		a.Errorf("ties = %q", got)
	}
	if nodes, ties = around(a, "bob", "Loader", 2); len(nodes) != 5 || len(ties) != 4 {
		a.Errorf("two steps reach %v by %v; want the set's technique and place as well", nodes, ties)
	}
	if nodes, _ = around(a, "bob", "Loader", 99); len(nodes) != 5 {
		a.Errorf("more steps than there are reach %v", nodes)
	}
}

func hiddenGraphs(a actors) {
	a.imports("ann", "a.json", chain())
	id := a.stages("ann", "b.json", Bundle(
		plain("tool", 7, "Secret tool", ""),
		relates(15, "uses", numbered("malware", 2), numbered("tool", 7)),
		relates(16, "uses", numbered("intrusion-set", 1), numbered("infrastructure", 3)),
	))
	a.accepts("ann", id, intel.Decision{TLP: access.Amber, Restricted: true})
	nodes, ties := around(a, "ann", "Loader", 1)
	if len(nodes) != 4 || len(ties) != 4 || strings.Contains(strings.Join(append(nodes, ties...), " "), "Secret") {
		a.Errorf("who brought it sees %v by %v", nodes, ties)
	}
	nodes, ties = around(a, "bob", "Loader", 1)
	if all := strings.Join(append(nodes, ties...), " "); strings.Contains(all, "Secret") || len(ties) != 2 {
		a.Errorf("another organisation sees %v by %v", nodes, ties)
	}
	_, err := a.objects.Around(a.Context(), As("bob"), tyche, a.object("ann", "Secret tool").ID, 1)
	_, absent := a.objects.Around(a.Context(), As("bob"), tyche, "nothing", 1)
	if fault.KindOf(err) != fault.NotFound || err.Error() != absent.Error() {
		a.Errorf("hidden %v, absent %v", err, absent)
	}
	_, err = a.objects.Around(a.Context(), As("eve"), tyche, a.object("ann", "Loader").ID, 1)
	a.fails(err, fault.NotFound, "")
}

func pictures(a actors) {
	a.imports("ann", "a.json", chain())
	p, err := a.objects.Picture(a.Context(), As("bob"), tyche)
	a.must(err)
	if n := len(p.Days); n != 60 || p.Days[n-1].Objects != 10 || p.Days[0].Objects != 0 {
		a.Errorf("days = %v", p.Days)
	}
	if len(p.Tactics) != 1 || p.Tactics[0].Name != "initial-access" || len(p.Tactics[0].Techniques) != 1 {
		a.Fatalf("tactics = %+v", p.Tactics)
	}
	if t := p.Tactics[0].Techniques[0]; t.Name != "Phishing" || t.ExternalID != "T1566" || t.Uses != 1 {
		a.Errorf("technique = %+v", t)
	}
	if len(p.Places) != 1 || p.Places[0].Country != "PT" || p.Places[0].Uses != 1 {
		a.Errorf("places = %+v", p.Places)
	}
	id := a.stages("ann", "b.json", Bundle(relates(17, "uses", numbered("malware", 2), numbered("attack-pattern", 5))))
	a.accepts("ann", id, intel.Decision{TLP: access.Amber, Restricted: true})
	mine, err := a.objects.Picture(a.Context(), As("ann"), tyche)
	a.must(err)
	theirs, err := a.objects.Picture(a.Context(), As("bob"), tyche)
	a.must(err)
	if len(mine.Tactics[0].Techniques) != 2 || len(theirs.Tactics[0].Techniques) != 1 || theirs.Facets.Total != 10 || theirs.Days[59].Objects != 10 {
		a.Errorf("what is restricted counts for others: %+v, %d, %v", theirs.Tactics, theirs.Facets.Total, theirs.Days[59])
	}
	_, err = a.objects.Picture(a.Context(), As("eve"), tyche)
	a.fails(err, fault.NotFound, "")
}
