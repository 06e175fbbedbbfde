// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"entente.example/internal/access"
	"entente.example/internal/app"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/signin"
	"entente.example/internal/sqldb/pgtest"
	"entente.example/internal/workspace"
)

// setsPassword gives a member a password, and returns what signs in with it.
func (v *vault) setsPassword(t *testing.T, actor access.Actor, password string) signin.Attempt {
	t.Helper()
	begun, err := v.Passwords.Prepare(t.Context(), actor)
	must(t, err)
	code := func(at time.Time) string {
		text, err := totp.GenerateCode(begun.Secret, at)
		must(t, err)
		return text
	}
	must(t, v.Passwords.Set(t.Context(), actor, signin.NewPassword{SetUp: begun.ID, Password: password, Code: code(time.Now())}))
	account, err := v.Accounts.ByID(t.Context(), actor.Member)
	must(t, err)
	return signin.Attempt{Name: account.Handle, Password: password, Code: code(time.Now().Add(30 * time.Second)), Client: "192.0.2.1"}
}

// enrols lets somebody in by the link of an invitation, to a password, and returns
// the link's token.
func (v *vault) enrols(t *testing.T, claire access.Actor) (newcomer access.Actor, link string) {
	t.Helper()
	org, err := v.Accounts.ByName(t.Context(), "camille")
	must(t, err)
	_, link, err = v.Invitations.Invite(t.Context(), claire, member.Draft{Org: org.Org.ID, Email: "lina@bench.example", Name: "Lina"})
	must(t, err)
	lina, err := v.Invitations.Accept(t.Context(), link, member.Acceptance{
		Handle: "lina", Name: "Lina", Post: "Analyst", Rules: member.RulesVersion, Settings: member.Settings{Language: "en", TimeZone: "UTC"},
	})
	must(t, err)
	begun, err := v.Passwords.PrepareFirst(t.Context(), lina.ID)
	must(t, err)
	code, err := totp.GenerateCode(begun.Secret, time.Now())
	must(t, err)
	first := signin.NewPassword{SetUp: begun.ID, Password: "violet kettle above seven harbours 0", Code: code}
	_, err = v.Passwords.SetFirst(t.Context(), lina.ID, first, "a browser")
	must(t, err)
	return access.Actor{Kind: access.Person, Member: lina.ID, Strength: access.TwoFactor}, link
}

func (v *vault) settles(t *testing.T) {
	t.Helper()
	must(t, v.House.House().Settle(t.Context()))
}

// membership is that of a member in KESTREL, as a manager sees it.
func (v *vault) membership(t *testing.T, manager, of access.Actor) workspace.Membership {
	t.Helper()
	list, err := v.Memberships.In(t.Context(), manager, v.Kestrel)
	must(t, err)
	for _, m := range list {
		if m.Member == of.Member {
			return m
		}
	}
	t.Fatalf("%s is not in it", of.Member)
	return workspace.Membership{}
}

// archives opens an operation of two managers and brings it to its archive. One of
// them was made a manager after they came, which the file of withdrawals tells.
func (v *vault) archives(t *testing.T, one, other access.Actor) access.WorkspaceID {
	t.Helper()
	ctx := t.Context()
	id, err := v.Workspaces.Open(ctx, one, workspace.Opening{Declared: true, Profile: workspace.Profile{
		Name: "EBBTIDE", Purpose: "Invented.", LegalBasis: "Invented.", Ceiling: access.AmberStrict, ReviewAt: time.Now().AddDate(0, 6, 0),
	}})
	must(t, err)
	must(t, v.Memberships.Invite(ctx, one, id, workspace.Invitation{Who: "haruto", Terms: workspace.Terms{Role: access.Analyst}}))
	must(t, v.Memberships.Accept(ctx, other, id))
	must(t, v.Memberships.Change(ctx, one, id, other.Member, workspace.Terms{Role: access.Manager}))
	must(t, v.Workspaces.Move(ctx, one, id, access.Archived))
	return id
}

// TestWhatWasNarrowedSinceTheBackupIsNotWideAgain narrows what people may do after
// a back-up, in ways of which the journal does not hold the outcome, and brings
// the back-up back. The server is lost between the word for a purge and its end.
func TestWhatWasNarrowedSinceTheBackupIsNotWideAgain(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { narrowed(t, "", "") })
	t.Run("postgres", func(t *testing.T) { narrowed(t, pgtest.URL(t), pgtest.Empty(t, asBytes)) })
}

func narrowed(t *testing.T, from, to string) {
	v, ctx := newVault(t, from), t.Context()
	ines, mateo, camille := v.actor(t, "ines"), v.actor(t, "mateo"), v.actor(t, "camille")
	beatriz, haruto := v.actor(t, "beatriz"), v.actor(t, "haruto")
	far := time.Now().AddDate(0, 6, 0)
	wide := workspace.Terms{Role: access.Manager, ExportUntil: far}
	must(t, v.Memberships.Change(ctx, ines, v.Kestrel, mateo.Member, wide))
	ended := v.archives(t, beatriz, haruto)
	stolen := v.setsPassword(t, camille, "violet kettle above seven harbours 1")
	lina, link := v.enrols(t, v.actor(t, "claire"))
	object := v.anObject(t, camille)
	v.settles(t)
	v.backsUp(t)

	closing := intel.Choice{TLP: access.AmberStrict, PAP: access.PAPAmber, Court: access.H2, Reach: intel.ToNobody}
	_, err := v.Handlings.Change(ctx, camille, v.Kestrel, []intel.ObjectID{object}, closing)
	must(t, err)
	must(t, v.Memberships.Change(ctx, mateo, v.Kestrel, ines.Member, wide))
	must(t, v.Memberships.Change(ctx, ines, v.Kestrel, mateo.Member, workspace.Terms{Role: access.Reader, Until: time.Now().AddDate(0, 0, 1)}))
	kestrel, _, err := v.Workspaces.Read(ctx, ines, v.Kestrel)
	must(t, err)
	kestrel.Profile.Match = workspace.Silent
	must(t, v.Workspaces.Change(ctx, ines, v.Kestrel, kestrel.Profile))
	v.setsPassword(t, camille, "violet kettle above seven harbours 2")
	v.setsPassword(t, lina, "violet kettle above seven harbours 3")
	must(t, v.Purges.Ask(ctx, haruto, ended))
	must(t, v.Purges.Confirm(ctx, beatriz, ended))
	v.settles(t)
	v.Close()
	v.forgets(t, "workspace.purged")

	told := v.comesBack(t, to)
	for _, want := range []string{
		"A MANAGER SETS THE TERMS AGAIN", "A MANAGER SETS THE MATCH POLICY AGAIN", "THE MEMBER SETS ANOTHER",
		"THAT ORGANISATION SETS ITS HANDLING AGAIN", "of 7 acts since the back-up that took something from people, 7 were done again",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the restore does not tell %q:\n%s", want, told)
		}
	}
	if strings.Contains(told, "NO MANAGER LEFT") {
		t.Errorf("ines has acted as a manager last:\n%s", told)
	}
	if _, err := v.Invitations.Enrolled(ctx, link); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a used link of before the back-up opens again: %v", err)
	}
	if _, err := v.Sessions.First(ctx, lina.Member); fault.KindOf(err) != fault.NotFound {
		t.Errorf("who has enrolled enrols again: %v", err)
	}
	if m := v.membership(t, ines, mateo); m.Terms.Role != access.Reader || !m.Terms.ExportUntil.IsZero() || m.Terms.Until.IsZero() || m.Terms.Until.After(time.Now().AddDate(0, 0, 8)) {
		t.Errorf("mateo was made a reader, and is back as %+v", m.Terms)
	}
	if m := v.membership(t, ines, ines); m.Terms.Role != access.Manager || !m.Terms.ExportUntil.IsZero() {
		t.Errorf("ines acted as a manager last, and is back as %+v", m.Terms)
	}
	if back, _, err := v.Workspaces.Read(ctx, ines, v.Kestrel); err != nil || back.Profile.Match != workspace.Silent {
		t.Errorf("the match policy is %v, %v", back.Profile.Match, err)
	}
	if err := v.Objects.Watch(ctx, ines, v.Kestrel, object); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an object that was closed is open again: %v", err)
	}
	if err := v.Objects.Watch(ctx, camille, v.Kestrel, object); err != nil {
		t.Errorf("its originator does not see it: %v", err)
	}
	if _, err := v.Passwords.SignIn(ctx, stolen); fault.KindOf(err) == 0 {
		t.Error("a password that was replaced signs in again")
	}
	v.settles(t)
	if _, _, err := v.Workspaces.Read(ctx, beatriz, ended); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the operation whose purge was confirmed answers %v", err)
	}
	v.Close()
}

// forgets takes lines of that verb out of the file of withdrawals: the server was
// lost before they were written.
func (v *vault) forgets(t *testing.T, verb string) {
	t.Helper()
	path := filepath.Join(v.cfg.Data, "withdrawals.log")
	text, err := os.ReadFile(path)
	must(t, err)
	var kept []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, `"`+verb+`"`) {
			kept = append(kept, line)
		}
	}
	must(t, os.WriteFile(path, []byte(strings.Join(kept, "")), 0o600))
}

// comesBack restores the newest back-up into a new server, opens it, and returns
// what the restore told.
func (v *vault) comesBack(t *testing.T, to string) string {
	t.Helper()
	restored := settingsOf(t.TempDir(), to)
	var told bytes.Buffer
	if err := app.Restore(t.Context(), restored, v.restoring(), &told); err != nil {
		t.Fatalf("%v:\n%s", err, &told)
	}
	v.givesKeysTo(t, restored.Data)
	verified(t, restored)
	v.House, v.cfg = opened(t, restored), restored
	return told.String()
}

// TestABackupFromAfterAPurgeComesBack restores where the file of withdrawals tells
// of acts in an operation of which the journal holds nothing any more.
func TestABackupFromAfterAPurgeComesBack(t *testing.T) {
	v, ctx := newVault(t, ""), t.Context()
	beatriz, haruto := v.actor(t, "beatriz"), v.actor(t, "haruto")
	ended := v.archives(t, beatriz, haruto)
	must(t, v.Purges.Ask(ctx, haruto, ended))
	must(t, v.Purges.Confirm(ctx, beatriz, ended))
	v.settles(t)
	v.Close()
	restored := settingsOf(t.TempDir(), "")
	v.backsUp(t)
	var told bytes.Buffer
	if err := app.Restore(ctx, restored, v.restoring(), &told); err != nil {
		t.Fatalf("%v:\n%s", err, &told)
	}
	v.givesKeysTo(t, restored.Data)
	verified(t, restored)
}

// anObject is one that only the member's organisation brought, open to all.
func (v *vault) anObject(t *testing.T, member access.Actor) intel.ObjectID {
	t.Helper()
	list, err := v.Objects.List(t.Context(), member, v.Kestrel, intel.Question{Text: "Affiliate panel"}, intel.Key{}, 10)
	must(t, err)
	if len(list.Objects) != 1 {
		t.Fatalf("%d objects", len(list.Objects))
	}
	return list.Objects[0].ID
}
