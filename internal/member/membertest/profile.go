// SPDX-License-Identifier: Apache-2.0

package membertest

import (
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/member"
)

// Profiles checks what members say of themselves, and who reads it.
func Profiles(t *testing.T, w World) {
	s := w.script()
	ctx := t.Context()
	said := member.Profile{
		About: " Mobile forensics.\r\nAsk me. ", Languages: []string{"fr", "ar", "fr"}, Fields: []string{"osint", "malware"},
		Askable: true, Hours: " Weekdays  8 to 16 ",
	}
	want := member.Profile{
		About: "Mobile forensics.\nAsk me.", Languages: []string{"ar", "fr"}, Fields: []string{"malware", "osint"},
		Askable: true, Hours: "Weekdays 8 to 16",
	}
	reads := func(who string, in access.WorkspaceID, handle string) (member.Profile, error) {
		return s.people.ProfileOf(ctx, as(who), in, handle)
	}
	t.Run("what a member says is kept in the lists' order, once, and journalled once", func(t *testing.T) {
		before := len(s.Journal(t))
		succeeds(t, s.people.ChangeProfile(ctx, as("bob"), said))
		succeeds(t, s.people.ChangeProfile(ctx, as("bob"), said))
		if e := s.recorded(t, audit.ProfileChanged)[0]; e.Actor != "bob" || e.Object != "bob" || len(s.Journal(t)) != before+1 {
			t.Errorf("entry = %+v, %d more", e, len(s.Journal(t))-before)
		}
		if m, own, err := s.people.OwnProfile(ctx, as("bob")); err != nil || m.ID != "bob" || !own.Equal(want) {
			t.Errorf("OwnProfile = %+v, %v", own, err)
		}
	})
	t.Run("a profile is read where both are, by the handle of its member alone", func(t *testing.T) {
		for _, c := range []struct {
			who    string
			in     access.WorkspaceID
			handle string
			known  bool
		}{
			{"ann", access.Exchange, "bob", true},
			{"gus", access.Exchange, "bob", true},
			{"ann", "tyche", "bob", true},
			{"acm", "tyche", "bob", true},
			{"gus", "tyche", "bob", false},         // in no operation
			{"eve", "tyche", "bob", false},         // in another
			{"eve", "other", "bob", false},         // bob is not in it
			{"ann", "nowhere", "bob", false},       //
			{"ann", access.Exchange, "sus", false}, // suspended
			{"ann", access.Exchange, "nobody", false},
			{"ann", access.Exchange, "Member bob", false}, // by name
			{"ann", access.Exchange, "bob@pol-es.example", false},
		} {
			got, err := reads(c.who, c.in, c.handle)
			if c.known {
				if succeeds(t, err); !got.Equal(want) {
					t.Errorf("%s reads %+v of %s", c.who, got, c.handle)
				}
				continue
			}
			if wants(t, err, fault.NotFound, "error.not_found"); !got.Empty() {
				t.Errorf("%s reads %+v of %s in %s", c.who, got, c.handle, c.in)
			}
		}
	})
	t.Run("who says nothing has an empty profile", func(t *testing.T) {
		if got, err := reads("bob", "tyche", "ann"); err != nil || !got.Empty() {
			t.Errorf("Profile = %+v, %v", got, err)
		}
	})
	t.Run("hours are forgotten with the leave to ask", func(t *testing.T) {
		succeeds(t, s.people.ChangeProfile(ctx, as("ann"), member.Profile{Hours: "Never", Languages: []string{"fr"}}))
		if got, err := reads("bob", "tyche", "ann"); err != nil || got.Hours != "" || got.Askable {
			t.Errorf("Profile = %+v, %v", got, err)
		}
	})
	t.Run("what is not of the lists, or too long, is refused", func(t *testing.T) {
		for key, p := range map[string]member.Profile{
			"member.profile.about.long":       {About: strings.Repeat("é", member.MaxAbout+1)},
			"member.profile.hours.long":       {Askable: true, Hours: strings.Repeat("h", member.MaxHours+1)},
			"member.profile.language.unknown": {Languages: []string{"fr", "xx"}},
			"member.profile.field.unknown":    {Fields: []string{"sorcery"}},
		} {
			wants(t, s.people.ChangeProfile(ctx, as("ann"), p), fault.Invalid, key)
		}
		succeeds(t, s.people.ChangeProfile(ctx, as("ann"), member.Profile{About: strings.Repeat("é", member.MaxAbout)}))
	})
	t.Run("who leaves for good is forgotten, who is suspended is not read", func(t *testing.T) {
		succeeds(t, s.people.Suspend(ctx, as("off"), "bob"))
		_, err := reads("ann", access.Exchange, "bob")
		wants(t, err, fault.NotFound, "error.not_found")
		succeeds(t, s.people.Restore(ctx, as("off"), "bob"))
		if got, err := reads("ann", access.Exchange, "bob"); err != nil || got.Empty() {
			t.Errorf("Profile = %+v, %v", got, err)
		}
		succeeds(t, s.people.Release(ctx, as("off"), "bob"))
		_, err = reads("ann", access.Exchange, "bob")
		wants(t, err, fault.NotFound, "error.not_found")
	})
}
