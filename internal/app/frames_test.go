// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/gate/gatetest"
)

// shows says whether a page of the member's own shows that text. They stay signed
// in: nothing is written for the page.
func (s *stage) shows(t *testing.T, member, text string) bool {
	t.Helper()
	if s.tokens[member] == "" {
		token, err := s.Sessions.Start(t.Context(), access.MemberID(member), access.Passkey, "test")
		if err != nil {
			t.Fatal(err)
		}
		s.tokens[member] = token
	}
	w := s.knock(t, caller{name: member}, http.MethodGet, "/me/settings")
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d", member, w.Code)
	}
	return strings.Contains(w.Body.String(), text)
}

// TestTheFrameNeverOutlivesAMembership holds what is kept of a frame to the
// decision of each page.
func TestTheFrameNeverOutlivesAMembership(t *testing.T) {
	s := newStage(t)
	const place = `href="/w/tyche"`
	if !s.shows(t, "ann", place) {
		t.Fatal("the frame does not show her operation")
	}
	for _, end := range []string{
		`UPDATE workspace_membership SET state = 'ended' WHERE member_id = 'ann'`,
		`UPDATE workspace_membership SET state = 'accepted' WHERE member_id = 'ann'`,
		`UPDATE member_organisation SET operations_until = 1 WHERE org_id = (SELECT org_id FROM member_member WHERE member_id = 'ann')`,
	} {
		s.people.Exec(t, end)
		for range 2 {
			if want := strings.Contains(end, "'accepted'"); s.shows(t, "ann", place) != want {
				t.Errorf("after %q the frame shows the operation: %t", end, !want)
			}
		}
	}
}

// TestTheFrameNeverOutlivesTheTimeOfAMembership lets a membership end while the
// frame may be kept: nothing is written meanwhile that would have it made anew.
func TestTheFrameNeverOutlivesTheTimeOfAMembership(t *testing.T) {
	s := newStage(t)
	const place = `href="/w/tyche"`
	const left = frameTime / 2
	for quiet := false; !quiet; { // her signing in is still being numbered and followed
		s.people.Exec(t, `UPDATE workspace_membership SET role_until = $1 WHERE member_id = 'ann'`, s.people.Now().Add(left).UnixMicro())
		for range 2 {
			if !s.shows(t, "ann", place) {
				t.Fatal("the frame does not show her operation")
			}
		}
		written := s.written()
		s.people.Advance(left + time.Second)
		if s.shows(t, "ann", place) {
			t.Fatal("the frame shows an operation in which her time is over")
		}
		quiet = s.written() == written
	}
}

// TestTheFrameCountsWhatWasJustWritten holds it to the last commit.
func TestTheFrameCountsWhatWasJustWritten(t *testing.T) {
	s := newStage(t)
	const unread = `class="count"`
	if err := s.Topics.MarkAllRead(t.Context(), gatetest.As("bob"), "tyche", ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Topics.MarkAllRead(t.Context(), gatetest.As("bob"), access.Exchange, ""); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		before := s.shows(t, "bob", unread)
		_, err := s.Topics.Open(t.Context(), gatetest.As("ann"), "tyche", discussion.TopicDraft{Channel: "general", Title: "New", Text: "New", Audience: discussion.Audience{TLP: access.Green}})
		if err != nil {
			t.Fatal(err)
		}
		if after := s.shows(t, "bob", unread); before || !after {
			t.Errorf("unread before %t and after %t a new topic", before, after)
		}
		if err := s.Topics.MarkAllRead(t.Context(), gatetest.As("bob"), "tyche", ""); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAFrameIsOfOneStrength keeps what a passkey's session counts from a session
// that has proven less, and forgets both when their member writes.
func TestAFrameIsOfOneStrength(t *testing.T) {
	cache := &frameCache{}
	strong, weak := readerOf(gatetest.As("ann")), reader{"ann", access.TwoFactor}
	cache.keep(strong, frame{inbox: 7})
	if _, kept := cache.find(weak); kept {
		t.Error("a session without a passkey has the frame of one with it")
	}
	cache.keep(weak, frame{inbox: 1})
	if last, kept := cache.find(strong); !kept || last.inbox != 7 {
		t.Errorf("the frame is %+v", last)
	}
	cache.forget("ann")
	for _, who := range []reader{strong, weak} {
		if _, kept := cache.find(who); kept {
			t.Errorf("the frame of %+v outlives what its reader wrote", who)
		}
	}
}
