// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/page"
)

var stamped = regexp.MustCompile(`name="weighed" value="([0-9a-f]+)"`)

// sends posts a form as a member who is signed in.
func (s *stage) sends(t *testing.T, member, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return s.knockAt(t, s, caller{name: member}, http.MethodPost, path, func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(form.Encode()))
	})
}

// chooses has a member see who will read the objects, and then change how they are
// handled.
func (s *stage) chooses(t *testing.T, member, path string, form url.Values) {
	t.Helper()
	shown := s.sends(t, member, path, form)
	stamp := stamped.FindStringSubmatch(shown.Body.String())
	if shown.Code != http.StatusOK || stamp == nil {
		t.Fatalf("%s is shown %d, and no readers", member, shown.Code)
	}
	form.Set("weighed", stamp[1])
	if done := s.sends(t, member, path, form); done.Code != http.StatusSeeOther {
		t.Fatalf("%s changes it: %d", member, done.Code)
	}
	form.Del("weighed")
}

// restrictedObject brings in an object that is restricted to its importer's
// organisation, and returns its id.
func (s *stage) restrictedObject(t *testing.T, who, text string) string {
	t.Helper()
	known := map[intel.ObjectID]bool{}
	all := func() []intel.Object {
		list, err := s.Objects.List(t.Context(), gatetest.As(who), "tyche", intel.Question{}, intel.Key{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		return list.Objects
	}
	for _, o := range all() {
		known[o.ID] = true
	}
	at := intel.Place{Workspace: "tyche"}
	var err error
	if at.Batch, err = s.Batches.Stage(t.Context(), gatetest.As(who), "tyche", intel.Upload{Name: "closed.json", Content: strings.NewReader(text)}); err == nil {
		err = s.settle(t.Context())
	}
	if err == nil {
		err = s.Batches.Accept(t.Context(), gatetest.As(who), at, intel.Decision{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2, Restricted: true})
	}
	if err == nil {
		err = s.settle(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	objects := slices.DeleteFunc(all(), func(o intel.Object) bool { return known[o.ID] })
	if len(objects) != 1 {
		t.Fatalf("%d new objects", len(objects))
	}
	return string(objects[0].ID)
}

// finds says where a member meets the object, by its value.
func (s *stage) finds(t *testing.T, member, object, value string) (where []string) {
	t.Helper()
	q := url.QueryEscape(value)
	for _, path := range []string{
		"/w/tyche/intel", "/w/tyche/intel?q=" + q, "/w/tyche/search?q=" + q, "/w/tyche/suggest?q=" + q, "/w/tyche/objects/" + object, "/w/tyche/objects/" + object + "/graph",
	} {
		w := s.knock(t, caller{name: member}, http.MethodGet, path)
		if w.Code == http.StatusOK && strings.Contains(w.Body.String(), "/objects/"+object) {
			where = append(where, path)
		} else if strings.Contains(path, object) && w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	sheet := s.knock(t, caller{name: member}, http.MethodPost, "/w/tyche/export?q="+q)
	if strings.Contains(sheet.Body.String(), value) {
		where = append(where, "export")
	}
	return where
}

// TestAnOriginatorOpensAndNarrows follows one object: closed when it came, opened to
// a company, to all, and closed again, in pages, search, hits and open pages.
func TestAnOriginatorOpensAndNarrows(t *testing.T) {
	eachStage(t, func(t *testing.T, s *stage) {
		const value = "http://drop.kestrel.example/"
		for _, member := range []string{"ann", "bob", "acm"} {
			s.signIn(t, member)
		}
		s.imports(t, "eve", "other", bundle(value))
		object := s.restrictedObject(t, "ann", bundle(value))
		path := "/w/tyche/objects/" + object + "/handling"
		if err := s.sequenced(t.Context()); err != nil {
			t.Fatal(err)
		}
		everywhere := len(s.finds(t, "ann", object, value))
		sees := func(when, member string, want bool) {
			t.Helper()
			if got := s.finds(t, member, object, value); len(got) != 0 && !want || want && len(got) < everywhere-1 { // bob may not export
				t.Errorf("%s, %s finds it in %q", when, member, got)
			}
		}
		hits := func(when, member string, want int) {
			t.Helper()
			found, _, err := s.Hits.In(t.Context(), gatetest.As(member), "tyche", page.Cursor(""))
			if err != nil || len(found) != want {
				t.Errorf("%s, %s has %d hits, %v; want %d", when, member, len(found), err, want)
			}
		}
		sees("closed", "acm", false)
		sees("closed", "bob", false)
		hits("closed", "ann", 1)
		hits("closed", "bob", 0)
		if w := s.sends(t, "acm", path, url.Values{"audience": {"all"}}); w.Code != http.StatusNotFound {
			t.Errorf("the company changes what it does not see: %d", w.Code)
		}

		form := url.Values{"tlp": {"AMBER"}, "pap": {"2"}, "court": {"2"}, "audience": {"chosen"}, "org": {"acme"}}
		s.chooses(t, "ann", path, form)
		sees("opened to the company", "acm", true)
		sees("opened to the company", "bob", false)
		hits("opened to the company", "acm", 0)
		watched := s.follows(t, "acm", "w=tyche&object="+object)
		form.Set("audience", "all")
		s.chooses(t, "ann", path, form)
		sees("opened to all", "bob", true)
		hits("opened to all", "bob", 1)
		hits("opened to all", "acm", 0)
		s.told(t)
		watched.hears(t, s, "what stays open", 0)
		changed := func(line string) bool { return strings.Contains(line, "handling.changed") }
		if lines := s.journalOf(t, "max"); !slices.ContainsFunc(lines, changed) {
			t.Errorf("the manager's journal has %q", lines)
		}

		form.Set("audience", "own")
		s.chooses(t, "ann", path, form)
		for _, member := range []string{"bob", "acm"} { // before the journal's followers have heard of it
			sees("closed again", member, false)
			hits("closed again", member, 0)
		}
		sees("closed again", "ann", true)
		s.told(t)
		dark := false
		for line := range watched.lines {
			dark = dark || line == "event: dark"
		}
		if !dark {
			t.Error("the company's open page shows it on")
		}
		sees("closed again", "acm", false)
		if lines := s.journalOf(t, "max"); slices.ContainsFunc(lines, changed) {
			t.Errorf("of what is closed to him a manager reads %q", lines)
		}
	})
}

// TestAChangeIsMadeOnceItsReadersWereShown sends a choice whose readers its sender
// has not seen.
func TestAChangeIsMadeOnceItsReadersWereShown(t *testing.T) {
	s := newStage(t)
	s.signIn(t, "ann")
	object := s.restrictedObject(t, "ann", bundle("http://drop.kestrel.example/"))
	path := "/w/tyche/objects/" + object + "/handling"
	form := url.Values{"tlp": {"AMBER"}, "pap": {"2"}, "court": {"2"}, "audience": {"own"}}
	stamp := stamped.FindStringSubmatch(s.sends(t, "ann", path, form).Body.String())
	if stamp == nil {
		t.Fatal("no readers are shown")
	}
	form.Set("weighed", stamp[1])
	form.Set("audience", "all")
	w := s.sends(t, "ann", path, form)
	if now := stamped.FindStringSubmatch(w.Body.String()); w.Code != http.StatusOK || now == nil || now[1] == stamp[1] || !strings.Contains(w.Body.String(), `data-readers="`) {
		t.Errorf("another choice under the old stamp: %d", w.Code)
	}
	if list, err := s.Objects.List(context.WithoutCancel(t.Context()), gatetest.As("bob"), "tyche", intel.Question{Filter: intel.Filter{Only: []intel.ObjectID{intel.ObjectID(object)}}}, intel.Key{}, 1); err != nil || len(list.Objects) != 0 {
		t.Errorf("it was opened: %v, %v", list.Objects, err)
	}
	if w := s.sends(t, "ann", path, url.Values{"tlp": {"RED"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a form that chooses nothing: %d", w.Code)
	}
}

// TestSeveralAreOpenedAtOnce picks objects of two organisations out of the list.
func TestSeveralAreOpenedAtOnce(t *testing.T) {
	s := newStage(t)
	for _, member := range []string{"ann", "acm", "bob"} {
		s.signIn(t, member)
	}
	object := s.restrictedObject(t, "ann", bundle("http://drop.kestrel.example/"))
	s.imports(t, "acm", "tyche", bundle("http://other.kestrel.example/"))
	const path = "/w/tyche/intel/handling"
	picked := url.Values{"chosen": {"yes"}, "object": {object, s.ids["object"], s.firstObject(t, "acm", "tyche"), "nothing"}}
	form := s.sends(t, "ann", path, picked)
	if page := form.Body.String(); form.Code != http.StatusOK || !strings.Contains(page, "Handling of 2 objects") || !strings.Contains(page, "One of the chosen objects is another") {
		t.Errorf("the form is %d", form.Code)
	}
	maps.Copy(picked, url.Values{"tlp": {"AMBER"}, "pap": {"2"}, "court": {"2"}, "audience": {"all"}, "org": {"acme"}})
	s.chooses(t, "ann", path, picked)
	for _, member := range []string{"acm", "bob"} {
		if w := s.knock(t, caller{name: member}, http.MethodGet, "/w/tyche/objects/"+object); w.Code != http.StatusOK {
			t.Errorf("%s does not see what was opened: %d", member, w.Code)
		}
	}
	if w := s.sends(t, "ann", path, url.Values{"chosen": {"yes"}}); w.Code != http.StatusSeeOther {
		t.Errorf("nothing picked: %d", w.Code)
	}
	if w := s.sends(t, "bob", path, picked); w.Code != http.StatusForbidden {
		t.Errorf("a reader opens: %d", w.Code)
	}
	if w := s.knock(t, caller{name: "bob"}, http.MethodGet, "/w/tyche/intel"); strings.Contains(w.Body.String(), path) {
		t.Error("a reader is offered what they may not do")
	}
}
