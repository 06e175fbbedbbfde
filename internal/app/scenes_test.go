// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/config"
	"entente.example/internal/discussion"
	"entente.example/internal/intel"
	"entente.example/internal/journey"
	"entente.example/internal/member"
	"entente.example/internal/signin/password"
	"entente.example/internal/sqldb"
	"entente.example/internal/web"
	"entente.example/internal/workspace"
)

// scene is one page as one person of the demonstration sees it, in one state.
type scene struct {
	name, who, path string
	wait            string   // a selector that the page must show before it is looked at
	steps           []string // scripts that bring the state about
}

// theatre is a demonstration that runs, with somebody at a browser before it.
type theatre struct {
	*App
	*journey.Person
	sessions map[string]string
}

// newTheatre builds the demonstration and opens a browser at its door.
func newTheatre(t *testing.T) *theatre {
	t.Helper()
	address := freeAddress(t)
	folder := filepath.Join(t.TempDir(), "demonstration")
	a, err := openDemo(t.Context(), config.Config{Listen: address, Origin: "http://" + address, LogLevel: "error"}, password.Here, folder, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	serves(t, a)
	b := journey.Open(t, a.config.Origin)
	th := &theatre{App: a, Person: b.Person(t, "spectator"), sessions: map[string]string{}}
	th.furnish(t)
	return th
}

// furnish adds what the demonstration has no example of.
func (th *theatre) furnish(t *testing.T) {
	t.Helper()
	officer := th.as(t, "linnea")
	org := th.text(t, `SELECT org_id FROM member_organisation WHERE name = 'NCB Madrid'`)
	_, token, err := th.Invitations.Invite(t.Context(), officer, member.Draft{Org: access.OrgID(org), Email: "nuria@ncb-es.example", Name: "Nuria Sala"})
	if err != nil {
		t.Fatal(err)
	}
	th.sessions["token"] = token
	_, begun, err := th.Invitations.Invite(t.Context(), officer, member.Draft{Org: access.OrgID(org), Email: "alba@ncb-es.example", Name: "Alba Ferrán"})
	if err == nil {
		_, err = th.Invitations.Accept(t.Context(), begun, member.Acceptance{
			Handle: "alba", Name: "Alba Ferrán", Post: "Inspectora", Email: "alba@ncb-es.example", Rules: member.RulesVersion,
			Settings: member.Settings{Language: "es", TimeZone: "Europe/Madrid"},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	th.sessions["begun"] = begun
	kestrel := access.WorkspaceID(th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`))
	if err := th.Saved.Save(t.Context(), th.as(t, "camille"), kestrel, intel.Saved{Name: "Our malware", Query: "type=malware"}); err != nil {
		t.Fatal(err)
	}
	th.drafts(t, kestrel)
	th.unconfirmed(t)
	if _, err := th.Workspaces.Open(t.Context(), th.as(t, "beatriz"), workspace.Opening{Declared: true, Profile: workspace.Profile{
		Name: "SLACK TIDE", Purpose: "See whether the two parcel frauds have one author.", LegalBasis: "Preliminary inquiry.",
		Ceiling: access.AmberStrict, Match: workspace.Contact, Contact: "Duty officer", ReviewAt: time.Now().AddDate(0, 1, 0),
	}}); err != nil {
		t.Fatal(err)
	}
	if err := th.runner.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := th.Journal.Verify(t.Context(), officer); err != nil {
		t.Fatal(err)
	}
	if err := th.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// drafts has two people in the middle of a sentence.
func (th *theatre) drafts(t *testing.T, kestrel access.WorkspaceID) {
	t.Helper()
	topic := discussion.TopicID(th.text(t, `SELECT topic_id FROM discussion_topic WHERE title = 'Deep-fake voice calls to finance departments'`))
	typed := map[access.WorkspaceID]discussion.Draft{
		access.Exchange: {Slot: discussion.Slot{Topic: topic}, Text: "We had the same call in Lyon, with one difference: the caller knew"},
		kestrel: {
			Slot: discussion.Slot{Channel: "general"}, Channel: "general", Title: "Who keeps the panel under watch next week?",
			Text: "Two of us are away from Monday on.", Audience: discussion.Audience{TLP: access.Amber},
		},
	}
	for place, draft := range typed {
		if _, err := th.Drafts.Save(t.Context(), th.as(t, "camille"), place, draft); err != nil {
			t.Fatal(err)
		}
	}
}

// unconfirmed has two who signed in by a password add a passkey.
func (th *theatre) unconfirmed(t *testing.T) {
	for _, handle := range []string{"camille", "ines"} {
		th.exec(t, `INSERT INTO signin_passkey (passkey_id, member_id, name, credential, added_at, used_at, unconfirmed) VALUES ($1, $2, 'Telephone', $3, $4, 0, TRUE)`,
			"of "+handle, th.as(t, handle).Member, []byte("{}"), th.world.now().UnixMicro())
	}
}

func (th *theatre) as(t *testing.T, handle string) access.Actor {
	t.Helper()
	m, err := th.Accounts.ByName(t.Context(), handle)
	if err != nil {
		t.Fatal(err)
	}
	return access.Actor{Kind: access.Person, Member: m.ID, Session: "scene", Strength: access.Passkey}
}

// text asks the database for one thing, such as the id of what a scene shows.
func (th *theatre) text(t *testing.T, query string) (found string) {
	t.Helper()
	err := th.db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.One(t.Context(), query, nil, &found) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return found
}

// exec changes what no page changes, such as everybody's language.
func (th *theatre) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	if err := th.db.Update(t.Context(), func(tx *sqldb.Tx) error { return tx.Exec(t.Context(), query, args...) }); err != nil {
		t.Fatal(err)
	}
}

// enter lets the spectator be that person of the cast, or nobody.
func (th *theatre) enter(t *testing.T, handle string) {
	t.Helper()
	th.Forgets()
	if handle == "" {
		return
	}
	token, known := th.sessions[handle]
	if !known {
		m, err := th.Accounts.ByName(t.Context(), handle)
		if err == nil {
			token, err = th.Sessions.Start(t.Context(), m.ID, access.Passkey, "Chromium on Linux")
		}
		if err != nil {
			t.Fatal(err)
		}
		th.sessions[handle] = token
	}
	th.Holds(web.SessionCookie, token)
}

// opens brings the scene before the spectator's eyes.
func (th *theatre) opens(t *testing.T, s scene) {
	t.Helper()
	th.enter(t, s.who)
	th.Goes(s.path)
	for _, step := range s.steps {
		th.Tells("(async () => {" + step + "; return '' })()")
	}
	if s.wait != "" {
		th.SeesElement(s.wait)
	}
	th.Tells("document.fonts.ready.then(() => '')")
}

const (
	openPalette = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))"
	openDialog  = "document.querySelector('details[data-dialog] > summary').click()"
	sendText    = "const f = document.createElement('form'); f.method = 'post'; f.action = '/exchange/topics'; f.innerHTML = '<input name=title value=\"A wave of invoices\"><input name=tlp value=GREEN><textarea name=text>Has anybody met this? It came by post, and by telephone the day after.</textarea>'; document.body.append(f); f.submit()"
	sendPast    = "const f = document.querySelector('details[data-dialog] form.form'); f.noValidate = true; for (const day of f.querySelectorAll('[type=date]')) day.value = '2020-01-01'; f.submit()"
	sendEmpty   = "const f = document.querySelector('main form[method=post]'); f.noValidate = true; f.submit()"
)

// tooMuch sends a profile that is longer than one may be.
const tooMuch = "const f = document.querySelector('main form[method=post]'); f.about.maxLength = 9999; f.about.value = 'word '.repeat(120); f.submit()"

// scenes lists every page, once at least, and its states.
func (th *theatre) scenes(t *testing.T) []scene {
	t.Helper()
	id := func(query string) string { return th.text(t, query) }
	kestrel := "/w/" + id(`SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`)
	lantern := "/w/" + id(`SELECT workspace_id FROM workspace_workspace WHERE name = 'LANTERN'`)
	tide := "/w/" + id(`SELECT workspace_id FROM workspace_workspace WHERE name = 'SLACK TIDE'`)
	crane := "/w/" + id(`SELECT workspace_id FROM workspace_workspace WHERE name = 'PAPER CRANE'`)
	topic := func(title string) string {
		return "/topics/" + id(`SELECT topic_id FROM discussion_topic WHERE title = '`+title+`'`)
	}
	object := func(name string) string {
		return "/objects/" + id(`SELECT object_id FROM intel_object WHERE name = '`+name+`'`)
	}
	batch := func(state string) string {
		return "/imports/" + id(`SELECT batch_id FROM intel_batch WHERE state = '`+state+`' AND
			workspace_id = (SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL') ORDER BY batch_id LIMIT 1`)
	}
	org := "/directorate/organisations/" + id(`SELECT org_id FROM member_organisation WHERE name = 'Halden Threat Research'`)
	person := func(handle string) string {
		return "/directorate/members/" + id(`SELECT member_id FROM member_member WHERE handle = '`+handle+`'`)
	}
	moved, cloud := topic("Panel moved again on Tuesday"), topic("Preserving cloud evidence before the mailbox rules are gone")
	entry := "/me/entries/" + id(`SELECT number FROM audit_entry WHERE verb = 'workspace.opened' AND
		actor = (SELECT member_id FROM member_member WHERE handle = 'ines') ORDER BY number LIMIT 1`)
	link := "/invitation/" + url.PathEscape(th.sessions["token"])
	return []scene{
		{name: "signin-demo", path: "/signin"},
		{name: "invitation", path: link},
		{name: "invitation-passkey", path: "/invitation/" + url.PathEscape(th.sessions["begun"]) + "/passkey"},
		{name: "invitation-password", path: "/invitation/" + url.PathEscape(th.sessions["begun"]) + "/password"},
		{name: "invitation-done", who: "ines", path: "/invitation/done"},
		{name: "invitation-spent", path: "/invitation/nothing"},
		{name: "outside-absent", path: "/nothing-here"},
		{name: "outside-sent", path: "/signin", steps: []string{sendText}, wait: "[data-status='401'] + form"},

		{name: "home", who: "ines", path: "/home"},
		{name: "home-officer", who: "linnea", path: "/home"},
		{name: "home-offer", who: "wanjiru", path: "/home"},
		{name: "home-quiet", who: "otieno", path: "/home"},
		{name: "inbox", who: "ines", path: "/inbox"},
		{name: "inbox-hits", who: "ines", path: "/inbox?kind=hit"},
		{name: "inbox-unread", who: "camille", path: "/inbox?unread=1"},
		{name: "inbox-empty", who: "gabriela", path: "/inbox?unread=1"},
		{name: "security", who: "ines", path: "/me/security"},
		{name: "password", who: "ines", path: "/me/password"},
		{name: "settings", who: "ines", path: "/me/settings"},
		{name: "settings-saved", who: "ines", path: "/me/settings", steps: []string{"document.querySelector('main form[action=\"/me/settings\"]').submit()"}, wait: ".toasts .alert"},
		{name: "profile", who: "camille", path: "/me/profile"},
		{name: "profile-errors", who: "camille", path: "/me/profile", steps: []string{tooMuch}, wait: ".alert.bad"},
		{name: "entries", who: "ines", path: "/me/entries"},
		{name: "entry", who: "ines", path: entry},
		{name: "entry-proven", who: "ines", path: entry, steps: []string{checkProof}, wait: "entente-proof[data-verdict]"},
		{name: "absent", who: "ines", path: "/w/nothing"},

		{name: "palette", who: "ines", path: kestrel, steps: []string{openPalette}, wait: ".palette .found"},
		{name: "palette-found", who: "ines", path: kestrel, steps: []string{openPalette, "const i = document.querySelector('.palette input'); i.value = 'panel'; i.dispatchEvent(new Event('input'))"}, wait: ".palette .found"},
		{name: "keys", who: "ines", path: "/home", steps: []string{"document.querySelector('[data-keys]').click()"}, wait: "dialog.keys"},
		{name: "design", who: "ines", path: "/_design"},
		{name: "design-end", who: "ines", path: "/_design", steps: []string{endOfDesign}, wait: "entente-graph[data-settled]"},
		{name: "exchange", who: "ines", path: "/exchange"},
		{name: "person-card", who: "ines", path: "/exchange", steps: []string{pointAtName}, wait: "entente-card .person"},
		{name: "exchange-picked", who: "camille", path: "/exchange", steps: []string{pickTwo}, wait: ".afloat.some"},
		{name: "channel", who: "ines", path: "/exchange/channels/trends"},
		{name: "channel-new", who: "linnea", path: "/exchange/channels/new"},
		{name: "topic", who: "ines", path: "/exchange" + cloud},
		{name: "topic-arabic", who: "youssef", path: "/exchange" + topic("Deep-fake voice calls to finance departments")},
		{name: "topic-draft", who: "camille", path: "/exchange" + topic("Deep-fake voice calls to finance departments"), wait: "[data-draft-said]:not(:empty)"},
		{name: "topic-history", who: "ines", path: "/exchange" + cloud + "/posts/1/history"},
		{name: "topic-edit", who: "camille", path: "/exchange" + cloud + "/posts/1/edit"},
		{name: "topic-new", who: "ines", path: "/exchange/topics/new?channel=trends"},
		{name: "topic-new-errors", who: "ines", path: "/exchange/topics/new?channel=trends", steps: []string{sendEmpty}, wait: ".alert.bad"},
		{name: "member", who: "ines", path: "/exchange/people/camille"},
		{name: "search", who: "ines", path: "/exchange/search?q=mailbox"},
		{name: "search-empty", who: "ines", path: "/exchange/search?q=zzzz"},
		{name: "search-blank", who: "ines", path: "/exchange/search"},

		{name: "operations", who: "ines", path: "/operations"},
		{name: "operations-offer", who: "wanjiru", path: "/operations"},
		{name: "operation-new", who: "ines", path: "/operations/new"},
		{name: "operation-new-errors", who: "ines", path: "/operations/new", steps: []string{sendEmpty}, wait: ".alert.bad"},
		{name: "overview", who: "ines", path: kestrel},
		{name: "overview-private", who: "greta", path: kestrel},
		{name: "overview-bare", who: "haruto", path: crane},
		{name: "operation-settings", who: "ines", path: kestrel + "/settings"},
		{name: "members", who: "ines", path: kestrel + "/members"},
		{name: "members-terms-errors", who: "ines", path: kestrel + "/members", steps: []string{sendPast}, wait: "dialog[open] .alert.bad"},
		{name: "members-reader", who: "mateo", path: kestrel + "/members"},
		{name: "member-operation", who: "ines", path: kestrel + "/people/camille"},
		{name: "operation-topics", who: "ines", path: kestrel + "/topics"},
		{name: "operation-topics-empty", who: "haruto", path: crane + "/topics"},
		{name: "operation-topic", who: "ines", path: kestrel + moved},
		{name: "operation-topic-reader", who: "mateo", path: kestrel + moved},
		{name: "operation-topic-edit", who: "camille", path: kestrel + moved + "/posts/1/edit"},
		{name: "operation-topic-history", who: "ines", path: kestrel + moved + "/posts/1/history"},
		{name: "operation-absent", who: "ines", path: kestrel + "/topics/nothing"},
		{name: "operation-channel", who: "ines", path: kestrel + "/channels/general"},
		{name: "operation-channel-new", who: "ines", path: kestrel + "/channels/new"},
		{name: "operation-topic-new", who: "ines", path: kestrel + "/topics/new"},
		{name: "operation-topic-draft", who: "camille", path: kestrel + "/topics/new?channel=general", wait: "[data-draft-said]:not(:empty)"},
		{name: "hits", who: "ines", path: kestrel + "/hits"},
		{name: "hits-named", who: "haruto", path: lantern + "/hits"},
		{name: "hits-empty", who: "haruto", path: crane + "/hits"},
		{name: "intel", who: "ines", path: kestrel + "/intel"},
		{name: "intel-chosen", who: "ines", path: kestrel + "/intel?sort=name", steps: []string{"document.querySelectorAll('input[name=object]').forEach((box, i) => { if (i < 3) box.click() })"}, wait: "tr[aria-selected=true]"},
		{name: "intel-empty", who: "beatriz", path: tide + "/intel"},
		{name: "intel-saved", who: "camille", path: kestrel + "/intel?type=malware", wait: ".saved-one [aria-current]"},
		{name: "intel-filtered", who: "ines", path: kestrel + "/intel?type=malware"},
		{name: "entity", who: "ines", path: kestrel + object("Kestrel loader")},
		{name: "entity-indicator", who: "ines", path: kestrel + object("Panel of the group")},
		{name: "entity-own", who: "camille", path: kestrel + object("Affiliate panel")},
		{name: "handling", who: "camille", path: kestrel + object("Affiliate panel") + "/handling"},
		{name: "handling-several", who: "camille", path: kestrel + "/intel?sort=name", steps: []string{"document.querySelectorAll('input[name=object]').forEach((box, i) => { if (i < 12) box.click() }); document.querySelector('button[formaction$=\"/intel/handling\"]').click()"}, wait: "input[name=audience]"},
		{name: "handling-readers", who: "camille", path: kestrel + object("Affiliate panel") + "/handling", steps: []string{"document.querySelector('input[name=org]').click(); document.querySelector('main form[method=post]').requestSubmit()"}, wait: "[data-readers]"},
		{name: "entity-graph", who: "ines", path: kestrel + object("Kestrel loader") + "/graph?steps=3", wait: "entente-graph[data-settled] canvas"},
		{name: "picture", who: "ines", path: kestrel + "/picture"},
		{name: "picture-empty", who: "haruto", path: crane + "/picture"},
		{name: "import", who: "camille", path: kestrel + "/import"},
		{name: "imports", who: "camille", path: kestrel + "/imports"},
		{name: "import-preview", who: "youssef", path: kestrel + batch("ready")},
		{name: "import-done", who: "camille", path: kestrel + batch("done")},
		{name: "export", who: "ines", path: kestrel + "/export"},
		{name: "operation-search", who: "ines", path: kestrel + "/search?q=panel"},
		{name: "dark", who: "ines", path: kestrel, steps: []string{"document.body.replaceChildren(document.querySelector('#dark').content.cloneNode(true))"}, wait: ".dark-page"},
		{name: "offline", who: "ines", path: kestrel, steps: []string{"while (!document.body.dataset.stream) await new Promise(done => setTimeout(done, 10)); document.body.append(document.querySelector('#offline').content.cloneNode(true))"}, wait: ".offline"},

		{name: "session-ends", who: "ines", path: kestrel + "/topics", steps: []string{sessionEnds}, wait: ".session-end"},
		{name: "operation-journal", who: "ines", path: kestrel + "/journal"},
		{name: "operation-journal-narrowed", who: "ines", path: kestrel + "/journal?verb=topic.opened"},

		{name: "audit", who: "linnea", path: "/directorate/audit"},
		{name: "audit-narrowed", who: "linnea", path: "/directorate/audit?verb=vetting.granted"},
		{name: "desk", who: "linnea", path: "/desk"},
		{name: "desk-closed", who: "linnea", path: "/desk?pile=closed"},
		{name: "directorate", who: "linnea", path: "/directorate"},
		{name: "organisations", who: "linnea", path: "/directorate/organisations"},
		{name: "organisations-ending", who: "linnea", path: "/directorate/organisations?ends=soon&order=end"},
		{name: "organisations-none", who: "linnea", path: "/directorate/organisations?kind=academia&country=JP"},
		{name: "organisation-ncb", who: "ines", path: "/directorate/organisations/" + id(`SELECT org_id FROM member_organisation WHERE name = 'Unidad Tecnológica de Valencia'`)},
		{name: "country-suspend", who: "linnea", path: "/directorate/countries/suspend?country=ES"},
		{name: "organisation-new", who: "linnea", path: "/directorate/organisations/new"},
		{name: "organisation-new-errors", who: "linnea", path: "/directorate/organisations/new", steps: []string{sendEmpty}, wait: ".alert.bad"},
		{name: "organisation", who: "linnea", path: org},
		{name: "organisation-dialog", who: "linnea", path: org, steps: []string{openDialog}, wait: "dialog[open]"},
		{name: "directorate-members", who: "linnea", path: "/directorate/members"},
		{name: "directorate-members-narrowed", who: "linnea", path: "/directorate/members?vetting=in_force&state=active&country=ES&order=end"},
		{name: "directorate-member", who: "linnea", path: person("camille")},
		{name: "directorate-member-correct", who: "claire", path: person("camille"), steps: []string{"document.querySelector('form[action$=\"/details\"]').closest('details').open = true"}},
		{name: "directorate-member-unvetted", who: "linnea", path: person("otieno")},
		{name: "invitations", who: "linnea", path: "/directorate/invitations"},
		{name: "invitations-narrowed", who: "linnea", path: "/directorate/invitations?state=over"},
		{name: "invitation-new", who: "linnea", path: "/directorate/invitations/new"},
	}
}

// endOfDesign leaves the last parts of the page of components.
const endOfDesign = "const all = document.querySelector('.sheet-in > .stack'); while (all.children.length > 7) all.firstElementChild.remove()"

// pointAtName asks who wrote the first topic; pickTwo picks two of what is new.
const (
	pointAtName = "document.querySelector('a[data-card]').dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}))"
	pickTwo     = "document.querySelectorAll('input[name=topic]').forEach((box, i) => { if (i < 2) box.click() })"
)

// sessionEnds shows what a page says two minutes ahead.
const sessionEnds = "document.body.append(document.querySelector('#session-end').content.cloneNode(true)); document.querySelector('[data-session-text]').textContent = (await (await fetch('/session')).json()).text"

// checkProof has the page of an entry check its proof.
const checkProof = "document.querySelector('entente-proof button.btn-primary').click()"
