// SPDX-License-Identifier: Apache-2.0

package searchtest

import (
	"strings"

	"entente.example/internal/search"
)

func writing(s *script) {
	id := s.says("Le café de la Straße n° ４２ à Łódź, ΟΔΟΣ, ЁЖИК; l’œuvre")
	for _, query := range []string{"cafe", "CAFÉ", "cafe\u0301", "strasse", "STRASSE", "Straße", "42", "lodz", "Łódź", "οδος", "ежик", "oeuvre", "œuvre café"} {
		s.finds("bob", query, id)
	}
	s.finds("bob", "café tea")
	s.finds("bob", "  ")
	s.finds("bob", "…!?")
}

func arabic(s *script) {
	id := s.says("تمّ تجميد الحِسابات المصرفيّة للمحـــتال أحمد يوم ١٢ في الشركة الكبرى")
	for _, query := range []string{"حسابات", "الحسابات", "والحسابات", "مصرفية", "مصرفيه", "احمد", "أحمد", "12", "١٢", "شركه", "الكبري", "المحتال"} {
		s.finds("bob", query, id)
	}
	s.finds("bob", "محمد")
}

func chinese(s *script) {
	id := s.says("警方破获网络赌博团伙，涉案iPhone手机三部")
	japanese := s.says("カジノで資金洗浄が行われた")
	korean := s.says("온라인 도박사이트를 적발")
	thai := s.says("การพนันออนไลน์")
	for _, query := range []string{"赌博", "网络赌博", "络赌", "博", "iphone", "手机", "警方 三部"} {
		s.finds("bob", query, id)
	}
	s.finds("bob", "赌网")
	s.finds("bob", "資金洗浄", japanese)
	s.finds("bob", "ｶｼﾞﾉ", japanese)
	s.finds("bob", "도박", korean)
	s.finds("bob", "พนัน", thai)
}

func values(s *script) {
	id := s.says("Seen at hxxps://pay.evilshop[.]com/login?x=1 and 203[.]0[.]113[.]77, mail to Clerk[@]EvilShop[.]com")
	for _, query := range []string{
		"https://pay.evilshop.com/login?x=1", "pay.evilshop.com", "evilshop.com", "EVILSHOP[.]com", "hxxp evilshop[.]com",
		"203.0.113.77", "203[.]0[.]113[.]77", "clerk@evilshop.com", "login", "pay evilshop", "evilsh", "203.0.113",
	} {
		s.finds("bob", strings.ReplaceAll(query, "hxxp ", ""), id)
	}
	hit := s.search("bob", search.Query{Text: "evilshop.com", Workspace: tyche}).Hits[0]
	if got := marked(hit.Excerpt); strings.Contains(strings.ReplaceAll(got, "[.]", ""), ".com") || !strings.Contains(got, "<") {
		s.Errorf("excerpt = %s: want all values defanged, and marked", got)
	}
}

func wholeValues(s *script) {
	id := s.says("The panel is at evilshop.com")
	s.says("The shop is evil. Go to com.")
	s.says("It is not evilshop.com.ua, and not 1evilshop.com")
	s.finds("bob", "evilshop.com panel", id)
	s.finds("bob", "evilshop.com is", id)
}

func objectValues(s *script) {
	ids := s.imports("batch",
		search.Text{Type: "vehicle", Title: "Van", Values: []string{"AB123CD"}},
		search.Text{Type: "mutex", Title: "Lock", Values: []string{`Global\evil lock`}},
		search.Text{Type: "file", Title: "Sample", Values: []string{"d41d8cd98f00b204e9800998ecf8427e"}})
	s.ends("batch")
	s.finds("bob", "ab-123-cd", ids[0])
	s.finds("bob", "AB123", ids[0])
	s.finds("bob", `Global\evil lock`, ids[1])
	s.finds("bob", "D41D8CD98F00B204E9800998ECF8427E", ids[2])
	s.finds("bob", "d41d8cd9", ids[2])
}

func prefix(s *script) {
	id := s.says("ransomware negotiation")
	s.finds("bob", "ransom", id)
	whole := s.says("the ransom was paid")
	later := s.says("ransomware again")
	s.finds("bob", "ransom", whole, later, id)
	s.finds("bob", "negotiation ransom", id)
	s.finds("bob", "ransom negotiation")
	s.finds("bob", "ransomwares")
	s.finds("bob", "somware")
}

func allWords(s *script) {
	both := s.says("phishing kit")
	s.says("phishing")
	s.says("kit")
	s.finds("bob", "kit phishing", both)
}

func order(s *script) {
	old := s.posts(tyche, search.Text{Title: "Bulletproof hosting", Text: "A list"})
	first := s.says("They use bulletproof hosting")
	second := s.says("More bulletproof, and more hosting, bulletproof hosting, bulletproof hosting")
	s.finds("bob", "bulletproof hosting", old, second, first)
	value := s.says("203.0.113.5 answers to bulletproof")
	s.posts(tyche, search.Text{Title: "Hosts", Text: "none"})
	s.finds("bob", "203.0.113.5", value)
	s.says("203.0.113.50 does not")
	s.finds("bob", "203.0.113.5", value)
}

func answers(s *script) {
	opening := s.posts(tyche, search.Text{Title: "Carding forum", Text: "Who has seen it?"})
	answer := s.posts(tyche, search.Text{Kind: search.Post, Number: 2, Title: "Carding forum", Text: "We have"})
	s.finds("bob", "carding forum", opening)
	s.finds("bob", "we have", answer)
	if hit := s.search("bob", search.Query{Text: "have", Workspace: tyche}).Hits[0]; marked(hit.Title) != "Carding forum" || hit.Number != 2 {
		s.Errorf("hit = %+v", hit)
	}
}

func hostile(s *script) {
	for _, text := range []string{
		`" OR 1=1 --`, `a AND (b* NOT`, "title : x", "a' | !b:*", `\`, "((((", "* ^ - +", "NEAR(a b)", strings.Repeat("x", 500),
		strings.Repeat("( \"", 100), "\u202eabc", "٪", "a:A & b", strings.Repeat("word ", 100), strings.Repeat("赌", 300), "_", "z", "zz5f",
	} {
		id := s.says(text + " anchor")
		s.search("bob", search.Query{Text: text, Workspace: tyche})
		s.Drop(tyche, id)
	}
	s.says(strings.Repeat("赌博 evilshop.com ransomware ", 20_000))
	if got := s.search("bob", search.Query{Text: "ransomware", Workspace: tyche}).Hits; len(got) != 1 {
		s.Errorf("a long text is found %d times", len(got))
	}
}
