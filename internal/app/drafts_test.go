// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/journey"
	"entente.example/internal/sqldb"
)

// inTheField is what stands in the field where one writes.
const inTheField = "document.querySelector('textarea[name=text]')?.value ?? 'no field'"

// TestWhatIsTypedOutlivesASession has an officer type, lose the session, sign in
// again and find the text, which nobody else is ever shown.
func TestWhatIsTypedOutlivesASession(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	amina, bruno := s.joins(t, b, "amina", "Amina Rahal", "ncb-fr"), s.joins(t, b, "bruno", "Bruno Vidal", "ncb-es")
	s.into(t, "amina", "tyche", access.Analyst)
	s.into(t, "bruno", "tyche", access.Analyst)
	signsIn(amina)
	signsIn(bruno)
	topic, err := s.Topics.Open(t.Context(), gatetest.As("ann"), "tyche", discussion.TopicDraft{
		Channel: "general", Title: "Panel of the group", Text: "First post.", Audience: discussion.Audience{TLP: access.Amber},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/w/tyche/topics/" + string(topic)
	amina.Goes(path)
	amina.SeesElement("html.scripted")
	amina.Writes(".composer textarea", "Half a thought about the panel")
	amina.Sees("Draft saved")
	amina.Goes("/w/tyche/topics/new?channel=general")
	amina.SeesElement("html.scripted")
	amina.Writes("input[name=title]", "A second panel")
	amina.Goes(path) // leaving keeps what the pause after a key has not

	s.signsOut(t, "amina")
	amina.SeesElement(".dark-page")
	amina.SeesNothingOf("Half a thought")
	amina.Arrives("/signin?next=")
	amina.Clicks("entente-passkey .btn-primary")
	amina.Arrives(path)
	amina.Sees("Draft saved")
	if got := amina.Tells(inTheField); got != "Half a thought about the panel" {
		t.Errorf("after signing in again there is %q", got)
	}
	for _, at := range []string{path, "/w/tyche/topics/new?channel=general"} {
		bruno.Goes(at)
		bruno.SeesNothingOf("Half a thought")
		bruno.SeesNothingOf("A second panel")
	}
	amina.SeesElement("html.scripted")
	amina.Clicks(".composer .btn-primary")
	bruno.Goes(path)
	bruno.Sees("Half a thought about the panel")
	amina.Goes(path)
	if got := amina.Tells(inTheField); got != "" {
		t.Errorf("after publishing there is still %q", got)
	}
	amina.Goes("/w/tyche/topics/new?channel=general")
	if got := amina.Tells("document.querySelector('input[name=title]').value"); got != "A second panel" {
		t.Errorf("the title of a new topic is %q", got)
	}
	amina.Clicks("[data-draft-discard]")
	amina.SeesElement("[data-draft-discard][hidden]")
	if got := amina.Tells("document.querySelector('input[name=title]').value"); got != "" {
		t.Errorf("after it was discarded the title is %q", got)
	}
}

// signsOut ends the sessions of a member, as when their time is over.
func (s *stage) signsOut(t *testing.T, handle string) {
	t.Helper()
	m, err := s.Accounts.ByName(t.Context(), handle)
	if err == nil {
		err = s.Sessions.EndAll(t.Context(), m.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAFormSentAfterTheSessionEndedIsGivenBack sends a reply without a session, in
// a browser that runs no script, and again after a sign-in.
func TestAFormSentAfterTheSessionEndedIsGivenBack(t *testing.T) {
	th := newTheatre(t)
	topic := "/exchange/topics/" + th.text(t, `SELECT topic_id FROM discussion_topic WHERE title = 'Deep-fake voice calls to finance departments'`)
	th.enter(t, "mateo")
	th.Looks(journey.Look{Width: 1024, Height: 768, Language: "en", NoScript: true})
	th.Goes(topic)
	th.Writes("textarea[name=text]", "Sent a moment too late.")
	th.Forgets()
	th.Clicks(".composer .btn-primary")
	th.SeesElement("[data-status='401']")
	if got := th.Tells(inTheField); got != "Sent a moment too late." {
		t.Fatalf("given back: %q", got)
	}
	th.enter(t, "mateo")
	th.Clicks("main form .btn")
	th.Arrives(topic)
	th.SeesElement(".post")
	th.Sees("Sent a moment too late.")
}

// TestOneIsWarnedBeforeTheSessionEnds lets a session stand idle, by a clock of the
// page that a test moves, and goes on with it; its last end nothing puts off.
func TestOneIsWarnedBeforeTheSessionEnds(t *testing.T) {
	s := serving(t)
	b := journey.Open(t, s.config.Origin)
	amina := s.joins(t, b, "amina", "Amina Rahal", "ncb-fr")
	signsIn(amina)
	amina.Prepares("{ const now = Date.now; window.later = 0; Date.now = () => now() + window.later }")
	amina.Goes("/home")
	amina.SeesElement("body[data-stream=open]")
	const seen = `SELECT MAX(seen_at) FROM signin_session`
	idle := time.Now().Add(-(28*time.Minute + 30*time.Second)).UnixMicro()
	s.people.Exec(t, `UPDATE signin_session SET seen_at = $1`, idle)
	amina.Tells("window.later = 28.5 * 60 * 1000; ''")
	amina.Sees("You will be signed out at")
	if got := s.number(t, seen); got != idle {
		t.Errorf("the page kept the session alive by itself: seen at %d; want %d", got, idle)
	}
	amina.Clicks("[data-session-stay]")
	amina.SeesElement("body:not(:has(> .session-end))")
	if got := s.number(t, seen); got <= idle {
		t.Error("to stay signed in put nothing off")
	}
	s.people.Exec(t, `UPDATE signin_session SET ends_at = $1`, time.Now().Add(100*time.Second).UnixMicro())
	amina.Goes("/home")
	amina.Sees("a session lasts twelve hours at most")
	if got := amina.Tells("String(document.querySelector('[data-session-stay]').hidden)"); got != "true" {
		t.Error("what cannot be put off is offered")
	}
}

// number asks the database for one.
func (s *stage) number(t *testing.T, query string) (n int64) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.One(t.Context(), query, nil, &n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestShortcutsOfASingleKeyCanBeSwitchedOff does so in the settings (WCAG 2.2, 2.1.4).
func TestShortcutsOfASingleKeyCanBeSwitchedOff(t *testing.T) {
	th := newTheatre(t)
	th.enter(t, "ines")
	th.Looks(journey.Look{Width: 1280, Height: 900, Language: "en"})
	opened := func(key string) string {
		th.SeesElement("html.scripted")
		th.Presses(key)
		return th.Tells("String(!!document.querySelector('dialog.keys[open]'))")
	}
	th.Goes("/me/settings")
	if opened("?") != "true" {
		t.Fatal("? shows no shortcuts to begin with")
	}
	th.Presses(kb.Escape)
	th.Clicks("#field-keys")
	th.Clicks("main form .btn-primary")
	th.SeesElement("body[data-single-keys=off]")
	if opened("?") != "false" {
		t.Error("? still shows the shortcuts")
	}
	th.Presses("g")
	th.Presses("h")
	th.Tells(openPalette + "; ''")
	th.SeesElement(".palette[open]")
	if at := th.Path(); at != "/me/settings" {
		t.Errorf("g h still leads to %s", at)
	}
	th.Goes("/me/settings")
	th.SeesElement("body[data-stream=open]")
	th.Clicks("#field-keys")
	th.Clicks("main form .btn-primary")
	th.SeesElement("body:not([data-single-keys])")
	if opened("?") != "true" {
		t.Error("switched on again, ? shows nothing")
	}
}
