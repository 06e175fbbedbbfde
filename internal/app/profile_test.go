// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"strings"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/member"
)

// TestAProfileStandsOnThePageOfItsMember shows what members say of themselves to
// those who may read the page, and a corrected name to all of them at once.
func TestAProfileStandsOnThePageOfItsMember(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	err := s.People.ChangeProfile(t.Context(), gatetest.As("ann"), member.Profile{
		About: "I *trace* payments.", Fields: []string{"crypto_assets"}, Languages: []string{"fr"}, Askable: true, Hours: "Weekdays",
	})
	if err == nil {
		err = s.People.Correct(t.Context(), gatetest.As("max"), "ann", member.Details{Name: "Anne Martin", Post: "Head of unit"})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, who, path string
		status          int
	}{
		{"to a member elsewhere, in the Knowledge Exchange", "gus", "/exchange/people/ann", http.StatusOK},
		{"to a reader of the operation, in it", "bob", "/w/tyche/people/ann", http.StatusOK},
		{"to a company in the operation", "acm", "/w/tyche/people/ann", http.StatusOK},
		{"but not in an operation that the reader is not in", "gus", "/w/tyche/people/ann", http.StatusNotFound},
		{"nor in one that the member is not in", "eve", "/w/other/people/ann", http.StatusNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.knock(t, caller{c.who, c.who, access.Passkey}, http.MethodGet, c.path)
			if w.Code != c.status {
				t.Fatalf("status %d; want %d", w.Code, c.status)
			}
			for _, part := range []string{"<em>trace</em>", "Crypto-asset tracing", "French", "Weekdays", "Anne Martin", "Head of unit"} {
				if strings.Contains(w.Body.String(), part) != (c.status == http.StatusOK) {
					t.Errorf("%q: status %d", part, w.Code)
				}
			}
		})
	}
}

// TestAnEndingAgreementIsTold tells an organisation's people and the Directorate of
// it, and nobody else.
func TestAnEndingAgreementIsTold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.people.Exec(t, `UPDATE member_organisation SET operations_until = $1 WHERE org_id = 'acme'`, s.people.Now().Add(member.Soon/2).UnixMicro())
	for _, c := range []struct {
		name, who, path, says string
		told                  bool
	}{
		{"to its people, at home", "acm", "/home", "The agreement or authorisation of your organisation ends on", true},
		{"to its people, in their settings", "acm", "/me/settings", `class="badge warn"`, true},
		{"to the Directorate, in its queue", "off", "/directorate", "Organisation acme", true},
		{"to the Directorate, on the organisation’s page", "off", "/directorate/organisations/acme", "Its people lose access then", true},
		{"not to others, at home", "ann", "/home", "of your organisation ends on", false},
		{"not to a bureau of another country", "max", "/directorate", "Organisation acme", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.knock(t, caller{c.who, c.who, access.Passkey}, http.MethodGet, c.path)
			if w.Code != http.StatusOK || strings.Contains(w.Body.String(), c.says) != c.told {
				t.Errorf("status %d, says %q: %v; want %v", w.Code, c.says, !c.told, c.told)
			}
		})
	}
}
