// SPDX-License-Identifier: Apache-2.0

// Package workspacetest states what every workspace.Store must do, as scripts of
// people who open operations, invite each other and leave.
package workspacetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/workspace"
)

// World is the small world of gatetest, in which the scripts play.
type World interface {
	Now() time.Time
	NewID() string
	Advance(d time.Duration)
	Exec(t testing.TB, query string, args ...any)
}

// Store plays each script in a world of its own; on calls play once for each
// engine, with a store in a fresh world.
func Store(t *testing.T, on func(t *testing.T, play func(*testing.T, workspace.Store, World))) {
	scripts := map[string]func(*script){
		"whoever opens an operation runs it":                        opened,
		"only those whom the policy lets open an operation":         opening,
		"an offer shows its purpose and takes effect when accepted": accepted,
		"all who cannot be invited are answered alike":              uninvitable,
		"who may no longer enter neither sees nor accepts an offer": lapsed,
		"nobody changes their own terms":                            ownTerms,
		"an operation keeps a manager":                              lastManager,
		"two managers who leave at once do not both succeed":        bothLeave,
		"settings are the manager's, and the ceiling only rises":    settings,
		"an archive takes no more changes":                          archive,
		"the Knowledge Exchange is made once":                       exchange,
		"strangers learn nothing":                                   strangers,
	}
	for name, play := range scripts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on(t, func(t *testing.T, store workspace.Store, world World) {
				play(&script{
					T: t, World: world, store: store,
					w: workspace.NewWorkspaces(store, world.Now, world.NewID),
					m: workspace.NewMemberships(store, world.Now, world.NewID),
				})
			})
		})
	}
}

type script struct {
	*testing.T
	World
	store workspace.Store
	w     *workspace.Workspaces
	m     *workspace.Memberships
}

func as(member string) access.Actor {
	return access.Actor{Kind: access.Person, Member: access.MemberID(member), Session: "s", Strength: access.Passkey}
}

func (s *script) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *script) refused(err error, kind fault.Kind, key string) {
	s.Helper()
	if e := fault.Of(err); err == nil || e.Kind != kind || e.Key != key {
		s.Errorf("err = %v; want kind %d with %s", err, kind, key)
	}
}

func (s *script) hidden(err error) { s.Helper(); s.refused(err, fault.NotFound, "error.not_found") }

func (s *script) profile() workspace.Profile {
	return workspace.Profile{
		Name: "HARBOUR", Purpose: "Find who runs the panel", LegalBasis: "Case 12/26", Ceiling: access.Amber,
		Match: workspace.Contact, Contact: "desk@ncb-fr.example", ReviewAt: s.Now().Add(90 * 24 * time.Hour),
	}
}

func (s *script) open(who string) access.WorkspaceID {
	s.Helper()
	id, err := s.w.Open(s.Context(), as(who), workspace.Opening{Profile: s.profile(), Declared: true})
	s.must(err)
	return id
}

func (s *script) invite(by, who string, id access.WorkspaceID, role access.Role) error {
	return s.m.Invite(s.Context(), as(by), id, workspace.Invitation{Who: who, Terms: workspace.Terms{Role: role}})
}

func (s *script) bring(by, who string, id access.WorkspaceID, role access.Role) {
	s.Helper()
	s.must(s.invite(by, who, id, role))
	s.must(s.m.Accept(s.Context(), as(who), id))
}

func opened(s *script) {
	id := s.open("max")
	read, role, err := s.w.Read(s.Context(), as("max"), id)
	s.must(err)
	if role != access.Manager || read.State != access.Planning || read.Profile != s.profile() || read.CreatedBy != "max" {
		s.Errorf("read %+v as %d", read, role)
	}
	mine, err := s.w.Mine(s.Context(), as("max"))
	s.must(err)
	if names := names(mine); !slices.Equal(names, []string{"HARBOUR", "TYCHE"}) {
		s.Errorf("mine = %v", names)
	}
	s.Advance(91 * 24 * time.Hour)
	err = s.store.View(s.Context(), access.Ask{Actor: as("max"), Place: access.In(id), Action: access.Export}, func(workspace.Reader) error { return nil })
	s.refused(err, fault.Forbidden, "access.role")
}

func names(heads []workspace.Head) (names []string) {
	for _, h := range heads {
		names = append(names, h.Name)
	}
	return names
}

func opening(s *script) {
	_, err := s.w.Open(s.Context(), as("ann"), workspace.Opening{Profile: s.profile(), Declared: true})
	s.hidden(err)
	_, err = s.w.Open(s.Context(), as("max"), workspace.Opening{Profile: s.profile()})
	s.refused(err, fault.Invalid, "workspace.declaration.missing")
	for who, want := range map[string]bool{"max": true, "ann": false} {
		if may, err := s.w.MayOpen(s.Context(), as(who)); err != nil || may != want {
			s.Errorf("%s may open operations: %v, %v", who, may, err)
		}
	}
	gone, cancel := context.WithCancel(s.Context())
	cancel()
	if may, err := s.w.MayOpen(gone, as("max")); err == nil || may {
		s.Error("a database that does not answer said that max may not open operations")
	}
}

func accepted(s *script) {
	id := s.open("max")
	s.must(s.invite("max", "@Gus ", id, access.Analyst))
	_, _, err := s.w.Read(s.Context(), as("gus"), id)
	s.hidden(err)
	offers, err := s.m.Offers(s.Context(), as("gus"))
	s.must(err)
	if len(offers) != 1 || offers[0].Workspace.Profile.Purpose != s.profile().Purpose || offers[0].By.Member != "max" || offers[0].Terms.Role != access.Analyst {
		s.Fatalf("offers = %+v", offers)
	}
	s.must(s.m.Accept(s.Context(), as("gus"), id))
	_, role, err := s.w.Read(s.Context(), as("gus"), id)
	s.must(err)
	if role != access.Analyst {
		s.Errorf("role = %d", role)
	}
	s.hidden(s.m.Accept(s.Context(), as("gus"), id))
	s.refused(s.invite("max", "gus", id, access.Reader), fault.Conflict, "workspace.invite.there_already")
	s.must(s.m.Leave(s.Context(), as("gus"), id))
	s.must(s.invite("max", "gus@pol-es.example", id, access.Reader))
	s.must(s.m.Decline(s.Context(), as("gus"), id))
	_, _, err = s.w.Read(s.Context(), as("gus"), id)
	s.hidden(err)
}

func uninvitable(s *script) {
	id := s.open("max")
	for _, who := range []string{"nobody", "sus", "exp", "off2", "gu", "gus@elsewhere.example"} {
		s.refused(s.invite("max", who, id, access.Reader), fault.Invalid, "workspace.invite.nobody")
	}
	s.refused(s.invite("max", " @", id, access.Reader), fault.Invalid, "workspace.invite.who_missing")
	s.must(s.invite("max", "gus", id, access.Reader))
	s.refused(s.invite("gus", "bob", id, access.Reader), fault.NotFound, "error.not_found")
	s.refused(s.invite("ann", "gus", "tyche", access.Reader), fault.Forbidden, "access.role")
}

func lapsed(s *script) {
	id := s.open("max")
	s.must(s.invite("max", "gus", id, access.Reader))
	s.Exec(s, `UPDATE member_member SET vetted_until = 1 WHERE member_id = 'gus'`)
	offers, err := s.m.Offers(s.Context(), as("gus"))
	s.must(err)
	if len(offers) != 0 {
		s.Errorf("offers = %+v", offers)
	}
	s.hidden(s.m.Accept(s.Context(), as("gus"), id))
	s.hidden(s.m.Accept(s.Context(), as("gus"), "nowhere"))
}

func ownTerms(s *script) {
	id := s.open("max")
	all := workspace.Terms{Role: access.Manager, ExportUntil: s.Now().Add(time.Hour)}
	s.refused(s.m.Change(s.Context(), as("max"), id, "max", all), fault.Forbidden, "workspace.terms.own")
	s.bring("max", "gus", id, access.Reader)
	s.refused(s.m.Change(s.Context(), as("gus"), id, "max", all), fault.Forbidden, "access.role")
	s.must(s.m.Change(s.Context(), as("max"), id, "gus", all))
	list, err := s.m.In(s.Context(), as("gus"), id)
	s.must(err)
	if len(list) != 2 || list[0].Member != "gus" || list[0].Terms != all || list[1].Card.OrgName != "Organisation ncb-fr" {
		s.Errorf("members = %+v", list)
	}
	s.refused(s.m.Change(s.Context(), as("max"), id, "gus", workspace.Terms{Role: 9}), fault.Invalid, "workspace.choice.unknown")
	s.hidden(s.m.Change(s.Context(), as("max"), id, "bob", all))
}

func lastManager(s *script) {
	id := s.open("max")
	s.bring("max", "gus", id, access.Reader)
	s.refused(s.m.Leave(s.Context(), as("max"), id), fault.Conflict, "workspace.manager.last")
	s.refused(s.m.End(s.Context(), as("max"), id, "max"), fault.Conflict, "workspace.manager.last")
	s.must(s.m.Leave(s.Context(), as("gus"), id))
	s.bring("max", "ann", id, access.Manager)
	s.must(s.m.Leave(s.Context(), as("max"), id))
	_, _, err := s.w.Read(s.Context(), as("max"), id)
	s.hidden(err)
	_, role, err := s.w.Read(s.Context(), as("ann"), id)
	s.must(err)
	if role != access.Manager {
		s.Errorf("ann's role = %d", role)
	}
}

func bothLeave(s *script) {
	id := s.open("max")
	s.bring("max", "ann", id, access.Manager)
	var left sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []string{"max", "ann"} {
		left.Go(func() { errs[i] = s.m.Leave(s.Context(), as(who), id) })
	}
	left.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		s.Fatalf("errs = %v; want one to leave, one to stay", errs)
	}
	s.refused(errors.Join(errs...), fault.Conflict, "workspace.manager.last")
}

func settings(s *script) {
	id := s.open("max")
	s.bring("max", "gus", id, access.Analyst)
	changed := s.profile()
	changed.Name, changed.Ceiling, changed.Match = "HARBOUR II", access.AmberStrict, workspace.Silent
	s.refused(s.w.Change(s.Context(), as("gus"), id, changed), fault.Forbidden, "access.role")
	s.must(s.w.Change(s.Context(), as("max"), id, changed))
	head, err := s.w.Head(s.Context(), as("gus"), id)
	s.must(err)
	want := workspace.Head{
		ID: id, Name: "HARBOUR II", State: access.Planning, Ceiling: access.AmberStrict, Role: access.Analyst, MovedAt: s.Now(), ReviewAt: changed.ReviewAt,
	}
	if head != want {
		s.Errorf("head = %+v; want %+v", head, want)
	}
	s.refused(s.w.Change(s.Context(), as("max"), id, s.profile()), fault.Invalid, "workspace.ceiling.lowered")
}

func archive(s *script) {
	id := s.open("max")
	s.refused(s.w.Move(s.Context(), as("max"), id, access.Closing), fault.Conflict, "workspace.state.not_next")
	s.must(s.w.Move(s.Context(), as("max"), id, access.Active))
	s.must(s.w.Move(s.Context(), as("max"), id, access.Archived))
	s.refused(s.w.Move(s.Context(), as("max"), id, access.Active), fault.Forbidden, "access.archived")
	s.refused(s.invite("max", "gus", id, access.Reader), fault.Forbidden, "access.archived")
	head, err := s.w.Head(s.Context(), as("max"), id)
	s.must(err)
	if head.State != access.Archived {
		s.Errorf("state = %s", head.State)
	}
}

func exchange(s *script) {
	console := access.Actor{Kind: access.Console}
	s.hidden(s.w.EnsureExchange(s.Context(), as("off")))
	s.must(s.w.EnsureExchange(s.Context(), console))
	s.must(s.w.EnsureExchange(s.Context(), console))
	head, err := s.w.Head(s.Context(), as("off"), access.Exchange)
	s.must(err)
	if head.Ceiling != access.Green || head.Role != access.Manager {
		s.Errorf("head = %+v", head)
	}
	mine, err := s.w.Mine(s.Context(), as("off"))
	s.must(err)
	if len(mine) != 0 {
		s.Errorf("off is in no operation, but in %v", mine)
	}
}

func strangers(s *script) {
	for _, who := range []string{"eve", "gus", "off", "exp"} {
		_, err := s.w.Head(s.Context(), as(who), "tyche")
		s.hidden(err)
		_, absent := s.w.Head(s.Context(), as(who), "nowhere")
		if err.Error() != absent.Error() {
			s.Errorf("%s: hidden %v, absent %v", who, err, absent)
		}
		_, err = s.m.In(s.Context(), as(who), "tyche")
		s.hidden(err)
		s.hidden(s.m.Leave(s.Context(), as(who), "tyche"))
		s.hidden(s.w.Change(s.Context(), as(who), "tyche", s.profile()))
	}
	_, err := s.w.Head(s.Context(), as("sus"), "tyche")
	s.refused(err, fault.Unauthenticated, "access.sign_in")
	if _, err := s.w.Mine(s.Context(), as("sus")); fault.KindOf(err) != fault.Unauthenticated {
		s.Errorf("a suspended member lists operations: %v", err)
	}
}
