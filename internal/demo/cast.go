// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"entente.example/internal/access"
	"entente.example/internal/member"
)

// body is an organisation of the demonstration. Countries and kinds are real,
// the bodies and all who work there are invented.
type body struct {
	key     string
	name    string
	kind    member.Kind
	country access.Country
}

func bodies() []body {
	return []body{
		{"ncb-fr", "NCB Paris", member.NCB, "FR"},
		{"ncb-es", "NCB Madrid", member.NCB, "ES"},
		{"ncb-ma", "NCB Rabat", member.NCB, "MA"},
		{"ncb-br", "NCB Brasília", member.NCB, "BR"},
		{"ncb-jp", "NCB Tokyo", member.NCB, "JP"},
		{"ncb-ke", "NCB Nairobi", member.NCB, "KE"},
		{"ncb-de", "NCB Wiesbaden", member.NCB, "DE"},
		{"ncb-ua", "NCB Kyiv", member.NCB, "UA"},
		{"ncb-eg", "NCB Cairo", member.NCB, "EG"},
		{"ncb-nl", "NCB The Hague", member.NCB, "NL"},
		{"ncb-sg", "NCB Singapore", member.NCB, "SG"},
		{"ncb-mx", "NCB Mexico City", member.NCB, "MX"},
		{"ncb-pt", "NCB Lisbon", member.NCB, "PT"},
		{"ncb-sn", "NCB Dakar", member.NCB, "SN"},
		{"pj-fr", "Brigade cyber de Lyon", member.LawEnforcement, "FR"},
		{"parquet-fr", "Parquet cyber de Rennes", member.Judicial, "FR"},
		{"uit-es", "Unidad Tecnológica de Valencia", member.LawEnforcement, "ES"},
		{"northlight", "Northlight Cyber Centre", member.Government, "CA"},
		{"forum", "Inter-American Cyber Forum", member.International, ""},
		{"halden", "Halden Threat Research", member.Private, "DE"},
		{"meridian", "Meridian Cloud", member.Private, "NL"},
		{"corrente", "Corrente Exchange", member.Private, "PT"},
		{"solmar", "Banco Solmar", member.Private, "ES"},
		{"cert-ke", "Lakeside CERT", member.CERT, "KE"},
		{"ica", "Instituto de Cibernética Aplicada", member.Academia, "ES"},
	}
}

// role is a person of the demonstration: by invites them, ncb confirms it where
// that is asked for, endorsed stands for them, and so many officers approve.
type role struct {
	handle, name, post string
	org, by, ncb       string
	endorsed           string
	approvals          int
	vetted             int // days from now on which the vetting ends; 0: half a year
	joined             int // days ago; 0: with the first
	away               int // hours since they last read everything; 0: by the handle, negative: never
	language, zone     string
}

// cast lists the people; the first two are the first officers, the third is
// the one whom they confirm, the fourth waits for a second confirmation.
func cast() []role {
	return []role{
		{handle: "linnea", name: "Linnea Åkerman", post: "Head of admission", language: "en", zone: "Europe/Stockholm", away: 9},
		{handle: "kofi", name: "Kofi Mensah", post: "Desk officer", language: "en", zone: "Africa/Accra"},
		{handle: "amelie", name: "Amélie Okafor", post: "Vetting officer", language: "fr", zone: "Europe/Paris"},
		{handle: "tomasz", name: "Tomasz Wrona", post: "Vetting officer", language: "en", zone: "Europe/Warsaw", joined: 3},

		{handle: "claire", name: "Claire Fontanel", post: "Cheffe du bureau", org: "ncb-fr", by: "linnea", endorsed: "sabine", approvals: 2, language: "fr", zone: "Europe/Paris", away: 31},
		{handle: "sabine", name: "Sabine Morel", post: "Adjointe", org: "ncb-fr", by: "linnea", endorsed: "claire", approvals: 2, language: "fr", zone: "Europe/Paris"},
		{handle: "ines", name: "Inés Carvajal", post: "Jefa de cibercrimen", org: "ncb-es", by: "linnea", endorsed: "pau", approvals: 2, language: "es", zone: "Europe/Madrid", away: 15},
		{handle: "pau", name: "Pau Ferrer", post: "Jefe adjunto", org: "ncb-es", by: "linnea", language: "es", zone: "Europe/Madrid"},
		{handle: "youssef", name: "Youssef El Amrani", post: "رئيس خلية الجرائم الإلكترونية", org: "ncb-ma", by: "linnea", endorsed: "salma", approvals: 2, language: "ar", zone: "Africa/Casablanca", away: 26},
		{handle: "salma", name: "Salma Bennis", post: "نائبة رئيس المكتب", org: "ncb-ma", by: "linnea", language: "ar", zone: "Africa/Casablanca"},
		{handle: "beatriz", name: "Beatriz Nogueira", post: "Delegada", org: "ncb-br", by: "linnea", endorsed: "thiago", approvals: 2, language: "en", zone: "America/Sao_Paulo", away: 12},
		{handle: "thiago", name: "Thiago Prado", post: "Delegado adjunto", org: "ncb-br", by: "linnea", endorsed: "beatriz", approvals: 2, language: "en", zone: "America/Sao_Paulo"},
		{handle: "haruto", name: "Haruto Ishikawa", post: "Inspector", org: "ncb-jp", by: "linnea", endorsed: "aoi", approvals: 2, language: "en", zone: "Asia/Tokyo", away: 20},
		{handle: "aoi", name: "Aoi Tanaka", post: "Assistant inspector", org: "ncb-jp", by: "linnea", endorsed: "haruto", approvals: 2, language: "en", zone: "Asia/Tokyo"},
		{handle: "wanjiru", name: "Wanjiru Kamau", post: "Superintendent", org: "ncb-ke", by: "linnea", endorsed: "kiptoo", approvals: 2, language: "en", zone: "Africa/Nairobi", away: 40},
		{handle: "kiptoo", name: "Kiptoo Chebet", post: "Chief inspector", org: "ncb-ke", by: "linnea", language: "en", zone: "Africa/Nairobi"},
		{handle: "jonas", name: "Jonas Brandt", post: "Kriminalrat", org: "ncb-de", by: "linnea", endorsed: "friederike", approvals: 2, language: "en", zone: "Europe/Berlin"},
		{handle: "friederike", name: "Friederike Lange", post: "Kriminaloberkommissarin", org: "ncb-de", by: "linnea", endorsed: "jonas", approvals: 2, language: "en", zone: "Europe/Berlin"},
		{handle: "oksana", name: "Oksana Hrytsenko", post: "Senior analyst", org: "ncb-ua", by: "kofi", endorsed: "taras", approvals: 2, language: "en", zone: "Europe/Kyiv"},
		{handle: "taras", name: "Taras Melnyk", post: "Head of bureau", org: "ncb-ua", by: "kofi", language: "en", zone: "Europe/Kyiv"},
		{handle: "nadia", name: "Nadia Fathy", post: "ضابطة اتصال", org: "ncb-eg", by: "kofi", language: "ar", zone: "Africa/Cairo"},
		{handle: "femke", name: "Femke Visser", post: "Digital specialist", org: "ncb-nl", by: "kofi", endorsed: "bram", language: "en", zone: "Europe/Amsterdam"},
		{handle: "bram", name: "Bram de Groot", post: "Head of bureau", org: "ncb-nl", by: "kofi", language: "en", zone: "Europe/Amsterdam"},
		{handle: "weiling", name: "Tan Wei Ling", post: "Assistant superintendent", org: "ncb-sg", by: "kofi", endorsed: "arjun", approvals: 2, language: "en", zone: "Asia/Singapore"},
		{handle: "arjun", name: "Arjun Pillai", post: "Head of bureau", org: "ncb-sg", by: "kofi", language: "en", zone: "Asia/Singapore"},
		{handle: "rodrigo", name: "Rodrigo Salinas", post: "Comisario", org: "ncb-mx", by: "kofi", language: "es", zone: "America/Mexico_City"},
		{handle: "rita", name: "Rita Valadares", post: "Inspetora-chefe", org: "ncb-pt", by: "kofi", language: "en", zone: "Europe/Lisbon"},
		{handle: "moctar", name: "Moctar Sall", post: "Chef du bureau", org: "ncb-sn", by: "amelie", language: "fr", zone: "Africa/Dakar"},

		{handle: "camille", name: "Camille Roussel", post: "Enquêtrice", org: "pj-fr", by: "claire", endorsed: "claire", approvals: 2, language: "fr", zone: "Europe/Paris", away: 17},
		{handle: "helene", name: "Hélène Marchetti", post: "Vice-procureure", org: "parquet-fr", by: "claire", endorsed: "claire", approvals: 2, language: "fr", zone: "Europe/Paris"},
		{handle: "mateo", name: "Mateo Llorens", post: "Inspector", org: "uit-es", by: "ines", endorsed: "ines", approvals: 2, vetted: 23, language: "es", zone: "Europe/Madrid", away: 22},
		{handle: "lucia", name: "Lucía Benavent", post: "Subinspectora", org: "uit-es", by: "ines", endorsed: "ines", approvals: 1, language: "es", zone: "Europe/Madrid"},
		{handle: "dylan", name: "Dylan MacNeil", post: "Incident coordinator", org: "northlight", by: "kofi", language: "en", zone: "America/Toronto"},
		{handle: "gabriela", name: "Gabriela Ocampo", post: "Secretaria técnica", org: "forum", by: "linnea", language: "es", zone: "America/Bogota"},
		{handle: "greta", name: "Greta Halden", post: "Threat researcher", org: "halden", by: "linnea", ncb: "jonas", endorsed: "linnea", approvals: 2, language: "en", zone: "Europe/Berlin", away: 44},
		{handle: "aoife", name: "Aoife Brennan", post: "Trust and safety lead", org: "meridian", by: "linnea", ncb: "bram", language: "en", zone: "Europe/Dublin"},
		{handle: "duarte", name: "Duarte Pimentel", post: "Head of compliance", org: "corrente", by: "kofi", ncb: "rita", endorsed: "kofi", approvals: 2, language: "en", zone: "Europe/Lisbon"},
		{handle: "otieno", name: "Otieno Odhiambo", post: "Incident handler", org: "cert-ke", by: "linnea", ncb: "wanjiru", language: "en", zone: "Africa/Nairobi"},
		{handle: "elvira", name: "Elvira Montes", post: "Profesora", org: "ica", by: "amelie", ncb: "ines", language: "es", zone: "Europe/Madrid"},
		{handle: "moussa", name: "Moussa Ndiaye", post: "Enquêteur", org: "ncb-sn", by: "moctar", language: "fr", zone: "Africa/Dakar", joined: 2, away: -1},
	}
}

// persona is one of those whom the sign-in page lists, with the key of the line
// that says what to look at.
type persona struct{ handle, look string }

func personas() []persona {
	return []persona{
		{"claire", "demo.look.officer"},
		{"camille", "demo.look.analyst"},
		{"ines", "demo.look.head"},
		{"linnea", "demo.look.directorate"},
		{"greta", "demo.look.private"},
		{"youssef", "demo.look.arabic"},
		{"beatriz", "demo.look.other_side"},
		{"wanjiru", "demo.look.offer"},
		{"moussa", "demo.look.newcomer"},
	}
}
