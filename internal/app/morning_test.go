// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"entente.example/internal/journey"
)

// unreadRows is how many topics of the list are new.
const unreadRows = "String(document.querySelectorAll('.row.unread').length)"

// TestAMorningOfUnreadTopics marks what is new one by one and several at once, and
// goes from topic to topic until all is read, without a mouse.
func TestAMorningOfUnreadTopics(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "camille")
	th.Looks(journey.Look{Width: 1280, Height: 900, Language: "en"})
	th.Goes("/exchange")
	th.SeesElement("html.scripted")
	if n := th.Tells(unreadRows); n != "4" {
		t.Fatalf("%s topics are new; the morning wants 4", n)
	}
	th.Presses("j")
	th.Presses("e")
	th.SeesElement(".row.at:not(.unread)")
	th.Presses("j")
	th.Presses("x")
	th.SeesElement(".afloat.some")
	th.Presses("j")
	th.Presses("x")
	th.Presses("e")
	th.SeesElement(".afloat:not(.some)")
	if n := th.Tells(unreadRows); n != "1" {
		t.Errorf("%s topics look new after three were marked", n)
	}
	th.Goes("/exchange")
	th.SeesElement("html.scripted")
	if n := th.Tells(unreadRows); n != "1" {
		t.Errorf("%s topics are new after three were marked", n)
	}
	th.Presses("n")
	th.Arrives("/exchange/topics/")
	th.SeesElement("html.scripted [data-next]")
	th.Presses("n")
	th.Arrives("/exchange?unread=1")
	th.SeesElement(".empty")
}

// TestFromAnywhereToAnywhere goes by the palette from one service to the other, and
// to a person by name; rows of tables are walked like those of lists.
func TestFromAnywhereToAnywhere(t *testing.T) {
	th := newTheatre(t)
	kestrel := "/w/" + th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`)
	th.enter(t, "linnea")
	th.Goes("/directorate/members")
	th.SeesElement("html.scripted")
	th.Presses("j")
	th.SeesElement("tr.at")
	th.Presses(kb.Enter)
	th.Arrives("/directorate/members/")
	th.Leaves("/directorate/members")
	th.SeesElement("html.scripted")
	th.PressesWithCtrl("k")
	th.Presses("Camille")
	th.Sees("People")
	th.Presses(kb.Enter)
	th.Arrives("/exchange/people/camille")
	th.enter(t, "ines")
	th.Goes("/exchange")
	th.SeesElement("html.scripted")
	th.PressesWithCtrl("k")
	th.Presses("kestrel")
	th.Presses(kb.Enter)
	th.Arrives(kestrel)
	th.SeesElement("html.scripted")
	th.PressesWithCtrl("k")
	th.Presses("@nobody-by-that-name")
	th.SeesElement("[data-none]:not([hidden])")
}

// TestANameTellsWhoItIs opens the card of a name by focus, and closes it by Escape.
func TestANameTellsWhoItIs(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "ines")
	th.Goes("/exchange/people/camille")
	th.SeesElement("html.scripted")
	th.Tells("document.querySelector('.row-title').focus(); ''")
	th.Presses(kb.Tab)
	th.SeesElement("a[data-card][aria-describedby=card]")
	th.SeesElement("entente-card .person")
	th.Presses(kb.Escape)
	if open := th.Tells("String(!!document.querySelector('entente-card, [aria-describedby=card]'))"); open != "false" {
		t.Error("Escape leaves the card open")
	}
}
