// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"entente.example/internal/journey"
)

// TestReadingAndPostingWithoutScript is a day in Spanish in a browser that runs
// no script at all.
func TestReadingAndPostingWithoutScript(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "mateo")
	th.Looks(journey.Look{Width: 1024, Height: 768, Language: "es", NoScript: true})
	th.Goes("/home")
	if class := th.Attribute("html", "class"); class != "" || th.Attribute("html", "lang") != "es" {
		t.Fatalf("class %q, lang %q: want Spanish, and no script", class, th.Attribute("html", "lang"))
	}
	th.Goes("/exchange/topics/new?channel=trends")
	th.Writes("input[name=title]", "Facturas falsas por mensajería")
	th.Writes("textarea[name=text]", "¿Alguien ha visto la segunda oleada?")
	th.Clicks("main form .btn-primary")
	th.Arrives("/exchange/topics/")
	th.Leaves("/exchange/topics/new?channel=trends")
	th.Sees("¿Alguien ha visto la segunda oleada?")
	th.Writes("textarea[name=text]", "Sí: tres casos esta semana.")
	th.Clicks(".composer .no-script")
	th.Sees("Borrador guardado")
	th.Clicks(".composer .btn-primary")
	th.SeesElement("#post-2")
	th.Sees("Sí: tres casos esta semana.")
	th.Goes("/exchange")
	const old = "document.documentElement.dataset.before = 'yes'"
	before := th.Tells("(" + old + ", " + unreadRows + ")")
	th.Clicks(".row.unread form button")
	th.SeesElement("html:not([data-before]) .rows")
	th.Tells(old)
	th.Clicks("input[name=topic]")
	th.Clicks("#picked button")
	th.SeesElement("html:not([data-before]) .rows")
	if after := th.Tells(unreadRows); before != "4" || after != "2" {
		t.Errorf("%s topics were new, and %s after two were marked", before, after)
	}
	th.Goes("/exchange/search?q=mailbox")
	th.SeesElement(".rows .row")
}

// TestADayWithTheKeyboardAlone is a morning in French without a mouse.
func TestADayWithTheKeyboardAlone(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "camille")
	th.Looks(journey.Look{Width: 1280, Height: 900, Language: "fr"})
	th.Goes("/home")
	th.SeesElement("html.scripted")
	th.Presses(kb.Tab)
	if at := th.Tells("document.activeElement.className"); at != "skip" {
		t.Errorf("the first stop is %q; want the link that skips to the content", at)
	}
	th.Presses(kb.Enter)
	th.Presses("g")
	th.Presses("e")
	th.Arrives("/exchange")
	th.SeesElement("html.scripted")
	th.Presses("j")
	if outline := th.Tells("getComputedStyle(document.activeElement).outlineStyle"); outline == "none" || th.Tells("document.activeElement.className") != "row-title" {
		t.Errorf("j goes to %q with outline %q; want a row's link, and to see where one is", th.Tells("document.activeElement.className"), outline)
	}
	th.Presses(kb.Enter)
	th.Arrives("/exchange/topics/")
	th.SeesElement("html.scripted")
	th.Presses("r")
	th.Presses("Même chose à Lyon, deux fois ce mois-ci.")
	th.Tells("document.documentElement.dataset.before = 'yes'") // the post may come by the stream before the page that answers does
	th.PressesWithCtrl(kb.Enter)
	th.SeesElement("html.scripted:not([data-before])")
	th.Sees("Même chose à Lyon, deux fois ce mois-ci.")
	th.PressesWithCtrl("k")
	th.SeesElement(".palette[open]")
	th.Presses("operations")
	th.Presses(kb.ArrowDown)
	th.Presses(kb.Enter)
	th.Arrives("/operations")
	th.SeesElement("html.scripted")
	th.Presses("?")
	th.SeesElement("dialog.keys[open]")
	th.Presses(kb.Escape)
	if open := th.Tells("String(!!document.querySelector('dialog[open]'))"); open != "false" {
		t.Error("Escape leaves the list of keys open")
	}
}

// TestAnOperationOnATelephoneInArabic goes from the rail to a reply, right to
// left, 390 pixels wide.
func TestAnOperationOnATelephoneInArabic(t *testing.T) {
	th := newTheatre(t)
	kestrel := "/w/" + th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`)
	th.enter(t, "youssef")
	th.Looks(journey.Look{Width: 390, Height: 844, Language: "ar", Dark: true})
	th.Goes(kestrel)
	if th.Attribute("html", "dir") != "rtl" {
		t.Error("the page is not right to left")
	}
	th.Clicks(".rail-opener")
	side := th.Tells("(() => { const r = document.querySelector('#rail').getBoundingClientRect(); return r.right >= innerWidth - 1 && r.width < innerWidth ? 'right' : 'left' })()")
	if side != "right" {
		t.Error("the rail opens on the left")
	}
	th.Clicks(`.rail a[href$="/topics"]`)
	th.Arrives(kestrel + "/topics")
	th.Clicks(".rows .row-title")
	th.Arrives(kestrel + "/topics/")
	th.Writes("textarea[name=text]", "وصل الرد من المزوّد، والسجلات محفوظة.")
	th.Clicks(".composer .btn-primary")
	th.Sees("وصل الرد من المزوّد، والسجلات محفوظة.")
	if found := th.Tells(reflow); strings.TrimSpace(found) != "" {
		t.Error(found)
	}
}
