// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/journey"
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
