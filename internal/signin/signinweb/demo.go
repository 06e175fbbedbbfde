// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"context"
	"net/http"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/web"
)

// DemoPerson is one of the invented people of the demonstration.
type DemoPerson struct {
	Member  access.MemberID
	Name    string
	Org     string
	Country string // ISO 3166-1 alpha-2
	Look    string // key of the line that says what they can show
}

// demo lets anybody be one of the persons.
type demo struct {
	*Pages
	persons func(context.Context) ([]DemoPerson, error)
}

// MountDemo adds the pages to a mux of the demonstration: there one signs in by
// choosing who to be. No other deployment mounts it.
func (p *Pages) MountDemo(mux *web.Mux, persons func(context.Context) ([]DemoPerson, error)) {
	d := demo{p, persons}
	mux.Handle("GET /signin", d.show)
	mux.Handle("POST /demo/be/{member}", d.be)
	p.mount(mux)
}

func (d demo) show(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if actor.Kind == access.Person {
		return web.SeeOther(w, r, next(r))
	}
	persons, err := d.persons(r.Context())
	if err != nil {
		return err
	}
	page := outside(r.Context(), "signin.demo.title")
	page.Wide = true
	return d.mux.Render(w, r, actor, page, demoPage(persons, entry{next: next(r)}))
}

// be signs in as one of the persons, and as nobody else.
func (d demo) be(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	persons, err := d.persons(r.Context())
	if err != nil {
		return err
	}
	for _, person := range persons {
		if string(person.Member) != r.PathValue("member") {
			continue
		}
		token, err := d.Sessions.Start(r.Context(), person.Member, access.Passkey, agent(r))
		if err != nil {
			return err
		}
		let(w, token)
		return web.SeeOther(w, r, next(r))
	}
	return access.ErrHidden
}

func bePath(member access.MemberID) string { return "/demo/be/" + url.PathEscape(string(member)) }
