// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"strings"

	"entente.example/internal/access"
)

// The property extension by which marking definitions state TLP 2.0 (OASIS,
// extension definition for TLP 2.0).
const tlp2Extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

// fixed is one of the marking definitions that the standards fix.
type fixed struct {
	id    StixID
	level access.TLP
	word  string // as the definition writes it
}

// tlp2 lists the definitions of TLP 2.0, by level.
func tlp2() [5]fixed {
	return [5]fixed{
		{"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", access.Clear, "clear"},
		{"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", access.Green, "green"},
		{"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", access.Amber, "amber"},
		{"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", access.AmberStrict, "amber+strict"},
		{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", access.Red, "red"},
	}
}

// tlp1 lists the definitions that STIX 2.1 section 7.2.1.4 fixes.
func tlp1() [4]fixed {
	return [4]fixed{
		{"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", access.Clear, "white"},
		{"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", access.Green, "green"},
		{"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", access.Amber, "amber"},
		{"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", access.Red, "red"},
	}
}

// TLPOf returns the level of one of the fixed marking definitions, of TLP 1 or
// TLP 2.0.
func TLPOf(ref StixID) (access.TLP, bool) {
	for _, m := range tlp2() {
		if m.id == ref {
			return m.level, true
		}
	}
	for _, m := range tlp1() {
		if m.id == ref {
			return m.level, true
		}
	}
	return 0, false
}

// TLPMarking returns the id of the TLP 2.0 definition of that level.
func TLPMarking(level access.TLP) StixID { return tlp2()[min(level, access.Red)].id }

// TLPDefinition returns the TLP 2.0 definition of that level, to go with the
// objects that it marks: receivers need not know it.
func TLPDefinition(level access.TLP) []byte {
	m := tlp2()[min(level, access.Red)]
	return []byte(`{"type":"marking-definition","spec_version":"2.1","id":"` + string(m.id) +
		`","created":"2022-10-01T00:00:00.000Z","name":"TLP:` + strings.ToUpper(m.word) +
		`","extensions":{"` + tlp2Extension + `":{"extension_type":"property-extension","tlp_2_0":"` + m.word + `"}}}`)
}

// TLP1Definition returns the TLP 1 definition of that level, for receivers that
// know no other. TLP 1 has no AMBER+STRICT: what bears it goes out as RED.
func TLP1Definition(level access.TLP) []byte {
	if level == access.AmberStrict {
		level = access.Red
	}
	for _, m := range tlp1() {
		if m.level == level {
			return []byte(`{"type":"marking-definition","spec_version":"2.1","id":"` + string(m.id) +
				`","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","name":"TLP:` + strings.ToUpper(m.word) +
				`","definition":{"tlp":"` + m.word + `"}}`)
		}
	}
	return TLP1Definition(access.Red)
}

// DeclaredTLP returns the level that a marking-definition object states, by its
// fixed id, by the TLP 2.0 extension or by a TLP 1 definition. Where they
// disagree the strictest counts.
func DeclaredTLP(raw []byte) (access.TLP, bool) {
	all := members(raw)
	if text(all["type"]) != "marking-definition" {
		return 0, false
	}
	level, ok := TLPOf(StixID(text(all["id"])))
	stated := []string{text(members(members(all["extensions"])[tlp2Extension])["tlp_2_0"])}
	if strings.EqualFold(text(all["definition_type"]), "tlp") {
		stated = append(stated, text(members(all["definition"])["tlp"]))
	}
	for _, word := range stated {
		if said, known := access.ParseTLP(word); known {
			level, ok = max(level, said), true
		}
	}
	return level, ok
}

// The property extension by which marking definitions state PAP (OASIS, extension
// definition for PAP).
const papExtension = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"

// PAPOf returns the level of one of the marking definitions that the extension
// definition for PAP fixes.
func PAPOf(ref StixID) (access.PAP, bool) {
	switch ref {
	case "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92", "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730":
		return access.PAPClear, true
	case "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9":
		return access.PAPGreen, true
	case "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab":
		return access.PAPAmber, true
	case "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e":
		return access.PAPRed, true
	}
	return 0, false
}

// DeclaredPAP returns what a marking-definition object states of the Permissible
// Actions Protocol: by the extension for it, by a definition of that type, or by a
// name or a statement that is nothing but a level. Where they disagree the
// strictest counts.
func DeclaredPAP(raw []byte) (level access.PAP, ok bool) {
	all := members(raw)
	if text(all["type"]) != "marking-definition" {
		return 0, false
	}
	stated := []string{text(all["name"]), pap(members(members(all["extensions"])[papExtension])["pap"])}
	for name, value := range members(all["definition"]) {
		switch {
		case strings.EqualFold(name, "pap"):
			stated = append(stated, pap(value))
		case name == "statement":
			stated = append(stated, text(value))
		}
	}
	return LabelledPAP(stated)
}

// pap writes a level that stands alone as labels do.
func pap(word []byte) string { return "PAP:" + strings.TrimPrefix(strings.ToUpper(text(word)), "PAP:") }

// LabelledPAP returns the narrowest level that is among an object's labels, where
// MISP's tags stand. A level that nobody knows is taken for the narrowest of all:
// whoever set it meant to limit something.
func LabelledPAP(labels []string) (level access.PAP, ok bool) {
	for _, label := range labels {
		word, is := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(label)), "PAP:")
		if !is || word == "" {
			continue
		}
		this, known := access.ParsePAP(word)
		if !known {
			this = access.PAPRed
		}
		level, ok = max(level, this), true
	}
	return level, ok
}
