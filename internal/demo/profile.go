// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"strings"

	"entente.example/internal/member"
)

// expert is what one of the cast says of themselves, in their own words: the
// lists are codes with a space between them, and hours are empty for who does not
// want to be asked.
type expert struct {
	handle, about            string
	fields, languages, hours string
}

func experts() []expert {
	return []expert{
		{"linnea", "I run admission. Ask me how an organisation joins, what an agreement must say, and why something takes as long as it does.",
			"prevention mutual_assistance", "sv en fr", "Weekdays 9 to 16, Stockholm time"},
		{"kofi", "Desk officer, at night more often than not. I know who holds which line, not what is said on it.",
			"threat_intelligence incident_response", "en fr", "Around the clock when on duty; else leave a message"},
		{"amelie", "Habilitations. Avant cela, douze ans de criminalistique des téléphones mobiles.", "mobile_forensics", "fr en", ""},
		{"claire", "Je dirige le bureau et lis ici chaque matin. Pour une demande urgente, passez par notre ligne de permanence.",
			"mutual_assistance online_fraud", "fr en es", "En semaine de 8 h à 17 h, heure de Paris"},
		{"ines", "Cibercrimen desde hace quince años. Me ocupo sobre todo de *ransomware* y de lo que ocurre **después** de la primera noche.",
			"malware incident_response threat_intelligence", "es en fr pt", "Entre semana de 8 a 15 h, hora de Madrid"},
		{"youssef", "أعمل على تتبّع العملات المشفرة والاحتيال على الشركات. يسعدني تبادل الخبرات مع الزملاء في المنطقة.",
			"crypto_assets business_email osint", "ar fr en", "من الاثنين إلى الجمعة، 9 إلى 16 بتوقيت الدار البيضاء"},
		{"beatriz", "Banking malware and the money behind it. I can usually say within a day which of our banks a kit was made for.",
			"malware online_fraud crypto_assets", "pt en es", "Weekdays 9 to 18, São Paulo time"},
		{"haruto", "Infrastructure of parcel and delivery fraud in East Asia. Slow at first, thorough in the end.",
			"online_fraud network_forensics osint", "ja en", "Weekdays 9 to 17, Tokyo time"},
		{"wanjiru", "Mobile money, SIM swaps and the people who recruit for them. I train investigators in four counties.",
			"online_fraud mobile_forensics prevention", "sw en", "Weekdays 8 to 16, Nairobi time"},
		{"jonas", "Preservation requests to hosting companies: what they keep, how long, and which form they take.",
			"service_providers mutual_assistance", "de en", "Weekdays 8 to 15, Berlin time"},
		{"oksana", "Analyst of intrusion sets. I write more than I speak; send me what puzzles you.",
			"threat_intelligence malware network_forensics", "uk en pl ru", "Weekdays, answers within a day"},
		{"femke", "Network captures nobody else could read. Bring the file, not the summary.", "network_forensics malware", "nl en de", ""},
		{"weiling", "Evidence from platforms and exchanges: what to ask for, in which words, and what comes back.",
			"service_providers crypto_assets", "en zh ms", "Weekdays 9 to 18, Singapore time"},
		{"camille", "J’enquête sur les fraudes aux virements et j’anime l’atelier *preuves dans le nuage*. Posez vos questions dans le sujet, " +
			"les réponses serviront à d’autres.",
			"business_email service_providers incident_response", "fr en it", "En semaine de 9 h à 18 h, heure de Paris"},
		{"helene", "Entraide pénale : demandes de conservation, commissions rogatoires, protocoles additionnels. Je relis volontiers un projet.",
			"mutual_assistance service_providers", "fr en es", "Mardi et jeudi, heure de Paris"},
		{"mateo", "Telefonía móvil y mensajería cifrada: qué se puede extraer y qué no conviene tocar.", "mobile_forensics osint", "es en", ""},
		{"dylan", "National incident coordination. Playbooks, call trees, and the hour in which nobody knows who is in charge.",
			"incident_response prevention", "en fr", "Weekdays 8 to 17, Toronto time"},
		{"greta", "I reverse loaders and publish what can be published. What I bring here is ours to share, so do ask.",
			"malware threat_intelligence", "de en", "Weekdays 10 to 18, Berlin time"},
		{"duarte", "Compliance at an exchange: what we can freeze, on which paper, and how fast.", "crypto_assets service_providers", "pt en",
			"Weekdays 9 to 17, Lisbon time"},
		{"otieno", "Incident handler. Phishing kits aimed at banks and universities of the region.", "incident_response online_fraud", "en sw",
			"Weekdays 8 to 17, Nairobi time"},
		{"elvira", "Enseño análisis de tráfico y coordino dos tesis sobre redes de anonimato. Con gusto reviso un método antes de que llegue al juzgado.",
			"network_forensics dark_web", "es en", "Entre semana, con cita"},
	}
}

// profiles lets people say what they know and whether they may be asked, some
// weeks after they came.
func (m *maker) profiles() {
	then := m.morning(days(opened - 20))
	for _, e := range experts() {
		then("profile of "+e.handle, func() error {
			return m.People.ChangeProfile(m.ctx, m.actor(e.handle), member.Profile{
				About: e.about, Fields: strings.Fields(e.fields), Languages: strings.Fields(e.languages), Askable: e.hours != "", Hours: e.hours,
			})
		})
	}
}
