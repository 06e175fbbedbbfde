// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"slices"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/stix"
)

// marking is the TLP of a part, or none.
type marking struct {
	level access.TLP
	set   bool
}

// markingOf returns the narrowest TLP among tags. A TLP that nobody knows is
// taken for the narrowest of all: whoever set it meant to limit something.
func markingOf(tags []tag) marking {
	var m marking
	for _, t := range tags {
		if !isTLP(t) {
			continue
		}
		level, known := access.ParseTLP(string(t.Name))
		if !known {
			level = access.Red
		}
		m = marking{max(m.level, level), true}
	}
	return m
}

func isTLP(t tag) bool { return strings.HasPrefix(strings.ToLower(string(t.Name)), "tlp:") }

// isPAP tells whether a label says what may be done with what bears it.
func isPAP(label string) bool { return strings.HasPrefix(strings.ToUpper(label), "PAP:") }

// effective is how narrow m is, here, where no marking means one.
func (m marking) effective() access.TLP {
	if !m.set {
		return access.Unmarked("").TLP
	}
	return m.level
}

// refs returns m as STIX has it.
func (m marking) refs() []string {
	if !m.set {
		return nil
	}
	return []string{string(stix.TLPMarking(m.level))}
}

// narrower returns the narrower of two markings.
func narrower(a, b marking) marking {
	if b.effective() > a.effective() {
		return b
	}
	return a
}

// labels returns the names of tags and clusters that are no TLP, each once.
func labels(tags []tag, galaxies []galaxy) []string {
	var names []string
	seen := map[text]bool{"": true}
	add := func(name text) {
		if !seen[name] {
			names = append(names, string(name))
		}
		seen[name] = true
	}
	for _, t := range tags {
		if !isTLP(t) {
			add(t.Name)
		}
	}
	for _, g := range galaxies {
		for _, c := range g.Cluster {
			add(c.TagName)
		}
	}
	return names
}

// inheritable returns those of an event's labels that its attributes have too:
// all but what is an object of its own.
func inheritable(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.HasPrefix(name, "misp-galaxy:") })
}

// clusterType returns the type of STIX object that the clusters of a galaxy are,
// or "" where they are labels alone.
func clusterType(galaxy text) string {
	switch name := string(galaxy); {
	case name == "threat-actor" || strings.HasSuffix(name, "-threat-actor") || strings.HasSuffix(name, "intrusion-set"):
		return "intrusion-set"
	case name == "mitre-attack-pattern" || strings.HasSuffix(name, "-attack-attack-pattern"):
		return "attack-pattern"
	case name == "tool" || name == "mitre-tool" || strings.HasSuffix(name, "-attack-tool"):
		return "tool"
	case name == "mitre-malware" || strings.HasSuffix(name, "-attack-malware"),
		slices.Contains([]string{"malpedia", "ransomware", "rat", "banker", "stealer", "botnet", "backdoor"}, name):
		return "malware"
	}
	return ""
}

// narrowest is what is taken where a marking cannot be known.
func narrowest() marking { return marking{access.Red, true} }

// stubMarking returns the marking of what many events tell of.
func stubMarking(m marking) []string {
	if m.effective() < access.Red {
		return nil
	}
	return m.refs()
}
