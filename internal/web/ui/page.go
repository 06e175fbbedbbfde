// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"entente.example/internal/access"
)

// Place is where in Entente a page stands; it gives the frame its look.
type Place uint8

// The places.
const (
	Outside     Place = iota // nobody signed in: a quiet column
	Mine                     // what is the member's own, across both services
	Exchange                 // the Knowledge Exchange: the blue frame
	Operation                // an operation, or the list of them: the dark frame
	Desk                     // the deconfliction desk
	Directorate              // the rooms that run the platform
)

func (p Place) String() string {
	return [...]string{"outside", "mine", "exchange", "operation", "desk", "directorate"}[p]
}

// Page is what a feature says of its page; the frame does the rest.
type Page struct {
	Title   string // in the reader's words
	Place   Place
	Section string // which entry of the rail is current: the Key of a NavItem, or a room such as "intel"
	Crumbs  []Link // the trail above the title
	Follow  string // the live stream of this page: the query of GET /live, or empty
	Wide    bool   // full width, for tables, instead of reading width
	Script  string // the assets that make the page an instrument, with a space between; or empty
	Charts  bool   // it draws: charts, a map, a graph
}

// Link is a label that leads somewhere; without Href it is no link.
type Link struct{ Label, Href string }

// Nav is what the frame shows of the reader; the app makes it for each page.
type Nav struct {
	Member     *Me        // nil: nobody signed in
	Exchange   []NavItem  // channels and rooms of the Knowledge Exchange
	Operations []NavItem  // the member's operations, but those that are archived
	Archived   []NavItem  // these
	Workspace  *Workspace // set inside an operation
	Rooms      []NavItem  // of the Directorate or the desk, on their pages

	Directorate, Desk bool // rooms of the platform that this member has
	DeskOpen          int  // matches that wait at the desk

	Inbox         int // how much waits for the member
	ExchangeNew   int // beside the switch of the services; 0 shows nothing
	OperationsNew int

	Search  *Search  // instead of the place's own search box
	Notices []Notice // what to say once, after an act
	Demo    bool     // this deployment holds invented data
	Path    string   // where one is
	Back    string   // where one comes back to after a choice of language or theme, or a sign-in: a page, with its query
	Theme   string   // "light", "dark" or, for the system's, ""
	KeysOff bool     // no shortcuts of a single key
	Left    int      // seconds until the session ends unless it is used before; 0: there is none
}

// Search is where the search box leads, and what it says.
type Search struct{ Href, Placeholder string }

// Me is the signed-in member, as the frame shows them.
type Me struct{ Name, Org, Country, Initials string }

// NavItem is an entry of the rail.
type NavItem struct {
	Label, Href string
	Unread      int
	Key         string
}

// Workspace is the operation that a page is in.
type Workspace struct {
	ID, Name, Phase string // Phase is in the reader's words
	Ceiling         access.TLP
	Role            string // in the reader's words
	Hits, Unread    int
	Journal         bool // the reader runs it and reads its journal
	Exchange        bool // it is the Knowledge Exchange: no marking bar, the blue frame
}

// Notice is a sentence that is said once.
type Notice struct {
	Kind Kind
	Text string
}

// Kind is the tone of a badge or a message; it always goes with words.
type Kind string

// The kinds.
const (
	Plain Kind = ""
	Info  Kind = "info"
	Good  Kind = "good"
	Warn  Kind = "warn"
	Bad   Kind = "bad"
)

func (k Kind) icon() string {
	switch k {
	case Good, Warn, Bad:
		return string(k)
	}
	return "info"
}

// operation returns the operation whose marking the page must bear.
func (n Nav) operation() *Workspace {
	if n.Workspace == nil || n.Workspace.Exchange {
		return nil
	}
	return n.Workspace
}

// inside tells whether the page has a rail.
func inside(page Page, nav Nav) bool { return nav.Member != nil && page.Place != Outside }

func place(page Page, nav Nav) Place {
	if !inside(page, nav) {
		return Outside
	}
	return page.Place
}

// current tells whether item is the page's own entry.
func (item NavItem) current(page Page, nav Nav) bool {
	return item.Key != "" && item.Key == page.Section || item.Href == nav.Path
}

func tlpClass(t access.TLP) string { return markingClass(t.String()) }

func papClass(p access.PAP) string { return markingClass(p.String()) }

func markingClass(name string) string {
	return "tlp-" + strings.ToLower(strings.ReplaceAll(name, "+", "-"))
}

func workspacePath(w Workspace) string { return "/w/" + w.ID }

// rooms lists the rooms of an operation, as entries of the rail.
func (w Workspace) rooms(say func(key string) string) []NavItem {
	at := workspacePath(w)
	rooms := []NavItem{
		{Label: say("ui.room.overview"), Href: at, Key: "overview"},
		{Label: say("ui.room.topics"), Href: at + "/topics", Key: "topics", Unread: w.Unread},
		{Label: say("ui.room.intel"), Href: at + "/intel", Key: "intel"},
		{Label: say("ui.room.picture"), Href: at + "/picture", Key: "picture"},
		{Label: say("ui.room.import"), Href: at + "/import", Key: "import"},
		{Label: say("ui.room.hits"), Href: at + "/hits", Key: "hits", Unread: w.Hits},
		{Label: say("ui.room.members"), Href: at + "/members", Key: "members"},
	}
	if w.Journal {
		rooms = append(rooms, NavItem{Label: say("audit.workspace.title"), Href: at + "/journal", Key: "audit"})
	}
	return rooms
}
