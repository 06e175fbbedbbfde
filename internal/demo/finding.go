// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/intel"
)

// Paths of STIX patterns.
const (
	urlValue    = "url:value"
	domainValue = "domain-name:value"
	ipv4Value   = "ipv4-addr:value"
	ipv6Value   = "ipv6-addr:value"
	mailValue   = "email-addr:value"
	fileHash    = "file:hashes.'SHA-256'"
	mutexName   = "mutex:name"
)

// The values that more than one operation holds.
const (
	dropServer  = "http://drop4.kestrel-cdn.example/stage2"
	panelURL    = "http://panel.kestrel-invoices.example/"
	sharedRelay = "198.51.100.23"
	frontDesk   = "desk.tidegate-hosting.example"
	recruiter   = "work@easy-hours.example"
)

// end is what becomes of an import.
type end int

const (
	undecided end = iota
	accepted
	refused
	undone
)

// findings writes down what is imported.
func (m *maker) findings() {
	day := m.end.Truncate(days(1))
	kestrel := kestrelFile(day)
	m.imports(days(60), "copperfern", "claire", "copper-fern-kit.json", copperFern(day), accepted)
	m.imports(days(50), "tidegate", "jonas", "tidegate-hosting.json", tidegate(day), accepted)
	m.imports(days(24)+5*time.Hour, "kestrel", "camille", "kestrel-intrusion-set.json", kestrel.text(), accepted)
	m.imports(days(20), "lantern", "haruto", "lantern-mules.json", lantern(day), accepted)
	m.imports(days(16), "kestrel", "oksana", "loader-build-3.json", loaderBuild3(day, kestrel), accepted)
	m.imports(days(11), "lantern", "weiling", "unchecked-list.txt", uncheckedList, refused)
	m.imports(days(9), "kestrel", "friederike", "misp-event-wiesbaden.json", mispEvent(day), accepted)
	m.imports(days(8)+time.Hour, "kestrel", "youssef", "field-report.txt", fieldReport, accepted)
	m.imports(days(7), "lantern", "thiago", "adverts-first-look.txt", adverts, undone)
	m.imports(days(4), "papercrane", "aoi", "forty-images.json", paperCrane(day), accepted)
	m.imports(days(3), "kestrel", "camille", "partner-re-export.json", partnerReExport(day, kestrel), accepted)
	m.imports(20*time.Hour, "lantern", "aoi", "drop-server-and-relays.txt", dropAndRelays, accepted)
	m.imports(9*time.Hour, "kestrel", "youssef", "rabat-hosting-records.json", hostingRecords(day, kestrel), undecided)
}

// imports writes down that a file is staged, and what is decided on it.
func (m *maker) imports(ago time.Duration, place, by, name, text string, to end) {
	m.ago(ago, "import "+name, func() error {
		ws, actor := m.places[place], m.actor(by)
		id, err := m.Batches.Stage(m.ctx, actor, ws, intel.Upload{Name: name, Content: strings.NewReader(text)})
		if err == nil {
			err = m.Settle(m.ctx)
		}
		at := intel.Place{Workspace: ws, Batch: id}
		switch {
		case err != nil || to == undecided:
			return err
		case to == refused:
			return m.Batches.Refuse(m.ctx, actor, at)
		}
		err = m.Batches.Accept(m.ctx, actor, at, intel.Decision{TLP: access.AmberStrict, PAP: access.PAPAmber, Court: access.H2})
		if err == nil {
			err = m.Settle(m.ctx)
		}
		if err == nil && to == undone {
			err = m.Batches.Undo(m.ctx, actor, at)
		}
		if err != nil {
			return err
		}
		return m.Settle(m.ctx)
	})
}

// kestrelFile is what the first weeks found of the group.
func kestrelFile(day time.Time) *dossier {
	d := &dossier{theme: "kestrel", now: day}
	group := d.add("intrusion-set", "Kestrel group", 25, thing{
		"description": "Two operators on shifts (02 and 14 UTC), affiliates by invitation. Invented, for the demonstration.", "aliases": []string{"Pale Kestrel"},
		"first_seen": d.day(230), "resource_level": "organization", "primary_motivation": "personal-gain",
	})
	loader := d.add("malware", "Kestrel loader", 25, thing{"is_family": true, "malware_types": []string{"dropper"}, "description": "Contacts the panel twice a day; keys from the machine's name."})
	locker := d.add("malware", "Kestrel locker", 25, thing{"is_family": true, "malware_types": []string{"ransomware"}})
	stealer := d.add("malware", "Sparrow stealer", 25, thing{"is_family": true, "malware_types": []string{"spyware"}})
	panel := d.add("infrastructure", "Affiliate panel", 25, thing{"infrastructure_types": []string{"command-and-control"}, "first_seen": d.day(120)})
	drops := d.add("infrastructure", "Drop servers", 25, thing{"infrastructure_types": []string{"exfiltration"}})
	wave := d.add("campaign", "Winter invoices", 25, thing{"first_seen": d.day(70), "objective": "Access to accounts departments through forged invoices."})
	health := d.add("identity", "Hospitals and clinics", 25, thing{"identity_class": "class", "sectors": []string{"healthcare"}})
	freight := d.add("identity", "Freight and logistics", 25, thing{"identity_class": "class", "sectors": []string{"transportation"}})
	hunt := d.add("tool", "Remote support agent, renamed", 25, thing{"tool_types": []string{"remote-access"}})
	d.relate(group, "uses", loader, locker, stealer, panel, drops, hunt)
	d.relate(wave, "attributed-to", group)
	d.relate(wave, "targets", health, freight)
	d.relate(loader, "downloads", locker, stealer)
	d.relate(loader, "communicates-with", panel)
	d.relate(stealer, "exfiltrates-to", drops)
	d.attacks(group, map[string][]thing{"execution": {loader}, "persistence": {loader}, "impact": {locker}, "exfiltration": {stealer}})
	first := d.indicate("Panel of the group", urlValue, panelURL, 90, 25, group)
	for i, host := range []string{"drop1.kestrel-cdn.example", "drop2.kestrel-cdn.example", "drop3.kestrel-cdn.example", "stage.kestrel-drop.example", "img.winter-invoices.example", "login.winter-invoices.example"} {
		d.indicate("Drop server "+fmt.Sprint(i+1), domainValue, host, 50+i*5, 24-i, stealer)
	}
	d.indicate("Drop server that answers at night", urlValue, dropServer, 85, 24, stealer)
	for i, address := range []string{sharedRelay, "198.51.100.87", "203.0.113.140", "203.0.113.9", "192.0.2.201"} {
		d.indicate("Relay "+fmt.Sprint(i+1), ipv4Value, address, 40+i*10, 23-i, loader)
	}
	d.indicate("Relay over IPv6", ipv6Value, "2001:db8:7e57::1f", 60, 22, loader)
	d.indicate("Support mailbox in the note", mailValue, "help@kestrel-support.example", 80, 24, locker)
	d.indicate("Mutex of build 2", mutexName, "Glb-ktl-7f", 85, 24, loader)
	for i := range 12 {
		d.indicate(fmt.Sprintf("Sample %02d", i+1), fileHash, digest(fmt.Sprint("kestrel", i)), 60+i%4*10, 24-i%9, []thing{loader, locker, stealer}[i%3])
	}
	d.sight(first, health, 3, 40, 26)
	return d
}

// attacks says by which techniques of ATT&CK the group works, with what of it
// for each tactic, and in which countries.
func (d *dossier) attacks(group thing, wielded map[string][]thing) {
	for _, t := range []struct{ id, name, tactic string }{
		{"T1566.001", "Spearphishing Attachment", "initial-access"}, {"T1566.002", "Spearphishing Link", "initial-access"},
		{"T1059.001", "PowerShell", "execution"}, {"T1053.005", "Scheduled Task", "persistence"}, {"T1219", "Remote Access Tools", "command-and-control"},
		{"T1490", "Inhibit System Recovery", "impact"}, {"T1486", "Data Encrypted for Impact", "impact"}, {"T1567", "Exfiltration Over Web Service", "exfiltration"},
	} {
		technique := d.add("attack-pattern", t.name, 25, thing{
			"external_references": []any{thing{"source_name": "mitre-attack", "external_id": t.id}},
			"kill_chain_phases":   []any{thing{"kill_chain_name": "mitre-attack", "phase_name": t.tactic}},
		})
		d.relate(group, "uses", technique)
		for _, tool := range wielded[t.tactic] {
			d.relate(tool, "uses", technique)
		}
	}
	for _, place := range []struct{ name, country string }{{"Germany", "DE"}, {"Spain", "ES"}, {"Kenya", "KE"}, {"Singapore", "SG"}} {
		d.relate(group, "targets", d.add("location", place.name, 24, thing{"country": place.country}))
	}
}

// loaderBuild3 changes what was said of the loader, and adds to it.
func loaderBuild3(day time.Time, known *dossier) string {
	d := &dossier{theme: "kestrel", now: day}
	loader := d.add("malware", "Kestrel loader", 16, thing{
		"is_family": true, "malware_types": []string{"dropper"}, "description": "Build 3 sleeps eleven minutes before its first contact. Keys as before.",
	})
	lab := d.add("identity", "Laboratory of NCB Kyiv", 16, thing{"identity_class": "organization"})
	d.indicate("Mutex of build 3", mutexName, "Glb-ktl-a0", 85, 16, loader)
	for i := range 6 {
		s := d.indicate(fmt.Sprintf("Build 3, sample %d", i+1), fileHash, digest(fmt.Sprint("build3", i)), 80, 16, loader)
		d.sight(s, lab, 1+i%3, 18, 16)
	}
	d.objects = append(d.objects, known.objects[2])
	return d.text()
}

// partnerReExport is the same file once more, as a partner's tool changed it:
// same versions, other content.
func partnerReExport(day time.Time, known *dossier) string {
	d := &dossier{theme: "kestrel", now: day}
	for i, o := range known.objects[:24] {
		copied := thing{}
		for key, value := range o.(thing) { //nolint:forcetypeassert // a dossier holds nothing else
			copied[key] = value
		}
		if i%4 == 0 {
			copied["labels"] = []string{"re-exported"}
		}
		d.objects = append(d.objects, copied)
	}
	loader := d.add("tool", "Archive packer", 3, thing{"tool_types": []string{"exploitation"}})
	d.indicate("Packer's update host", domainValue, "get.packer-mirror.example", 40, 3, loader)
	return d.text()
}

// hostingRecords waits for a decision; its preview shows every verdict.
func hostingRecords(day time.Time, known *dossier) string {
	d := &dossier{theme: "kestrel", now: day}
	panel := d.add("infrastructure", "Affiliate panel", 1, thing{
		"infrastructure_types": []string{"command-and-control"}, "first_seen": d.day(150), "description": "Third move in two months; same certificate.",
	})
	for i, address := range []string{"203.0.113.77", "203.0.113.78", "198.51.100.202", "192.0.2.53"} {
		d.indicate("Address of the panel "+fmt.Sprint(i+1), ipv4Value, address, 70, 1, panel)
	}
	for i, host := range []string{"p3.kestrel-invoices.example", "updates.common-os.example", "pay.kestrel-invoices.example", frontDesk} {
		d.indicate("Name in the lease "+fmt.Sprint(i+1), domainValue, host, 65, 1, panel)
	}
	tenant := d.add("identity", "Tenant of the rack, name withheld", 1, thing{"identity_class": "individual"})
	tenant["object_marking_refs"] = []string{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"} // TLP:RED
	statement := d.add("note", "Statement of the caretaker", 1, thing{"content": "Seen twice, at night, with a key.", "object_refs": []any{panel["id"]}})
	statement["object_marking_refs"] = []string{"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}
	broken := d.add("indicator", "Line 17 of the lease", 1, thing{"pattern": "[ipv4-addr:value = '203.0.113.", "pattern_type": "stix"})
	broken["id"] = "indicator--line-17"
	d.objects = append(d.objects, known.objects[:6]...)
	changed := thing{}
	for key, value := range known.objects[6].(thing) { //nolint:forcetypeassert // a dossier holds nothing else
		changed[key] = value
	}
	changed["description"] = "As written in the lease."
	d.objects = append(d.objects, changed)
	return d.text()
}

func lantern(day time.Time) string {
	d := &dossier{theme: "lantern", now: day}
	net := d.add("threat-actor", "Lantern mule network", 20, thing{"threat_actor_types": []string{"crime-syndicate"}, "roles": []string{"director", "agent"}})
	lure := d.add("campaign", "Easy hours", 20, thing{"first_seen": d.day(90), "objective": "Recruit students as holders of receiving accounts."})
	mail := d.add("attack-pattern", "Business e-mail compromise", 20, thing{})
	d.relate(lure, "attributed-to", net)
	d.relate(net, "uses", mail)
	d.indicate("Recruiter's mailbox", mailValue, recruiter, 85, 20, net)
	d.indicate("Advert site", domainValue, "easy-hours.example", 85, 20, net)
	d.indicate("Front desk of the host", domainValue, frontDesk, 60, 19, net)
	d.indicate("Login page behind the forged invoices", urlValue, "hxxp://Panel[.]kestrel-invoices[.]example", 70, 19, net)
	for i, address := range []string{"203.0.113.31", "203.0.113.164", "192.0.2.61", "198.51.100.150"} {
		d.indicate("Login to a receiving account "+fmt.Sprint(i+1), ipv4Value, address, 55, 18, net)
	}
	for i, host := range []string{"docs-signing.example", "mail-quarantine.example", "invoice-portal.example", "payroll-update.example", "vendor-desk.example"} {
		d.indicate("Look-alike domain "+fmt.Sprint(i+1), domainValue, host, 60, 18, mail)
	}
	for i := range 8 {
		d.indicate(fmt.Sprintf("Forged invoice %d", i+1), fileHash, digest(fmt.Sprint("lantern", i)), 60, 17, mail)
	}
	return d.text()
}

func tidegate(day time.Time) string {
	d := &dossier{theme: "tidegate", now: day}
	shop := d.add("threat-actor", "Tidegate resellers", 50, thing{"threat_actor_types": []string{"criminal"}})
	rack := d.add("infrastructure", "Leased racks", 50, thing{"infrastructure_types": []string{"hosting-malware", "anonymization"}})
	d.relate(shop, "uses", rack)
	d.indicate("Customers' front desk", domainValue, frontDesk, 90, 50, shop)
	d.indicate("Relay for customers", ipv4Value, sharedRelay, 75, 50, rack)
	for i := range 7 {
		d.indicate(fmt.Sprintf("Reseller's host %d", i+1), domainValue, fmt.Sprintf("node%d.tidegate-hosting.example", i*3+1), 70, 49, rack)
	}
	for i, address := range []string{"198.51.100.12", "203.0.113.200", "192.0.2.130"} {
		d.indicate("Hypervisor "+fmt.Sprint(i+1), ipv4Value, address, 80, 48, rack)
	}
	return d.text()
}

func copperFern(day time.Time) string {
	d := &dossier{theme: "copperfern", now: day}
	kit := d.add("tool", "Copper Fern kit", 60, thing{"tool_types": []string{"credential-exploitation"}, "description": "Writes “sesion” with two s on every host."})
	author := d.add("threat-actor", "Author of the kit", 60, thing{"threat_actor_types": []string{"criminal"}})
	d.relate(author, "uses", kit)
	d.indicate("Template server", urlValue, "https://tpl.copper-fern.example/v4/bundle", 95, 60, kit)
	for i, brand := range []string{"parcel-fee", "delivery-slot", "customs-pay", "mailbox-hold", "depot-notice"} {
		d.indicate("Panel "+fmt.Sprint(i+1), domainValue, brand+".example", 80, 59, kit)
	}
	return d.text()
}

func paperCrane(day time.Time) string {
	d := &dossier{theme: "papercrane", now: day}
	shop := d.add("threat-actor", "Crane document sellers", 4, thing{"threat_actor_types": []string{"criminal"}})
	d.indicate("Seller's mailbox, also a recruiter's", mailValue, recruiter, 70, 4, shop)
	d.indicate("Price list", urlValue, "https://list.paper-crane.example/swap", 75, 4, shop)
	for i := range 14 {
		d.indicate(fmt.Sprintf("Rendered document %02d", i+1), fileHash, digest(fmt.Sprint("crane", i)), 65, 4, shop)
	}
	return d.text()
}

const fieldReport = `Field report, hosting of the panel

Seen between 3 and 9 this month: hxxps://cdn[.]kestrel-drop[.]example/stage2, 198.51.100[.]24, 203.0.113[.]77.
Loader: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
Ransom notes name kestrel-support[at]onion-mail[.]example.
`

const uncheckedList = `From a forum, nobody has looked at it:
192.0.2[.]11 192.0.2[.]12 192.0.2[.]13 192.0.2[.]14 192.0.2[.]15 192.0.2[.]16 192.0.2[.]17 192.0.2[.]18
`

const adverts = `Adverts, first look
hxxps://jobs[.]easy-hours[.]example/apply, contact work2[at]easy-hours[.]example, from 192.0.2[.]62
`

const dropAndRelays = `Logins to two receiving accounts, night of Tuesday

hxxp://drop4[.]kestrel-cdn[.]example/stage2 was fetched from the same machine, minutes before: 203.0.113[.]31, 203.0.113[.]165.
The advert site answered from 192.0.2[.]61.
`

// mispEvent is an event as another platform writes it.
func mispEvent(day time.Time) string {
	at := day.AddDate(0, 0, -10)
	return fmt.Sprintf(`{"Event": {
 "uuid": "6d9a3c1e-58a4-4f0e-9c55-0b5a6a1f2e10", "info": "Kestrel loader at two freight companies", "date": "%s", "timestamp": "%d",
 "threat_level_id": "2", "analysis": "1", "distribution": "0", "published": false,
 "Orgc": {"name": "NCB Wiesbaden", "uuid": "0b8f6a52-2f0f-4a35-8a8e-5d1f3f3a9f01"},
 "Tag": [{"name": "tlp:amber"}],
 "Attribute": [
  {"uuid": "6d9a3c1e-58a4-4f0e-9c55-0b5a6a1f2e11", "type": "domain", "category": "Network activity", "value": "cdn7.kestrel-drop.example", "to_ids": true, "timestamp": "%[2]d", "comment": "second stage"},
  {"uuid": "6d9a3c1e-58a4-4f0e-9c55-0b5a6a1f2e12", "type": "ip-dst", "category": "Network activity", "value": "203.0.113.91", "to_ids": true, "timestamp": "%[2]d", "comment": ""},
  {"uuid": "6d9a3c1e-58a4-4f0e-9c55-0b5a6a1f2e13", "type": "sha256", "category": "Payload delivery", "value": "%[3]s", "to_ids": true, "timestamp": "%[2]d", "comment": "loader, build 3"},
  {"uuid": "6d9a3c1e-58a4-4f0e-9c55-0b5a6a1f2e14", "type": "email-src", "category": "Payload delivery", "value": "billing@winter-invoices.example", "to_ids": true, "timestamp": "%[2]d", "comment": ""}
 ]}}`, at.Format("2006-01-02"), at.Unix(), digest("wiesbaden"))
}
