// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"entente.example/internal/access"
	"entente.example/internal/member"
)

// body is an organisation of the demonstration.
type body struct {
	key     string
	name    string
	kind    member.Kind
	country access.Country
}

func bodies() []body {
	return []body{
		{"ncb-fr", "NCB Paris", member.NCB, "FR"},
		{"pj-fr", "Brigade cyber de Lyon", member.LawEnforcement, "FR"},
		{"ncb-es", "NCB Madrid", member.NCB, "ES"},
		{"uit-es", "Unidad Tecnológica de Valencia", member.LawEnforcement, "ES"},
		{"ncb-ma", "NCB Rabat", member.NCB, "MA"},
		{"ncb-br", "NCB Brasília", member.NCB, "BR"},
		{"ncb-jp", "NCB Tokyo", member.NCB, "JP"},
		{"ncb-ke", "NCB Nairobi", member.NCB, "KE"},
		{"ncb-de", "NCB Wiesbaden", member.NCB, "DE"},
		{"halden", "Halden Threat Research", member.Private, "DE"},
		{"cert-ke", "Lakeside CERT", member.CERT, "KE"},
	}
}

// role is a person of the demonstration: by invites them, ncb confirms it where
// that is asked for, endorsed stands for them, and so many officers approve.
type role struct {
	handle, name, post string
	org, by, ncb       string
	endorsed           string
	approvals          int
	language, zone     string
	role               string // what the sign-in page says of them; empty: not listed
}

// cast lists the people; the first two are the first officers, the third is
// the one whom they confirm.
func cast() []role {
	return []role{
		{handle: "linnea", name: "Linnea Åkerman", post: "Head of admission", language: "en", zone: "Europe/Stockholm", role: "Officer of the Directorate: admission, vetting, deconfliction desk"},
		{handle: "kofi", name: "Kofi Mensah", post: "Desk officer", language: "en", zone: "Africa/Accra"},
		{handle: "amelie", name: "Amélie Okafor", post: "Vetting officer", language: "fr", zone: "Europe/Paris"},
		{handle: "claire", name: "Claire Fontanel", post: "Cheffe du bureau", org: "ncb-fr", by: "linnea", endorsed: "sabine", approvals: 2, language: "fr", zone: "Europe/Paris"},
		{handle: "ines", name: "Inés Carvajal", post: "Jefa de cibercrimen", org: "ncb-es", by: "linnea", language: "es", zone: "Europe/Madrid", role: "Manager of KESTREL · NCB Madrid", endorsed: "pau", approvals: 2},
		{handle: "youssef", name: "Youssef El Amrani", post: "رئيس خلية الجرائم الإلكترونية", org: "ncb-ma", by: "linnea", language: "ar", zone: "Africa/Casablanca", role: "Analyst in KESTREL · reads in Arabic", endorsed: "salma", approvals: 2},
		{handle: "beatriz", name: "Beatriz Nogueira", post: "Delegada", org: "ncb-br", by: "linnea", language: "en", zone: "America/Sao_Paulo", role: "Manager of LANTERN · NCB Brasília", endorsed: "thiago", approvals: 2},
		{handle: "haruto", name: "Haruto Ishikawa", post: "Inspector", org: "ncb-jp", by: "linnea", language: "en", zone: "Asia/Tokyo", role: "Analyst in LANTERN · NCB Tokyo", endorsed: "aoi", approvals: 2},
		{handle: "wanjiru", name: "Wanjiru Kamau", post: "Superintendent", org: "ncb-ke", by: "linnea", language: "en", zone: "Africa/Nairobi", role: "Knowledge Exchange only; an operation waits for an answer", endorsed: "kiptoo", approvals: 2},
		{handle: "jonas", name: "Jonas Brandt", post: "Kriminalrat", org: "ncb-de", by: "linnea", language: "en", zone: "Europe/Berlin"},
		{handle: "sabine", name: "Sabine Morel", post: "Deputy", org: "ncb-fr", by: "linnea", language: "en", zone: "UTC"},
		{handle: "pau", name: "Pau Ferrer", post: "Deputy", org: "ncb-es", by: "linnea", language: "en", zone: "UTC"},
		{handle: "salma", name: "Salma Bennis", post: "Deputy", org: "ncb-ma", by: "linnea", language: "en", zone: "UTC"},
		{handle: "thiago", name: "Thiago Prado", post: "Deputy", org: "ncb-br", by: "linnea", language: "en", zone: "UTC"},
		{handle: "aoi", name: "Aoi Tanaka", post: "Deputy", org: "ncb-jp", by: "linnea", language: "en", zone: "UTC"},
		{handle: "kiptoo", name: "Kiptoo Chebet", post: "Deputy", org: "ncb-ke", by: "linnea", language: "en", zone: "UTC"},
		{handle: "camille", name: "Camille Roussel", post: "Enquêtrice", org: "pj-fr", by: "claire", endorsed: "claire", approvals: 2, language: "fr", zone: "Europe/Paris", role: "Analyst in KESTREL · reads in French"},
		{handle: "mateo", name: "Mateo Llorens", post: "Inspector", org: "uit-es", by: "ines", endorsed: "ines", approvals: 2, language: "es", zone: "Europe/Madrid", role: "Reader in KESTREL · reads in Spanish"},
		{handle: "greta", name: "Greta Halden", post: "Threat researcher", org: "halden", by: "linnea", ncb: "jonas", endorsed: "linnea", approvals: 2, language: "en", zone: "Europe/Berlin", role: "Private sector in KESTREL: sees what is opened to her"},
		{handle: "otieno", name: "Otieno Odhiambo", post: "Incident handler", org: "cert-ke", by: "linnea", ncb: "wanjiru", language: "en", zone: "Africa/Nairobi"},
	}
}
