// SPDX-License-Identifier: Apache-2.0

package searchtest

import (
	"errors"
	"slices"

	"entente.example/internal/access"
)

func people(s *script) {
	for _, c := range []struct {
		who       string
		workspace access.WorkspaceID
		text      string
		want      []string
	}{
		{"bob", tyche, "ann", []string{"ann"}},
		{"bob", tyche, " Member A ", []string{"acm", "ann"}},
		{"bob", tyche, "@an", []string{"ann"}},
		{"bob", tyche, "@member", nil}, // which is in no handle
		{"bob", tyche, "nn", nil},
		{"bob", tyche, "a", nil},
		{"bob", tyche, "@a", nil},
		{"bob", tyche, "", nil},
		{"bob", tyche, "eve", nil},
		{"bob", tyche, "sus", nil},
		{"bob", tyche, "me%r", nil},
		{"bob", tyche, "m_mber", nil},
		{"eve", other, "member", []string{"eve"}},
		{"gus", access.Exchange, "eve", []string{"eve"}},
		{"gus", access.Exchange, "member", []string{"acm", "ann", "bob", "eve", "exp"}},
	} {
		found, err := s.documents.People(s.Context(), as(c.who), c.workspace, c.text)
		if err != nil {
			s.Fatal(err)
		}
		var handles []string
		for _, card := range found {
			handles = append(handles, card.Handle)
		}
		if !slices.Equal(handles, c.want) {
			s.Errorf("%s is offered %v in %s by %q; want %v", c.who, handles, c.workspace, c.text, c.want)
		}
	}
	for _, who := range []string{"gus", "eve", "exp", "off"} {
		for _, text := range []string{"ann", "nobody", ""} {
			_, err := s.documents.People(s.Context(), as(who), tyche, text)
			if !errors.Is(err, access.ErrHidden) {
				s.Errorf("%s asks tyche for %q: %v, want hidden", who, text, err)
			}
		}
	}
}
