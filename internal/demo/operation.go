// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/workspace"
)

func (m *maker) operations() {
	m.clock.Set(m.end.AddDate(0, 0, -20))
	kestrel := m.begin("ines", "KESTREL", workspace.Contact,
		"Dismantle the group behind the Kestrel ransomware: its panel, its hosting and its cash-out.",
		"Joint investigation under national warrants; cooperation agreed between the NCBs of the countries that take part.")
	m.bring(kestrel, "ines", map[string]access.Role{"camille": access.Analyst, "youssef": access.Analyst, "mateo": access.Reader, "greta": access.Analyst})
	lantern := m.begin("beatriz", "LANTERN", workspace.Named,
		"Find and close the mule network that launders the proceeds of business e-mail compromise.",
		"Parallel investigations; exchange of police information between NCBs.")
	m.bring(lantern, "beatriz", map[string]access.Role{"haruto": access.Analyst})
	m.begin("haruto", "PAPER CRANE", workspace.Silent,
		"Map the sellers of forged identity documents used to open mule accounts.", "Preliminary inquiry.")
	m.do("offer to wanjiru", func() error {
		return m.Memberships.Invite(m.ctx, m.actor("beatriz"), lantern, workspace.Invitation{Who: "wanjiru", Terms: workspace.Terms{Role: access.Analyst}})
	})

	m.clock.Set(m.end.AddDate(0, 0, -9))
	m.imports(kestrel, "camille", "kestrel-intrusion-set.json", bundle("kestrel", "http://panel.kestrel-invoices.example/", 48), true)
	m.imports(lantern, "haruto", "lantern-mules.json", bundle("lantern", "hxxp://Panel[.]kestrel-invoices[.]example", 36), true)
	m.imports(kestrel, "youssef", "field-report.txt", fieldReport, false)

	m.open(kestrel, access.AmberStrict, nil, thread{"general", "Panel moved again on Tuesday", 7, []said{
		{"camille", "The panel answered from a new address at 02:10 UTC. The certificate is the same. I imported what we have; please check the hosting list against yours."},
		{"youssef", "تحققنا: العنوان الجديد لدى المزوّد نفسه الذي ذُكر في تقريرنا.\n\nSame provider as in our report. @ines shall we ask for preservation now?"},
		{"ines", "Yes. @mateo prepares the request, it goes out through NCB Madrid today. Nobody contacts the provider otherwise."},
	}})
	m.open(kestrel, access.Amber, []access.OrgID{m.orgs["halden"]}, thread{"general", "Questions to Halden on the loader", 4, []said{
		{"ines", "@greta this topic is open to you. Which of the loader's strings changed between the two builds you described?"},
		{"greta", "Only the mutex and the user agent. The key schedule is untouched, so the old extractor still works. I attach nothing here; the details are in the import of last week."},
	}})
	m.open(lantern, access.AmberStrict, nil, thread{"general", "Three accounts, one telephone", 2, []said{
		{"beatriz", "Three of the receiving accounts were opened with the same telephone within a week. Does the pattern exist on your side, @haruto?"},
	}})
}

func (m *maker) begin(by, name string, policy workspace.MatchPolicy, purpose, basis string) (id access.WorkspaceID) {
	m.do("open "+name, func() (err error) {
		id, err = m.Workspaces.Open(m.ctx, m.actor(by), workspace.Opening{Declared: true, Profile: workspace.Profile{
			Name: name, Purpose: purpose, LegalBasis: basis, Ceiling: access.AmberStrict, Match: policy,
			Contact: "Duty officer of the opening NCB, through the desk", ReviewAt: m.end.AddDate(0, 4, 0),
		}})
		return err
	})
	return id
}

func (m *maker) bring(ws access.WorkspaceID, by string, who map[string]access.Role) {
	m.do("begin to work", func() error { return m.Workspaces.Move(m.ctx, m.actor(by), ws, access.Active) })
	for _, c := range cast() { // in the order of the cast, so that each start is alike
		if role, ok := who[c.handle]; ok {
			m.do("invite "+c.handle, func() error {
				return m.Memberships.Invite(m.ctx, m.actor(by), ws, workspace.Invitation{Who: c.handle, Terms: workspace.Terms{Role: role}})
			})
			m.do(c.handle+" accepts", func() error { return m.Memberships.Accept(m.ctx, m.actor(c.handle), ws) })
		}
	}
}

// imports stages a file and, if it is to be, accepts it.
func (m *maker) imports(ws access.WorkspaceID, by, name, text string, accept bool) {
	m.do("import "+name, func() error {
		id, err := m.Batches.Stage(m.ctx, m.actor(by), ws, intel.Upload{Name: name, Content: strings.NewReader(text)})
		if err == nil {
			err = m.Settle(m.ctx)
		}
		if err != nil || !accept {
			return err
		}
		err = m.Batches.Accept(m.ctx, m.actor(by), intel.Place{Workspace: ws, Batch: id},
			intel.Decision{TLP: access.AmberStrict, PAP: access.PAPAmber, Court: access.H2})
		if err != nil {
			return err
		}
		return m.Settle(m.ctx)
	})
}

const fieldReport = `Field report, hosting of the panel

Seen between 3 and 9 this month: hxxps://cdn[.]kestrel-drop[.]example/stage2, 198.51.100[.]23, 203.0.113[.]77.
Loader: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
Ransom notes name kestrel-support[at]onion-mail[.]example.
`

// bundle is an invented set of STIX 2.1 objects around a theme, the first of its
// indicators for panel, with n more.
func bundle(theme, panel string, n int) string {
	day := func(i int) string {
		return time.Date(2026, 1, 1+i%200, 8, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
	}
	id := func(kind, name string) string {
		return kind + "--" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(theme+"/"+kind+"/"+name)).String()
	}
	object := func(kind, name string, more map[string]any) map[string]any {
		o := map[string]any{"type": kind, "spec_version": "2.1", "id": id(kind, name), "created": day(0), "modified": day(1), "name": name}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	title := strings.ToUpper(theme[:1]) + theme[1:]
	group := object("intrusion-set", title+" group", map[string]any{"description": "An invented group, for the demonstration.", "first_seen": day(0)})
	loader := object("malware", title+" loader", map[string]any{"is_family": true, "malware_types": []string{"dropper"}})
	locker := object("malware", title+" locker", map[string]any{"is_family": true, "malware_types": []string{"ransomware"}})
	phishing := object("attack-pattern", "Spearphishing Link", map[string]any{"external_references": []any{map[string]any{"source_name": "mitre-attack", "external_id": "T1566.002"}}})
	objects := []any{group, loader, locker, phishing}
	relate := func(from map[string]any, kind string, to map[string]any) {
		name := fmt.Sprint(from["id"], kind, to["id"])
		objects = append(objects, map[string]any{
			"type": "relationship", "spec_version": "2.1", "id": id("relationship", name), "created": day(1), "modified": day(1),
			"relationship_type": kind, "source_ref": from["id"], "target_ref": to["id"],
		})
	}
	relate(group, "uses", loader)
	relate(group, "uses", locker)
	relate(group, "uses", phishing)
	indicate := func(i int, name, pattern string) {
		indicator := object("indicator", name, map[string]any{
			"pattern": pattern, "pattern_type": "stix", "valid_from": day(i), "indicator_types": []string{"malicious-activity"}, "confidence": 40 + i%6*10,
		})
		objects = append(objects, indicator)
		relate(indicator, "indicates", []map[string]any{loader, locker}[i%2])
	}
	indicate(0, "Panel of the group", "[url:value = '"+panel+"']")
	for i := range n {
		switch i % 3 {
		case 0:
			indicate(i, fmt.Sprintf("Drop server %d", i), fmt.Sprintf("[domain-name:value = 'drop%d.%s-cdn.example']", i, theme))
		case 1:
			indicate(i, fmt.Sprintf("Relay %d", i), fmt.Sprintf("[ipv4-addr:value = '%s.%d']", map[string]string{"kestrel": "198.51.100", "lantern": "203.0.113"}[theme], 10+i))
		default:
			sum := sha256.Sum256([]byte(fmt.Sprint(theme, i)))
			indicate(i, fmt.Sprintf("Sample %d", i), "[file:hashes.'SHA-256' = '"+hex.EncodeToString(sum[:])+"']")
		}
	}
	text, err := json.Marshal(map[string]any{"type": "bundle", "id": id("bundle", "all"), "objects": objects})
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return string(text)
}
