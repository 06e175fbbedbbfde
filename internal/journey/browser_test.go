// SPDX-License-Identifier: Apache-2.0

package journey_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"entente.example/internal/journey"
)

func TestPeopleHaveProfilesOfTheirOwn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/set" {
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "ann"})
		}
		who := "nobody"
		if c, err := r.Cookie("who"); err == nil {
			who = c.Value
		}
		_, _ = w.Write([]byte("<title>t</title><p>you are " + who + "</p>"))
	}))
	t.Cleanup(server.Close)
	b := journey.Open(t, server.URL)
	ann, bob := b.Person(t, "ann"), b.Person(t, "bob")
	ann.Goes("/set")
	ann.Goes("/")
	ann.Sees("you are ann")
	bob.Goes("/")
	bob.Sees("you are nobody")
	bob.SeesNothingOf("ann")
}
