// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strconv"
	"testing"

	"entente.example/internal/gate/gatetest"
	"entente.example/internal/journey"
	"entente.example/internal/member"
)

// What a newcomer may have to read, at 230 words a minute, in less than three.
const wordsInThreeMinutes = 600

// newWords counts the words that are seen on a page, without choices of lists
// and without lines that an earlier page has shown.
const newWords = `(() => {
	const seen = new Set(JSON.parse(sessionStorage.getItem("read") ?? "[]"));
	const hidden = [...document.querySelectorAll("select, [popover], .said-only")];
	hidden.forEach((e) => { e.dataset.was = e.style.display; e.style.display = "none"; });
	const lines = document.body.innerText.split("\n").map((l) => l.trim()).filter((l) => l && !seen.has(l));
	hidden.forEach((e) => { e.style.display = e.dataset.was; });
	lines.forEach((l) => seen.add(l));
	sessionStorage.setItem("read", JSON.stringify([...seen]));
	return String(lines.join(" ").split(/\s+/).filter((w) => /[\p{L}\p{N}]/u.test(w)).length);
})()`

// TestANewcomerReadsForThreeMinutes from the link of the invitation to the first
// post.
func TestANewcomerReadsForThreeMinutes(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	_, token, err := s.Invitations.Invite(t.Context(), gatetest.As("off"), member.Draft{Org: "ncb-fr", Email: "nina@ncb-fr.example", Name: "Nina Vasseur"})
	if err != nil {
		t.Fatal(err)
	}
	p, total := b.Person(t, "nina"), 0
	reads := func(what string) {
		n, err := strconv.Atoi(p.Tells(newWords))
		if err != nil {
			t.Fatal(err)
		}
		total += n
		t.Logf("%-12s %4d words", what, n)
	}
	p.Goes(member.LinkPath(token))
	reads("the rules")
	p.Clicks("input[name=rules]")
	p.Clicks("form.form .btn-primary")
	p.SeesElement("input[name=post]")
	reads("about you")
	p.Writes("input[name=post]", "Officer")
	p.Replaces("input[name=handle]", "nina")
	p.Clicks("form.form .btn-primary")
	p.Arrives(member.LinkPath(token) + "/passkey")
	reads("passkey")
	p.Clicks("entente-passkey .btn-primary")
	p.Leaves("/passkey")
	reads("welcome")
	p.Goes("/home")
	reads("home")
	p.Goes("/exchange")
	reads("topics")
	p.Goes("/exchange/topics/new?channel=trends")
	reads("a topic")
	p.Writes("input[name=title]", "Hello from Lyon")
	p.Writes("textarea[name=text]", "Has anybody met this?")
	p.Clicks("main form .btn-primary")
	p.SeesElement("entente-thread")
	reads("published")
	t.Logf("%d words in all: %.1f minutes at 230 a minute; %d are allowed", total, float64(total)/230, wordsInThreeMinutes)
	if total > wordsInThreeMinutes {
		t.Errorf("%d words to the first post; want %d at most", total, wordsInThreeMinutes)
	}
}
